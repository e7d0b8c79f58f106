--- toml.read: a TOML document as a table. Pure.
local scalar = require "toml.value"
local M = {}

local DEEPEST = 500

-- what each table is: "header" ([x]), "implied" (above a header), "dotted" (a.b = 1), "inline", "list" ([[x]])
local Reader = {}
Reader.__index = Reader

local function refuser(text)
  return function(at, message)
    local line = 1
    for _ in text:sub(1, at - 1):gmatch "\n" do line = line + 1 end
    error({ code = "invalid", message = ("line %d: %s"):format(line, message), line = line }, 0)
  end
end

function Reader:skip() self.at = self.text:match("^[ \t]*()", self.at) end

function Reader:comment()
  if self.text:sub(self.at, self.at) ~= "#" then return end
  local from, last = self.text:find("^#[^\n]*", self.at)
  local bad = self.text:sub(from, last):gsub("\r$", ""):find "[%z\1-\8\10-\31\127]"
  if bad then self.refuse(from + bad - 1, "a control character in a comment") end
  self.at = last + 1
  if self.text:sub(last, last) == "\r" then self.at = last end
end

-- the rest of a line holds nothing but a comment
function Reader:end_of_line()
  self:skip()
  self:comment()
  local after = self.text:match("^\r?\n()", self.at)
  if not after and self.at <= #self.text then self.refuse(self.at, ("the line should end before '%s'"):format(self.text:match("^[^\r\n]?[^\r\n]?[^\r\n]?[^\r\n]?", self.at))) end
  self.at = after or self.at
end

-- spaces, comments and line ends, inside of a list
function Reader:blank()
  while true do
    self:skip()
    self:comment()
    local after = self.text:match("^\r?\n()", self.at)
    if not after then return end
    self.at = after
  end
end

