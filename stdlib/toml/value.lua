--- toml.value: the values of TOML that are not tables: strings, numbers, dates, true and false.
---
---     local value, after = scalar.read(text, at, refuse)
---
--- `refuse(at, message)` raises. Pure.
local M = {}

local ESCAPE = { b = "\b", t = "\t", n = "\n", f = "\f", r = "\r", ['"'] = '"', ["\\"] = "\\" }

-- the character of \uXXXX or \UXXXXXXXX
local function unicode(text, at, refuse)
  local kind = text:sub(at, at)
  local digits = text:match(kind == "u" and "^%x%x%x%x" or "^%x%x%x%x%x%x%x%x", at + 1)
  local code = digits and tonumber(digits, 16)
  if not code or code > 0x10FFFF or code >= 0xD800 and code <= 0xDFFF then refuse(at - 1, "an escape \\uXXXX or \\UXXXXXXXX names no character") end
  return utf8.char(code), at + 1 + #digits
end

local function escape(text, at, refuse)
  local letter = text:sub(at, at)
  if ESCAPE[letter] then return ESCAPE[letter], at + 1 end
  if letter == "u" or letter == "U" then return unicode(text, at, refuse) end
  refuse(at - 1, ("there is no escape \\%s; write \\\\ for a backslash, or single quotes"):format(letter))
end

local function check_plain(piece, at, refuse, newlines)
  local bad = piece:find(newlines and "[%z\1-\8\11\12\14-\31\127]" or "[%z\1-\8\10-\31\127]")
  if bad then refuse(at + bad - 1, newlines and "a control character in a string" or "a line break or control character in a string") end
  if newlines then
    local lone = piece:find "\r[^\n]" or piece:find "\r$"
    if lone then refuse(at + lone - 1, "a carriage return alone in a string") end
  end
end

