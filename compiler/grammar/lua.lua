--- lua: the productions of Lua 5.4, with the places where the language adds to them.
--- A production commits after its first token; a suffixed expression is parsed once, and what follows decides what it was.
local lpeg = require "lpeg"
local P, S, V = lpeg.P, lpeg.S, lpeg.V
local M = {}

local function statements(k, g)
  local want, kw, tok, plain = k.want, k.kw, k.tok, k.plain
  local Exp, Block, Finish = V "Exp", V "Block", k.close("end", "end")
  local Then = want(kw "then", "`then`", k.skip_to(kw "then"))
  local Do = want(kw "do", "`do`", k.skip_to(kw "do"))
  local id = plain("identifier", V "Ident") * k.ws
  local name = want(id, "a name")
  local assign_mark = P "=" * -S "=>" * k.ws
  local attribute = tok "<" * want(V "Name", "`const` or `close`") * want(tok ">", "`>`")
  local function open(word) return k.open(word, true) end
  local condition = want(Exp, "a condition")

  local numeric = tok "=" * want(Exp, "a start value") * want(tok ",", "`,`") * want(Exp, "a limit") * (tok "," * want(Exp, "a step")) ^ -1
  local generic = (tok "," * name) ^ 0 * want(kw "in", "`=` or `in`") * want(V "ExpList", "an expression")
  g.If = plain("if", open "if" * condition * Then * Block * (kw "elseif" * condition * Then * Block) ^ 0 * (kw "else" * Block) ^ -1 * Finish)
  g.For = plain("for", open "for" * name * (numeric + generic) * Do * Block * Finish)
  g.While = plain("while", open "while" * condition * Do * Block * Finish)
  g.DoBlock = plain("do_block", open "do" * Block * Finish)
  g.Repeat = plain("repeat", k.open("repeat", true) * Block * want(kw "until", "`until`") * k.closed() * condition)
  local values = assign_mark * want(V "ExpList", "an expression")
  if k.diagnose then values = values + k.same_line * #(k.alpha - k.reserved) * k.note("want", "`=`") * V "ExpList" end
  g.Local = plain("local", kw "local" * (plain("function", open "function" * name * V "FuncBody")
    + want(id * attribute ^ -1, "a name") * (tok "," * name * attribute ^ -1) ^ 0 * values ^ -1))
  g.Function = plain("function", open "function" * want(V "Name", "a function name") * (P "." * -P "." * k.ws * want(V "Name", "a name")) ^ 0
    * (tok ":" * want(V "Name", "a name")) ^ -1 * V "FuncBody")
  g.FuncBody = want(tok "(", "`(`") * plain("func_params", V "FuncParams" ^ -1) * want(tok ")", "`)`", k.skip_to(tok ")")) * Block * Finish
  g.FuncParams = id * (tok "," * id) ^ 0 * (tok "," * plain("vararg", P "...") * k.ws) ^ -1 + plain("vararg", P "...") * k.ws
  g.Return = plain("return", kw "return" * V "ExpList" ^ -1 * tok ";" ^ -1)

  local call_or_assign = plain("expression", V "ExprStat")
  local label = plain("label", tok "::" * want(id, "a label") * want(tok "::", "`::`"))
  g.Stat = tok ";" + V "Local" + V "If" + V "For" + V "Function" + V "While" + V "DoBlock" + V "Repeat"
    + plain("break", kw "break") + plain("goto", kw "goto" * want(id, "a label")) + label
    + #S "aitdwonsbpe" * V "Aios" + call_or_assign
  g.ExprStat = k.ask_ahead * V "AskCall" * (V "StatTail" + P(true)) + -k.ask_ahead * id * (V "StatTail" + V "Assign")
    + #P "(" * k.plain("paren", k.open "(" * want(Exp, "an expression") * k.close ")") * (V "StatTail" + (k.diagnose and k.note("alone", "a statement") or P(false)))
  -- the diagnose mode never parses a statement to its end only to refuse it: with nested functions that would double at
  -- every level
  local alone, values_of = P(false), assign_mark * want(V "ExpList", "an expression")
  if k.diagnose then alone = k.note("alone", "a statement") end
  g.StatTail = V "CallSuffix" * (V "StatTail" + P(true)) + V "IndexSuffix" * (V "StatTail" + V "Assign" + alone)
  local targets = (tok "," * want(V "Suffixed", "a variable")) ^ 1
  g.Assign = plain("assign", values_of + targets * want(values_of, "`=`"))
end

