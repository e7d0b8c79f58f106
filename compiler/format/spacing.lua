--- spacing: is there a space between two neighbours of one line? SPACE[class before][class after] is true or false.
---
--- Classes are those of lex.lua, and what the layout makes of them: word (a word of a sentence), un and neg (unary
--- operators), .: (in a type) , t.. (a range) , {t }t (a list type) , <a >a (an attribute) , ::a (the mark behind a label) , )p
--- (the end of parameters).
local M = {}

local function set(text)
  local out = {}
  for word in text:gmatch "%S+" do out[word] = true end
  return out
end

-- nothing follows these, nothing precedes those
local TIGHT_AFTER = set "( [ . : un neg :: <a t.. {t"
local TIGHT_BEFORE = set ") )p ] , ; . : t: ? >a ::a t.. }t"
-- what a call or an index may follow without a space
local CALLED = set "name ) ] function"
local INDEXED = set "name ) ] str long }"

local function is_spaced(before, after)
  if before == "[" and after == "long" or before == "long" and after == "]" then return true end
  if before == "neg" and after == "neg" then return true end
  if before == "{" and after == "}" then return false end
  if TIGHT_AFTER[before] or TIGHT_BEFORE[after] then return false end
  if after == "(" then return not CALLED[before] end
  if after == "[" then return not INDEXED[before] end
  return true
end

---What a token is to what comes after it.
M.LAST = setmetatable({ ["name,"] = ",", ["num,"] = ",", ["str,"] = "," }, { __index = function(self, class)
  self[class] = class
  return class
end })

---Filled as it is asked.
M.SPACE = setmetatable({}, { __index = function(space, before)
  local row = setmetatable({}, { __index = function(self, after)
    self[after] = is_spaced(before, after)
    return self[after]
  end })
  space[before] = row
  return row
end })

return M
