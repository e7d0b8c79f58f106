--- layout: the line being typed as it stands on a terminal of some width, and where its cursor is.
---
---     local shown = layout.of { text = "f(1)", at = 5, prompt = "> ", more = "… ", columns = 80, rows = 24 }
---     shown.draw        -- bytes: the line, and the cursor where it belongs
---     shown.wipe        -- bytes that take it away again, with the cursor where the line began
---     shown.finish      -- bytes that leave it there and put the cursor below
---
--- Pure. A text that is higher than the terminal is shown around its cursor.
local width = require "host.repl.width"
local M = {}

local RESET = "\27[0m"

local Page = {}
Page.__index = Page

function Page:new_row(head)
  self.rows[#self.rows + 1] = { head }
  self.column = width.text(head)
end

function Page:put(text, columns, colour)
  if self.column + columns > self.columns then
    self.rows[#self.rows + 1] = {}
    self.column = 0
  end
  local row = self.rows[#self.rows]
  if colour ~= row.colour then
    if row.colour then row[#row + 1] = RESET end
    row[#row + 1] = colour
    row.colour = colour
  end
  row[#row + 1] = text
  self.column = self.column + columns
end

function Page:mark_cursor()
  if self.column >= self.columns then
    self.rows[#self.rows + 1] = {}
    self.column = 0
  end
  self.cursor_row, self.cursor_column = #self.rows, self.column
end

-- control characters are shown as ^X, tabs as two blanks
local function visible(letter)
  local byte = letter:byte()
  if letter == "\t" then return "  ", 2 end
  if byte < 32 then return "^" .. string.char(byte + 64), 2 end
  if byte == 127 then return "^?", 2 end
  if #letter == 1 then return byte < 128 and letter or "?", 1 end
  local code = utf8.codepoint(letter, 1, 1, true)
  if code < 0xA0 then return "?", 1 end
  return letter, width.of(code)
end

local function fill(page, o)
  local paint = o.paint or {}
  page:new_row(o.prompt)
  for at, letter in width.letters(o.text) do
    if at == o.at then page:mark_cursor() end
    if letter == "\n" then page:new_row(o.more)
    else
      local text, columns = visible(letter)
      page:put(text, columns, paint[at])
    end
  end
  if o.at > #o.text then page:mark_cursor() end
end

-- the rows around the cursor that fit
local function window(page, rows)
  local first, last = 1, #page.rows
  if last - first + 1 <= rows then return first, last end
  first = math.max(1, math.min(page.cursor_row - rows // 2, last - rows + 1))
  return first, first + rows - 1
end

---@param o table   { text, at, prompt, more, columns, rows, paint? }
---@return table shown   { draw, wipe, finish }
function M.of(o)
  local page = setmetatable({ rows = {}, columns = math.max(8, o.columns) }, Page)
  fill(page, o)
  local first, last = window(page, math.max(2, o.rows - 1))
  local out = {}
  for i = first, last do
    local row = page.rows[i]
    if row.colour then row[#row + 1] = RESET end
    out[#out + 1] = table.concat(row)
  end
  local function up(rows) return rows > 0 and ("\27[%dA"):format(rows) or "" end
  local function right(columns) return columns > 0 and ("\27[%dC"):format(columns) or "" end
  local below = last - page.cursor_row
  return {
    draw = table.concat(out, "\r\n") .. up(below) .. "\r" .. right(page.cursor_column),
    wipe = up(page.cursor_row - first) .. "\r\27[J",
    finish = (below > 0 and ("\27[%dB"):format(below) or "") .. "\r\n",
  }
end

return M
