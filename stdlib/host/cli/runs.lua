local options, out, report = require "host.options", require "host.print", require "host.report"
local STATES = { "queued", "running", "waiting", "paused", "diverged", "in_doubt", "done", "failed", "cancelled",
  "continued", "skipped" }

local function check(state)
  for _, word in ipairs(STATES) do if word == state then return true end end
  local near = options.nearest(state, STATES)
  return options.usage(("--state: there is no state '%s'"):format(state),
    near and ("did you mean %s?"):format(near) or "states are " .. table.concat(STATES, ", "))
end

local function took(row)
  local stop = row.finished_ms
  return stop and row.started_ms and report.lasting(stop - row.started_ms) or nil
end

local function run(opts)
  if opts.state then
    local good, err = check(opts.state)
    if not good then return nil, err end
  end
  local rows, err = report.listed(opts, "runs", { name = opts.name, state = opts.state, limit = opts.limit or 20 })
  if not rows then return nil, err end
  for _, row in ipairs(rows) do
    report.standing(row).took = took(row)
    row.pid = nil
  end
  out.list(opts, report.trimmed(rows), {
    { "RUN", "run" }, { "NAME", "name" }, { "STATE", "state" }, { "STARTED", function(row) return row.started or row.created end },
    { "TOOK", "took", right = true }, { "CAUSE", "cause" },
    { "ERROR", function(row) return row.error and report.message(row.error, 60) or "" end },
  }, "no such runs")
end

return {
  name = "runs", group = "look", summary = "lists runs, newest first", max = 0,
  options = {
    { "name", "NAME", "only runs of this workflow" },
    { "state", "STATE", "only runs in this state" },
    { "limit", "N", "how many, 20 if not said", short = "n" },
  },
  examples = { { "aios runs --state failed", "what went wrong" } },
  run = run,
}
