--- import: JSON Schema documents (drafts 6 to 2020-12) as schemas of ours. See tool.schema.
---
--- Nothing is dropped in silence: a word that limits values and that we cannot check stays where it is and is reported.
local parser, writer, export, rare = require "tool.schema.parse", require "tool.schema.text", require "tool.schema.export", require "tool.schema.rare"
local format = require "tool.schema.format"
local M = {}

local MAPS = { properties = true, dependentSchemas = true }
local LISTS = { anyOf = true, oneOf = true, allOf = true, prefixItems = true }
local PARTS = { items = true, additionalProperties = true, propertyNames = true, ["not"] = true, ["if"] = true, ["then"] = true,
  ["else"] = true, contains = true }
-- words that limit values and that nobody here checks
local UNCHECKED = { "pattern", "patternProperties", "unevaluatedItems", "unevaluatedProperties", "$dynamicRef", "$recursiveRef" }
local LOCATORS = { "$defs", "definitions", "$schema", "$id", "$anchor" }

local read

local function unescape(text) return (text:gsub("%%(%x%x)", function(h) return string.char(tonumber(h, 16)) end):gsub("~1", "/"):gsub("~0", "~")) end

-- the part of the document a pointer leads to
local function follow(document, pointer)
  local at = document
  for step in pointer:gmatch "/([^/]*)" do
    step = unescape(step)
    local index = type(at) == "table" and at[step] == nil and tonumber(step)
    if index then at = at[index + 1] else at = type(at) == "table" and at[step] or nil end
    if at == nil then return nil end
  end
  return at
end

-- "#/$defs/Name" for any reference inside the document; what it leads to becomes a named type
local function local_ref(ref, state)
  local pointer = ref:match "^#(.*)$"
  local found = nil
  if pointer and (pointer == "" or pointer:sub(1, 1) == "/") then found = follow(state.document, pointer) end
  if found == nil then error({ why = "cannot follow the reference '" .. ref .. "'" }, 0) end
  local name = pointer == "" and "root" or unescape(pointer:match "^/%$defs/([^/]+)$" or pointer:match "^/definitions/([^/]+)$" or pointer:sub(2))
  if state.types[name] == nil then
    state.types[name] = {}                               -- a place, so that a loop ends
    state.types[name] = read(found, state, "#" .. pointer)
  end
  return "#/$defs/" .. name
end

