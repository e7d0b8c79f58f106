--- screen: the prompt on a terminal: draws the line being typed, gives keys to the editor.
---
---     local front = screen.new(owner)
---     local text, why = front:read { prompt = "> ", more = "… ", editor = { … } }     -- nil, "end" | "interrupt" | "gone"
---
--- `owner:on(event)` hears of everything that is no key. A read may stand inside another one: a question
--- interrupts the line, which is drawn again behind the answer.
local session = require "aios.session"
local editor_of = require "host.repl.editor"
local keys_of = require "host.repl.keys"
local layout = require "host.repl.layout"
local width = require "host.repl.width"
local M = {}
local Screen = {}
Screen.__index = Screen

local PASTE_ON, PASTE_OFF = "\27[?2004h", "\27[?2004l"

function M.new(owner, coloured)
  return setmetatable({ owner = owner, coloured = coloured, decoder = keys_of.decoder(), keys = {} }, Screen)
end

function Screen:shown(editor, o)
  local columns, rows = session.size()
  local search = editor.search
  local prompt = search and ("(%s`%s') "):format(search.failed and "not found " or "", search.words) or o.prompt
  return layout.of { text = editor.text, at = editor.at, prompt = prompt, more = o.more or "", columns = columns, rows = rows,
    paint = self.coloured and o.paint and o.paint(editor.text) or nil }
end

function Screen:draw(editor, o)
  local shown = self:shown(editor, o)
  session.draw(PASTE_ON .. shown.draw, shown.wipe)
end

-- the line stays as it is; what comes next stands below
function Screen:leave(editor, o, mark)
  editor.search, editor.at = nil, #editor.text + 1
  local shown = self:shown(editor, o)
  session.draw(shown.draw, shown.wipe)
  session.leave((mark or "") .. shown.finish .. PASTE_OFF)
end

local function columns_of(list, columns)
  local widest = 0
  for _, item in ipairs(list) do widest = math.max(widest, width.text(item.shown or item.text)) end
  local across = math.max(1, columns // (widest + 2))
  local down = (#list + across - 1) // across
  local lines = {}
  for row = 1, down do
    local cells = {}
    for column = 0, across - 1 do
      local item = list[column * down + row]
      local text = item and (item.shown or item.text)
      if text then cells[#cells + 1] = text .. (" "):rep(widest + 2 - width.text(text)) end
    end
    lines[row] = table.concat(cells):gsub("%s+$", "")
  end
  return lines
end

local MOST_LINES = 30
---Shows what may stand at the cursor, above the line.
function Screen:choices(list)
  local lines = columns_of(list, (session.size()))
  if #lines > MOST_LINES then
    local left = #lines - MOST_LINES
    for i = #lines, MOST_LINES + 1, -1 do lines[i] = nil end
    lines[#lines + 1] = ("… %d more lines"):format(left)
  end
  session.say(table.concat(lines, "\n") .. "\n")
end

-- one key; the end of the read when it returns something
function Screen:press(editor, key, o)
  local act, list = editor:press(key)
  if act == "choices" then self:choices(list)
  elseif act == "clear" then session.draw("\27[H\27[2J", "")
  elseif act == "suspend" then
    self:leave(editor, o)
    session.suspend()
  elseif act == "submit" then
    self:leave(editor, o)
    return "text"
  elseif act == "interrupt" then
    self:leave(editor, o, "^C")
    return "interrupt"
  elseif act == "end" then
    self:leave(editor, o)
    return "end"
  end
end

-- an event; the end of the read when it returns something
function Screen:hear(event, editor, o)
  if event.kind == "bytes" then
    for _, key in ipairs(self.decoder:feed(event.text)) do self.keys[#self.keys + 1] = key end
  elseif event.kind == "end" then
    return "end"
  elseif event.kind ~= "hidden" and event.kind ~= "resize" then
    self.owner:on(event)
    session.keys(true)
  end
  if o.is_gone and o.is_gone() then
    self:leave(editor, o)
    return "gone"
  end
end

---@param o table   { prompt, more, editor, paint, is_gone() }
---@return string? text
---@return string? why   without a text: "end", "interrupt" or "gone"
function Screen:read(o)
  local editor = editor_of.new(o.editor)
  session.keys(true)
  local over
  while not over do
    while self.keys[1] and not over do over = self:press(editor, table.remove(self.keys, 1), o) end
    if not over then
      self:draw(editor, o)
      over = self:hear(session.next(), editor, o)
    end
  end
  if over == "text" then return editor.text end
  return nil, over
end

---What came while nothing was being read.
function Screen:hold(bytes)
  for _, key in ipairs(self.decoder:feed(bytes)) do self.keys[#self.keys + 1] = key end
end

return M
