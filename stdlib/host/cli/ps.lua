local out, report = require "host.print", require "host.report"

local function run(opts)
  local rows, err = report.listed(opts, "open_runs")
  if not rows then return nil, err end
  for _, row in ipairs(rows) do report.standing(row) end
  out.list(opts, report.trimmed(rows), {
    { "RUN", "run" }, { "NAME", "name" }, { "STATE", "state" }, { "PID", "pid", right = true },
    { "STEPS", "steps", right = true }, { "SINCE", function(row) return row.started or row.created end },
    { "UNTIL", "wake" }, { "BY", function(row) return row.parent and row.parent .. row.parent_path end }, { "PROGRAM", "program" },
  }, "nothing is running")
end

return {
  name = "ps", group = "look", summary = "lists runs that are not over", max = 0,
  about = "PID is the process that runs them. A run whose process is gone is `interrupted`; it goes on\nwhere it stopped when its program is started again.\nBY is the run, and its step, that began it with NAME:start; `aios why RUN` follows that to the first cause.",
  run = run,
}
