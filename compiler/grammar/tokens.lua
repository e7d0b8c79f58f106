--- tokens: white space, names, strings and templates.
local lpeg = require "lpeg"
local kit_of = require "compiler.grammar.kit"
local P, S = lpeg.P, lpeg.S
local M = {}

local function comments(k, g)
  local V = k.V
  local long_open = P "[" * P "=" ^ 0 * "["
  local rest = (1 - k.newline) ^ 0
  function g.Gap() return k.ws end
  function g.GapSilent() return k.ws_silent end
  function g.Long() return kit_of.long end
  local unclosed = k.diagnose and #long_open * k.note("long_comment", "]]") * P(1) ^ 0 or P(false)
  function g.CommentText() return P "--" * (#long_open * V "Long" + unclosed + -long_open * rest) end
  function g.Comment() return k.diagnose and k.commented(V "CommentText") or k.node("comment", V "CommentText") end
end

local function names(k, g)
  local V = k.V
  -- `__aios` begins the names of the runtime: a program may not use them
  local kept = P "__aios"
  local start = (k.alpha - P "_") - #S "abdefgilnortuw" * k.reserved
  local own = k.diagnose and #kept * k.note("kept", "name") * k.alnum ^ 1 + P "_" * k.alnum ^ 0
    or (P "_" - kept) * k.alnum ^ 0
  function g.Ident() return start * k.alnum ^ 0 + own end
  function g.Name() return V "Ident" * k.ws end
  function g.DslName() return k.node("name", V "Ident") * k.gap end
  function g.Dotted() return k.node("dotted", V "Ident" * (k.gap * P "." * -P "." * k.gap * V "Ident") ^ 0) * k.gap end
end

local function strings(k, g)
  local V = k.V
  local escape = P "\\" * (P "z" * S " \t\r\n\f\v" ^ 0 + P "\r\n" + P "\n\r" + 1)
  local function quoted(mark)
    local body = P(mark) * (k.diagnose and k.remember() or P(true)) * (escape + (1 - S("\\\r\n" .. mark))) ^ 0
    return body * (k.diagnose and (P(mark) + k.note("string", mark)) or P(mark))
  end
  local long = (k.has "[[" or k.has "[=") and #(P "[" * S "[=") * V "Long" or k.never
  if k.diagnose then
    long = long + #(P "[" * P "=" ^ 0 * "[") * k.note("long_string", "]]") * P(1) ^ 1
  end
  function g.StringText() return (k.has '"' and quoted '"' or k.never) + (k.has "'" and quoted "'" or k.never) + long end
  function g.String() return k.plain("string", V "StringText") * k.ws end
  function g.DslString() return k.node("string", V "StringText") * k.gap end
end

-- `text ${exp} text`
local function templates(k, g)
  local V = k.V
  local raw = k.node("text", ((1 - S "`\\$") ^ 1 + P "\\" * 1 + P "$" * -P "{") ^ 1)
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
  function g.Template() return k.node("template", body) * k.ws end
  function g.AskTemplate() return k.node("ask_template", body) * k.ws end
end

---Adds the token rules to `g`.
function M.rules(k, g)
  comments(k, g)
  names(k, g)
  strings(k, g)
  templates(k, g)
end

return M
