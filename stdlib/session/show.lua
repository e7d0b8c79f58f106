--- session.show: a value as a person reads it: texts in quotes, tables laid out, functions with their place.
---
---     show.text({ 1, 2, name = "x" })                  --> { 1, 2, name = "x" }
---     show.text(value, { width = 80, depth = 4, items = 100 })
---
--- What is written is Lua where it can be. What is left out is marked with `…`; a table inside of itself is `<cycle>`.
local M = {}

local LIMITS = { width = 80, depth = 5, items = 100, inner_text = 400 }
local WORDS = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch "%a+" do
  WORDS[word] = true
end

local ESCAPES = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\\"] = "\\\\", ['"'] = '\\"', ["\27"] = "\\27" }

-- bytes that are no letters of UTF-8 are written as numbers
local function plain_bytes(text)
  if utf8.len(text) then return text end
  local out, at = {}, 1
  while at <= #text do
    local good, stop = utf8.len(text, at)
    if good then
      out[#out + 1] = text:sub(at)
      break
    end
    out[#out + 1] = text:sub(at, stop - 1) .. ("\\x%02X"):format(text:byte(stop))
    at = stop + 1
  end
  return table.concat(out)
end

---A text in quotes, on one line.
function M.quoted(text)
  text = text:gsub('[%c\127\\"]', function(c) return ESCAPES[c] or ("\\x%02X"):format(c:byte()) end)
  return '"' .. plain_bytes(text) .. '"'
end

local function shortened(text, most)
  if #text <= most then return M.quoted(text) end
  return M.quoted(text:sub(1, (utf8.offset(text, 0, most + 1) or most + 1) - 1)) .. "…"
end

local function number(n)
  if n ~= n then return "nan" end
  if n == math.huge then return "inf" elseif n == -math.huge then return "-inf" end
  return tostring(n)
end

local function place(fn)
  local info = debug.getinfo(fn, "S")
  if info.what == "C" then return "function (built in)" end
  if info.source:sub(1, 1) ~= "@" or info.source:find "^@?stdlib/" then return "function (library)" end
  return ("function (%s:%d)"):format(info.short_src, info.linedefined)
end

local function is_error(value)
  return rawget(value, "message") ~= nil and rawget(value, "code") ~= nil and (getmetatable(value) or {}).__name == "error"
end

-- what a table says of itself; nil when it says nothing
local function own_words(value)
  local meta = getmetatable(value)
  if type(meta) ~= "table" then return nil end
  if is_error(value) then return ("error %s: %s"):format(value.code, tostring(value)) end
  if rawget(meta, "__tostring") then
    local good, text = pcall(tostring, value)
    return good and text or "<its __tostring failed>"
  end
  local name = rawget(meta, "__name")
  if name == "workflow" then return "workflow " .. tostring(rawget(value, "name")) end
end

local function order(a, b)
  local ta, tb = type(a), type(b)
  if ta ~= tb then return ta < tb end
  if ta == "number" or ta == "string" then return a < b end
  return tostring(a) < tostring(b)
end

-- how wide a text is, near enough: letters, not bytes
local function width_of(text) return utf8.len(text, 1, -1, true) or #text end

local Shower = {}
Shower.__index = Shower

function Shower:key(key)
  if type(key) == "string" and key:find "^[%a_][%w_]*$" and not WORDS[key] then return key end
  return "[" .. self:value(key, "", self.limits.depth) .. "]"
end

-- the parts of a table, and how many were left out
function Shower:parts(value, indent, depth)
  local parts, left, count = {}, 0, 0
  local length = rawlen(value)
  for i = 1, math.min(length, self.limits.items) do
    parts[#parts + 1] = self:value(rawget(value, i), indent, depth + 1)
  end
  count, left = #parts, math.max(0, length - self.limits.items)
  local keys = {}
  for key in next, value do
    if not (math.type(key) == "integer" and key >= 1 and key <= length) then keys[#keys + 1] = key end
  end
  table.sort(keys, order)
  for _, key in ipairs(keys) do
    if count >= self.limits.items then
      left = left + 1
    else
      count = count + 1
      parts[#parts + 1] = self:key(key) .. " = " .. self:value(rawget(value, key), indent, depth + 1)
    end
  end
  if left > 0 then parts[#parts + 1] = ("… %d more"):format(left) end
  return parts
end

function Shower:table(value, indent, depth)
  if self.open[value] then return "<cycle>" end
  local words = own_words(value)
  if words then return words end
  if next(value) == nil then return "{}" end
  if depth >= self.limits.depth then return "{ … }" end
  self.open[value] = true
  local inner = indent .. "  "
  local parts = self:parts(value, inner, depth)
  self.open[value] = nil
  local flat = "{ " .. table.concat(parts, ", ") .. " }"
  if not flat:find "\n" and width_of(indent) + width_of(flat) <= self.limits.width - 4 then return flat end
  return "{\n" .. inner .. table.concat(parts, ",\n" .. inner) .. "\n" .. indent .. "}"
end

function Shower:value(value, indent, depth)
  local kind = type(value)
  if kind == "string" then return depth == 0 and M.quoted(value) or shortened(value, self.limits.inner_text) end
  if kind == "number" then return number(value) end
  if kind == "function" then return place(value) end
  if kind == "table" then return self:table(value, indent, depth) end
  if kind == "thread" then return "thread (" .. coroutine.status(value) .. ")" end
  return (tostring(value):gsub(": 0x%x+$", ""):gsub(" %(0x%x+%)$", ""))
end

---@param value any
---@param limits table?   width (columns), depth, items (of one table), inner_text (bytes of a text inside a table)
---@return string
function M.text(value, limits)
  local self = setmetatable({ limits = setmetatable(limits or {}, { __index = LIMITS }), open = {} }, Shower)
  return self:value(value, "", 0)
end

return M
