--- timeline: rows of a journal as a table.
local out, report = require "host.print", require "host.report"

---What a row says in a few words.
local function said(step)
  if step.kind == "timer" then return "until " .. step.time end
  if step.kind == "intent" then return "begins" end
  if step.status == "error" then return report.message(step.value, 60) end
  if step.value == nil and (step.bytes or 0) > 0 then return ("%d bytes"):format(step.bytes) end
  return step.value ~= nil and step.value ~= require "aios.json".null and report.short(step.value) or ""
end

return function(opts, steps)
  out.list(opts, steps, { { "STEP", "path" }, { "NAME", "name" }, { "LINE", function(step) return step.line ~= 0 and step.line or "" end, right = true },
    { "STATUS", "status" }, { "VALUE", said } }, "nothing was recorded before")
end
