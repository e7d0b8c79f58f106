--- source: the text of a file: is it text at all, and what do its literals mean?
local words = require "compiler.words"
local M = { LONGEST = 16 * 1024 * 1024 }

---The text without a byte order mark; all positions count from here.
function M.unmarked(source)
  return source:sub(1, 3) == "\xEF\xBB\xBF" and source:sub(4) or source
end

---Blanks a first line that begins with `#`, keeping line 1.
function M.clean(source)
  return (source:gsub("^#[^\r\n]*", function(line) return (" "):rep(#line) end))
end

-- the longest word, and the longest text, of a file that a message repeats
local WORD, WORDS = 60, 300

---A message with long words of the file cut: a megabyte without a blank is no help to anyone.
function M.short(text)
  if #text <= WORD then return text end
  local function cut(word, length) return (word:sub(1, length):gsub("[\xC0-\xFF][\x80-\xBF]*$", "")) .. "..." end
  text = text:gsub("%S+", function(word) if #word > 2 * WORD then return cut(word, WORD) .. word:match "[`'\"]?[).,;:]*$" end end)
  return #text > 2 * WORDS and cut(text, WORDS) or text
end

---What keeps bytes from being a program's text: nil, or a code and the position.
function M.refusal(source)
  if source:sub(1, 4) == "\27Lua" then return "AIOS001", 1 end
  if #source > M.LONGEST then return "AIOS004", 1 end
  local zero = source:find("\0", 1, true)
  if zero then return "AIOS002", zero end
  local _, bad = utf8.len(source)
  if bad then return "AIOS003", bad end
end

---A Lua string literal's value. The text must be a literal (the grammar has said so).
function M.unquote(literal)
  local chunk = load("return " .. literal, "=literal", "t", {})
  return chunk and chunk()
end

---A value as a Lua literal on one line.
function M.quote(text)
  return (string.format("%q", text):gsub("\\\n", "\\n"):gsub("\r", "\\r"))
end

---A whole or broken number as Lua text.
function M.number(value)
  local whole = math.tointeger(value)
  return whole and tostring(whole) or ("%.14g"):format(value)
end

local function units(list)
  local out = {}
  for _, unit in ipairs(list) do out[unit[1]] = unit[2] end
  return out
end
local SECONDS, BYTES, TIMES = units(words.duration), units(words.size), units(words.count)

---Seconds of a duration literal: 1h30m is 5400, 500ms is 0.5.
function M.seconds(text)
  local milliseconds = 0
  for count, unit in text:gmatch "(%d+)(%a+)" do
    milliseconds = milliseconds + tonumber(count) * (unit == "ms" and 1 or SECONDS[unit] * 1000)
  end
  return math.type(milliseconds) == "integer" and milliseconds % 1000 == 0 and milliseconds // 1000 or milliseconds / 1000
end

---Bytes of a size literal, or the number of a count literal (10k).
function M.amount(text)
  local count, unit = text:match "^(%d+)(%a+)$"
  return tonumber(count) * (BYTES[unit] or TIMES[unit])
end

---Seconds since midnight of a time literal, or nil when there is no such time of day.
function M.clock(text)
  local hour, rest = text:match "^(%d+)(.*)$"
  local minute, second = rest:match "^:(%d+):?(%d*)"
  local half = rest:match "[ap]m$"
  hour, minute, second = tonumber(hour), tonumber(minute or 0), tonumber(second ~= "" and second or 0)
  if half then
    if hour < 1 or hour > 12 then return nil end
    hour = hour % 12 + (half == "pm" and 12 or 0)
  end
  if hour > 23 or minute > 59 or second > 59 then return nil end
  return hour * 3600 + minute * 60 + second
end

return M
