--- export: `aios runs export`: runs as lines of JSON, on standard output.
local out, report = require "host.print", require "host.report"

return function(opts, operands)
  local ids = {}
  for i, word in ipairs(operands) do
    local run, err = report.run(opts, word)
    if not run then return nil, err end
    ids[i] = run.run
  end
  local rows, err = require "aios.store".export(require "aios.host".db_path(opts.db), ids)
  if not rows then return nil, report.refused(err) end
  local known, list = {}, {}                            -- runs share programs and values
  for _, row in ipairs(rows) do
    local key = not row.run and row.hash and row.table .. row.hash
    if not key or not known[key] then list[#list + 1] = row end
    if key then known[key] = true end
  end
  out.write(require("host.history.file").write(list))
end
