local options, out, report = require "host.options", require "host.print", require "host.report"
local json = require "aios.json"
local BETWEEN_LOOKS_S, WAIT_S = 0.05, 30

local function fresh() return ("%016x%016x"):format(math.random(0), math.random(0)) end

-- the answer; nil when the time is over
local function answer_of(opts, uid, key, seconds)
  local time = require "aios.time"
  for _ = 0, math.ceil(seconds / BETWEEN_LOOKS_S) do
    local rows, err = report.rows(opts, "answer", { run = uid, key = key })
    if not rows and err.code ~= "busy" then return nil, err end
    if rows and rows[1] then return rows[1] end
    local stands = report.run(opts, uid)
    if stands and report.OVER[stands.state] then
      rows = report.rows(opts, "answer", { run = uid, key = key })
      if rows and rows[1] then return rows[1] end
      return nil, { code = "closed", message = ("run %s is over; it has not taken the update"):format(uid) }
    end
    time.sleep(BETWEEN_LOOKS_S)
  end
end

local function run(opts, operands)
  local name, text = operands[2], operands[3] or "null"
  local why = require "tool.names".letter(name)
  if why then return options.usage(why) end
  local arg
  arg, why = json.decode(text)
  if arg == nil then return options.usage("the value is no JSON: " .. why.message) end
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  local key, told = opts.id or fresh(), nil
  told, err = require "aios.store".say_signal(require "aios.host".db_path(opts.db), found.run, "update " .. name, json.encode { key = key, arg = arg }, "update " .. key)
  if not told then return nil, report.refused(err) end
  local got
  got, err = answer_of(opts, found.run, key, opts.wait or WAIT_S)
  if err then return nil, err end
  if not got then
    out.note(opts, ("no answer yet; it is kept until %s runs, and `aios update … --id %s` asks for the answer again"):format(out.plain(found.program), key))
    return 6
  end
  if got.good == 0 then return nil, got.answer end
  out.line((json.encode(got.answer == nil and json.null or got.answer)))
end

return {
  name = "update", group = "act", summary = "changes a run from outside, and says what it answers",
  operands = "RUN NAME [JSON]", min = 2, max = 3,
  options = { { "id", "KEY", "name of this update: the same KEY is done once, and answered again" },
    { "wait", "DUR", "how long to wait for the answer, 30s if not said" } },
  about = "NAME is one that the run has given to aios.update. Its validator may refuse (exit code 1). Without an answer in time\n"
    .. "the exit code is 6; the update is kept.",
  examples = { { "aios update last limit 20 --id order-7", "done once, however often it is sent" } },
  run = run,
}
