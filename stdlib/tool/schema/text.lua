--- text: schemas written out as notation. See tool.schema.
local parser = require "tool.schema.parse"
local M = {}
local text_of

local FORMAT_NAMES = { duration = "duration", size = "size", money = "money", moment = "time", date = "date", path = "path", uri = "url", email = "email" }

-- ------------------------------------------------------------------ notation
function M.quote(text) return '"' .. text:gsub('[\\"]', "\\%0"):gsub("\n", "\\n"):gsub("\r", "\\r"):gsub("\t", "\\t") .. '"' end

local function name_text(name) return name:match "^[%a_][%w_]*$" and name or M.quote(name) end

---The base type a schema restricts: "number", "duration"; nil for records, lists and unions.
function M.base_name(s)
  local name = parser.BASE[s["x-type"]] and s["x-type"] or FORMAT_NAMES[s.format]
  local base = name and parser.BASE[name]
  if name and (s["x-type"] == name or type(s.type) == type(base.type) and (type(s.type) == "table" or s.type == base.type)) then return name end
  return type(s.type) == "string" and parser.BASE[s.type] and s.type or nil
end

---The names of a record's fields: as written, else sorted.
function M.order_of(s)
  local out, seen = {}, {}
  for _, name in ipairs(type(s["x-order"]) == "table" and s["x-order"] or {}) do
    if s.properties and s.properties[name] and not seen[name] then out[#out + 1], seen[name] = name, true end
  end
  local rest = {}
  for name in next, s.properties or {} do
    if not seen[name] then rest[#rest + 1] = name end
  end
  table.sort(rest)
  return table.move(rest, 1, #rest, #out + 1, out)
end

local function literal(v)
  if type(v) == "string" then return M.quote(v) end
  return type(v) == "userdata" and "null" or tostring(v)
end

local function range(low, high)
  if not low and not high then return "" end
  return "(" .. (low and low == high and tostring(low) or (low or "") .. ".." .. (high or "")) .. ")"
end

---A field that may be left out may be null as well: what it is apart from that.
function M.present(s)
  if type(s) ~= "table" or not s.anyOf or s["x-type"] then return s end
  local ways, out = {}, {}
  for _, way in ipairs(s.anyOf) do
    if type(way) ~= "table" or way.type ~= "null" then ways[#ways + 1] = way end
  end
  if #ways == #s.anyOf or #ways == 0 then return s end
  for k, v in next, #ways == 1 and type(ways[1]) == "table" and ways[1] or s do out[k] = v end
  if #ways > 1 then out.anyOf = ways end
  out.description = s.description or out.description
  return out
end

local function union_text(ways, spelled)
  if not spelled and #ways == 2 and ways[2].type == "null" and not ways[1].anyOf and not ways[1].enum then return text_of(ways[1]) .. "?" end
  local out = {}
  for i, way in ipairs(ways) do out[i] = text_of(way) end
  return table.concat(out, " | ")
end

-- `T?` would say that the field may be left out
local function field_text(s, required)
  local spelled = required and type(s) == "table" and s.anyOf and not s["x-type"] and not s["$ref"]
  return spelled and union_text(s.anyOf, true) or text_of(s)
end

local function record_text(s)
  local required, out = {}, {}
  for _, name in ipairs(s.required or {}) do required[name] = true end
  for i, name in ipairs(M.order_of(s)) do
    local field = s.properties[name]
    if not required[name] then field = M.present(field) end
    local about = type(field) == "table" and field.description
    out[i] = name_text(name) .. (required[name] and ": " or "?: ") .. field_text(field, required[name]) .. (about and " " .. M.quote(about) or "")
  end
  return #out == 0 and "{}" or "{ " .. table.concat(out, ", ") .. " }"
end

local function object_text(s)
  local rest = s.additionalProperties
  if s.properties and (next(s.properties) or type(rest) ~= "table") then return record_text(s) end
  if rest == false then return "{}" end
  local key = s.propertyNames and text_of(s.propertyNames) or "string"
  return "{[" .. key .. "]: " .. (type(rest) == "table" and text_of(rest) or "any") .. "}"
end

function text_of(s)
  if type(s) ~= "table" then return "any" end
  if s["x-type"] then s = parser.restored(s) end
  if s["$ref"] then return s["$ref"]:match "[^/]*$" end
  if s.const ~= nil then return literal(s.const) end
  if s.enum then
    local out = {}
    for i, v in ipairs(s.enum) do out[i] = literal(v) end
    return table.concat(out, " | ")
  end
  if s.anyOf or s.oneOf then return union_text(s.anyOf or s.oneOf) end
  if s.type == "array" then return "{" .. text_of(s.items) .. "}" end
  if s.type == "object" or s.properties then return object_text(s) end
  local name = M.base_name(s)
  if name then return name .. range(s.minimum or s.minLength, s.maximum or s.maxLength) end
  if type(s.type) ~= "table" then return "any" end
  local out = {}
  for i, kind in ipairs(s.type) do out[i] = text_of { type = kind } end
  return table.concat(out, " | ")
end

---Notation; when longer than `limit`, only what kind of thing it is.
function M.text(s, limit)
  local text = text_of(s)
  if not limit or #text <= limit then return text end
  return s.type == "array" and "a list" or s.type == "object" and "a record" or text:sub(1, limit - 4) .. " ..."
end

return M