local function expressions(k, g)
  k.open_index = -P "[[" * -P "[=" * k.open "["
  local want, kw, tok, plain, mark = k.want, k.kw, k.tok, k.plain, k.mark
  local Exp = V "Exp"
  g.ExpList = Exp * (tok "," * want(Exp, "an expression after `,`")) ^ 0
  local minus = P "-" * -S "->"
  local binary = minus + P "+" + "*" + P "//" + "/" + "%" + "^" + P ".." + "<<" + "<=" + "<" + ">>" + ">=" + ">"
    + P "==" + "~=" + "&" + P "|" + "~" + (P "and" + "or") * -k.alnum
  local unary = P "not" * -k.alnum + minus + "#" + P "~" * -P "="
  local op, pre = plain("operator", binary) * k.ws, plain("operator", unary) * k.ws
  local operand = pre ^ 0 * V "Simple"
  local operators = (op * want(operand, "an expression")) ^ 0
  g.Operators = operators
  g.Exp = plain("exp", operand * operators)

  local literal = plain("literal", (P "nil" + "true" + "false") * -k.alnum) * k.ws
  local closure = plain("function", k.open("function", true) * V "FuncBody")
  g.Simple = (k.rich and V "Lambda" or P(false)) + V "Suffixed" + #(k.digit + S ".$") * (V "Number" + V "Unit") + V "String"
    + V "Table" + literal + plain("vararg", P "...") * k.ws + closure + V "Template"

  local arrow = k.rich and k.node("result", P "->" * k.ws * want(V "TypeNode", "a type")) ^ -1 or P(true)
  g.Prefix = k.ask_ahead * V "AskCall" + -k.ask_ahead * plain("identifier", V "Ident") * k.ws + plain("paren", k.open "(" * want(Exp, "an expression") * k.close ")")
  g.Chain = V "Prefix" * (V "IndexSuffix" + V "CallSuffix") ^ 0
  g.Suffixed = mark("suffixed", V "Chain" * arrow)
  g.IndexSuffix = mark("index", P "." * -P "." * k.ws * want(plain("identifier", V "Ident") * k.ws, "a name")
    + k.open_index * want(Exp, "an expression") * k.close "]")
  g.CallSuffix = mark("call", V "Args")
    + mark("method", P ":" * -P ":" * k.ws * want(mark("name", V "Ident") * k.ws, "a method name") * want(V "Args", "arguments"))
  g.Args = V "ParenArgs" + V "Table" + V "String" + k.node("template_arg", V "Template")
end

local function lists(k, g)
  local want, tok, plain = k.want, k.tok, k.plain
  local Exp = V "Exp"
  local separator = S ",;" * k.ws
  local value = want(Exp, "an expression")
  g.Field = plain("field", k.open_index * value * k.close "]" * want(tok "=", "`=`") * value
    + plain("identifier", V "Ident") * k.ws * P "=" * -S "=>" * k.ws * value + Exp)
  local before, more_args = P(false), P(false)
  if k.diagnose then
    local starts = #((k.alpha - k.reserved) + k.digit + S "\"'{(`$")
    before = starts * k.note("comma", "}")
    more_args = starts * k.note("comma", ")")
  end
  g.Table = plain("table", k.open "{" * (V "Field" * ((separator + before) * V "Field") ^ 0 * separator ^ -1) ^ -1 * k.close "}")
  local first = k.diagnose and Exp * ((tok "," * want(Exp, "an expression after `,`")) + k.same_line * more_args * Exp) ^ 0 or V "ExpList"
  g.ParenArgs = k.open "(" * first ^ -1 * k.close ")"
end

-- ask takes a template with its parts apart when it stands alone as the first argument or the first positional field.
-- Whether it stands alone the emitter sees; here nothing is parsed twice, however deep asks are nested.
local function asking(k, g)
  local tok, plain, mark = k.tok, k.plain, k.mark
  local ask = P "ask" * -k.alnum
  k.ask_ahead = k.diagnose and P(false) or #(ask * k.ws_silent * S "({`")
  local separator, is_named = S ",;" * k.ws, #(V "Ident" * k.ws_silent * "=" * -S "=>") + #(P "[" * -S "[=")
  local first = V "AskTemplate" * V "Operators"
  g.AskFields = is_named * V "Field" * (separator * V "AskFields" ^ -1) ^ -1
    + (plain("field", #P "`" * first) + -P "`" * V "Field") * (separator * V "Field") ^ 0 * separator ^ -1
  g.AskTable = plain("table", tok "{" * V "AskFields" ^ -1 * tok "}")
  local apart = #S "`{" * (first + V "AskTable" * V "Operators") * (tok "," * V "ExpList") ^ -1
  g.AskArgs = k.node("template_arg", V "AskTemplate") + V "AskTable" + tok "(" * (apart + -S "`{" * V "ExpList") ^ -1 * tok ")"
  g.AskCall = plain("identifier", ask) * k.ws * mark("call", V "AskArgs")
end

local function lambdas(k, g)
  if not k.rich then return end
  local ws, want = k.ws_silent, k.want
  local quiet = k.alpha * k.alnum ^ 0 * ws
  local head = quiet * "=>" + P "(" * ws * (quiet * ("," * ws * quiet) ^ 0) ^ -1 * ")" * ws * "=>"
  local names = V "DslName" + k.tok "(" * (V "DslName" * (k.tok "," * V "DslName") ^ 0) ^ -1 * k.tok ")"
  g.Lambda = #head * k.node("lambda", names * P "=>" * k.ws * want(k.node("exp", V "Exp"), "an expression after `=>`"))
end

---Adds the rules of Lua to `g`.
function M.rules(k, g)
  asking(k, g)
  statements(k, g)
  expressions(k, g)
  lists(k, g)
  lambdas(k, g)
end

return M