-- a.b."c d" as a list of names
function Reader:key()
  local names = {}
  repeat
    self:skip()
    local name, after = scalar.string(self.text, self.at, self.refuse, true)
    if not name then name, after = self.text:match("^([%w_-]+)()", self.at) end
    if not name then self.refuse(self.at, "the name of a key is missing; names with other characters stand in quotes") end
    names[#names + 1], self.at = name, after
    self:skip()
    local dot = self.text:sub(self.at, self.at) == "."
    if dot then self.at = self.at + 1 end
  until not dot
  return names
end

function Reader:make(kind)
  local made = {}
  self.kinds[made] = kind
  return made
end

local function said(names, count) return table.concat(names, ".", 1, count) end

-- the table that a dotted key writes into
function Reader:dotted(into, names, at)
  for i = 1, #names - 1 do
    local next_one = into[names[i]]
    if next_one == nil then
      next_one = self:make "dotted"
      into[names[i]] = next_one
    elseif self.kinds[next_one] ~= "dotted" or self.closed[next_one] then
      self.refuse(at, ("'%s' is there already, so nothing can be added to it like this"):format(said(names, i)))
    end
    into = next_one
  end
  return into
end

function Reader:pair(into)
  local at = self.at
  local names = self:key()
  if self.text:sub(self.at, self.at) ~= "=" then self.refuse(self.at, ("'=' is missing behind the key %s"):format(said(names))) end
  self.at = self.at + 1
  self:skip()
  into = self:dotted(into, names, at)
  local value = self:value()
  if into[names[#names]] ~= nil then self.refuse(at, ("'%s' is given twice"):format(said(names))) end
  into[names[#names]] = value
end

function Reader:list()
  local out = self.list_of {}
  self.at = self.at + 1
  self:blank()
  while self.text:sub(self.at, self.at) ~= "]" do
    out[#out + 1] = self:value()
    self:blank()
    local mark = self.text:sub(self.at, self.at)
    if mark == "," then
      self.at = self.at + 1
      self:blank()
    elseif mark ~= "]" then
      self.refuse(self.at, "',' or ']' is missing in a list")
    end
  end
  self.at = self.at + 1
  return out
end

-- nothing can be added to an inline table later, nor to what it holds
function Reader:seal(value)
  if type(value) ~= "table" or self.closed[value] then return end
  self.closed[value] = true
  for _, inner in pairs(value) do self:seal(inner) end
end

function Reader:inline()
  local out = self:make "inline"
  self.at = self.at + 1
  self:skip()
  if self.text:sub(self.at, self.at) ~= "}" then
    repeat
      self:pair(out)
      self:skip()
      local mark = self.text:sub(self.at, self.at)
      if mark ~= "," and mark ~= "}" then self.refuse(self.at, "',' or '}' is missing in an inline table, which is written on one line") end
      if mark == "," then self.at = self.at + 1 end
    until mark == "}"
  end
  self.at = self.at + 1
  self:seal(out)
  return out
end

function Reader:value()
  local first = self.text:sub(self.at, self.at)
  if first ~= "[" and first ~= "{" then
    local value
    value, self.at = scalar.read(self.text, self.at, self.refuse)
    return value
  end
  self.depth = self.depth + 1
  if self.depth > DEEPEST then self.refuse(self.at, "lists and tables are nested more than 500 deep") end
  local out = first == "[" and self:list() or first == "{" and self:inline()
  self.depth = self.depth - 1
  return out
end

-- the table above the last name of a header
function Reader:above(names, at)
  local into = self.root
  for i = 1, #names - 1 do
    local next_one = into[names[i]]
    if next_one == nil then
      next_one = self:make "implied"
      into[names[i]] = next_one
    elseif self.kinds[next_one] == "list" then
      next_one = next_one[#next_one]
    elseif not self.kinds[next_one] or self.closed[next_one] then
      self.refuse(at, ("'%s' is no table that can be added to"):format(said(names, i)))
    end
    into = next_one
  end
  return into
end

function Reader:header()
  local at = self.at
  self.at = at + 1
  local names = self:key()
  if self.text:sub(self.at, self.at) ~= "]" then self.refuse(self.at, "']' is missing behind the name of a table") end
  self.at = self.at + 1
  local into, last = self:above(names, at), names[#names]
  local there = into[last]
  if there ~= nil and (self.kinds[there] ~= "implied") then self.refuse(at, ("the table [%s] is there already"):format(said(names))) end
  there = there or {}
  into[last], self.kinds[there] = there, "header"
  return there
end

function Reader:item()
  local at = self.at
  self.at = at + 2
  local names = self:key()
  if self.text:sub(self.at, self.at + 1) ~= "]]" then self.refuse(self.at, "']]' is missing behind the name of a list of tables") end
  self.at = self.at + 2
  local into, last = self:above(names, at), names[#names]
  if into[last] == nil then
    into[last] = self.list_of {}
    self.kinds[into[last]] = "list"
  elseif self.kinds[into[last]] ~= "list" then
    self.refuse(at, ("'%s' is there already and is no list of tables"):format(said(names)))
  end
  local list = into[last]
  list[#list + 1] = self:make "header"
  return list[#list]
end

function Reader:document()
  local into = self.root
  while self.at <= #self.text do
    self:skip()
    if self.text:find("^%[%[", self.at) then into = self:item()
    elseif self.text:find("^%[", self.at) then into = self:header()
    elseif self.text:find("^[^#\r\n]", self.at) then self:pair(into) end
    self:end_of_line()
  end
  return self.root
end

---@param text string
---@return table? value
---@return table? err
function M.document(text)
  text = text:gsub("^\xEF\xBB\xBF", "")
  local length, bad = utf8.len(text)
  local refuse = refuser(text)
  local reader = setmetatable({ text = text, at = 1, depth = 0, root = {}, kinds = {}, closed = {}, refuse = refuse,
    list_of = require "aios.json".array }, Reader)
  reader.kinds[reader.root] = "header"
  local good, value = pcall(function()
    if not length then refuse(bad, "a byte that is not UTF-8") end
    return reader:document()
  end)
  if good then return value end
  if type(value) == "table" and value.code then return nil, value end
  error(value, 0)
end

return M
