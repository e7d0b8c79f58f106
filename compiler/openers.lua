--- openers: `then` and `do`, and what people write instead of them: `{`, `:`, a word that is nearly one.
---
---     if openers.missing(c, note) then return end      -- it has been said
local habits = require "compiler.habits"
local M = {}

-- `if x:` newline `f()` reads as a method call: look for the colon that was meant to end a heading
local function colon(c, note, wanted)
  local pos = note.open and note.open.pos or note.pos
  local _, start = c.line(pos)
  local at = c.text(pos):find ":%s*$"
  if not at then return false end
  c.quiet_until = note.pos + 1
  return c.report("AIOS012", start + at - 1, ("a heading ends with %s, not with `:`"):format(wanted), "write " .. wanted .. " instead of `:`") or true
end

-- `if (x) {` reads as a call with a table: look for the brace that was meant to open a block
function M.brace(c, note)
  local at = c.source:sub(note.pos, note.pos) == "{" and note.pos
  if not at then
    local pos = note.open and note.open.pos or note.pos
    local _, start = c.line(pos)
    local column = c.text(pos):find "{%s*$"
    at = column and start + column - 1
  end
  if not at then return false end
  c.report("AIOS012", at, "a block is written `do ... end`, not `{ ... }`", "if x then ... end, while x do ... end, function f() ... end")
  -- the answer of an earlier brace still holds while it lies ahead: the text is searched once, not once a brace
  if not c.brace_end or c.brace_end < at then c.brace_end = c.source:find("\n[ \t]*}", at) or math.huge end
  c.quiet_until = c.brace_end < math.huge and c.brace_end or nil
  return true
end

-- a condition or heading word that is missing: then, do, =, in
function M.missing(c, note)
  local wanted, rest = note.what, c.source:sub(note.pos, note.pos + 40)
  if (wanted == "`then`" or wanted == "`do`") and (M.brace(c, note) or colon(c, note, wanted)) then return true end
  if wanted == "`then`" and rest:find "^=[^=]" then
    return c.report("AIOS012", note.pos, "`=` gives a value to a name; `==` compares", "write if a == b then") or true
  end
  local word = rest:match "^[%a_][%w_]*"
  local near = word and (wanted == "`do`" and habits.near(word, c.clause_words) or wanted == "`then`" and habits.near(word, { "then" }))
  if near then
    return c.report("AIOS013", note.pos, ("I do not know the word `%s` here"):format(word), ("did you mean `%s`?"):format(near)) or true
  end
  return false
end

return M
