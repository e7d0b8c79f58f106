--- lua: the productions of Lua 5.4, with the places where the language adds to them.
--- A production commits after its first token; a suffixed expression is parsed once, and what follows decides what it was.
local lpeg = require "lpeg"
local words = require "compiler.words"
local P, S = lpeg.P, lpeg.S
local M = {}

local function statements(k, g)
  local V = k.V
  local want, kw, tok, plain = k.want, k.kw, k.tok, k.plain
  local Exp, Block, Finish = V "Exp", V "Block", k.close("end", "end")
  local Then = want(kw "then", "`then`", k.skip_to(kw "then"))
  local Do = want(kw "do", "`do`", k.skip_to(kw "do"))
  local id = plain("identifier", V "Ident") * k.ws
  local name = want(id, "a name")
  local exps = want(V "ExpList", "an expression")
  local assign_mark = P "=" * -S "=>" * k.ws
  local attribute = tok "<" * want(V "Name", "`const` or `close`") * want(tok ">", "`>`")
  local function open(word) return k.open(word, true) end
  local condition = want(Exp, "a condition")

  local function numeric()
    return tok "=" * want(Exp, "a start value") * want(tok ",", "`,`") * want(Exp, "a limit") * (tok "," * want(Exp, "a step")) ^ -1
  end
  local function generic() return (tok "," * name) ^ 0 * want(kw "in", "`=` or `in`") * exps end
  function g.If()
    return plain("if", open "if" * condition * Then * Block * (kw "elseif" * condition * Then * Block) ^ 0 * (kw "else" * Block) ^ -1 * Finish)
  end
  function g.For() return plain("for", open "for" * name * (numeric() + generic()) * Do * Block * Finish) end
  function g.While() return plain("while", open "while" * condition * Do * Block * Finish) end
  function g.DoBlock() return plain("do_block", open "do" * Block * Finish) end
  function g.Repeat() return plain("repeat", k.open("repeat", true) * Block * want(kw "until", "`until`") * k.closed() * condition) end
  local values = assign_mark * exps
  if k.diagnose then values = values + k.same_line * #(k.alpha - k.reserved) * k.note("want", "`=`") * V "ExpList" end
  function g.Local()
    return plain("local", kw "local" * ((k.has "function" and plain("function", open "function" * name * V "FuncBody") or k.never)
      + want(id * attribute ^ -1, "a name") * (tok "," * name * attribute ^ -1) ^ 0 * values ^ -1))
  end
  function g.Function()
    return plain("function", open "function" * want(V "Name", "a function name") * (P "." * -P "." * k.ws * want(V "Name", "a name")) ^ 0
      * (tok ":" * want(V "Name", "a name")) ^ -1 * V "FuncBody")
  end
  function g.FuncBody()
    return want(tok "(", "`(`") * plain("func_params", V "FuncParams" ^ -1) * want(tok ")", "`)`", k.skip_to(tok ")")) * Block * Finish
  end
  function g.FuncParams() return id * (tok "," * id) ^ 0 * (tok "," * plain("vararg", P "...") * k.ws) ^ -1 + plain("vararg", P "...") * k.ws end
  function g.Return() return plain("return", kw "return" * V "ExpList" ^ -1 * tok ";" ^ -1) end
end

