--- forms: the sentences of the language at statement position.
--- Each begins with a contextual word that must be followed by a name, a number, `$` or a keyword: stock Lua accepts none
--- of these after a statement's first name, so no Lua program is ever claimed.
local lpeg = require "lpeg"
local clauses = require "compiler.grammar.clauses"
local P, V = lpeg.P, lpeg.V
local M = {}

local function bodies(k, g)
  local node = k.node
  local start = node("do", P "do" * -k.alnum) * k.ws
  local finish = node("end", k.diagnose and P(true) or P "end" * -k.alnum) * (k.diagnose and k.close "end" or k.ws)
  local undo = node("undo", k.word "undo" * #k.alpha * V "DslName" * k.kw "do" * V "Block")
  local plain_undo = node("undo", k.word "undo" * #k.alpha * V "Block")
  g.DoWord = k.want(start, "`do`", k.skip_to(start))
  g.Body = node("body", V "DoWord" * V "Block" * undo ^ -1 * finish)
  g.SimpleBody = node("body", V "DoWord" * V "Block" * finish)
  g.StepBody = node("body", node("do", P "do" * -k.alnum) * k.opened "do" * k.ws * V "Block" * plain_undo ^ -1 * finish)
end

-- a heading: the word, remembered as open, when `after` says that it is a sentence
local function head(k, text, after)
  local word = P(text) * -k.alnum
  return #(word * k.ws_silent * (after or k.follow)) * word * k.opened(text) * k.ws
end

local function declarations(k, g)
  local want, node, word, tok = k.want, k.node, k.word, k.tok
  local name = want(V "DslName", "a name")
  local exp = want(node("exp", V "Exp"), "an expression")
  local arrow = P "->" * k.ws * want(V "TypeNode", "a type")
  local title = node("title", V "DslString") ^ -1
  local equals = want(P "=" * -P "=" * k.ws, "`=`")
  local money = want(V "Money", "an amount such as $0.10")
  g.Workflow = node("workflow", head(k, "workflow") * name * V "Params" ^ -1 * arrow ^ -1 * title * V "Clauses" * V "Body")
  g.Tool = node("tool", head(k, "tool") * want(V "Dotted", "a name") * want(V "Params", "parameters in `( )`") * arrow ^ -1 * V "Clauses" * V "Body")
  local start = P "once" * -k.alnum * k.ws * #k.alpha + (P "every" + "at" + "in" + "on" + "when") * -k.alnum * k.ws * k.follow
    + P "always" * -k.alnum * k.ws * #k.alpha
  g.TriggerForm = #start * k.opened "" * node("trigger", V "Trigger" * title * V "Clauses" * V "SimpleBody")
  local plain_if = node("rule", word "rule" * #(P "if" + "do") * V "Stat" + word "rule" * want(V "Exp", "a rule"))
  local try = node("try", word "try" * name * (word "accept" * exp) ^ 0 * (word "at" * want(word "most", "`most`") * money) ^ -1)
  local rung = plain_if + node("prompt", word "prompt" * (V "AskTemplate" * V "Operators" + -P "`" * exp)) + try + node("accept", word "accept" * exp)
    + node("otherwise", word "otherwise" * exp)
  g.Decision = node("decision", head(k, "decision") * name * want(V "Params", "parameters in `( )`") * want(arrow, "`->` and a type")
    * V "Clauses" * rung ^ 0 * k.close "end")
  g.Agent = node("agent", head(k, "agent") * name * V "Clauses" * k.close "end")
  local function simple(text) return word(text) * k.follow end
  g.Tier = node("tier_decl", simple "tier" * name * equals * exp * (tok "," * exp) ^ 0 * V "TierClause" ^ 0)
  g.Budget = node("budget_decl", simple "budget" * name * equals * money * (word "per" * name) ^ -1)
  g.Type_ = node("type_decl", simple "type" * name * equals * want(V "TypeNode", "a type"))
  g.NeedsForm = node("needs_decl", simple "needs" * V "Needs")
end

local function flow(k, g)
  local want, node, word, tok = k.want, k.node, k.word, k.tok
  local name = want(V "DslName", "a name")
  local exp = want(node("exp", V "Exp"), "an expression")
  local Duration = want(V "Duration", "a duration such as 5m")
  local undo = node("undo_exp", word "undo" * #k.alpha * want(node("exp", V "Exp"), "an expression"))
  local retry, timeout = #(word "retry" * k.digit) * V "Retry", #(word "timeout" * k.digit) * V "Timeout"
  local value = P "=" * -P "=" * k.ws * exp * (retry + timeout + undo) ^ 0
  local both = value + V "StepBody"
  g.Step = node("step", word "step" * #k.alpha * name * (tok "," * name) ^ 0 * want(both, "`=` or `do`"))
  local steps = V "Step"
  if k.diagnose then
    steps = steps + -(P "end" * -k.alnum) * #P(1) * k.note("parallel", "step") * (V "Stat" + V "Stray")
  end
  local function word_ahead(text) return P(text) * -k.alnum end
  g.Parallel = node("parallel", head(k, "parallel", word_ahead "do") * k.kw "do" * steps ^ 0 * k.close "end")
    + node("parallel_for", head(k, "parallel", word_ahead "for") * k.kw "for" * name * (tok "," * name) ^ 0 * want(k.kw "in", "`in`") * exp
      * node("limit", word "limit" * want(V "Count", "a whole number")) ^ -1 * V "SimpleBody")
  g.Wait = node("wait_until", word "wait" * k.kw "until" * want(node("exp", V "Exp"), "a condition"))
    + node("wait", word "wait" * k.follow * Duration)
  local bound = V "Duration" + V "Money"
  g.Within = node("within", head(k, "within") * want(bound, "a duration or an amount") * (tok "," * want(bound, "a duration or an amount")) ^ 0 * V "SimpleBody")
  g.Isolate = node("isolate", head(k, "isolate", word_ahead "do") * V "SimpleBody")
  g.Test = node("test", head(k, "test", word_ahead "that") * word "that" * want(V "DslString", "a sentence in quotes") * V "SimpleBody")
  g.Advance = node("advance", word "advance" * k.follow * Duration)
  g.Expect = node("expect", word "expect" * k.follow * want(node("exp", V "Exp"), "a condition"))
end

---Adds the rules of the language's own sentences to `g`.
function M.rules(k, g)
  clauses.rules(k, g)
  bodies(k, g)
  declarations(k, g)
  flow(k, g)
  g.Aios = V "Workflow" + V "Tool" + V "TriggerForm" + V "Tier" + V "Type_" + V "NeedsForm" + V "Step" + V "Parallel" + V "Wait"
    + V "Test" + V "Expect" + V "Advance" + V "Decision" + V "Agent" + V "Budget" + V "Within" + V "Isolate"
end

return M
