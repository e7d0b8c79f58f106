--- tokens: white space, names, strings, numbers, templates and the literals with a unit.
local lpeg = require "lpeg"
local kit_of = require "compiler.grammar.kit"
local words = require "compiler.words"
local P, S, V = lpeg.P, lpeg.S, lpeg.V
local M = {}

local function spellings(list)
  local out = P(false)
  for _, unit in ipairs(list) do out = out + P(unit[1]) end
  return out
end

local function comments(k, g)
  local long_open = P "[" * P "=" ^ 0 * "["
  local rest = (1 - k.newline) ^ 0
  g.Long = kit_of.long
  local unclosed = k.diagnose and #long_open * k.note("long_comment", "]]") * P(1) ^ 0 or P(false)
  g.CommentText = P "--" * (#long_open * V "Long" + unclosed + -long_open * rest)
  g.Comment = k.diagnose and k.commented(V "CommentText") or k.node("comment", V "CommentText")
end

local function names(k, g)
  -- `__aios` begins the names of the runtime: a program may not use them
  local kept = P "__aios"
  local start = (k.alpha - P "_") - #S "abdefgilnortuw" * k.reserved
  local own = k.diagnose and #kept * k.note("kept", "name") * k.alnum ^ 1 + P "_" * k.alnum ^ 0
    or (P "_" - kept) * k.alnum ^ 0
  g.Ident = start * k.alnum ^ 0 + own
  g.Name = V "Ident" * k.ws
  g.DslName = k.node("name", V "Ident") * k.ws
  g.Dotted = k.node("dotted", V "Ident" * (k.ws * P "." * -P "." * k.ws * V "Ident") ^ 0) * k.ws
end

local function strings(k, g)
  local escape = P "\\" * (P "z" * S " \t\r\n\f\v" ^ 0 + P "\r\n" + P "\n\r" + 1)
  local function quoted(mark)
    local body = P(mark) * (k.diagnose and k.remember() or P(true)) * (escape + (1 - S("\\\r\n" .. mark))) ^ 0
    return body * (k.diagnose and (P(mark) + k.note("string", mark)) or P(mark))
  end
  local long = #(P "[" * S "[=") * V "Long"
  if k.diagnose then
    long = long + #(P "[" * P "=" ^ 0 * "[") * k.note("long_string", "]]") * P(1) ^ 1
  end
  g.StringText = quoted '"' + quoted "'" + long
  g.String = k.plain("string", V "StringText") * k.ws
  g.DslString = k.node("string", V "StringText") * k.ws
end

-- `text ${exp} text`
local function templates(k, g)
  local raw = k.node("text", (P "\\" * 1 + (1 - S "`\\" - P "${")) ^ 1)
  local value, body
  if k.diagnose then
    value = P "${" * k.opened "${" * k.ws * k.want(V "Exp", "an expression inside `${ }`") *
      (P "}" * k.closed() + k.note("close", "}") * k.closed() * ((1 - S "}`\r\n") ^ 0 * "}") ^ -1)
    body = P "`" * k.span "templates" * k.opened "`" * (raw + value) ^ 0 *
      (P "`" * k.closed() + k.note("template", "`") * k.closed()) * k.span "templates"
  else
    value = k.node("value", P "${" * k.ws * V "Exp" * "}")
    body = P "`" * (raw + value) ^ 0 * "`"
  end
  g.Template = k.node("template", body) * k.ws
  g.AskTemplate = k.node("ask_template", body) * k.ws
end

local function literals(k, g)
  local digit, alnum = k.digit, k.alnum
  local stop = -alnum
  local duration = (digit ^ 1 * spellings(words.duration)) ^ 1 * stop
  local half = P "am" + "pm"
  local clock = digit * digit ^ -1 * ":" * digit * digit * (":" * digit * digit) ^ -1 * half ^ -1 * stop
    + digit * digit ^ -1 * half * stop
  g.DurationText = duration
  g.Duration = k.node("duration", V "DurationText") * k.ws
  g.Time = k.node("time", clock) * k.ws
  g.Date = k.node("date", digit * digit * digit * digit * "-" * digit * digit * "-" * digit * digit * stop) * k.ws
  g.Money = k.node("money", P "$" * digit ^ 1 * (P "." * digit ^ 1) ^ -1 * stop) * k.ws
  g.Count = k.node("number", digit ^ 1 * -(alnum + "." * digit)) * k.ws
  local size = k.node("size", digit ^ 1 * spellings(words.size) * stop) * k.ws
  local count = k.node("count", digit ^ 1 * spellings(words.count) * stop) * k.ws
  g.Unit = #digit * (V "Time" + V "Duration" + size + count) + V "Money"
  if k.diagnose then
    local junk = (alnum + P "." * #alnum) ^ 1
    g.Unit = g.Unit + #digit * k.note("number", "number") * junk * (P ":" * digit * alnum ^ 0) ^ 0 * k.ws
      + #P "$" * k.note("number", "money") * P "$" * (alnum + ".") ^ 0 * k.ws
  end
end

local function numbers(k, g)
  local digit, hexdigit = k.digit, lpeg.R("09", "af", "AF")
  local sign = S "+-" ^ -1
  local hex = P "0" * S "xX" * (hexdigit ^ 1 * (P "." * hexdigit ^ 0) ^ -1 + P "." * hexdigit ^ 1) * (S "pP" * sign * digit ^ 1) ^ -1
  local decimal = (digit ^ 1 * (P "." * digit ^ 0) ^ -1 + P "." * digit ^ 1) * (S "eE" * sign * digit ^ 1) ^ -1
  local stop = -(k.alnum + "." + P ":" * digit)
  g.Number = k.plain("number", (hex + decimal) * stop) * k.ws
end

---Adds the token rules to `g`.
function M.rules(k, g)
  comments(k, g)
  names(k, g)
  strings(k, g)
  templates(k, g)
  literals(k, g)
  numbers(k, g)
  g.Period = k.node("period", kit_of.any_of(words.periods, P "s" ^ -1 * -k.alnum)) * k.ws
end

return M
