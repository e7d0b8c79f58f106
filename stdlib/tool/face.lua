--- face: turns the declarations of stdlib/tools/ into the functions that scripts call.
---
---     fs.write("/tmp/a", "text", { append = true })   ->   fs.write { path, text, append }
local flow = require "flow"
local json = require "aios.json"

local M = {}
local made = {}

-- one table alone holds everything: notify { "text", title = "x" }
local function from_table(tool, given)
  local args = {}
  for k, v in pairs(given) do
    local param = math.type(k) == "integer" and tool.params[k]
    args[param and param[1] or k] = v
  end
  return args
end

local function takes_table(tool)
  local first = tool.params[1]
  return first and (first[2] or ""):find "^[%w_]+%??$" and first[2] ~= "any"
end

-- a table where an optional text would stand is the options: http.post(url, { json = … })
local function given_params(tool, ...)
  local count, given = #tool.params, select("#", ...)
  local last = given > 0 and (select(given, ...)) or nil
  local param = tool.params[given]
  local scalar = param and (param.optional or param[2]:find "%?$") and param[2]:find "^%a+%??$" and not param[2]:find "^any"
  return scalar and type(last) == "table" and given - 1 or count
end

local function from_list(tool, ...)
  local count, args = given_params(tool, ...), {}
  for i = 1, count do args[tool.params[i][1]] = (select(i, ...)) end
  local options = (select(count + 1, ...))
  if options ~= nil then
    if type(options) ~= "table" then
      error(("%s takes %d argument%s and a table of options"):format(tool.name, count, count == 1 and "" or "s"), 3)
    end
    for k, v in pairs(options) do args[k] = v end
  end
  return args
end

-- db.query(sql, a, nil, c): what follows the parameters is one list
local function with_rest(tool, ...)
  local count = #tool.params
  local args, values = {}, json.array {}
  for i = 1, count do args[tool.params[i][1]] = (select(i, ...)) end
  for i = count + 1, select("#", ...) do
    local value = (select(i, ...))
    if value == nil then value = json.null end
    values[i - count] = value
  end
  args[tool.rest] = values
  return args
end

local function callable(tool)
  if tool.rest then return function(...) return flow.call(tool, with_rest(tool, ...)) end end
  return function(...)
    local first = ...
    if select("#", ...) == 1 and type(first) == "table" and getmetatable(first) ~= flow.Template and takes_table(tool) then
      return flow.call(tool, from_table(tool, first))
    end
    if getmetatable(first) == flow.Template then return flow.call(tool, from_list(tool, tostring(first), select(2, ...))) end
    return flow.call(tool, from_list(tool, ...))
  end
end

---The functions of a namespace: M.namespace "fs".read(path).
function M.namespace(name)
  if made[name] then return made[name] end
  local declared, space = require("tools." .. name), {}
  for verb, tool in pairs(declared.tools) do
    tool.name = tool.global and verb or name .. "." .. verb
    tool.params = tool.params or {}
    space[verb] = callable(tool)
  end
  made[name] = space
  return space
end

return M
