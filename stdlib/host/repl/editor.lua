--- editor: the text being typed, as a function of what it was and of a key.
---
---     local e = editor.new { history = { "older", "newer" }, finished = function(text) return true end, complete = … }
---     local act = e:press { name = "text", text = "a" }      -- e.text, e.at (the byte before which the cursor stands)
---
--- press() returns what the terminal must do besides drawing anew: "submit", "interrupt", "end", "clear", "suspend", or
--- "choices" with a list. Nothing is read or written here.
local M = {}
local Editor = {}
Editor.__index = Editor

local press = {}

---@param o table  { history, finished(text) -> boolean, complete(text, at) -> from, list, indent(text) -> string }
function M.new(o)
  return setmetatable({ text = "", at = 1, place = #o.history + 1, history = o.history, world = o, undone = {} }, Editor)
end

-- ------------------------------------------------------------------ places
local function left_of(text, at)
  if at <= 1 then return 1 end
  at = at - 1
  while at > 1 and text:find("^[\x80-\xBF]", at) do at = at - 1 end
  return at
end

local function right_of(text, at)
  if at > #text then return at end
  at = at + 1
  while text:find("^[\x80-\xBF]", at) do at = at + 1 end
  return at
end

local function line_start(text, at) return (text:sub(1, at - 1):match ".*\n()") or 1 end
local function line_end(text, at) return text:find("\n", at, true) or #text + 1 end

local function word_left(text, at)
  return text:sub(1, at - 1):match "()[%w_\x80-\xff]+[^%w_\x80-\xff]*$" or 1
end

local function word_right(text, at)
  return text:match("^[^%w_\x80-\xff]*[%w_\x80-\xff]+()", at) or #text + 1
end

-- ------------------------------------------------------------------ changes
function Editor:keep()
  local last = self.undone[#self.undone]
  if last and last[1] == self.text then return end
  self.undone[#self.undone + 1] = { self.text, self.at }
end

function Editor:insert(text)
  self.text = self.text:sub(1, self.at - 1) .. text .. self.text:sub(self.at)
  self.at = self.at + #text
end

function Editor:cut(from, to, keep)
  local gone = self.text:sub(from, to - 1)
  self:keep()
  self.text, self.at = self.text:sub(1, from - 1) .. self.text:sub(to), from
  if keep and gone ~= "" then self.killed = gone end
end

function Editor:set(text)
  self.text, self.at = text, #text + 1
end

-- `end` and its like stand where the line stands that they close
local function outdent(self)
  local start = line_start(self.text, self.at)
  local indent, word = self.text:sub(start, self.at - 1):match "^( +)([%a})]+)$"
  if not indent or self.indented ~= start or self.at ~= line_end(self.text, self.at) then return end
  if word ~= "end" and word ~= "else" and word ~= "elseif" and word ~= "until" and word ~= "}" and word ~= ")" then return end
  local size = math.min(2, #indent)
  self.indented = nil
  self.text = self.text:sub(1, start - 1) .. self.text:sub(start + size)
  self.at = self.at - size
end

function press.text(self, key)
  self:keep()
  for _, letter in utf8.codes(key.text, true) do
    self:insert(utf8.char(letter))
    if #key.text < 16 then outdent(self) end
  end
end

function press.paste(self, key)
  self:keep()
  self:insert((key.text:gsub("[%z\1-\8\11-\31\127]", "")))
end

function press.newline(self)
  self:keep()
  local before = self.text:sub(1, self.at - 1)
  self:insert("\n" .. self.world.indent(before))
  self.indented = line_start(self.text, self.at)
end

function press.enter(self)
  -- two empty lines at the end: what is there, finished or not
  if self.world.finished(self.text) or self.text:find "\n%s*\n%s*$" and self.at == #self.text + 1 then return "submit" end
  press.newline(self)
end

function press.erase(self) self:cut(left_of(self.text, self.at), self.at) end
function press.delete(self)
  local at = self.at
  self:cut(at, right_of(self.text, at))
end

function press.kill_right(self)
  local stop = line_end(self.text, self.at)
  self:cut(self.at, stop == self.at and math.min(stop + 1, #self.text + 1) or stop, true)
end

function press.kill_left(self) self:cut(line_start(self.text, self.at), self.at, true) end
function press.kill_word(self)
  self:cut(self.text:sub(1, self.at - 1):match "()%S+%s*$" or 1, self.at, true)
end

function press.kill_word_right(self)
  local at = self.at
  self:cut(at, word_right(self.text, at), true)
end

function press.yank(self)
  if not self.killed then return end
  self:keep()
  self:insert(self.killed)
end

function press.undo(self)
  local last = table.remove(self.undone)
  while last and last[1] == self.text do last = table.remove(self.undone) end
  if last then self.text, self.at = last[1], last[2] end
end

-- ------------------------------------------------------------------ movement
function press.left(self) self.at = left_of(self.text, self.at) end
function press.right(self) self.at = right_of(self.text, self.at) end
function press.home(self) self.at = line_start(self.text, self.at) end
press["end"] = function(self) self.at = line_end(self.text, self.at) end
function press.word_left(self) self.at = word_left(self.text, self.at) end
function press.word_right(self) self.at = word_right(self.text, self.at) end

function Editor:recall(place)
  if place < 1 or place > #self.history + 1 then return end
  if self.place == #self.history + 1 then self.draft = self.text end
  self.place = place
  self:set(self.history[place] or self.draft or "")
end

local function letters(text) return utf8.len(text, 1, -1, true) or #text end

local function column_to(text, start, stop, columns)
  local line = text:sub(start, stop - 1)
  return start + (utf8.offset(line, math.min(columns, letters(line)) + 1) or #line + 1) - 1
end

function press.up(self)
  local start = line_start(self.text, self.at)
  if start == 1 then return self:recall(self.place - 1) end
  local above = line_start(self.text, start - 1)
  self.at = column_to(self.text, above, start - 1, letters(self.text:sub(start, self.at - 1)))
end

function press.down(self)
  local stop = line_end(self.text, self.at)
  if stop > #self.text then return self:recall(self.place + 1) end
  local column = letters(self.text:sub(line_start(self.text, self.at), self.at - 1))
  self.at = column_to(self.text, stop + 1, line_end(self.text, stop + 1), column)
end

-- ------------------------------------------------------------------ searching what was typed before
local function look(self, from)
  for i = from, 1, -1 do
    if self.history[i]:find(self.search.words, 1, true) then
      self.search.place, self.search.failed = i, false
      return self:set(self.history[i])
    end
  end
  self.search.failed = true
end

function press.search(self)
  self.search = { words = "", place = #self.history + 1, before = self.text }
end

-- a key while searching; true when it was meant for the search
local function in_search(self, key)
  local search = self.search
  if key.name == "text" then
    search.words = search.words .. key.text
    look(self, math.min(search.place, #self.history))
  elseif key.name == "erase" then
    search.words = search.words:sub(1, left_of(search.words, #search.words + 1) - 1)
    look(self, #self.history)
  elseif key.name == "search" then
    look(self, search.place - 1)
  elseif key.name == "cancel" or key.name == "interrupt" then
    self.search = nil
    self:set(search.before)
  else
    self.search = nil
    self.place = search.place <= #self.history and search.place or self.place
    return false
  end
  return true
end

-- ------------------------------------------------------------------ completion
local function common(list)
  local prefix = list[1].text
  for _, item in ipairs(list) do
    while item.text:sub(1, #prefix) ~= prefix do prefix = prefix:sub(1, -2) end
  end
  return prefix:match(utf8.len(prefix) and "^.*$" or "^[%z\1-\127]*")
end

function press.tab(self)
  local before = self.text:sub(line_start(self.text, self.at), self.at - 1)
  if not before:find "%S" then
    self:keep()
    return self:insert "  "
  end
  local from, list = self.world.complete(self.text, self.at)
  if not list or not list[1] then return nil end
  local prefix = common(list)
  if #prefix > self.at - from then
    self:keep()
    self.text = self.text:sub(1, from - 1) .. prefix .. self.text:sub(self.at)
    self.at = from + #prefix
    return nil
  end
  if list[2] or list[1].shown then return "choices", list end
end

-- ------------------------------------------------------------------ the rest
function press.interrupt() return "interrupt" end
function press.clear() return "clear" end
function press.suspend() return "suspend" end
function press.end_of_input(self)
  if self.text == "" then return "end" end
  press.delete(self)
end

---@param key table    { name, text? } of keys.lua
---@return string? act
---@return table? choices
function Editor:press(key)
  if self.search and in_search(self, key) then return nil end
  local act = press[key.name]
  if act then return act(self, key) end
end

return M
