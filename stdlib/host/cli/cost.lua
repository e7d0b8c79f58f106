local options, out, report = require "host.options", require "host.print", require "host.report"

local KINDS = { "tier", "model", "day", "run" }
local QUERY = { tier = "cost_by_tier", model = "cost_by_model", day = "cost_by_day", run = "cost_by_run" }

local function total(rows)
  local sum = 0
  for _, row in ipairs(rows) do sum = sum + row.cost end
  return sum
end

local function run(opts)
  local by = opts.by or "tier"
  if not QUERY[by] then
    local near = options.nearest(by, KINDS)
    return options.usage(("--by: costs are not told by '%s'"):format(by), near and ("did you mean %s?"):format(near) or "tier, model, day or run")
  end
  local since = opts.since and require "aios.host".now_ms() - opts.since * 1000 or nil
  local rows, err = report.listed(opts, QUERY[by], { since = since and math.floor(since) })
  if not rows then return nil, err end
  for _, row in ipairs(rows) do row.dollars = row.cost / 1e6 end
  out.list(opts, report.trimmed(rows), {
    { by:upper(), by }, { "NAME", function(row) return row.name or "" end }, { "CALLS", "calls", right = true }, { "IN", "tokens_in", right = true },
    { "OUT", "tokens_out", right = true }, { "CACHED", "tokens_cached", right = true },
    { "COST", function(row) return report.money(row.cost) end, right = true },
  }, "no model was asked yet")
  if not opts.json and #rows > 1 then out.note(opts, "in all " .. report.money(total(rows))) end
end

return {
  name = "cost", group = "look", summary = "tells what models cost", max = 0,
  options = {
    { "by", "WHAT", "tier (if not said), model, day or run" },
    { "since", "DUR", "only the last DUR, such as 7d" },
  },
  about = "Sums of the calls of models: how many, tokens in and out, and the money, in dollars. With --json\n"
    .. "`cost` is in millionths of a dollar.",
  examples = { { "aios cost --by day --since 7d", "the last week" } },
  run = run,
}
