local out, report = require "host.print", require "host.report"

local function run(opts)
  local rows, err = report.listed(opts, "budgets")
  if not rows then return nil, err end
  local function money(field) return function(row) return report.money(row[field]) end end
  out.list(opts, report.trimmed(rows), {
    { "BUDGET", "budget" }, { "MOST", money "cap", right = true }, { "SPENT", money "spent", right = true }, { "HELD", money "held", right = true },
    { "LEFT", money "left", right = true }, { "COUNTED FOR", "scope" },
  }, "no budget has counted anything yet")
end

return {
  name = "budgets", group = "look", summary = "lists budgets: what they allow and what is spent", max = 0,
  about = "A budget holds what a call may cost before the call and counts what it did cost after it. What is held\n"
    .. "by a process that is gone counts as spent.",
  run = run,
}
