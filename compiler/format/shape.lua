--- shape: what stands inside what: the indentation of each line, and what a token is where its class does not tell.
---
--- A stack of what is open: kind, indent of the line it was opened on, and whether its block has begun. All that is opened
--- on one line indents what follows once. A heading (`if`, `for`, `workflow`) is there from its first word; its block begins
--- behind `then` or `do`. Lines before that are clauses, one level in, or go on with something, two levels in.
local LAST = require("compiler.format.spacing").LAST
local M = {}

local function set(text)
  local out = {}
  for word in text:gmatch "%S+" do out[word] = true end
  return out
end

---Classes that change the shape, or are not what they seem.
M.EFFECT = set "do end then else elseif if while for repeat until function ( ) { } [ ] - ~ # < > ::"

-- before and behind these no line is empty
local OPENERS, CLOSERS = set "do then else repeat { ( [ )p {t", set "end until else elseif } ) ] )p }t"
local POPS = set "end } ) ] }t )p"
local OPERAND = set "name num str long ) ] } end }t"
-- what a statement cannot end with, and what it cannot begin with
local CANNOT_END = set "bin un neg not = , . : -> => return local function in goto :: word <a t: t.. ?"
local CANNOT_BEGIN = set "bin un neg = , . : -> => str long { [ in not ? t: t.. num num, str,"
local PARENS, STATEMENT = set "( [ (p", set "head list word until"

local Shape = {}
Shape.__index = Shape

---@param marks table from marks.read
function M.new(source, tokens, marks, ends)
  return setmetatable({ source = source, tokens = tokens, marks = marks, ends = ends, kind = {}, base = {}, open = {}, top = 0,
    indent = 0, blank = false, code = "nl", type_to = 0, lists = {} }, Shape)
end

local function push(self, kind, open)
  local n = self.top + 1
  self.top, self.kind[n], self.base[n], self.open[n] = n, kind, self.indent, open
end

-- whether a line goes on with what the one before has left unfinished
local function goes_on(self, class)
  local kind, code = self.kind[self.top], self.code
  if PARENS[kind] then return false end
  if kind == "{" or kind == "{t" then return code ~= kind and code ~= "," and code ~= ";" end
  if class == "{" and code == "=" then return false end
  return CANNOT_END[code] or CANNOT_BEGIN[class] and code ~= "nl" and code ~= ";" and not OPENERS[code]
    or class == "(" and (code == "name" or code == ")" or code == "]")
end

-- the indentation of a line that begins with a token of this class and mark
local function level(self, class, mark)
  local n = self.top
  local open, inner = n == 0 or self.open[n], n == 0 and 0 or self.base[n] + 1
  if open ~= true then return mark == "clause" and inner or inner + 1 end
  if mark == "clause" then return inner + 1 end
  return (STATEMENT[mark] or not goes_on(self, class)) and inner or inner + 1
end

-- whether the token stands at the level of the heading of what is open
local function is_outer(self, class, mark)
  if CLOSERS[class] then return not (class == "until" and self.waits) end
  if mark == "undo" or mark == "undo name" or class == "then" then return true end
  return class == "do" and self.top > 0 and self.open[self.top] == false
end

-- a comment stands where the next token would
local function comment_level(self, i)
  local tokens, class = self.tokens, nil
  repeat
    i = i + 2
    class = tokens[i + 1]
  until class ~= "com" and class ~= "block"
  local n, mark = self.top, class and self.marks[tokens[i]]
  if n > 0 and self.open[n] ~= true then return self.base[n] + 1 end
  if not class or is_outer(self, class, mark) then return n > 0 and self.base[n] + 1 or 0 end
  return level(self, class, mark)
end

---Settles the indentation of a line that begins with the token at `i`, and whether an empty line stays before it.
function Shape:begin_line(class, i, before, pending, mark)
  self.blank = pending == "blank" and not OPENERS[before] and not CLOSERS[class]
  if class == "com" or class == "block" then self.indent = comment_level(self, i)
  elseif is_outer(self, class, mark) then self.indent = self.top > 0 and self.base[self.top] or 0
  else self.indent = level(self, class, mark) end
end

