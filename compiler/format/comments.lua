--- comments: those behind code on lines that follow each other stand in one column.
local M = {}

-- the lines of one column differ in length by this much at most
local SPREAD = 32

-- characters of the line that ends with a piece, and how far back it was looked for
local function width(pieces, last)
  local text, n = "", last
  repeat
    text, n = pieces[n] .. text, n - 1
    local line = text:match "^.*\n(.*)$"
    if line then text = line break end
  until n == 0
  return utf8.len(text) or #text
end

local function align(pieces, run, widest)
  for _, row in ipairs(run) do pieces[row.piece] = (" "):rep(widest - row.width + 2) end
end

---Widens the gaps in `pieces` before the comments.
---@param trailing table from layout.write
function M.align(pieces, trailing)
  local run, least, most, last = {}, 0, 0, nil
  for _, comment in ipairs(trailing) do
    local row = { piece = comment[1], indent = comment[2], line = comment[3], width = width(pieces, comment[1] - 1) }
    local low, high = math.min(least, row.width), math.max(most, row.width)
    if last and row.line == last.line + 1 and row.indent == last.indent and high - low <= SPREAD then
      run[#run + 1], least, most = row, low, high
    else
      align(pieces, run, most)
      run, least, most = { row }, row.width, row.width
    end
    last = row
  end
  align(pieces, run, most)
end

return M
