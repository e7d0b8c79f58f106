--- layout: tokens -> text. The author's line breaks stay; indentation, spaces and empty lines are ours.
---
---     local pieces, trailing = layout.write(source, tokens, marks, ends, "\n")
---
--- What comes out depends on the tokens, on where lines end and on whether empty lines follow, and on nothing else; so it
--- is the same for a text and for what became of it.
local shape_of, spacing = require "compiler.format.shape", require "compiler.format.spacing"
local byte, sub = string.byte, string.sub
local M = {}

-- line ends and indentation
local function breaks(newline)
  return setmetatable({}, { __index = function(self, indent)
    self[indent] = newline .. ("  "):rep(indent)
    return self[indent]
  end })
end

-- pieces of the source, joined as far as it is already written as it should be
local function writer(source, newline)
  local out, single, double = { pieces = {}, count = 0, from = 1 }, breaks(newline), breaks(newline .. newline)
  ---Ends the piece at `to`, writes `gap`, and begins another at `from`.
  function out.cut(to, gap, from)
    local pieces, n = out.pieces, out.count
    pieces[n + 1], pieces[n + 2], out.count, out.from = source:sub(out.from, to - 1), gap, n + 2, from
  end
  ---Ends a line at `to` and begins one at `from`; what is written between is `found`.
  function out.line(to, shape, from, found)
    local gap = (shape.blank and double or single)[shape.indent]
    if found ~= gap then out.cut(to, gap, from) end
  end
  return out
end

-- where the white space before `from` begins; the line ends in it: false, "nl", or "blank" when an empty line is there; and
-- the white space itself. Most lines begin as the one before did: `last` is how that was.
local function space_before(source, from, last)
  local size = #last
  if sub(source, from - size, from - 1) == last and (byte(source, from - size - 1) or 0) > 32 then return from - size, "nl", last end
  local at, ends, returns = from - 1, 0, 0
  while true do
    local b = byte(source, at)
    if b == 10 then ends = ends + 1 elseif b == 13 then returns = returns + 1
    elseif not b or b > 32 then break end
    at = at - 1
  end
  if ends == 0 then ends = returns end
  return at + 1, ends > 1 and "blank" or ends == 1 and "nl", sub(source, at + 1, from - 1)
end

---@param tokens table from lex.tokens
---@param marks table from marks.read
---@param newline string
---@return table pieces of the new text
---@return table trailing comments at ends of lines: { piece, indent, line }; the piece is the gap before one
function M.write(source, tokens, marks, ends, newline)
  local SPACE, EFFECT, LAST = spacing.SPACE, shape_of.EFFECT, spacing.LAST
  local out, shape, trailing = writer(source, newline), shape_of.new(source, tokens, marks, ends), {}
  local i, count, lines, last, before = 1, #tokens, 0, newline, nil             -- before: class of the last token
  while i < count do
    local from, class = tokens[i], tokens[i + 1]
    local b, stop, pending, space = byte(source, from - 1), from, false, nil
    if b and b <= 32 and (b ~= 32 or (byte(source, from - 2) or 0) <= 32) then
      stop, pending, space = space_before(source, from, last)
    elseif b == 32 then stop = from - 1 end
    if EFFECT[class] or marks[from] or from < shape.type_to then
      class, i, before = shape:take(class, i, before, pending)
    else
      if pending then shape:begin_line(class, i, before, pending) end
      if class ~= "com" and class ~= "block" then shape.code = LAST[class] end
    end
    if i == 1 or not before then
      out.from = from
    elseif pending then
      lines = lines + (pending == "blank" and 2 or 1)
      out.line(stop, shape, from, space)
      if pending == "nl" then last = space end
    elseif class == "com" then
      out.cut(stop, "  ", from)
      trailing[#trailing + 1] = { out.count, shape.indent, lines }
    elseif SPACE[before][class] then
      if from - stop ~= 1 or b ~= 32 then out.cut(stop, " ", from) end
    elseif stop ~= from then
      out.cut(stop, "", from)
    end
    before = LAST[class]
    i = i + 2
  end
  local stop = space_before(source, #source + 1, "\n")
  out.cut(stop, before and newline or "", stop)
  return out.pieces, trailing
end

return M