local function basic(text, at, refuse)
  local out = {}
  while true do
    local stop = text:find('["\\]', at) or refuse(at, "a string that does not end")
    check_plain(text:sub(at, stop - 1), at, refuse)
    out[#out + 1] = text:sub(at, stop - 1)
    if text:sub(stop, stop) == '"' then return table.concat(out), stop + 1 end
    out[#out + 1], at = escape(text, stop + 1, refuse)
  end
end

-- where a string of three quotes ends: two more quotes may belong to it
local function closing(text, stop, quote)
  local _, last = text:find("^" .. quote .. "+", stop)
  local count = last - stop + 1
  if count < 3 then return nil, last + 1, text:sub(stop, last) end
  return math.min(count, 5) - 3, stop + math.min(count, 5)
end

local function multiline(text, at, refuse)
  local out = {}
  at = text:match("^\r?\n()", at) or at
  while true do
    local stop = text:find('["\\]', at) or refuse(at, 'a string of """ that does not end')
    check_plain(text:sub(at, stop - 1), at, refuse, true)
    out[#out + 1] = text:sub(at, stop - 1)
    if text:sub(stop, stop) == '"' then
      local extra, after, quotes = closing(text, stop, '"')
      if extra then return table.concat(out) .. ('"'):rep(extra), after end
      out[#out + 1], at = quotes, after
    else
      local folded = text:match("^[ \t]*\r?\n[ \t\r\n]*()", stop + 1)
      if folded then at = folded else out[#out + 1], at = escape(text, stop + 1, refuse) end
    end
  end
end

local function literal(text, at, refuse)
  local stop = text:find("'", at, true) or refuse(at, "a string that does not end")
  check_plain(text:sub(at, stop - 1), at, refuse)
  return text:sub(at, stop - 1), stop + 1
end

local function literal_multiline(text, at, refuse)
  at = text:match("^\r?\n()", at) or at
  local from = at
  while true do
    local stop = text:find("'", at, true) or refuse(from, "a string of ''' that does not end")
    local extra, after = closing(text, stop, "'")
    if extra then
      check_plain(text:sub(from, stop - 1), from, refuse, true)
      return text:sub(from, stop - 1) .. ("'"):rep(extra), after
    end
    at = after
  end
end

---A string of any kind at `at`, or nil. `one_line`: as a key may be.
function M.string(text, at, refuse, one_line)
  if not one_line and text:find('^"""', at) then return multiline(text, at + 3, refuse) end
  if not one_line and text:find("^'''", at) then return literal_multiline(text, at + 3, refuse) end
  if text:find('^"', at) then return basic(text, at + 1, refuse) end
  if text:find("^'", at) then return literal(text, at + 1, refuse) end
end

local MONTH_DAYS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_date(year, month, day)
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if not MONTH_DAYS[month] or day < 1 or day > MONTH_DAYS[month] then return false end
  return month ~= 2 or day < 29 or year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
end

local function is_time(hour, minute, second, rest)
  if tonumber(hour) > 23 or tonumber(minute) > 59 or tonumber(second) > 60 then return false end
  return rest == "" or rest:find "^%.%d+$" ~= nil
end

local function is_offset(text)
  if text == "" or text == "Z" or text == "z" then return true end
  local hour, minute = text:match "^[+-](%d%d):(%d%d)$"
  return hour ~= nil and tonumber(hour) < 24 and tonumber(minute) < 60
end

local function date(word)
  local year, month, day, rest = word:match "^(%d%d%d%d)-(%d%d)-(%d%d)(.*)$"
  if not year then
    local hour, minute, second, fraction = word:match "^(%d%d):(%d%d):(%d%d)(.*)$"
    return hour and is_time(hour, minute, second, fraction)
  end
  if not is_date(year, month, day) then return false end
  if rest == "" then return true end
  local hour, minute, second, fraction, offset = rest:match "^[Tt ](%d%d):(%d%d):(%d%d)(%.?%d*)(.*)$"
  return hour ~= nil and is_time(hour, minute, second, fraction) and is_offset(offset)
end

local BASES = { ["0x"] = { 16, "^%x[%x_]*$" }, ["0o"] = { 8, "^[0-7][0-7_]*$" }, ["0b"] = { 2, "^[01][01_]*$" } }

local function whole(digits, base)
  local out = 0
  for digit in digits:gmatch "%x" do
    digit = tonumber(digit, 16)
    if out > (math.maxinteger - digit) // base then return nil end
    out = out * base + digit
  end
  return out
end

local function integer(word)
  local base = BASES[word:sub(1, 2)]
  if base then return word:sub(3):find(base[2]) and whole(word:sub(3), base[1]) end
  local sign, digits = word:match "^([+-]?)(%d[%d_]*)$"
  if not digits or digits:find "^0." then return nil end
  local plain = digits:gsub("_", "")
  if sign == "-" and plain == "9223372036854775808" then return math.mininteger end
  local value = whole(plain, 10)
  return value and (sign == "-" and -value or value)
end

local NAMED = { ["true"] = true, ["false"] = false, inf = math.huge, ["+inf"] = math.huge, ["-inf"] = -math.huge,
  nan = 0 / 0, ["+nan"] = 0 / 0, ["-nan"] = 0 / 0 }

local function float(word)
  local before, after = word:match "^[+-]?(%d[%d_]*)(.*)$"
  if not before or after == "" or before:find "^0." then return nil end
  local rest = after
  if rest:find "^%." then rest = rest:match "^%.%d[%d_]*(.*)$" end
  if not rest or rest ~= "" and not rest:find "^[eE][+-]?%d[%d_]*$" then return nil end
  return tonumber((word:gsub("_", ""))) + 0.0
end

local function number(word)
  if word:find "__" or word:find "_$" or word:find "_[.eE]" or word:find "[.eExob]_" then return nil end
  local value = integer(word)
  if value == nil then value = float(word) end
  return value
end

---The value at `at` that is neither a list nor a table.
---@return any value
---@return integer after
function M.read(text, at, refuse)
  local value, after = M.string(text, at, refuse)
  if value then return value, after end
  local word = text:match("^%d%d%d%d%-%d%d%-%d%d %d%d:[%w:.+-]+", at) or text:match("^[%w:.+_-]+", at)
  if not word then refuse(at, "a value is missing here") end
  if NAMED[word] ~= nil then return NAMED[word], at + #word end
  if word:find "^%d%d%d%d%-" or word:find "^%d%d:" then
    if not date(word) then refuse(at, ("%s is no date or time"):format(word)) end
    return word, at + #word
  end
  value = number(word)
  if value == nil then refuse(at, ("%s is no value; texts are written in quotes"):format(word)) end
  return value, at + #word
end

return M
