--- session.shape: what a value is, in the words of the language's types.
---
---     shape.of({ name = "x", tags = { "a" } })         --> { name: string, tags: {string} }
local M = {}

local DEEP, MANY = 4, 12
local of

local function list_of(value, depth)
  local kinds, seen = {}, {}
  for i = 1, math.min(rawlen(value), 50) do
    local kind = of(rawget(value, i), depth + 1)
    if not seen[kind] then
      seen[kind] = true
      kinds[#kinds + 1] = kind
    end
  end
  return "{" .. table.concat(kinds, " | ") .. "}"
end

local function record_of(value, depth)
  local names = {}
  for key in next, value do
    if type(key) ~= "string" or not key:find "^[%a_][%w_]*$" then return "{ [any]: any }" end
    names[#names + 1] = key
  end
  table.sort(names)
  local parts = {}
  for i, name in ipairs(names) do
    if i > MANY then
      parts[i] = "…"
      break
    end
    parts[i] = name .. ": " .. of(rawget(value, name), depth + 1)
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

function of(value, depth)
  local kind = type(value)
  if kind == "number" then return math.type(value) == "integer" and "integer" or "number" end
  if kind ~= "table" then return kind end
  local name = (getmetatable(value) or {}).__name
  if type(name) == "string" then return name end
  if next(value) == nil then return "{}" end
  if depth >= DEEP then return "any" end
  return rawlen(value) > 0 and list_of(value, depth) or record_of(value, depth)
end

---@param value any
---@return string
function M.of(value) return of(value, 0) end

return M
