--- import: `aios runs import`: runs that `aios runs export` wrote, into this database: all of them or none.
local options, out, report = require "host.options", require "host.print", require "host.report"

local function read(name)
  if name == "-" then return io.stdin:read "a" end
  return require "aios.host".read_file(name)
end

return function(opts, operands)
  local name = operands[1]
  local text, err = read(name)
  if not text then return options.usage(err.message) end
  local rows, why = require("host.history.file").read(text)
  if not rows then return nil, { code = "corrupt", message = name .. ": " .. why.message, hint = "nothing was imported" } end
  local good, refused, at = require "aios.store".import(require "aios.host".db_path(opts.db), rows)
  if not good then
    local place = at and ("%s: line %d: "):format(name, at + 1) or ""
    return nil, { code = report.refused(refused).code, message = place .. refused.message, hint = "nothing was imported" }
  end
  local runs = {}
  for _, row in ipairs(rows) do
    if row.table == "run" then runs[#runs + 1] = { run = row.uid, name = row.name, context = row.context or false } end
  end
  if opts.json then return out.json(out.array(runs)) end
  for _, run in ipairs(runs) do if not run.context then out.line(run.run) end end
end