-- the braces of a type that hold a list: nothing in them has a name
local function find_lists(self, i, stop)
  local tokens, lists, open = self.tokens, self.lists, {}
  while tokens[i] and tokens[i] < stop do
    local class = tokens[i + 1]
    if class == "{" then
      open[#open + 1], lists[i] = i, true
    elseif class == "}" then
      open[#open] = nil
    elseif class == ":" and open[1] then
      lists[open[#open]] = false
    end
    i = i + 2
  end
end

-- `<` of `local x <const>`
local function is_attribute(tokens, i)
  repeat
    i = i - 2
    local class = tokens[i + 1]
    if class == "local" then return true end
  until class ~= "name" and class ~= "name," and class ~= "," and class ~= "<" and class ~= ">"
  return false
end

-- what a token is, where its class does not tell
local RESOLVE = {
  ["-"] = function(self) return OPERAND[self.code] and "bin" or "neg" end,
  ["~"] = function(self) return OPERAND[self.code] and "bin" or "un" end,
  ["#"] = function() return "un" end,
  ["<"] = function(self, i)
    self.attribute = is_attribute(self.tokens, i)
    return self.attribute and "<a" or "bin"
  end,
  [">"] = function(self)
    if not self.attribute then return "bin" end
    self.attribute = false
    return ">a"
  end,
  ["::"] = function(self)
    self.label = not self.label
    return self.label and "::" or "::a"
  end,
  ["("] = function(self) return "(" end,
  [")"] = function(self) return self.kind[self.top] == "(p" and ")p" or ")" end,
  ["}"] = function(self) return self.kind[self.top] == "{t" and "}t" or "}" end,
}

local function in_type(self, class, i)
  if class == ":" then return "t:" end
  if class == "{" then return self.lists[i] and "{t" or "{" end
  if class == "bin" and self.source:sub(self.tokens[i], self.tokens[i] + 1) == ".." then return "t.." end
  return class
end

-- what a token opens, begins or closes
local ACT = {
  ["("] = function(self)
    local n = self.top
    local params = self.kind[n] == "function" and not self.open[n]
    if params then self.open[n] = true end
    push(self, params and "(p" or "(", true)
  end,
  ["["] = function(self) push(self, "[", true) end,
  ["{"] = function(self) push(self, "{", true) end,
  ["{t"] = function(self) push(self, "{t", true) end,
  ["do"] = function(self)
    local n = self.top
    if n > 0 and self.open[n] == false then self.open[n] = true else push(self, "do", true) end
  end,
  ["then"] = function(self) self.open[self.top] = true end,
  ["elseif"] = function(self) self.open[self.top] = false end,
  ["if"] = function(self) push(self, "if", false) end,
  ["while"] = function(self) push(self, "while", false) end,
  ["for"] = function(self)
    local n = self.top
    if n == 0 or self.open[n] == true or self.kind[n] ~= "head" then push(self, "for", false) end
  end,
  ["repeat"] = function(self) push(self, "repeat", true) end,
  ["function"] = function(self) push(self, "function", false) end,
  ["until"] = function(self)
    if not self.waits then self.top = self.top - 1 end
    self.waits = false
  end,
}
for class in pairs(POPS) do ACT[class] = function(self) if self.top > 0 then self.top = self.top - 1 end end end

local MARKED = {
  head = function(self) push(self, "head", false) end,
  list = function(self) push(self, "head", "list") end,
  ["until"] = function(self) self.waits = true end,
  undo = function() end,
  ["undo name"] = function(self) self.open[self.top] = false end,
}

---Takes a token that has an effect or a mark.
---@return string class what it is for spacing
---@return integer i the place of its last part among the tokens
---@return string? before what the token before it is, to it
function Shape:take(class, i, before, pending)
  local tokens, from = self.tokens, self.tokens[i]
  local mark = self.marks[from]
  if mark == "type" then
    if from >= self.type_to then find_lists(self, i, self.ends[from]) end
    self.type_to = math.max(self.type_to, self.ends[from])
  elseif mark == "exp" then before, self.code = "word", "word"
  elseif mark == "solid" then
    while tokens[i + 2] and tokens[i + 2] < self.ends[from] do i, class = i + 2, "name" end
  elseif mark == "undo" then class = "do"
  elseif mark and class == "name" then class = "word" end
  if from < self.type_to then class = in_type(self, class, i) end
  local resolve = RESOLVE[class]
  if resolve then class = resolve(self, i) end
  if pending then self:begin_line(class, i, before, pending, mark) end
  local act = MARKED[mark] or mark ~= "solid" and ACT[class]
  if act then act(self) end
  if class ~= "com" and class ~= "block" then self.code = LAST[class] end
  return class, i, before
end

return M
