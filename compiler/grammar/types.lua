--- types: the notation after `:` and `->` and in `type NAME = ...`.
local lpeg = require "lpeg"
local P, S, V = lpeg.P, lpeg.S, lpeg.V
local M = {}

---Adds the type rules to `g`. A type is recorded as one node: it travels as text.
function M.rules(k, g)
  local want, tok, ws = k.want, k.tok, k.ws
  local Type = want(V "Type", "a type")
  local word = V "Ident" * ws
  local function mark(text) return P(text) * ws end
  local digits = k.digit ^ 1 * (P "." * k.digit ^ 1) ^ -1
  local number = P "-" ^ -1 * digits * -k.alnum * ws
  local dots = P ".." * ws
  local range = number * (dots * number ^ -1) ^ -1 + dots * number
  local text = V "StringText" * ws
  local field = word * mark "?" ^ -1 * mark ":" * Type * text ^ -1
  local separator = S ",;" * ws
  local quiet = k.ws_silent
  local is_field = #(V "Ident" * quiet * (P "?" * quiet) ^ -1 * ":")
  local record = is_field * field * (separator * field) ^ 0 * separator ^ -1
  local map = mark "[" * Type * want(mark "]", "`]`") * want(mark ":", "`:`") * Type
  local braces = P "{" * k.opened "{" * ws * (map + record + V "Type" + #P "}") * want(P "}", "`}`", k.skip_to(P "}")) * k.closed() * ws
  g.TypePrim = (braces + text + #(P "-" ^ -1 * k.digit) * range + word * (mark "(" * #(S "-." + k.digit) * range * want(mark ")", "`)`")) ^ -1) * mark "?" ^ -1
  g.Type = V "TypePrim" * (P "|" * ws * want(V "TypePrim", "a type after `|`")) ^ 0
  g.TypeNode = k.node("type", V "Type")
  g.Params = k.node("params", k.open "(" * (V "Param" * (tok "," * want(V "Param", "a parameter")) ^ 0) ^ -1 * k.close ")")
  g.Param = k.node("param", V "DslName" * (tok ":" * want(V "TypeNode", "a type")) ^ -1)
end

return M
