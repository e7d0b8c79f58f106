--- codes: what a problem means, why it is one, and how it is written wrongly and rightly: for `aios explain CODE`.
---
---     codes.of "AIOS012"     --> { code, what, severity, why, wrong, right, make? }
---
--- `wrong` gives exactly this problem and `right` none (a test holds them to it). Where an example cannot be printed, `wrong`
--- describes it and `make` returns it.
local problem = require "compiler.problem"
local M = {}

local function find(code) return require("compiler.codes.reading")[code] or require("compiler.codes.meaning")[code] end

---@return table? explained nil when there is no such code
function M.of(code)
  local what = problem.codes[code]
  if not what then return nil end
  local more = find(code) or {}
  return { code = code, what = what, severity = problem.severity(code), why = more.why, wrong = more.wrong, right = more.right, make = more.make }
end

---All codes, sorted.
---@return string[]
function M.list()
  local out = {}
  for code in pairs(problem.codes) do out[#out + 1] = code end
  table.sort(out)
  return out
end

return M
