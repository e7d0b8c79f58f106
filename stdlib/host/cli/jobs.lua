local out, report = require "host.print", require "host.report"

local function run(opts)
  local rows, err = report.listed(opts, "jobs")
  if not rows then return nil, err end
  out.list(opts, report.trimmed(rows), {
    { "NAME", "name" }, { "WHEN", function(row) return row.spec or row.kind end }, { "NEXT", "next" },
    { "LAST", "status" }, { "AT", "changed" }, { "LAST RUN", "last_run" },
    { "PROGRAM", function(row) return row.program and (row.line and row.program .. ":" .. row.line or row.program) end },
  }, "no program has declared a job yet")
end

return {
  name = "jobs", group = "look", summary = "lists declared workflows, when they are due and how they last ended", max = 0,
  run = run,
}
