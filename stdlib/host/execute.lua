--- execute: `aios run`: reads, compiles, asks for consent, and hands the program to the engine.
local host = require "aios.host"
local engine = require "aios.engine"
local json = require "aios.json"
local bundle = require "host.bundle"
local compile = require "host.compile"
local M = {}

local DEFAULT_MEMORY = 1024 * 1024 * 1024
local STATES = { [4] = "paused", [5] = "diverged", [6] = "in doubt", [7] = "done", [8] = "failed", [9] = "cancelled", [11] = "skipped" }

local options = {}                      -- of the run under way

local told = ""                         -- the last line said

local function say_line(text)
  told = text
  io.stderr:write(text, "\n")
end

---Which database the run under way uses, for host/report.lua.
function M.place() return { db = options.db } end

---From the engine: one line about a job.
function M.say(level, job, text)
  if level == "info" and not options.verbose then return end
  say_line(("aios: %s%s"):format(job ~= "" and job .. ": " or "", text))
end

local function failure_text(error_json)
  local err = json.decode(error_json)
  if type(err) ~= "table" then return error_json end
  local text = tostring(err.message)
  if err.tool then text = err.tool .. ": " .. text end
  if err.traceback and (options.verbose or err.code == "failed") and not err.tool then
    local trace = err.traceback:gsub("\n%s*%[C%]: in[^\n]*", ""):gsub("\n%s*stdlib/[^\n]*", "")
    if trace:find "\n" then text = text .. "\n" .. trace end
  end
  return text
end

---From the engine: a run is over, or waits for a person.
function M.report(run)
  local state = STATES[run.state]
  if run.reason == "already ran" then
    if not options.quiet then say_line(("aios: %s has already run: %s"):format(run.id, state)) end
    if run.error then say_line("aios: " .. failure_text(run.error)) end
  elseif run.error then
    say_line(("aios: %s%s"):format(run.is_load and "" or run.name .. ": ", failure_text(run.error)))
    if run.reason then say_line(("aios: run %s: %s"):format(run.id, run.reason)) end
  elseif run.state >= 7 and run.state <= 9 and (run.reason or ""):find "^und" then
    if not options.quiet then say_line(("aios: run %s: %s"):format(run.id, run.reason)) end
  elseif run.state == 4 or run.state == 5 or run.state == 6 or (run.state == 8 and run.reason) then
    say_line(("aios: run %s is %s: %s"):format(run.id, state, run.reason))
    if run.state == 5 then
      say_line(("hint: `aios resume %s --code FILE` goes on with a text that fits; `aios fork %s --at STEP` and `aios runs truncate %s --at STEP --yes`\n      go back behind the step")
        :format(run.id, run.id, run.id))
    end
  end
end

---From the engine: shows a question of a run on the terminal; returns the digest of what was shown, nil when it is not open.
function M.question(id)
  local row = (require "host.report".rows({ db = options.db }, "approval", { id = id }) or {})[1]
  if not row or row.approval ~= id or row.state ~= "open" then return nil end
  say_line(table.concat(require "host.person".question(row), "\n"))
  io.stderr:write "Yes or no? [y/N] "
  return row.digest
end

---From the engine: what the line means as an answer, and who gives it. nil: neither yes nor no.
function M.reply(_, line)
  local yes = require "host.person".meaning(line)
  if yes == nil then io.stderr:write "Please say yes or no. [y/N] " end
  return yes, require "host.person".name()
end

---From the engine: the answer is in the database, or why not.
function M.replied(id, why)
  if why then say_line(("aios: %s"):format(why)) end
end

---From the engine: the Lua of a source stored earlier.
function M.version(path, source) return bundle.open(path, source) end

-- the program's text, or that of the file
local function read(file, given)
  if given then return given, nil, file end
  if file == "-" then return io.stdin:read "a", nil, "stdin" end
  local text, err = host.read_file(file)
  if not text then return nil, { code = "usage", message = ("%s: %s"):format(file, err.message:gsub("^" .. file:gsub("%p", "%%%0") .. ": ", "")) } end
  return text, nil, file
