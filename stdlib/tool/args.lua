--- args: what a call of a tool or a workflow of a program was given, by position or by name.
---
---     crm.note("ada@example.org", "called")   crm.note { email = "ada@example.org", text = "called" }
---
--- One table alone holds everything when the first parameter could not be a table itself: then its keys are the
--- names of parameters (or their positions). Pure.
local schema = require "tool.schema"
local near = require "tool.schema.near"
local M = {}

local TABLES = { array = true, object = true }

---Whether a table could be a value of the schema.
local function takes_table(s, types, depth)
  if type(s) ~= "table" or depth > 20 then return true end
  if s["$ref"] then return takes_table(schema.resolve(s["$ref"], types), types, depth + 1) end
  if s.const ~= nil or s.enum then return false end
  for _, way in ipairs(s.anyOf or s.oneOf or {}) do
    if takes_table(way, types, depth + 1) then return true end
  end
  if s.anyOf or s.oneOf then return false end
  if type(s.type) ~= "table" then return s.type == nil or TABLES[s.type] == true end
  for _, kind in ipairs(s.type) do if TABLES[kind] then return true end end
  return false
end

local function names_of(params)
  local names = {}
  for i, p in ipairs(params) do names[i] = p[1] end
  return names
end

local function by_name(name, params, given)
  local names, places, values = names_of(params), {}, { n = #params }
  for i, word in ipairs(names) do places[word] = i end
  for key, value in next, given do
    local place = math.type(key) == "integer" and params[key] and key or places[key]
    if not place then
      local meant = type(key) == "string" and near.find(key, names)
      return nil, ("%s has no argument '%s'; %s"):format(name, tostring(key),
        meant and "did you mean '" .. meant .. "'?" or "it takes " .. table.concat(names, ", "))
    end
    if values[place] ~= nil then return nil, ("%s is given '%s' twice, by its name and by its place"):format(name, names[place]) end
    values[place] = value
  end
  return values
end

---The values of a call in the order of the parameters.
---@param name string                what is called, for messages
---@param params table               { { "name", "notation"? }, ... }
---@param types table                what named types mean
---@return table? values             with n, at least the number of parameters
---@return string? why
function M.bind(name, params, types, ...)
  local values, first = table.pack(...), (...)
  if values.n == 1 and type(first) == "table" and not getmetatable(first) and params[1] and params[1][2]
    and not takes_table(schema.parse(params[1][2]), types, 0) then
    return by_name(name, params, first)
  end
  values.n = math.max(values.n, #params)
  return values
end

return M
