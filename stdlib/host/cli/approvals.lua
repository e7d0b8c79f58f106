local out, report = require "host.print", require "host.report"

local function run(opts)
  local rows, err = report.listed(opts, "approvals")
  if not rows then return nil, err end
  for _, row in ipairs(rows) do row.digest = nil end
  out.list(opts, report.trimmed(rows), {
    { "ID", "approval" }, { "QUESTION", function(row) return report.cut(row.question, 60) end }, { "BY", "by" }, { "ASKED", "asked" }, { "UNTIL", "until" },
    { "NAME", "name" }, { "RUN", "run" },
  }, "nobody is asked anything")
end

return {
  name = "approvals", group = "look", summary = "lists the questions that runs ask of people", max = 0,
  about = "`aios approve ID` answers yes, `aios deny ID` answers no; the first characters of an ID are enough.",
  run = run,
}
