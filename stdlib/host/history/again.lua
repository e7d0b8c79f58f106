--- again: goes through the record of a run, with its own program or another text; nothing is done.
---
---     local seen, err = again(opts, run, { until = "/4", source = text })      -- { how, state, output, locals, line, text }
---
--- how: ended (as it did), open (the record ends first), there (at the step that was asked for), differs.
local MEMORY = 1024 * 1024 * 1024

---@param run table         of host/report.lua
---@param wish table        { step = path?, source = text? }
return function(opts, run, wish)
  local host, engine, json = require "aios.host", require "aios.engine", require "aios.json"
  engine.database(host.db_path(opts.db))
  require "host.doors"
  local seen, err = engine.replay { path = run.program, run = run.run, ["until"] = wish.step, source = wish.source, memory = MEMORY }
  if not seen then return nil, err end
  if seen.output then seen.output = json.decode(seen.output) end
  if seen.locals then seen.locals = json.decode(seen.locals) end
  if seen.text and seen.how == "ended" then seen.error = json.decode(seen.text) or seen.text end
  return seen
end
