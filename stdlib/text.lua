--- text: everyday work with strings. Pure; UTF-8 where characters count.
local M = {}

---Removes spaces, tabs and line breaks at both ends.
---
---    text.trim "  hello \n"   --> "hello"
---@param s string
---@return string
function M.trim(s) return s:match(".*%S", s:match "^%s*()") or "" end

---The parts of `s` between separators. The separator is plain text, not a pattern; without one,
---the words of `s`.
---
---    text.split("a,b,,c", ",")   --> { "a", "b", "", "c" }
---    text.split "  two words "   --> { "two", "words" }
---@param s string
---@param separator string?
---@return string[]
function M.split(s, separator)
  local out, at = {}, 1
  if separator == nil then
    for word in s:gmatch "%S+" do out[#out + 1] = word end
    return out
  end
  if separator == "" then error("the separator must not be empty", 2) end
  while true do
    local from, to = s:find(separator, at, true)
    out[#out + 1] = s:sub(at, (from or 0) - 1)
    if not from then return out end
    at = to + 1
  end
end

---The lines of `s` without their ends (\n or \r\n). A line end at the very end begins no line.
---
---    text.lines "one\r\ntwo\n"   --> { "one", "two" }
---@param s string
---@return string[]
function M.lines(s)
  local out = {}
  for line, ending in s:gmatch "([^\n]*)(\n?)" do
    if line == "" and ending == "" then break end
    out[#out + 1] = ending == "\n" and line:gsub("\r$", "") or line
  end
  return out
end

---Breaks `s` into lines of at most `width` characters (72), between words; paragraphs
---(empty lines) stay apart, a word longer than a line stays whole.
---
---    text.wrap("the quick brown fox", 10)   --> "the quick\nbrown fox"
---@param s string
---@param width integer?
---@return string
function M.wrap(s, width)
  width = width or 72
  local out, line, size = {}, {}, 0
  local function flush()
    if #line > 0 then out[#out + 1] = table.concat(line, " ") end
    line, size = {}, 0
  end
  for _, source in ipairs(M.lines(s)) do
    if not source:find "%S" then
      flush()
      out[#out + 1] = ""
    end
    for word in source:gmatch "%S+" do
      local length = utf8.len(word) or #word
      if size > 0 and size + 1 + length > width then flush() end
      line[#line + 1], size = word, size + length + (size > 0 and 1 or 0)
    end
  end
  flush()
  return table.concat(out, "\n")
end

---The value of a path such as "user.name" or "list.2".
local function look_up(values, path)
  for part in path:gmatch "[^.]+" do
    if type(values) ~= "table" then return nil end
    local number = math.tointeger(tonumber(part))
    if values[part] ~= nil then values = values[part] else values = number and values[number] end
  end
  return values
end

---Puts values in the place of `{name}` and `{a.b}`; `{{` and `}}` are single braces. A name that
---is not there is an error, so that no text goes out with a hole in it.
---
---    text.template("Dear {user.name}", { user = { name = "Ada" } })   --> "Dear Ada"
---    text.template("{{x}}", {})                                       --> "{x}"
---@param s string
---@param values table
---@return string? text
---@return table? err    code "not_found" when a name has no value
function M.template(s, values)
  local missing
  local out = s:gsub("({+)([^{}]*)(}*)", function(open, name, close)
    local braces = ("{"):rep(#open // 2)
    if #open % 2 == 0 then return braces .. name .. ("}"):rep((#close + 1) // 2) end
    if close == "" then return braces .. "{" .. name end
    local value = look_up(values, name)
    if value == nil then missing = missing or name end
    return braces .. tostring(value) .. ("}"):rep(#close // 2)
  end)
  if missing then return nil, { code = "not_found", message = "the template names '" .. missing .. "', which has no value" } end
  return out
end

return M