local function lose(state, path, word) state.lost[#state.lost + 1] = ("%s: '%s' is not checked"):format(path, word) end

-- words of older drafts in those of 2020-12
local function modern(s, state, path)
  if type(s.items) == "table" and s.items[1] ~= nil then s.prefixItems, s.items, s.additionalItems = s.items, s.additionalItems, nil end
  for low, word in pairs { exclusiveMinimum = "minimum", exclusiveMaximum = "maximum" } do
    if s[low] == true then s[low], s[word] = s[word], nil elseif s[low] == false then s[low] = nil end
  end
  for name, what in next, s.dependencies or {} do
    local word = type(what) == "table" and (getmetatable(what) == "list" or what[1] ~= nil) and "dependentRequired" or "dependentSchemas"
    s[word] = s[word] or {}
    s[word][name] = what
  end
  s.dependencies = nil
  if s.patternProperties ~= nil and s.additionalProperties ~= nil then
    lose(state, path, "additionalProperties")
    s.additionalProperties = nil
  end
  return s
end

local function report(s, state, path)
  for _, word in ipairs(UNCHECKED) do
    if s[word] ~= nil and not s["x-type"] then lose(state, path, word) end
  end
  if s.format and not format.CHECKS[s.format] and not export.ABOUT[s.format] then lose(state, path, "format " .. tostring(s.format)) end
end

---{ type = { "string", "null" }, ... } -> { anyOf = { { type = "string", ... }, { type = "null" } } }, where that says the same
local function split_null(s)
  if type(s.type) ~= "table" or s.format == "moment" or s.enum or s.const ~= nil or s.anyOf or s.oneOf or s.allOf or s["$ref"] or rare.of(s) then return s end
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

-- one of several different values is an enum
local function choice(s)
  local ways, enum = s.oneOf, {}
  if not ways or s.enum or s.anyOf then return s end
  for i, way in ipairs(ways) do
    if type(way) ~= "table" or way.const == nil or next(way, next(way)) or type(way.const) == "table" then return s end
    for _, other in ipairs(enum) do if other == way.const then return s end end
    enum[i] = way.const
  end
  s.oneOf, s.enum = nil, enum
  return s
end

local function read_map(map, state, path)
  local out = {}
  for k, v in next, map do out[k] = read(v, state, path .. "/" .. k) end
  return out
end

-- a text of our own documents, where we wrote it ourselves
local function without_our_words(s)
  local name = s["x-type"]
  if not parser.BASE[name] then return s end
  if s.description == export.ABOUT[name] then s.description = nil end
  return parser.restored(s)
end

function read(s, state, path)
  if type(s) ~= "table" then return s ~= false and {} or { ["not"] = {} } end
  local out = {}
  for k, v in next, s do out[k] = v end
  if state.old and out["$ref"] then out = { ["$ref"] = out["$ref"], description = out.description } end
  if out["x-type"] and parser.BASE[out["x-type"]] then return without_our_words(out) end
  modern(out, state, path)
  report(out, state, path)
  for k, v in next, out do
    if k == "$ref" then out[k] = local_ref(v, state)
    elseif (MAPS[k] or LISTS[k]) and type(v) == "table" then out[k] = read_map(v, state, path .. "/" .. k)
    elseif PARTS[k] and (type(v) == "table" or k ~= "additionalProperties" and type(v) == "boolean") then out[k] = read(v, state, path .. "/" .. k) end
  end
  for _, word in ipairs(LOCATORS) do out[word] = nil end
  if out.properties and next(out.properties) then out["x-order"] = writer.order_of(out) end
  return split_null(choice(out))
end

local function is_old(document)
  local draft = type(document["$schema"]) == "string" and document["$schema"]:match "draft%-0?(%d)"
  return draft and tonumber(draft) <= 7
end

---@return table? schema
---@return table|string types_or_why
---@return string[]? lost    what limits values and is not checked, with its place
function M.read(document)
  local state = { document = document, types = {}, lost = {}, old = type(document) == "table" and is_old(document) }
  local good, whole = pcall(function()
    for _, place in ipairs { "$defs", "definitions" } do
      for name in next, type(document) == "table" and document[place] or {} do
        local_ref("#/" .. place .. "/" .. (name:gsub("~", "~0"):gsub("/", "~1"):gsub("%%", "%%25")), state)
      end
    end
    return read(document, state, "#")
  end)
  if good then
    state.types.root = state.types.root or whole
    table.sort(state.lost)
    return whole, state.types, state.lost
  end
  if type(whole) ~= "table" then error(whole, 0) end
  return nil, whole.why
end

-- ------------------------------------------------------------------ what the notation leaves out
local SILENT = { description = true, title = true, default = true, examples = true, deprecated = true, readOnly = true, writeOnly = true,
  ["$comment"] = true, ["x-order"] = true, contentMediaType = true, contentEncoding = true, contentSchema = true }

local differs

local function fields_differ(a, b, path, out)
  local required = {}
  for _, name in ipairs(a.required or {}) do required[name] = true end
  for name, field in next, a.properties do
    local other = b.properties[name]
    if not required[name] then field, other = writer.present(field), writer.present(other) end
    differs(field, other, path .. "/properties/" .. name, out)
  end
end

function differs(a, b, path, out)
  if type(a) ~= "table" or type(b) ~= "table" then
    if a ~= b then out[#out + 1] = path end
    return
  end
  for k, v in next, a do
    if SILENT[k] then goto next end
    if k == "properties" and b[k] then fields_differ(a, b, path, out)
    elseif b[k] == nil then out[#out + 1] = path .. "/" .. tostring(k)
    elseif k == "enum" or k == "const" or k == "required" or k == "type" then
      if not rare.same(v, b[k]) then out[#out + 1] = path .. "/" .. k end
    else differs(v, b[k], path .. "/" .. tostring(k), out) end
    ::next::
  end
  for k in next, b do
    if a[k] == nil and not SILENT[k] then out[#out + 1] = path .. "/" .. tostring(k) end
  end
end

---The places where the notation of a schema says more or less than the schema.
function M.losses(s)
  local again = parser.parse(writer.text(s))
  local out = {}
  if not again then return { "#" } end
  differs(s, again, "#", out)
  table.sort(out)
  return out
end

return M
