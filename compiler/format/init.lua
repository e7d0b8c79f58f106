--- format: one style for programs. Only white space changes: every token and every comment stays as it is.
---
---     local new, why = format.format(text)     -- nil, "syntax" when it is no program
---
--- Two spaces a level, one space between words and around operators, none inside parentheses; at most one empty line;
--- comments behind code in a column. Where lines end is the author's choice.
local lex, marks_of = require "compiler.format.lex", require "compiler.format.marks"
local layout, comments = require "compiler.format.layout", require "compiler.format.comments"
local source_of, tree = require "compiler.source", require "compiler.tree"
local M = {}

-- the events of a text that is more than Lua, or nil when it is no program; a plain one has none
local function events_of(body)
  if load(body, "=text", "t") then return {} end
  return require("compiler.grammar").events(body)
end

local function same_kinds(a, b)
  if not b or #a ~= #b then return false end
  for i = 1, #a, 2 do if a[i] ~= b[i] then return false end end
  return true
end

-- An `undo` that is indented for another block than it belongs to is a mistake of its own; laying it out anew would hide it.
local function hides(events, source)
  local found = false
  for i = 1, #events, 2 do found = found or events[i] == "undo_exp" end
  if not found then return false end
  local reader, wrong = { source = source, text = function(node) return tree.text(node, source) end }, false
  require("compiler.check.undo").check(tree.build(events, source), reader, function() wrong = true end)
  return wrong
end

---The text in the one style.
---@param text string
---@return string? text
---@return string? why "syntax": it is no program; "changed": a fault of the formatter, which would have changed more than space
function M.format(text)
  local body = source_of.unmarked(text)
  local head, clean = text:sub(1, #text - #body), source_of.clean(body)
  local events = not body:find("\0", 1, true) and events_of(clean)
  if not events or hides(events, clean) then return nil, "syntax" end
  local marks, ends = marks_of.read(events)
  local newline = body:match "\r?\n" or "\n"
  local pieces, trailing = layout.write(body, lex.tokens(body), marks, ends, newline)
  comments.align(pieces, trailing)
  local out = table.concat(pieces)
  local again = events_of(source_of.clean(out))
  if lex.signature(out) ~= lex.signature(body) or not same_kinds(events, again) then return nil, "changed" end
  return head .. out
end

return M
