--- literals: numbers, and the literals with a unit.
local lpeg = require "lpeg"
local kit_of = require "compiler.grammar.kit"
local words = require "compiler.words"
local P, S = lpeg.P, lpeg.S
local M = {}

local function spellings(list)
  local out = P(false)
  for _, unit in ipairs(list) do out = out + P(unit[1]) end
  return out
end

local function literals(k, g)
  local V = k.V
  local digit, alnum = k.digit, k.alnum
  local stop = k.stop
  local half = P "am" + "pm"
  local function clock()
    local hour, two = digit * digit ^ -1, digit * digit
    return hour * ":" * two * (":" * two) ^ -1 * half ^ -1 * stop + hour * half * stop
  end
  function g.DurationText() return (digit ^ 1 * spellings(words.duration)) ^ 1 * stop end
  function g.Duration() return k.node("duration", V "DurationText") * k.gap end
  function g.Time() return k.node("time", clock()) * k.gap end
  function g.Date() return k.node("date", digit * digit * digit * digit * "-" * digit * digit * "-" * digit * digit * stop) * k.gap end
  function g.Money() return k.node("money", P "$" * digit ^ 1 * (P "." * digit ^ 1) ^ -1 * stop) * k.gap end
  function g.Count() return k.node("number", digit ^ 1 * -(alnum + "." * digit)) * k.gap end
  function g.Unit()
    local size = k.node("size", digit ^ 1 * spellings(words.size) * stop) * k.gap
    local count = k.node("count", digit ^ 1 * spellings(words.count) * stop) * k.gap
    local unit = #digit * (V "Time" + V "Duration" + size + count) + k.where("$", "Money")
    if not k.diagnose then return unit end
    local junk = (alnum + P "." * #alnum) ^ 1
    return unit + #digit * k.note("number", "number") * junk * (P ":" * digit * alnum ^ 0) ^ 0 * k.gap
      + #P "$" * k.note("number", "money") * P "$" * (alnum + ".") ^ 0 * k.gap
  end
end

local function numbers(k, g)
  local digit, hexdigit = k.digit, lpeg.R("09", "af", "AF")
  local sign = S "+-" ^ -1
  function g.Number()
    local hex = P "0" * S "xX" * (hexdigit ^ 1 * (P "." * hexdigit ^ 0) ^ -1 + P "." * hexdigit ^ 1) * (S "pP" * sign * digit ^ 1) ^ -1
    local decimal = (digit ^ 1 * (P "." * digit ^ 0) ^ -1 + P "." * digit ^ 1) * (S "eE" * sign * digit ^ 1) ^ -1
    local stop = -(k.alnum + "." + P ":" * digit)
    return k.plain("number", (hex + decimal) * stop) * k.ws
  end
end

---Adds the rules of numbers and literals to `g`.
function M.rules(k, g)
  literals(k, g)
  numbers(k, g)
  function g.Period() return k.node("period", kit_of.any_of(words.periods, P "s" ^ -1 * k.stop)) * k.gap end
end

return M
