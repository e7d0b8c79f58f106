--- text: schemas written out, as notation and as JSON Schema documents. See tool.schema.
local parser = require "tool.schema.parse"
local M = {}
local text_of

local FORMAT_NAMES = {
  duration = "duration", size = "size", money = "money", moment = "time", ["date-time"] = "time", date = "date",
  path = "path", uri = "url", email = "email",
}

-- ------------------------------------------------------------------ notation
function M.quote(text) return '"' .. text:gsub('[\\"]', "\\%0"):gsub("\n", "\\n"):gsub("\r", "\\r"):gsub("\t", "\\t") .. '"' end

local function name_text(name) return name:match "^[%a_][%w_]*$" and name or M.quote(name) end

---The base type a schema restricts: "number", "duration"; nil for records, lists and unions.
function M.base_name(s)
  if FORMAT_NAMES[s.format] then return FORMAT_NAMES[s.format] end
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

local function record_text(s)
  local required, out = {}, {}
  for _, name in ipairs(s.required or {}) do required[name] = true end
  for i, name in ipairs(M.order_of(s)) do
    local field = s.properties[name]
    local about = type(field) == "table" and field.description
    out[i] = name_text(name) .. (required[name] and ": " or "?: ") .. text_of(field) .. (about and " " .. M.quote(about) or "")
  end
  return #out == 0 and "{}" or "{ " .. table.concat(out, ", ") .. " }"
end

local function union_text(ways)
  if #ways == 2 and ways[2].type == "null" and not ways[1].anyOf and not ways[1].enum then return text_of(ways[1]) .. "?" end
  local out = {}
  for i, way in ipairs(ways) do out[i] = text_of(way) end
  return table.concat(out, " | ")
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

-- ------------------------------------------------------------------ documents
local function copy(s, see)
  if type(s) ~= "table" then return s end
  if type(s["$ref"]) == "string" then see(s["$ref"]) end
  local out = {}
  for k, v in next, s do out[k] = copy(v, see) end
  return out
end

function M.json(schema, types)
  local defs, why = {}, nil
  local function see(ref)
    local name = ref:match "[^/]*$"
    if defs[name] or why then return end
    local real, problem = parser.resolve(ref, types)
    if not real then why = problem return end
    defs[name] = true
    defs[name] = copy(real, see)
  end
  local source, problem = parser.of(schema)
  if not source then return nil, problem end
  local out = copy(source, see)
  if why then return nil, why end
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
  if next(defs) then out["$defs"] = defs end
  return out
end

local MAPS = { properties = true, ["$defs"] = true, definitions = true }
local LISTS = { anyOf = true, oneOf = true, allOf = true }
local PARTS = { items = true, additionalProperties = true, propertyNames = true }

local function local_name(ref)
  local name = ref == "#" and "root" or ref:match "^#/%$defs/([^/]+)$" or ref:match "^#/definitions/([^/]+)$"
  return name and name:gsub("~1", "/"):gsub("~0", "~") or error({ why = "cannot follow the reference '" .. ref .. "'" }, 0)
end

local read

local function read_all(map)
  local out = {}
  for k, v in next, map do out[k] = read(v) end
  return out
end

---{ type = { "string", "null" }, ... } -> { anyOf = { { type = "string", ... }, { type = "null" } } }
local function split_null(s)
  if type(s.type) ~= "table" or s.format == "moment" then return s end
  local kinds, null = {}, false
  for _, kind in ipairs(s.type) do
    if kind == "null" then null = true else kinds[#kinds + 1] = kind end
  end
  s.type = #kinds == 1 and kinds[1] or #kinds > 1 and kinds or nil
  if not null then return s end
  if not s.type then s.type = "null" return s end
  local about = s.description
  s.description = nil
  return { anyOf = { s, { type = "null" } }, description = about }
end

function read(s)
  if type(s) ~= "table" then return {} end
  local out = {}
  for k, v in next, s do
    if k == "$ref" then v = "#/$defs/" .. local_name(v)
    elseif MAPS[k] or LISTS[k] then v = read_all(v)
    elseif PARTS[k] and type(v) == "table" then v = read(v) end
    out[k] = v
  end
  out["$defs"], out.definitions, out["$schema"], out["$id"] = nil, nil, nil, nil
  if out.properties and next(out.properties) then out["x-order"] = M.order_of(out) end
  return split_null(out)
end

function M.from_json(document)
  local good, s, types = pcall(function()
    local types = read_all(document["$defs"] or {})
    for name, part in next, document.definitions or {} do types[name] = types[name] or read(part) end
    local whole = read(document)
    types.root = types.root or whole
    return whole, types
  end)
  if good then return s, types end
  if type(s) ~= "table" then error(s, 0) end
  return nil, s.why
end

return M
