--- model.expect: a type asked of a model, in the forms providers take, and back.
---
--- Providers want an object at the root, so any other type travels as { value = … }. The strict
--- form (every property required, nothing more allowed, optional ones nullable) is what
--- OpenAI-compatible servers enforce.
local json = require "aios.json"
local spoken = require "tool.schema.take"

local M = {}

-- Keywords that strict servers refuse; the answer is checked against the whole schema here anyway.
local REFUSED = {
  allOf = true, ["not"] = true, ["if"] = true, ["then"] = true, ["else"] = true, patternProperties = true, prefixItems = true,
  propertyNames = true, contains = true, dependentRequired = true, dependentSchemas = true, minProperties = true,
  maxProperties = true, uniqueItems = true, unevaluatedItems = true, unevaluatedProperties = true, default = true,
}
local MAPS = { properties = true, ["$defs"] = true, definitions = true }
local LISTS = { anyOf = true, oneOf = true }

-- A named type arrives as a reference into the schema's own $defs.
local function target(schema, defs)
  local name = type(schema["$ref"]) == "string" and schema["$ref"]:match "^#/%$defs/(.+)$"
  return name and defs and defs[name] or schema
end

---The schema with a reference at its root followed.
function M.root(schema)
  local defs = schema["$defs"]
  local at = target(schema, defs)
  if at == schema then return schema end
  local copy = { ["$defs"] = defs }
  for k, v in pairs(at) do copy[k] = v end
  return M.root(copy)
end

local function is_object(schema) return schema.type == "object" and type(schema.properties) == "table" end

---The schema with an object at its root, and whether it had to be wrapped.
function M.rooted(schema)
  schema = M.root(schema)
  if is_object(schema) then return schema, false end
  local inner, defs = {}, schema["$defs"]
  for k, v in pairs(schema) do if k ~= "$defs" then inner[k] = v end end
  return { type = "object", properties = { value = inner }, required = json.array { "value" }, additionalProperties = false, ["$defs"] = defs }, true
end

local function nullable(schema)
  if schema.type == "null" then return schema end
  if type(schema.type) == "string" and not schema.enum and schema.const == nil then
    local copy = {}
    for k, v in pairs(schema) do copy[k] = v end
    copy.type = json.array { schema.type, "null" }
    return copy
  end
  return { anyOf = json.array { schema, { type = "null" } } }
end

local function each(map, fn)
  local out = {}
  for k, v in pairs(map) do out[k] = fn(v) end
  return out
end

---A copy without our own x- keys and without $schema; strict: also in the subset that strict servers enforce.
function M.clean(schema, strict)
  if type(schema) ~= "table" then return schema end
  local function again(s) return M.clean(s, strict) end
  local out = {}
  for k, v in pairs(schema) do
    if k:sub(1, 2) == "x-" or k == "$schema" or (strict and REFUSED[k]) then goto next end
    if MAPS[k] then out[k] = each(v, again)
    elseif LISTS[k] then out[k] = json.array(each(v, again))
    elseif k == "items" or (k == "additionalProperties" and type(v) == "table" and not strict) then out[k] = again(v)
    else out[k] = v end
    ::next::
  end
  if strict and is_object(schema) then
    local must, names = {}, {}
    for _, name in ipairs(schema.required or {}) do must[name] = true end
    for name in pairs(out.properties) do
      names[#names + 1] = name
      if not must[name] then out.properties[name] = nullable(out.properties[name]) end
    end
    table.sort(names)
    out.required, out.additionalProperties = json.array(names), false
  end
  return out
end

---Whether the strict form says the same as the schema: open maps have none.
function M.can_be_strict(schema)
  if type(schema) ~= "table" then return true end
  if schema.type == "object" and not is_object(schema) then return false end
  if type(schema.additionalProperties) == "table" then return false end
  for k, v in pairs(schema) do
    if MAPS[k] or LISTS[k] then
      for _, s in pairs(v) do if not M.can_be_strict(s) then return false end end
    elseif k == "items" and not M.can_be_strict(v) then return false end
  end
  return true
end

---What a prompt says about the form of the answer.
function M.instruction(schema)
  local rooted = M.rooted(schema)
  return "Answer with one JSON value and nothing else, no code fence. It must be valid for this JSON Schema:\n" .. json.encode(M.clean(rooted))
end

-- A null where the schema has an optional property means "absent".
local function drop_nulls(value, schema, defs)
  if type(value) ~= "table" or type(schema) ~= "table" then return value end
  schema = target(schema, defs)
  if type(schema.properties) == "table" then
    local must = {}
    for _, name in ipairs(schema.required or {}) do must[name] = true end
    for name, s in pairs(schema.properties) do
      if value[name] == json.null and not must[name] then value[name] = nil
      else drop_nulls(value[name], s, defs) end
    end
  elseif schema.items then
    for _, item in ipairs(value) do drop_nulls(item, schema.items, defs) end
  end
  return value
end

---Reads the text of an answer as a value of the schema, with "5m" taken for a duration and $0.10 for money; the schema itself is checked by the caller.
---@return boolean ok
---@return any value_or_reason
function M.read(text, schema)
  local body = text:match "^%s*```%w*%s*\n(.-)\n?%s*```%s*$" or text
  local value, why = json.decode(body)
  if value == nil then return false, "the answer is not JSON: " .. (type(why) == "table" and why.message or tostring(why)) end
  local _, wrapped = M.rooted(schema)
  if wrapped then
    if type(value) ~= "table" or value.value == nil then return false, "the answer has no field 'value'" end
    value = value.value
  end
  return true, spoken.take(drop_nulls(value, schema, schema["$defs"]), schema, schema["$defs"] or {})
end

return M
