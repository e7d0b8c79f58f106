--- upgrade: `aios runs upgrade`: runs that are not over follow the text that their program's file has now.
local out, report = require "host.print", require "host.report"

-- what its file holds now, once for each program
local function source_of(known, program)
  if not known[program] then known[program] = table.pack(require "host.history.source"(program)) end
  return known[program][1], known[program][2]
end

-- one run: what became of it, and why not
local function look(opts, run, source)
  local host, store = require "aios.host", require "aios.store"
  if host.hash(source) == run.version then return "current" end
  if run.state == "in_doubt" then return "stays", "a person has to say first what became of a call: `aios doubt`" end
  local seen, err = require "host.history.again"(opts, run, { source = source })
  if not seen then return "stays", err.message end
  if seen.how == "differs" then return "stays", report.message(require "aios.json".decode(seen.text) or seen.text, 2000) end
  if opts.dry_run then return "fits" end
  local good, why = store.move(host.db_path(opts.db), run.run, source)
  if not good then return "stays", why.message end
  return "moved"
end

return function(opts, operands)
  local open, err = report.rows(opts, "open_runs")
  if not open then return nil, report.refused(err) end
  local rows, known, name = {}, {}, operands[1]
  for _, row in ipairs(open) do
    if not name or row.name == name then
      local run = report.run(opts, row.run)
      local source, why = source_of(known, row.program)
      local became, reason = "stays", why and why.message
      if run and source then became, reason = look(opts, run, source) end
      rows[#rows + 1] = { run = row.run, name = row.name, program = row.program, became = became, why = reason }
    end
  end
  out.list(opts, rows, { { "RUN", "run" }, { "NAME", "name" }, { opts.dry_run and "WOULD BE" or "WAS", "became" },
    { "WHY", function(row) return row.why and report.cut(row.why, 300) or "" end } }, "no run is unfinished")
end
