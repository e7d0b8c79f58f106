--- twin.branches: what stands in plain Lua for the sentences about branches and limits.
---
---     local got = aios.parallel { a = function() return 1 end, b = function() return 2 end }
local run = require "aios.run"
local b = require "flow.branches"

local M = { parallel = b.all, each = b.map, race = b.race, retry = b.retry, shield = b.shield }

---fn(...) within limits: seconds, or { time = seconds, money = dollars }; gives what fn returns.
function M.within(limits, fn, ...)
  if type(limits) == "number" then limits = { time = limits } end
  if type(limits) ~= "table" or not (limits.time or limits.money) then error("aios.within takes seconds or { time =, money = }, and a function", 2) end
  local money = limits.money and math.floor(limits.money * 1000000 + 0.5)
  return b.limited({ seconds = limits.time, money = money, line = run.line() }, fn, ...)
end

---fn(), whose failure does not fail the run: its values, or nil and the error.
function M.isolate(fn)
  local values, err = b.isolate(run.line(), fn)
  if err then return nil, err end
  if values then return values() end
end

---Waits until fn() gives something true.
function M.wait_until(fn) return b.wait_until(run.line(), fn) end

return M
