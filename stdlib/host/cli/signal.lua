local options, out, report = require "host.options", require "host.print", require "host.report"

local function run(opts, operands)
  local name, text = operands[2], operands[3]
  local why = require "tool.names".letter(name)
  if why then return options.usage(why) end
  if text then
    local value, err = require "aios.json".decode(text)
    if value == nil then return options.usage("the payload is no JSON: " .. err.message) end
  end
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  local told
  told, err = require "aios.store".say_signal(require "aios.host".db_path(opts.db), found.run, name, text or "null", opts.id)
  if not told then return nil, report.refused(err) end
  if opts.json then return out.json { run = found.run, name = name } end
  out.line(found.run)
end

return {
  name = "signal", group = "act", summary = "says something to a run",
  operands = "RUN NAME [JSON]", min = 2, max = 3,
  options = { { "id", "KEY", "name of this message: the same KEY is never said twice to a run" } },
  about = "The run gets it where it calls receive(\"NAME\"), now or when it comes there; until then it is kept.",
  examples = { { "aios signal last paid '{\"amount\":12}' --id order-7", "said once, however often it is sent" } },
  run = run,
}
