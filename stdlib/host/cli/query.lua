local options, out, report = require "host.options", require "host.print", require "host.report"
local json = require "aios.json"

local function run(opts, operands)
  local name, text = operands[2], operands[3] or "null"
  local value, why = json.decode(text)
  if value == nil then return options.usage("what it is asked with is no JSON: " .. why.message) end
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  local engine = require "aios.engine"
  require "host.execute"
  engine.database(require "aios.host".db_path(opts.db))
  engine.grant "fs.read"
  local good, answer = engine.inspect(found.run, name, text)
  if good == nil then return nil, answer end
  if not good then return nil, json.decode(answer) end
  out.line(answer)
end

return {
  name = "query", group = "look", summary = "asks a run how it stands",
  operands = "RUN NAME [JSON]", min = 2, max = 3,
  about = "NAME is one that the run has given to aios.query. The record of the run is followed to its end, and the function is\n"
    .. "called with JSON: nothing is done, and the run notices nothing. It may wait, be at work elsewhere, or be over.",
  examples = { { "aios query last status", "the answer, as JSON" } },
  run = run,
}
