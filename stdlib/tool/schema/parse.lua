--- parse: the notation of types, text to schema. See tool.schema.
local M = {}

local BASE = {
  string = { type = "string" }, number = { type = "number" }, integer = { type = "integer" },
  boolean = { type = "boolean" }, null = { type = "null" }, ["nil"] = { type = "null" }, any = {},
  duration = { type = "number", format = "duration" }, size = { type = "integer", format = "size" },
  money = { type = "number", format = "money" }, time = { type = { "string", "number" }, format = "moment" },
  date = { type = "string", format = "date" }, path = { type = "string", format = "path" },
  url = { type = "string", format = "uri" }, email = { type = "string", format = "email" },
}
M.BASE = BASE

-- in a document these say only how a base type looks from outside
local OUTSIDE = { type = true, anyOf = true, pattern = true, format = true, ["x-type"] = true }
local restored = setmetatable({}, { __mode = "k" })      -- a cache: the same schema is the same base type

---The base type that a document calls by its name in `x-type`, with the bounds it has there.
function M.restored(s)
  local base = BASE[s["x-type"]]
  if not base then return s end
  if restored[s] then return restored[s] end
  local out = {}
  for k, v in next, base do out[k] = v end
  for k, v in next, s do
    if not OUTSIDE[k] and not (k == "minLength" and base.format == "path") then out[k] = v end
  end
  restored[s] = out
  return out
end

local UNITS = {
  ms = 0.001, s = 1, m = 60, h = 3600, d = 86400, w = 604800, k = 1000, M = 1000000,
  B = 1, KB = 10 ^ 3, MB = 10 ^ 6, GB = 10 ^ 9, TB = 10 ^ 12, KiB = 2 ^ 10, MiB = 2 ^ 20, GiB = 2 ^ 30, TiB = 2 ^ 40,
}
local ESCAPES = { n = "\n", t = "\t", r = "\r" }

-- ------------------------------------------------------------------ tokens
local function fail(p, expected)
  local got = p.text:sub(p.at, p.at)
  local column = p.at - (p.text:sub(1, p.at - 1):match ".*()\n" or 0)
  error({ why = ("column %d: expected %s, got %s"):format(column, expected, got == "" and "the end" or "'" .. got .. "'") }, 0)
end

---Skips space and comments, then takes what the pattern matches; nil when it does not.
local function take(p, pattern)
  local text, at = p.text, p.at
  repeat
    local from = at
    at = text:match("^%s*()", at)
    at = text:match("^%-%-[^\n]*()", at) or at
  until at == from
  p.at = at
  local _, last, found = text:find("^" .. pattern, at)
  if not last then return nil end
  p.at = last + 1
  return found or text:sub(at, last)
end

local function need(p, pattern, what) return take(p, pattern) or fail(p, what) end

