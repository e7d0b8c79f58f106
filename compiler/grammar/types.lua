--- types: the notation after `:` and `->` and in `type NAME = ...`.
local lpeg = require "lpeg"
local P, S = lpeg.P, lpeg.S
local M = {}

---Adds the type rules to `g`. A type is recorded as one node: it travels as text.
function M.rules(k, g)
  local V = k.V
  local want, sign, ws = k.want, k.sign, k.gap
  local Type = want(V "Type", "a type")
  local word = V "Ident" * ws
  local function mark(text) return P(text) * ws end
  local digits = k.digit ^ 1 * (P "." * k.digit ^ 1) ^ -1
  local number = P "-" ^ -1 * digits * k.stop * ws
  local dots = P ".." * ws
  local range = number * (dots * number ^ -1) ^ -1 + dots * number
  local text = V "StringText" * ws
  local field = word * mark "?" ^ -1 * mark ":" * Type * text ^ -1
  local separator = S ",;" * ws
  local quiet = k.gap_silent
  local is_field = #(V "Ident" * quiet * (P "?" * quiet) ^ -1 * ":")
  local record = is_field * field * (separator * field) ^ 0 * separator ^ -1
  local map = mark "[" * Type * want(mark "]", "`]`") * want(mark ":", "`:`") * Type
  local braces = P "{" * k.opened "{" * ws * (map + record + V "Type" + #P "}") * want(P "}", "`}`", k.skip_to(P "}")) * k.closed() * ws
  function g.TypePrim()
    return (braces + text + #(P "-" ^ -1 * k.digit) * range + word * (mark "(" * #(S "-." + k.digit) * range * want(mark ")", "`)`")) ^ -1) * mark "?" ^ -1
  end
  function g.Type() return V "TypePrim" * (P "|" * ws * want(V "TypePrim", "a type after `|`")) ^ 0 end
  function g.TypeNode() return k.node("type", V "Type") end
  function g.Params() return k.node("params", k.open "(" * (V "Param" * (sign "," * want(V "Param", "a parameter")) ^ 0) ^ -1 * k.close ")") end
  function g.Param() return k.node("param", V "DslName" * (sign ":" * want(V "TypeNode", "a type")) ^ -1) end
end

return M
