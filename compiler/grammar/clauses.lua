--- clauses: the words of a heading between its name and its `do`.
local lpeg = require "lpeg"
local kit_of = require "compiler.grammar.kit"
local words = require "compiler.words"
local P, V = lpeg.P, lpeg.V
local M = {}

-- a list of one or more, divided by commas or `and`
local function list(k, patt, wanted)
  return patt * ((k.tok "," + k.kw "and") * k.want(patt, wanted)) ^ 0
end
M.list = list

local function choice(k, texts, wanted)
  return k.want(k.node("choice", kit_of.any_of(texts, -k.alnum)) * k.ws, wanted)
end

local function schedules(k, g)
  local want, word, node = k.want, k.word, k.node
  local Time = want(V "Time", "a time such as 08:00")
  local Duration = want(V "Duration", "a duration such as 5m")
  local period = V "Count" ^ -1 * list(k, V "Period", "a day or a period")
  local spec = node("span", V "Duration" * word "to" * Duration) + V "Duration"
    + word "cron" * node("cron", want(V "DslString", "a cron pattern in quotes")) + period
  local at = word "at" * (node("random", word "random") + list(k, Time, "a time such as 08:00"))
  local between = node("between", word "between" * Time * want(word "and", "`and`") * Time)
  local zone = k.kw "in" * node("zone", V "DslString")
  g.Every = node("every", word "every" * want(spec, "a period such as 5m, day or weekday") * at ^ -1 * between ^ -1 * zone ^ -1)
  g.At = node("at", word "at" * want(V "Date" * V "Time" ^ -1 + V "Time", "a time such as 08:00 or 2026-01-31 08:00"))
  g.After = node("after", k.kw "in" * #k.digit * Duration)
  g.On = node("on", word "on" * want(node("event", V "Chain"), "an event such as trigger.NAME"))
  local idle = node("idle", word "when" * word "idle" * want(k.kw "for", "`for`") * Duration)
  local checked = word "checked" * want(word "every", "`every`") * Duration
  g.When = idle + node("when", word "when" * want(node("exp", V "Exp"), "a condition") * (k.kw "for" * Duration) ^ -1 * checked ^ -1)
  g.Always = node("always", word "always")
  g.Once = node("once", word "once")
  g.Trigger = V "Once" ^ -1 * (V "Every" + V "At" + V "After" + V "On" + V "When" + V "Always")
end

local function properties(k, g)
  local want, word, node = k.want, k.word, k.node
  local Duration = want(V "Duration", "a duration such as 30s")
  local number, name = want(V "Count", "a whole number"), want(V "DslName", "a name")
  local text = want(V "DslString", "a text in quotes")
  local exp = want(node("exp", V "Exp"), "an expression")
  local backoff = node("backoff", word "backoff" * Duration * want(word "to", "`to`") * Duration)
  g.Need = node("need", want(V "Dotted", "the name of a need") * (V "DslString" * (k.tok "," * V "DslString") ^ 0) ^ -1)
  g.Needs = list(k, V "Need", "the name of a need")
  g.Retry = node("retry", word "retry" * number * word "times" ^ -1 * (word "every" * V "Duration" + backoff) ^ -1)
  g.Timeout = node("timeout", word "timeout" * Duration)
  local per = word "per" * want(V "DslName", "a name")
  local budget = word "budget" * (V "Money" * per ^ -1 + want(V "DslName", "an amount such as $0.10"))
  local pattern = node("pattern", V "Ident" * (P "." * V "Ident") ^ 0 * P ".*" ^ -1 + P "*") * k.ws + V "DslString"
  local up = word "up" * want(word "to", "`to`") * want(V "DslName", "the name of a tier")
  local limit = word "at" * want(word "once", "`once`") + word "per" * name
  -- a tier has no `do`: only what cannot begin a statement of its own may follow it
  g.TierClause = #(word "about" * lpeg.S "\"'[") * node("about", word "about" * text) + #(word "budget" * "$") * node("budget", budget)
    + #(word "timeout" * k.digit) * V "Timeout" + #(word "retry" * k.digit) * V "Retry" + #(word "limit" * k.digit) * node("limit", word "limit" * number * want(limit, "`at once` or `per NAME`"))
  return node("as", word "as" * name) + node("where", word "where" * exp) + node("about", word "about" * text)
    + node("needs", word "needs" * V "Needs") + node("budget", budget) + V "Timeout" + V "Retry"
    + node("restart", word "restart" * want(word "after", "`after`") * Duration)
    + node("tags", word "tags" * name * (k.tok "," * name) ^ 0) + node("priority", word "priority" * number)
    + node("overlap", word "overlap" * choice(k, words.overlap, "`skip`, `queue`, `replace` or `allow`"))
    + node("missed", word "missed" * choice(k, words.missed, "`once`, `all` or `skip`") * (word "within" * Duration) ^ -1)
    + node("jitter", word "jitter" * Duration) + node("limit", word "limit" * number * want(limit, "`at once` or `per NAME`"))
    + node("reads", word "reads") + node("idempotent", word "idempotent")
    + node("risk", word "risk" * choice(k, words.risk, "`low`, `medium`, `high` or `critical`"))
    + node("goal", word "goal" * exp) + node("tools", word "tools" * want(pattern, "the name of a tool") * (k.tok "," * pattern) ^ 0)
    + node("use_tier", word "tier" * name * up ^ -1) + node("rounds", word "rounds" * number)
end

---Adds the rules of clauses and schedules to `g`.
function M.rules(k, g)
  schedules(k, g)
  local property = properties(k, g)
  -- a clause begins with its word; which one it is, is settled there
  g.Clause = #k.alpha * (property + V "Trigger")
  local clauses = V "Clause"
  if k.diagnose then
    local known = kit_of.any_of(words.clauses, -k.alnum) + P "do" * -k.alnum
    local line = (1 - k.newline) ^ 1
    local heading_goes_on = #k.skipping(line, k.ws_silent * known)
    local bad = -known * -k.reserved * heading_goes_on * k.note("clause", "clause") * line * k.ws
    clauses = clauses + bad
  end
  g.Clauses = clauses ^ 0
end

return M