end

local UNITS = { B = 1, KB = 1e3, MB = 1e6, GB = 1e9, KiB = 1024, MiB = 1024 ^ 2, GiB = 1024 ^ 3 }

---A size in bytes from what a person wrote.
function M.memory(text)
  if not text then return DEFAULT_MEMORY end
  local number, unit = tostring(text):match "^([%d.]+)(%a*)$"
  number, unit = tonumber(number), UNITS[unit == "" and "B" or unit]
  if not number or not unit or number * unit < 1048576 then
    return nil, { code = "usage", message = ("--memory %s: a size of at least 1MiB, such as 64MiB"):format(text) }
  end
  return math.floor(number * unit)
end

-- the most that one run may record: --record, AIOS_RECORD, or what the engine takes
local function record(bytes)
  local text = host.env "AIOS_RECORD"
  if not bytes and text then bytes = require "host.options".size(text) end
  if bytes and bytes >= 1024 then return math.floor(bytes) end
  if not bytes and not text then return 0 end
  return nil, { code = "usage", message = ("%s: a size of at least 1KiB, such as 256MiB"):format(bytes and "--record" or "AIOS_RECORD " .. text) }
end

local function compiled(text, name)
  local made, problems = compile.compile(text, name)
  if made then return made end
  return nil, { code = "syntax", message = compile.problems_text(problems, text, name), drawn = true }
end

local function known_workflow(made, of_modules, name)
  for _, list in ipairs { made.decls.workflows, made.decls.agents } do
    for _, w in ipairs(list) do if w.name == name then return true end end
  end
  for _, known in ipairs(of_modules) do if known == name then return true end end
  return made.plain
end

local function input_of(text)
  local value = text and json.decode(text)
  if value == nil then return "{}" end
  local is_list = #value > 0 or (getmetatable(value) and next(value) == nil)
  return json.encode(is_list and { args = value } or { kwargs = value })
end

---Runs a program; returns the exit code, or nil and an error.
function M.run(o)
  options = o
  local text, err, name = read(o.file, o.text)
  if not text then return nil, err end
  local cap
  cap, err = M.memory(o.memory)
  if not cap then return nil, err end
  local most
  most, err = record(o.record)
  if not most then return nil, err end
  local path = o.file == "-" and host.plain "stdin" or o.text and host.plain(o.file) or host.absolute(o.file)
  local made
  made, err = compiled(text, name)
  if not made then return nil, err end
  local source, modules = bundle.make(path, text)
  if not source then return nil, modules end
  local module_json, more, of_modules = bundle.compile(modules)
  if not module_json then return nil, { code = "syntax", message = more, drawn = true } end
  if o.once and not known_workflow(made, of_modules, o.once.name) then
    return nil, { code = "usage", message = ("%s declares no workflow named %s"):format(name, o.once.name) }
  end
  local db = host.db_path(o.db)
  engine.database(db)
  local needs = bundle.needs(made.decls, more)
  local good
  good, err = require("host.consent").settle { path = path, needs = needs, yes = o.yes, grants = o.grants, deny_all = o.deny_all, db = db }
  if not good then return nil, err end
  require "host.doors"
  local code, failed, exit = engine.execute {
    path = path, typed = o.file, lua = made.lua, source = source, modules = module_json, args = json.encode(json.array(o.args or {})),
    id = o.id and not o.once and o.id or nil, cause = "command line", memory = cap, record = most, listen = o.listen, for_seconds = o.for_seconds, until_idle = o.until_idle,
    silent = o.quiet or o.json,
    once = o.once and o.once.name, once_input = o.once and input_of(o.once.json), once_id = o.once and o.id,
  }
  if code then return code end
  if told:find(failed.message, 1, true) then return exit end        -- a run has said it already
  return nil, failed
end

return M