local function simple_statements(k, g)
  local V = k.V
  local want, kw, tok, plain, where = k.want, k.kw, k.tok, k.plain, k.where
  local Exp, id = V "Exp", plain("identifier", V "Ident") * k.ws
  local exps, assign_mark = want(V "ExpList", "an expression"), P "=" * -S "=>" * k.ws

  function g.Break() return plain("break", kw "break") end
  function g.Goto() return plain("goto", kw "goto" * want(id, "a label")) end
  function g.Label() return plain("label", tok "::" * want(id, "a label") * want(tok "::", "`::`")) end
  function g.Stat()
    local spoken = false
    for _, word in ipairs(words.heads) do spoken = k.says(word) or spoken end
    local aios = spoken and #S "aitdwonsbpe" * V "Aios" or k.never
    return tok ";" + where("local", "Local") + where("if", "If") + where("for", "For") + where("function", "Function") + where("while", "While")
      + where("do", "DoBlock") + where("repeat", "Repeat") + where("break", "Break") + where("goto", "Goto") + where("::", "Label")
      + aios + plain("expression", V "ExprStat")
  end
  function g.ExprStat()
    return (k.asks and k.ask_ahead * V "AskCall" * (V "StatTail" + P(true)) or k.never) + -k.ask_ahead * id * (V "StatTail" + V "Assign")
      + #P "(" * k.plain("paren", k.open "(" * want(Exp, "an expression") * k.close ")")
        * (V "StatTail" + (k.diagnose and k.note("alone", "a statement") or k.never))
  end
  -- the diagnose mode never parses a statement to its end only to refuse it: with nested functions that would double at
  -- every level
  local alone, values_of = P(false), assign_mark * exps
  if k.diagnose then alone = k.note("alone", "a statement") end
  function g.StatTail() return V "CallSuffix" * (V "StatTail" + P(true)) + V "IndexSuffix" * (V "StatTail" + V "Assign" + alone) end
  local targets = (tok "," * want(V "Suffixed", "a variable")) ^ 1
  function g.Assign() return plain("assign", values_of + targets * want(values_of, "`=`")) end
end

local function expressions(k, g)
  local V = k.V
  k.open_index = -P "[[" * -P "[=" * k.open "["
  local want, kw, tok, plain, mark = k.want, k.kw, k.tok, k.plain, k.mark
  local Exp = V "Exp"
  function g.ExpList() return Exp * (tok "," * want(Exp, "an expression after `,`")) ^ 0 end
  local minus = P "-" * -S "->"
  local binary = minus + P "+" + "*" + P "//" + "/" + "%" + "^" + P ".." + "<<" + "<=" + "<" + ">>" + ">=" + ">"
    + P "==" + "~=" + "&" + P "|" + "~" + (P "and" + "or") * k.stop
  local unary = P "not" * k.stop + minus + "#" + P "~" * -P "="
  local op, pre = plain("operator", binary) * k.ws, plain("operator", unary) * k.ws
  local operand = pre ^ 0 * V "Simple"
  local operators = (op * want(operand, "an expression")) ^ 0
  function g.Operators() return operators end
  function g.Exp() return plain("exp", operand * operators) end

  local literal = plain("literal", (P "nil" + "true" + "false") * k.stop) * k.ws
  function g.Closure() return plain("function", k.open("function", true) * V "FuncBody") end
  function g.Simple()
    local unit = (k.has_like "%d[%a:]" or k.has_like "%$%d") and V "Unit" or k.never
    local number = #(k.digit + S ".$") * (V "Number" + unit)
    return (k.rich and V "Lambda" or k.never) + V "Suffixed" + number + V "String"
      + k.where("{", "Table") + literal + plain("vararg", P "...") * k.ws + k.where("function", "Closure") + k.where("`", "Template")
  end

  local arrow = k.rich and k.node("result", P "->" * k.ws * want(V "TypeNode", "a type")) ^ -1 or P(true)
  function g.Prefix()
    return (k.asks and k.ask_ahead * V "AskCall" or k.never) + -k.ask_ahead * plain("identifier", V "Ident") * k.ws
      + plain("paren", k.open "(" * want(Exp, "an expression") * k.close ")")
  end
  function g.Chain() return V "Prefix" * (V "IndexSuffix" + V "CallSuffix") ^ 0 end
  function g.Suffixed() return mark("suffixed", V "Chain" * arrow) end
  function g.IndexSuffix()
    return mark("index", P "." * -P "." * k.ws * want(plain("identifier", V "Ident") * k.ws, "a name")
      + k.open_index * want(Exp, "an expression") * k.close "]")
  end
  function g.CallSuffix()
    return mark("call", V "Args")
      + mark("method", P ":" * -P ":" * k.ws * want(mark("name", V "Ident") * k.ws, "a method name") * want(V "Args", "arguments"))
  end
  function g.Args() return V "ParenArgs" + k.where("{", "Table") + V "String" + k.node("template_arg", k.where("`", "Template")) end
