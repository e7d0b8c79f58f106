--- model.breaker: which deployments rest, and until when.
---
---     local b = breaker.new()
---     b:failed("openai:gpt-4o-mini", problem, now)
---     local until_when, why = b:rests("openai:gpt-4o-mini", now)
local M = {}
M.__index = M

local OPEN_AFTER, OPEN_FOR, MONEY_FOR, THROTTLED_FOR = 3, 30, 3600, 5

---@return table breaker
function M.new() return setmetatable({ rows = {} }, M) end

---Notes a failure; `now` in seconds.
---@param problem table   { class, message, retry_after? }
function M:failed(id, problem, now)
  local row = self.rows[id] or { count = 0 }
  self.rows[id] = row
  local class, rest = problem.class, nil
  if class == "AUTH" then rest = math.huge
  elseif class == "MONEY" then rest = problem.retry_after or MONEY_FOR
  elseif class == "THROTTLED" then rest = problem.retry_after or THROTTLED_FOR
  elseif class == "TRANSIENT" or class == "SILENT" or class == "TRUNCATED" then
    row.count = row.count + 1
    if row.count >= OPEN_AFTER then rest = OPEN_FOR end   -- after the rest one call may try; it opens again at once
  end
  if rest then row.until_when, row.class, row.why = now + rest, class, problem.message end
end

---Notes a success: all is forgiven.
function M:worked(id) self.rows[id] = nil end

---@return number? until_when   nil when the deployment may be called
---@return string? why
---@return string? class
function M:rests(id, now)
  local row = self.rows[id]
  if row and row.until_when and row.until_when > now then return row.until_when, row.why, row.class end
end

return M
