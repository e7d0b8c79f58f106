--- take: values as people and models write them, where only one number can be meant. See tool.schema.
local parser, writer = require "tool.schema.parse", require "tool.schema.text"
local M = {}

local SECONDS = { ms = 0.001, s = 1, m = 60, h = 3600, d = 86400, w = 604800 }
local BYTES = { B = 1, KB = 10 ^ 3, MB = 10 ^ 6, GB = 10 ^ 9, TB = 10 ^ 12, KiB = 2 ^ 10, MiB = 2 ^ 20, GiB = 2 ^ 30 }

local function duration(text)
  local total, at = 0, 1
  while at <= #text do
    local digits, unit, stop = text:match("^(%d+%.?%d*)(%l+)()", at)
    if not digits or not SECONDS[unit] then return nil end
    total, at = total + tonumber(digits) * SECONDS[unit], stop
  end
  return text ~= "" and (math.tointeger(total) or total) or nil
end

local function size(text)
  local digits, unit = text:match "^(%d+)(%a+)$"
  return digits and BYTES[unit] and math.tointeger(tonumber(digits) * BYTES[unit])
end

local READERS = { duration = duration, size = size, money = function(text) return tonumber((text:match "^%$(%d+%.?%d*)$")) end }

-- the only way that is not null, or nil
local function only_way(s)
  local found
  for _, way in ipairs(s.anyOf) do
    if type(way) ~= "table" or way.type ~= "null" then
      if found then return nil end
      found = way
    end
  end
  return found
end

local take

local function take_table(value, s, types, depth)
  if type(s.properties) == "table" then
    for name, field in next, s.properties do
      if value[name] ~= nil then value[name] = take(value[name], field, types, depth + 1) end
    end
  end
  if type(s.additionalProperties) == "table" then
    for name in next, value do
      if not (s.properties or {})[name] then value[name] = take(value[name], s.additionalProperties, types, depth + 1) end
    end
  end
  if type(s.items) == "table" then
    for i = 1, #value do value[i] = take(value[i], s.items, types, depth + 1) end
  end
  return value
end

function take(value, s, types, depth)
  if type(s) ~= "table" or depth > 100 then return value end
  if s["$ref"] then return take(value, parser.resolve(s["$ref"], types), types, depth + 1) end
  local name = writer.base_name(s)
  if s.anyOf and not name then return take(value, only_way(s), types, depth + 1) end
  if type(value) == "string" and READERS[name] then return READERS[name](value) or value end
  if math.type(value) == "float" and s.type == "integer" then return math.tointeger(value) or value end
  if type(value) == "table" then return take_table(value, s, types, depth) end
  return value
end

function M.take(value, schema, types) return take(value, schema, types, 0) end

return M
