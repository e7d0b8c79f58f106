--- forms: the sentences of the language at statement position.
--- Each begins with a contextual word that must be followed by a name, a number, `$` or a keyword: stock Lua accepts none
--- of these after a statement's first name, so no Lua program is ever claimed.
local lpeg = require "lpeg"
local P = lpeg.P
local M = {}

local TRIGGERS = { "every", "at", "in", "on", "when", "always", "once" }
-- the other sentences: word and rule, those that are written often first
local FORMS = {
  { "workflow", "Workflow" }, { "tool", "Tool" }, { "tier", "Tier" }, { "type", "Type_" }, { "needs", "NeedsForm" },
  { "step", "Step" }, { "parallel", "Parallel" }, { "wait", "Wait" }, { "test", "Test" }, { "expect", "Expect" },
  { "advance", "Advance" }, { "decision", "Decision" }, { "agent", "Agent" }, { "budget", "Budget" }, { "within", "Within" },
  { "isolate", "Isolate" },
}

local function bodies(k, g)
  local V = k.V
  local node = k.node
  local start = node("do", P "do" * k.stop) * k.gap
  local finish = node("end", k.diagnose and P(true) or P "end" * k.stop) * (k.diagnose and k.close "end" or k.gap)
  local undo = node("undo", k.word "undo" * #k.alpha * V "DslName" * k.word "do" * V "Block")
  local plain_undo = node("undo", k.word "undo" * #k.alpha * V "Block")
  function g.DoWord() return k.want(start, "`do`", k.skip_to(start)) end
  function g.Body() return node("body", V "DoWord" * V "Block" * undo ^ -1 * finish) end
  function g.SimpleBody() return node("body", V "DoWord" * V "Block" * finish) end
  function g.StepBody() return node("body", node("do", P "do" * k.stop) * k.opened "do" * k.gap * V "Block" * plain_undo ^ -1 * finish) end
end

-- a heading: the word, remembered as open, when `after` says that it is a sentence
local function head(k, text, after)
  local word = P(text) * k.stop
  return #(word * k.gap_silent * (after or k.follow)) * word * k.opened(text) * k.gap
end

local function declarations(k, g)
  local V = k.V
  local want, node, word, sign = k.want, k.node, k.word, k.sign
  local name = want(V "DslName", "a name")
  local exp = want(node("exp", V "Exp"), "an expression")
  local function arrow() return P "->" * k.gap * want(V "TypeNode", "a type") end
  local title = node("title", V "DslString") ^ -1
  local equals = want(P "=" * -P "=" * k.gap, "`=`")
  local function money() return want(V "Money", "an amount such as $0.10") end
  function g.Workflow() return node("workflow", head(k, "workflow") * name * V "Params" ^ -1 * arrow() ^ -1 * title * V "Clauses" * V "Body") end
  function g.Tool()
    return node("tool", head(k, "tool") * want(V "Dotted", "a name") * want(V "Params", "parameters in `( )`") * arrow() ^ -1 * V "Clauses" * V "Body")
  end
  local function start()
    return P "once" * k.stop * k.gap * #k.alpha + (P "every" + "at" + "in" + "on" + "when") * k.stop * k.gap * k.follow
      + P "always" * k.stop * k.gap * #k.alpha
  end
  function g.TriggerForm() return #start() * k.opened "" * node("trigger", V "Trigger" * title * V "Clauses" * V "SimpleBody") end
  local function rung()
    local plain_if = node("rule", word "rule" * #(P "if" + "do") * V "Stat" + word "rule" * want(V "Exp", "a rule"))
    local try = node("try", word "try" * name * (word "accept" * exp) ^ 0 * (word "at" * want(word "most", "`most`") * money()) ^ -1)
    return plain_if + node("prompt", word "prompt" * (V "AskTemplate" * V "Operators" + -P "`" * exp)) + try + node("accept", word "accept" * exp)
      + node("otherwise", word "otherwise" * exp)
  end
  function g.Decision()
    return node("decision", head(k, "decision") * name * want(V "Params", "parameters in `( )`") * want(arrow(), "`->` and a type")
      * V "Clauses" * rung() ^ 0 * k.close "end")
  end
  function g.Agent() return node("agent", head(k, "agent") * name * V "Clauses" * k.close "end") end
  local function simple(text) return word(text) * k.follow end
  function g.Tier() return node("tier_decl", simple "tier" * name * equals * exp * (sign "," * exp) ^ 0 * V "TierClause" ^ 0) end
  function g.Budget() return node("budget_decl", simple "budget" * name * equals * money() * (word "per" * name) ^ -1) end
  function g.Type_() return node("type_decl", simple "type" * name * equals * want(V "TypeNode", "a type")) end
  function g.NeedsForm() return node("needs_decl", simple "needs" * V "Needs") end
end

local function flow(k, g)
  local V = k.V
  local want, node, word, sign = k.want, k.node, k.word, k.sign
  local name = want(V "DslName", "a name")
  local exp = want(node("exp", V "Exp"), "an expression")
  local function duration() return want(V "Duration", "a duration such as 5m") end
  function g.Step()
    local undo = k.has "undo" and node("undo_exp", word "undo" * #k.alpha * exp) or k.never
    local retry = k.has "retry" and #(word "retry" * k.digit) * V "Retry" or k.never
    local timeout = k.has "timeout" and #(word "timeout" * k.digit) * V "Timeout" or k.never
    local limits = (retry + timeout) ^ 0                 -- one undo: a second is that of the block around the step
    local both = P "=" * -P "=" * k.gap * exp * limits * (undo * limits) ^ -1 + V "StepBody"
    return node("step", word "step" * #k.alpha * name * (sign "," * name) ^ 0 * want(both, "`=` or `do`"))
  end
  local function steps()
    if not k.diagnose then return V "Step" end
    return V "Step" + -(P "end" * k.stop) * #P(1) * k.note("parallel", "step") * (V "Stat" + V "Stray")
  end
  local function word_ahead(text) return P(text) * k.stop end
  function g.Parallel()
    return node("parallel", head(k, "parallel", word_ahead "do") * k.word "do" * steps() ^ 0 * k.close "end")
      + node("parallel_for", head(k, "parallel", word_ahead "for") * k.word "for" * name * (sign "," * name) ^ 0 * want(k.word "in", "`in`") * exp
        * node("limit", word "limit" * want(V "Count", "a whole number")) ^ -1 * V "SimpleBody")
  end
  function g.Wait()
    return node("wait_until", word "wait" * k.word "until" * want(node("exp", V "Exp"), "a condition"))
      + node("wait", word "wait" * k.follow * duration())
  end
  function g.Within()
    local bound = want(V "Duration" + V "Money", "a duration or an amount")
    return node("within", head(k, "within") * bound * (sign "," * bound) ^ 0 * V "SimpleBody")
  end
  function g.Isolate() return node("isolate", head(k, "isolate", word_ahead "do") * V "SimpleBody") end
  function g.Test()
    return node("test", head(k, "test", word_ahead "that") * word "that" * want(V "DslString", "a sentence in quotes") * V "SimpleBody")
  end
  function g.Advance() return node("advance", word "advance" * k.follow * duration()) end
  function g.Expect() return node("expect", word "expect" * (k.follow + #P "#") * want(node("exp", V "Exp"), "a condition")) end
end

---Adds the rules of the language's own sentences to `g`.
function M.rules(k, g)
  bodies(k, g)
  declarations(k, g)
  flow(k, g)
  function g.Aios()
    local triggered = false
    for _, word in ipairs(TRIGGERS) do triggered = k.says(word) or triggered end
    local out = triggered and k.V "TriggerForm" or k.never
    for _, form in ipairs(FORMS) do
      if k.says(form[1]) then out = out + k.V(form[2]) end
    end
    return out
  end
end

return M