end

local function lists(k, g)
  local V = k.V
  local want, tok, plain = k.want, k.tok, k.plain
  local Exp = V "Exp"
  local separator = S ",;" * k.ws
  local value = want(Exp, "an expression")
  function g.Field()
    return plain("field", k.open_index * value * k.close "]" * want(tok "=", "`=`") * value
      + plain("identifier", V "Ident") * k.ws * P "=" * -S "=>" * k.ws * value + Exp)
  end
  local before, more_args = P(false), P(false)
  if k.diagnose then
    local starts = #((k.alpha - k.reserved) + k.digit + S "\"'{(`$")
    before = starts * k.note("comma", "}")
    more_args = starts * k.note("comma", ")")
  end
  function g.Table()
    return plain("table", k.open "{" * (V "Field" * ((separator + before) * V "Field") ^ 0 * separator ^ -1) ^ -1 * k.close "}")
  end
  local first = k.diagnose and Exp * ((tok "," * want(Exp, "an expression after `,`")) + k.same_line * more_args * Exp) ^ 0 or V "ExpList"
  function g.ParenArgs() return k.open "(" * first ^ -1 * k.close ")" end
end

-- ask takes a template with its parts apart when it stands alone as the first argument or the first positional field.
-- Whether it stands alone the emitter sees; here nothing is parsed twice, however deep asks are nested.
local function asking(k, g)
  local V = k.V
  local tok, plain, mark = k.tok, k.plain, k.mark
  local ask = P "ask" * k.stop
  k.asks = not k.diagnose and k.has "ask"
  if not k.asks then
    k.ask_ahead = k.never
    return
  end
  k.ask_ahead = #(ask * k.ws_silent * S "({`")
  local separator, is_named = S ",;" * k.ws, #(V "Ident" * k.ws_silent * "=" * -S "=>") + #(P "[" * -S "[=")
  local first = V "AskTemplate" * V "Operators"
  function g.AskFields()
    return is_named * V "Field" * (separator * V "AskFields" ^ -1) ^ -1
      + (plain("field", #P "`" * first) + -P "`" * V "Field") * (separator * V "Field") ^ 0 * separator ^ -1
  end
  function g.AskTable() return plain("table", tok "{" * V "AskFields" ^ -1 * tok "}") end
  local apart = #S "`{" * (first + V "AskTable" * V "Operators") * (tok "," * V "ExpList") ^ -1
  function g.AskArgs() return k.node("template_arg", V "AskTemplate") + V "AskTable" + tok "(" * (apart + -S "`{" * V "ExpList") ^ -1 * tok ")" end
  function g.AskCall() return plain("identifier", ask) * k.ws * mark("call", V "AskArgs") end
end

local function lambdas(k, g)
  local V = k.V
  if not k.rich then return end
  local ws, want = k.ws_silent, k.want
  local quiet = k.alpha * k.alnum ^ 0 * ws
  local head = quiet * "=>" + P "(" * ws * (quiet * ("," * ws * quiet) ^ 0) ^ -1 * ")" * ws * "=>"
  local names = V "DslName" + k.tok "(" * (V "DslName" * (k.tok "," * V "DslName") ^ 0) ^ -1 * k.tok ")"
  function g.Lambda() return #head * k.node("lambda", names * P "=>" * k.ws * want(k.node("exp", V "Exp"), "an expression after `=>`")) end
end

---Adds the rules of Lua to `g`.
function M.rules(k, g)
  asking(k, g)
  statements(k, g)
  simple_statements(k, g)
  expressions(k, g)
  lists(k, g)
  lambdas(k, g)
end

return M
