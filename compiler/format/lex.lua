--- lex: a program's text -> its tokens, as the formatter sees them; and the signature that no formatting may change.
---
---     local tokens = lex.tokens(source)     -- from, class, from, class ...
---
--- Classes: name (also a.b.c) num str long (a text in long brackets), each with a comma behind it a class of its own:
--- `name,`; com (a comment to the end of the line) block (a comment in long brackets) bin (a binary operator); every other
--- token is its own class: `do`, `{`, `->`. A template is one token, with all that is in it. White space is none.
local lpeg = require "lpeg"
local kit = require "compiler.grammar.kit"
local words = require "compiler.words"
local P, R, S, Cc, Cp, Cs, V = lpeg.P, lpeg.R, lpeg.S, lpeg.Cc, lpeg.Cp, lpeg.Cs, lpeg.V
local M = {}

local alpha, alnum, digit = R("az", "AZ", "__", "\x80\xFF"), R("az", "AZ", "09", "__", "\x80\xFF"), R "09"
local blank, space = S " \t\f\v", S " \t\f\v\r\n"
local reserved = #S "abdefgilnortuw" * kit.any_of(words.reserved, -alnum)

local comment = P "--" * (blank ^ 0 * (1 - S " \t\f\v\r\n") ^ 1) ^ 0
local block = P "--" * kit.long
local function quoted(mark) return P(mark) * (1 - S("\\" .. mark)) ^ 0 * (P "\\" * (P "\r\n" + P "\n\r" + 1) * (1 - S("\\" .. mark)) ^ 0) ^ 0 * mark end
local hex = P "0" * S "xX" * (S "pP" * S "+-" + alnum + P "." * -P ".") ^ 0
local decimal = P "$" ^ -1 * (digit + P "." * digit) * (S "eE" * S "+-" + alnum + P "." * -P ".") ^ 0 * (P ":" * digit * digit * alnum ^ 0) ^ 0
local number = hex + decimal
local name = (alpha - reserved) * alnum ^ 0

-- a template, with the templates in its expressions
local template = P { "Template",
  Template = P "`" * ((1 - S "`\\$") ^ 1 + P "\\" * 1 + P "${" * V "Inner" ^ 0 * "}" + "$") ^ 0 * "`",
  Inner = V "Template" + quoted '"' + quoted "'" + block + P "--" * (1 - S "\r\n") ^ 0 + kit.long + "{" * V "Inner" ^ 0 * "}" + alnum ^ 1 + (1 - S "`}"),
}

local function token(class, patt) return Cp() * patt * Cc(class) end
local function item(class, patt) return Cp() * patt * (P "," * Cc(class .. ",") + Cc(class)) end

local function classes()
  local out = space ^ 1 + item("name", name * (P "." * name) ^ 0) + token("(", P "(") + token(")", P ")")
    + item("str", quoted '"' + quoted "'") + #(digit + S ".$") * item("num", number) + token(",", P ",")
    + item("num", P "..." + kit.any_of({ "nil", "true", "false" }, -alnum))
  for _, word in ipairs { "end", "then", "if", "do", "function", "return", "local", "for", "else", "elseif", "while", "repeat", "until", "in", "not", "goto", "break" } do
    out = out + token(word, P(word) * -alnum)
  end
  out = out + token("bin", kit.any_of({ "and", "or" }, -alnum)) + token("block", block) + token("com", comment)
    + token("=", P "=" * -S "=>") + token("{", P "{") + token("}", P "}")
    + token("bin", P ".." + "==" + "~=" + "//" + "<<" + "<=" + ">>" + ">=" + S "+*/%^&|") + token("long", kit.long)
  for _, text in ipairs { "=>", "->", "-", "::", ":", ".", "[", "]", "#", ";", "~", "<", ">", "?" } do out = out + token(text, P(text)) end
  return out + item("str", template) + token("num", P(1))
end

local all, first = lpeg.Ct(classes() ^ 0), token("com", P "#" * (blank ^ 0 * (1 - S " \t\f\v\r\n") ^ 1) ^ 0)
local script = lpeg.Ct(first * classes() ^ 0)

-- templates in templates: as deep as the grammar reads them
local STACK = 40000

---The tokens of a text whose mark of order is gone; a first line that begins with `#` is a comment.
function M.tokens(source)
  lpeg.setmaxstack(STACK)
  return (source:byte(1) == 35 and script or all):match(source)
end

-- Two tokens that would be read as one, or as others, without white space between them have a byte between them in the
-- signature that no text holds, whether there was white space or not.
local function apart(from) return #(space ^ 0 * from) * (P(true) / "\0") + P(true) end
local operator = P "..." + ".." + "//" + "<<" + "<=" + ">>" + ">=" + "==" + "=>" + "~=" + "->" + "::" + S "=<>~/.:-[$"
local fine = space ^ 1 / "" + (alpha * alnum ^ 0 + #(digit + S ".$") * number) * apart(alnum + S ".:$")
  + quoted '"' + quoted "'" + block + comment * (P(true) / "\0") + kit.long + template + operator * apart(S "=<>~/.:-[" + digit) + 1
local signature = Cs(fine ^ 0)

---The tokens and comments of a text and nothing of what lies between them: equal for two texts that say the same.
function M.signature(source)
  local line = source:match "^#[^\r\n]*" or ""
  return line:gsub("[ \t\f\v]+$", "") .. "\0" .. signature:match(source, #line + 1)
end

return M
