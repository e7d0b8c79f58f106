--- known: what programs see, as `aios check` wants to know it: a map of names to entries.
---
---     known.library().fs.fields.read   --> { kind = "tool", name = "fs.read", params =, options =, schema =, ... }
---
--- An entry is a namespace { kind = "space", fields }, a tool { kind = "tool", ... } or a function { kind = "function" }; its
--- `info` is what the compiler's walk calls a known value. The declarations are read, nothing of them is run.
local names, schema = require "tool.names", require "tool.schema"
local M = {}

local WAITS = { sleep = true, receive = true, approve = true }

local function entry(fields)
  fields.info = { entry = fields }
  return fields
end

local function usage(name, tool)
  local words = {}
  for i, param in ipairs(tool.params or {}) do words[i] = param[1] .. ": " .. param[2] .. (param.optional and not param[2]:find "%?$" and "?" or "") end
  if tool.options and tool.options[1] then words[#words + 1] = "{ options }" end
  return ("%s(%s)"):format(name, table.concat(words, ", "))
end

-- fields that a result has besides those of its type, because a function puts them there
local function adds(tool)
  if not tool.finish then return nil end
  if not tool.adds then return true end
  local out = {}
  for _, name in ipairs(tool.adds) do out[name] = true end
  return out
end

local function tool_entry(name, space, tool)
  return entry { kind = "tool", library = true, name = name, space = space, params = tool.params or {}, options = tool.options or {},
    returns = tool.returns, schema = tool.returns and tool.returns ~= "any" and schema.parse(tool.returns) or nil, effect = tool.effect,
    rest = tool.rest, needs = tool.needs, also = tool.also, adds = adds(tool), usage = usage(name, tool) }
end

local function tool_space(name)
  local fields = {}
  for verb, tool in pairs(require("tools." .. name).tools) do fields[verb] = tool_entry(name .. "." .. verb, name, tool) end
  return entry { kind = "space", name = name, fields = fields }
end

local function function_space(name, module)
  local fields = {}
  for key, value in pairs(module) do
    if type(key) == "string" then
      fields[key] = type(value) == "function" and entry { kind = "function", name = name .. "." .. key } or { kind = "value" }
    end
  end
  return entry { kind = "space", name = name, fields = fields }
end

local OPEN = { package = true, debug = true, run = true }

-- ask takes more than its declaration: what stays on the program's side
local function ask_entry(tool)
  local out = tool_entry("ask", "ask", tool)
  out.plain = true
  out.options = table.move(out.options, 1, #out.options, 2, { { "accept", "any" } })
  return out
end

-- approve waits for the answer, which is not what its declaration returns
local function approve_entry(tool)
  local out = tool_entry("approve", "approve", tool)
  out.returns, out.schema, out.waits = nil, nil, WAITS.approve
  out.options = table.move(out.options, 1, #out.options, 2, { { "default", "any" } })
  return out
end

local OWN = { ask = ask_entry, approve = approve_entry }

---Every name that a program sees.
---@return table<string, table>
function M.library()
  local out = {}
  for _, list in ipairs { names.lua, names.words } do
    for _, name in ipairs(list) do out[name] = entry { kind = "function", name = name, waits = WAITS[name] } end
  end
  for _, name in ipairs { "_G", "_VERSION", "run", "arg", "state" } do if out[name] then out[name] = { kind = "value" } end end
  for _, name in ipairs(names.lua_libraries) do
    out[name] = function_space(name, _G[name])
    out[name].open, out[name].stock = OPEN[name], true
  end
  for _, name in ipairs(names.libraries) do
    out[name] = function_space(name, require(names.modules[name] or name))
    out[name].module = true
  end
  for _, name in ipairs(names.namespaces) do out[name] = tool_space(name) end
  for name, space in pairs(names.tools) do
    local tool = require("tools." .. space).tools[name]
    out[name] = OWN[name] and OWN[name](tool) or tool_entry(name, space, tool)
  end
  for _, name in ipairs(names.testing) do out[name] = entry { kind = "space", name = name, fields = {}, open = true, testing = true } end
  return out
end

return M
