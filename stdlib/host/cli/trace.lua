local out, report = require "host.print", require "host.report"

-- what a row says in a few words
local function said(step)
  if step.kind == "timer" then return "until " .. step.time end
  if step.kind == "intent" then return "begins" end
  if step.kind == "retry" then return "may be done again" end
  if step.status == "error" then return report.message(step.value, 60) end
  if step.value == nil and step.bytes and step.bytes > 0 then return ("%d bytes"):format(step.bytes) end
  local is_empty = step.value == nil or step.value == require "aios.json".null
  return is_empty and "" or report.short(step.value)
end

-- what was asked of models at a step: tier, model and how it ended, with what it cost
local function asked(rows)
  local by_path = {}
  for _, row in ipairs(rows) do
    local path = (row.path or ""):gsub("^/", "")
    local text = ("%s %s%s %s"):format(row.tier, row.model and #row.model <= 30 and row.model or row.provider or "",
      row.cost > 0 and ", " .. report.money(row.cost) or "", row.outcome)
    by_path[path] = by_path[path] and by_path[path] .. "; " .. text or text
  end
  return by_path
end

local function run(opts, operands)
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  local steps, why = report.rows(opts, "steps", { id = found.id })
  if not steps then return nil, why end
  local start = found.started_ms or found.created_ms
  for _, step in ipairs(steps) do
    -- a result is written when it ended; a timer's time is when it is due
    local took = step.took_us and step.took_us // 1000 or 0
    step.offset_ms = math.max(0, step.time_ms - start - (step.kind == "result" and took or 0))
  end
  local spend = asked(report.rows(opts, "spend", { run = found.run }) or {})
  for _, step in ipairs(steps) do step.asked = spend[(step.path:gsub("^/", ""))] end
  report.trimmed(steps)
  out.list(opts, steps, {
    { "AT ms", "offset_ms", right = true },
    { "TOOK", function(step) return step.took_us and report.lasting(step.took_us / 1000) or "" end, right = true },
    { "STEP", "path" }, { "NAME", "name" }, { "STATUS", "status" }, { "VALUE", function(step) return step.asked and out.plain(step.asked) .. ": " .. said(step) or said(step) end },
  }, ("run %s has recorded nothing yet"):format(found.run))
end

return {
  name = "trace", group = "look", summary = "prints the timeline of a run",
  operands = "RUN", min = 1, max = 1,
  about = "One line for each row of the run's journal: when it began, counted from the start of the run, how long\n"
    .. "it took, its path and name, how it ended, and its value.",
  examples = { { "aios trace last", "the newest run" } },
  run = run,
}
