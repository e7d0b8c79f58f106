--- clauses: the words of a heading between its name and its `do`.
local lpeg = require "lpeg"
local kit_of = require "compiler.grammar.kit"
local words = require "compiler.words"
local P = lpeg.P
local M = {}

-- a list of one or more, divided by commas or `and`
local function list(k, patt, wanted)
  return patt * ((k.sign "," + k.word "and") * k.want(patt, wanted)) ^ 0
end
M.list = list

local function choice(k, texts, wanted)
  return k.want(k.node("choice", kit_of.any_of(texts, k.stop)) * k.gap, wanted)
end

local function schedules(k, g)
  local V = k.V
  local want, word, node, where = k.want, k.word, k.node, k.where
  local Duration = want(V "Duration", "a duration such as 5m")
  local function every()
    local Time = want(V "Time", "a time such as 08:00")
    local period = V "Count" ^ -1 * list(k, V "Period", "a day or a period")
    local spec = node("span", V "Duration" * word "to" * Duration) + V "Duration"
      + word "cron" * node("cron", want(V "DslString", "a cron pattern in quotes")) + period
    local at = word "at" * (node("random", word "random") + list(k, Time, "a time such as 08:00"))
    local between = node("between", word "between" * Time * want(word "and", "`and`") * Time)
    local zone = k.word "in" * node("zone", V "DslString")
    local ordinal = kit_of.any_of(words.ordinals, k.stop) * k.gap * (kit_of.any_of(words.month_days, k.stop) * k.gap) ^ -1
    local on = word "on" * #(k.digit + kit_of.any_of(words.ordinals, k.stop)) * node("on_days", list(k, V "Count" + ordinal, "a day of the month such as 15 or last"))
    local from = word "from" * node("from", want(V "Date" * V "Time" ^ -1, "a date such as 2026-01-31"))
    return want(spec, "a period such as 5m, day or weekday") * (at + on + between + zone + from) ^ 0
  end
  function g.Every() return node("every", word "every" * every()) end
  function g.At() return node("at", word "at" * want(V "Date" * V "Time" ^ -1 + V "Time", "a time such as 08:00 or 2026-01-31 08:00")) end
  function g.After() return node("after", k.word "in" * #k.digit * Duration) end
  function g.On() return node("on", word "on" * want(node("event", V "Chain"), "an event such as trigger.NAME")) end
  function g.When()
    local idle = node("idle", word "when" * word "idle" * want(k.word "for", "`for`") * Duration)
    local checked = word "checked" * want(word "every", "`every`") * Duration
    local lasting = node("lasting", k.word "for" * Duration)
    local again = node("rearm", k.word "until" * want(node("exp", V "Exp"), "a condition"))
    return idle + node("when", word "when" * want(node("exp", V "Exp"), "a condition") * (lasting + node("checked", checked) + again) ^ 0)
  end
  function g.Always() return node("always", word "always") end
  function g.Once() return node("once", word "once") end
  function g.Trigger()
    local kinds = where("every", "Every") + where("at", "At") + where("in", "After") + where("on", "On") + where("when", "When")
      + where("always", "Always")
    return where("once", "Once") ^ -1 * kinds
  end
end

local function needs(k, g)
  local V, node, word = k.V, k.node, k.word
  local Duration = k.want(V "Duration", "a duration such as 30s")
  function g.Need() return node("need", k.want(V "Dotted", "the name of a need") * (V "DslString" * (k.sign "," * V "DslString") ^ 0) ^ -1) end
  function g.Needs() return list(k, V "Need", "the name of a need") end
  function g.Retry()
    local backoff = node("backoff", word "backoff" * Duration * k.want(word "to", "`to`") * Duration)
    return node("retry", word "retry" * k.want(V "Count", "a whole number") * word "times" ^ -1 * (word "every" * V "Duration" + backoff) ^ -1)
  end
  function g.Timeout() return node("timeout", word "timeout" * Duration) end
end

-- what follows the word of a clause
local function properties(k)
  local V, want, word, node = k.V, k.want, k.word, k.node
  local function name() return want(V "DslName", "a name") end
  local function number() return want(V "Count", "a whole number") end
  local function exp() return want(node("exp", V "Exp"), "an expression") end
  local function duration() return want(V "Duration", "a duration such as 30s") end
  local clause = { ["as"] = name, where = exp, goal = exp, priority = number, rounds = number }
  function clause.about() return want(V "DslString", "a text in quotes") end
  function clause.needs() return V "Needs" end
  function clause.budget()
    local per = word "per" * name()
    return V "Money" * per ^ -1 + want(V "DslName", "an amount such as $0.10")
  end
  function clause.restart() return want(word "after", "`after`") * duration() end
  function clause.tags() return name() * (k.sign "," * name()) ^ 0 end
  function clause.overlap() return choice(k, words.overlap, "`skip`, `queue`, `replace` or `allow`") end
  function clause.missed() return choice(k, words.missed, "`once`, `all` or `skip`") * (word "within" * duration()) ^ -1 end
  clause.settle = duration
  function clause.signed()
    return choice(k, words.signed, "`github`, `stripe`, `slack` or `standard`") * want(word "with", "`with`") * want(V "DslString", "the name of a secret in quotes")
  end
  function clause.jitter() return duration() * node("fresh", word "fresh") ^ -1 end
  function clause.limit()
    local once = word "at" * want(word "once", "`once`") * (word "per" * want(V "Dotted", "what has a limit of its own, such as order.customer")) ^ -1
    return number() * want(once + word "per" * (V "Duration" + name()), "`at once` or `per minute`")
  end
  function clause.throttle() return number() * want(word "per", "`per`") * (V "Duration" + name()) end
  function clause.start() return want(word "within", "`within`") * duration() end
  function clause.reads() return P(true) end
  clause.idempotent = clause.reads
  function clause.risk() return choice(k, words.risk, "`low`, `medium`, `high` or `critical`") end
  function clause.tools()
    local pattern = node("pattern", V "Ident" * (P "." * V "Ident") ^ 0 * P ".*" ^ -1 + P "*") * k.gap + V "DslString"
    return want(pattern, "the name of a tool") * (k.sign "," * pattern) ^ 0
  end
  function clause.tier() return name() * (word "up" * want(word "to", "`to`") * want(V "DslName", "the name of a tier")) ^ -1 end
  return clause
end

local PROPERTIES = {
  "as", "where", "about", "needs", "budget", "restart", "tags", "priority", "overlap", "missed", "jitter", "limit", "reads",
  "idempotent", "risk", "goal", "tools", "tier", "rounds", "settle", "signed", "throttle", "start",
}

local function property_rules(k, g)
  local V, word, node = k.V, k.word, k.node
  local property = properties(k)
  local function clause(text)
    return k.has(text) and node(text == "tier" and "use_tier" or text, word(text) * property[text]()) or k.never
  end
  -- a clause begins with its word; which one it is, is settled there
  function g.Clause()
    local out = k.where("timeout", "Timeout") + k.where("retry", "Retry")
    for _, text in ipairs(PROPERTIES) do out = out + clause(text) end
    return #k.alpha * (out + V "Trigger")
  end
  -- a tier has no `do`: only what cannot begin a statement of its own may follow it
  function g.TierClause()
    return #(word "about" * lpeg.S "\"'[") * clause "about" + #(word "budget" * "$") * clause "budget"
      + #(word "timeout" * k.digit) * V "Timeout" + #(word "retry" * k.digit) * V "Retry" + #(word "limit" * k.digit) * clause "limit"
  end
end

---Adds the rules of clauses and schedules to `g`.
function M.rules(k, g)
  local V = k.V
  schedules(k, g)
  needs(k, g)
  property_rules(k, g)
  local clauses = V "Clause"
  if k.diagnose then
    local known = kit_of.any_of(words.clauses, k.stop) + P "do" * k.stop
    local line = (1 - k.newline) ^ 1
    local heading_goes_on = #k.skipping(line, k.gap_silent * known)
    local bad = -known * -k.reserved * heading_goes_on * k.note("clause", "clause") * line * k.gap
    clauses = clauses + bad
  end
  function g.Clauses() return clauses ^ 0 end
end

return M