local function take_string(p)
  local quote = take(p, "[\"']")
  if not quote then return nil end
  local out = {}
  while true do
    local plain = p.text:match("^[^\\\"'\n]+", p.at)
    local c = plain or p.text:sub(p.at, p.at)
    p.at = p.at + #c
    if c == quote then return table.concat(out) end
    if c == "" or c == "\n" then fail(p, "a closing " .. quote) end
    if c == "\\" then
      local escaped = p.text:sub(p.at, p.at)
      c, p.at = ESCAPES[escaped] or escaped, p.at + 1
    end
    out[#out + 1] = c
  end
end

---A number, with the units of durations, sizes and counts, or as money.
local function take_number(p)
  local digits = take(p, "%$?%-?%d+%.%d+") or take(p, "%$?%-?%d+")
  if not digits then return nil end
  local sum = math.tointeger(tonumber((digits:gsub("^%$", "")))) or tonumber((digits:gsub("^%$", "")))
  local unit = p.text:match("^%a+", p.at)
  if not unit then return sum, digits:find(".", 1, true) == nil end
  local total, number = 0, sum
  while unit do
    if not UNITS[unit] then fail(p, "a unit (ms s m h d w, KB MB GB KiB MiB GiB, k M)") end
    total, p.at = total + number * UNITS[unit], p.at + #unit
    local more = p.text:match("^%d+", p.at)
    if not more then break end
    number, p.at = tonumber(more), p.at + #more
    unit = p.text:match("^%a+", p.at) or fail(p, "a unit")
  end
  return math.tointeger(total) or total, math.tointeger(total) ~= nil
end

-- ------------------------------------------------------------------ types
local parse_type

local function copy(t)
  local out = {}
  for k, v in pairs(t) do out[k] = v end
  return out
end

---low..high, each side optional; a single number is both.
local function range(p)
  local low = take_number(p)
  if not take(p, "%.%.") then
    if not low then fail(p, "a range such as 0..10, ..10 or 1..") end
    return low, low
  end
  local high = take_number(p)
  if not low and not high then fail(p, "a number on one side of '..'") end
  if low and high and low > high then fail(p, "a range that goes upward") end
  return low, high
end

local function parse_name(p, name)
  if name == "true" or name == "false" then return { const = name == "true" } end
  local base = BASE[name]
  if not base then return { ["$ref"] = "#/$defs/" .. name } end
  local s = copy(base)
  if not take(p, "%(") then return s end
  if s.type == "string" and not s.format then
    s.minLength, s.maxLength = range(p)
  elseif s.type == "number" or s.type == "integer" then
    s.minimum, s.maximum = range(p)
  else
    fail(p, "no range: " .. name .. " has none")
  end
  need(p, "%)", "')' after the range")
  return s
end

local function parse_field(p, s)
  local name = take_string(p) or need(p, "[%a_][%w_]*", "a field name or '}'")
  if s.properties[name] then fail(p, "each field once ('" .. name .. "' is there already)") end
  local optional = take(p, "%?") ~= nil
  need(p, ":", "':' after the field name")
  local field, may_miss = parse_type(p)
  field.description = take_string(p)
  s.properties[name] = field
  s["x-order"][#s["x-order"] + 1] = name
  if not (optional or may_miss) then s.required[#s.required + 1] = name end
end

local function parse_record(p)
  local s = { type = "object", properties = {}, required = {}, additionalProperties = false, ["x-order"] = {} }
  while not take(p, "}") do
    parse_field(p, s)
    if not take(p, "[,;]") then
      need(p, "}", "',' or '}'")
      break
    end
  end
  if #s.required == 0 then s.required = nil end          -- an empty list would be written as {} in JSON
  if #s["x-order"] == 0 then s["x-order"] = nil end
  return s
end

local function nullable(s, may_miss)
  if not may_miss then return s end
  local list = s.anyOf or { s }
  list[#list + 1] = BASE.null
  return { anyOf = list }
end

local function are_texts(s)
  for _, one in ipairs(s.enum or { s.const }) do if type(one) ~= "string" then return false end end
  return s.enum ~= nil or s.const ~= nil
end

local function parse_braces(p)
  if take(p, "%[") then
    local key = parse_type(p)
    if key.type ~= "string" and not key["$ref"] and not are_texts(key) then fail(p, "text as the key of a map: {[string]: T}") end
    need(p, "%]", "']'")
    need(p, ":", "':' after the key type")
    local s = { type = "object", additionalProperties = nullable(parse_type(p)) }
    if key.type ~= "string" or next(key, next(key)) then s.propertyNames = key end
    need(p, "}", "'}'")
    return s
  end
  local start = p.at
  local is_record = take(p, "}") ~= nil
  if not is_record then
    local word = take_string(p) or take(p, "[%a_][%w_]*")
    take(p, "%?")
    is_record = word ~= nil and take(p, ":") ~= nil
  end
  p.at = start
  if is_record then return parse_record(p) end
  local s = { type = "array", items = nullable(parse_type(p)) }
  need(p, "}", "'}' after the item type")
  return s
end

local function parse_primary(p)
  if take(p, "{") then return parse_braces(p) end
  local text = take_string(p)
  if text then return { const = text } end
  local low, whole = take_number(p)
  if low then
    if not take(p, "%.%.") then return { const = low } end
    local high, also = take_number(p)
    if not high then fail(p, "a number after '..'") end
    if low > high then fail(p, "a range that goes upward") end
    return { type = whole and also and "integer" or "number", minimum = low, maximum = high }
  end
  return parse_name(p, need(p, "[%a_][%w_]*", "a type"))
end

---Literals beside each other become one enum, where the first of them stood.
local function union(list)
  local out, enum = {}, nil
  for _, s in ipairs(list) do
    if s.const == nil then
      out[#out + 1] = s
    elseif enum then
      enum.enum[#enum.enum + 1] = s.const
    else
      enum = { enum = { s.const } }
      out[#out + 1] = enum
    end
  end
  if enum and #enum.enum == 1 then enum.const, enum.enum = enum.enum[1], nil end
  return #out == 1 and out[1] or { anyOf = out }
end

---@return table schema
---@return boolean may_miss    a '?' was there
function parse_type(p)
  p.depth = p.depth + 1
  if p.depth > 50 then fail(p, "at most 50 types inside each other") end
  local list, may_miss = {}, false
  repeat
    list[#list + 1] = parse_primary(p)
    if take(p, "%?") then may_miss = true end
  until not take(p, "|")
  p.depth = p.depth - 1
  return union(list), may_miss
end

-- ------------------------------------------------------------------ the face
local MEMO_MOST = 500
local memo, memo_count = {}, 0                           -- a cache: the same text is the same schema

function M.parse(notation)
  if memo[notation] then return memo[notation] end
  local p = { text = notation, at = 1, depth = 0 }
  local good, s = pcall(function()
    local whole = nullable(parse_type(p))
    take(p, "")
    if p.at <= #notation then fail(p, "nothing more") end
    return whole
  end)
  if good then
    if memo_count == MEMO_MOST then memo, memo_count = {}, 0 end
    memo[notation], memo_count = s, memo_count + 1
    return s
  end
  if type(s) ~= "table" then error(s, 0) end
  return nil, s.why
end

---A schema as it is, notation parsed.
function M.of(schema)
  if type(schema) ~= "string" then return schema end
  return M.parse(schema)
end

---The schema that `#/$defs/Name` stands for; nil, why.
function M.resolve(ref, types)
  local name = ref:match "^#/%$defs/(.+)$"
  local found = name and types[name]
  if found then return M.of(found) end
  local near = { int = "integer", bool = "boolean", str = "string", text = "string", float = "number", double = "number",
    object = "a record such as { name: string }", table = "any", list = "a list such as {string}", array = "a list such as {string}" }
  local hint = near[(name or ""):lower()]
  return nil, ("there is no type '%s'%s"):format(name or ref, hint and "; did you mean " .. hint .. "?" or "")
end

return M
