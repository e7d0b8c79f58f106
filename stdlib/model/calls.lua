--- model.calls: tools as models speak of them: names without dots, arguments as JSON. Pure.
local json = require "aios.json"

local M = {}

---The name of a tool on the wire: fs.read is fs__read.
function M.name_out(name) return (name:gsub("%.", "__")) end

---The tool that a model means, by its name on the wire or its own.
---@param tools table[]   { name, about, schema }
function M.name_in(name, tools)
  for _, tool in ipairs(tools or {}) do
    if tool.name == name or M.name_out(tool.name) == name then return tool.name end
  end
  return name
end

---The arguments of a call: a table, or nil and why. Nothing at all means no arguments.
function M.arguments(given)
  if type(given) == "table" then return given end
  if given == nil or given == json.null or given == "" then return {} end
  local value = json.decode(given)
  if type(value) ~= "table" then return nil, "the arguments are not a JSON object" end
  return value
end

---One call as the router hands it on.
function M.call(id, name, given)
  local arguments, why = M.arguments(given)
  return { id = id, name = name, arguments = arguments, wrong = why }
end

---The arguments as JSON text, an empty record as {}.
function M.text(arguments)
  if arguments == nil or next(arguments) == nil then return "{}" end
  return (json.encode(arguments))
end

return M
