--- rare: the words of JSON Schema that only other people's schemas have. See tool.schema.
---
--- A rule gets value, schema, env and visit, and returns what is wrong and the path below the value.
local M = {}
local RULES = {}

---Whether two values are the same JSON: 1 and 1.0 are, a list and a record never.
local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return rawequal(a, b) or a == b and type(a) == type(b) end
  if (getmetatable(a) == "list") ~= (getmetatable(b) == "list") then return false end
  for k, v in next, a do
    if not same(v, b[k]) then return false end
  end
  for k in next, b do
    if a[k] == nil then return false end
  end
  return true
end
M.same = same

local function is_list(v) return type(v) == "table" and (getmetatable(v) == "list" or v[1] ~= nil) end
local function is_record(v) return type(v) == "table" and not is_list(v) end

local function count_of(v)
  local count = 0
  for _ in next, v do count = count + 1 end
  return count
end

RULES["not"] = function(v, s, env, visit)
  if not visit(v, s["not"], env) then return "is what it must not be" end
end

function RULES.oneOf(v, s, env, visit)
  local fits = 0
  for _, way in ipairs(s.oneOf) do
    if not visit(v, way, env) then fits = fits + 1 end
  end
  if fits > 1 then return ("fits %d of the ways, and must fit one alone"):format(fits) end
  if fits == 0 and s.anyOf then return "fits none of the ways" end
end

RULES["if"] = function(v, s, env, visit)
  local way = s["then"]
  if visit(v, s["if"], env) then way = s["else"] end
  if way ~= nil then return visit(v, way, env) end
end

function RULES.prefixItems(v, s, env, visit)
  if not is_list(v) then return end
  for i = 1, math.min(#v, #s.prefixItems) do
    local why, path = visit(v[i], s.prefixItems[i], env)
    if why then return why, "[" .. i .. "]" .. path end
  end
end

function RULES.contains(v, s, env, visit)
  if not is_list(v) then return end
  local fits, low, high = 0, s.minContains or 1, s.maxContains or math.huge
  for i = 1, #v do
    if not visit(v[i], s.contains, env) then fits = fits + 1 end
  end
  if fits < low then return ("expected at least %d items of a kind, got %d"):format(low, fits) end
  if fits > high then return ("expected at most %d items of a kind, got %d"):format(high, fits) end
end

function RULES.uniqueItems(v, s)
  if not s.uniqueItems or not is_list(v) then return end
  local seen = {}
  for i = 1, #v do
    if type(v[i]) ~= "table" and seen[v[i]] then return ("items %d and %d are the same"):format(seen[v[i]], i) end
    seen[v[i]] = seen[v[i]] or i
    for k = 1, type(v[i]) == "table" and i - 1 or 0 do
      if same(v[k], v[i]) then return ("items %d and %d are the same"):format(k, i) end
    end
  end
end

function RULES.minProperties(v, s)
  if is_record(v) and count_of(v) < s.minProperties then return ("expected at least %d fields, got %d"):format(s.minProperties, count_of(v)) end
end

function RULES.maxProperties(v, s)
  if is_record(v) and count_of(v) > s.maxProperties then return ("expected at most %d fields, got %d"):format(s.maxProperties, count_of(v)) end
end

function RULES.dependentRequired(v, s)
  if not is_record(v) then return end
  for name, list in next, s.dependentRequired do
    for _, other in ipairs(v[name] ~= nil and list or {}) do
      if v[other] == nil then return ("the field '%s' needs the field '%s' beside it"):format(name, other) end
    end
  end
end

function RULES.dependentSchemas(v, s, env, visit)
  if not is_record(v) then return end
  for name, more in next, s.dependentSchemas do
    if v[name] ~= nil then
      local why, path = visit(v, more, env)
      if why then return why, path end
    end
  end
end

local ORDER = { "not", "oneOf", "if", "prefixItems", "contains", "uniqueItems", "minProperties", "maxProperties", "dependentRequired",
  "dependentSchemas" }

local known = setmetatable({}, { __mode = "k" })         -- a cache: the rules of one schema

---The rules a schema has, or false.
function M.of(s)
  if known[s] == nil then
    local list = {}
    for _, word in ipairs(ORDER) do
      if s[word] ~= nil then list[#list + 1] = RULES[word] end
    end
    known[s] = list[1] and list or false
  end
  return known[s]
end

return M
