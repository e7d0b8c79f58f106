--- flow.toolbox: the tools that a model may call: those of the library and of the program that match its patterns, as JSON
--- Schemas, and the way back from a model's call to the gate.
local json = require "aios.json"
local flow = require "flow"
local declare = require "flow.declare"

local M = {}
M.__index = M

local RESULT_MAX = 16 * 1024            -- bytes of a result that a model is shown

local function matches(name, patterns)
  for _, pattern in ipairs(patterns) do
    if pattern == "*" or pattern == name then return true end
    local space = pattern:match "^(.*)%.%*$"
    if space and name:sub(1, #space + 1) == space .. "." then return true end
  end
  return false
end

local function schema_of(name, params, options)
  local document, why = require "tool.catalogue".arguments(params, options, flow.types)
  if not document then flow.fail("invalid", ("the tool %s: %s"):format(name, why)) end
  return document
end

local function of_library(tool)
  -- a model is shown the plain result, not the object that scripts get
  local plain = setmetatable({ finish = false }, { __index = tool })
  return { name = tool.name, about = tool.about, schema = schema_of(tool.name, tool.params, tool.options), call = function(args) return flow.call(plain, args) end }
end

local function of_program(own)
  local decl = own.decl
  local function call(args)
    local values = {}
    for i, p in ipairs(decl.params or {}) do values[i] = args[p[1]] end
    return own.call(table.unpack(values, 1, #(decl.params or {})))
  end
  local about = decl.about or decl.title or (decl.agent and "Hands a task to the agent " .. decl.name .. "." or decl.name)
  return { name = decl.name, about = about, schema = schema_of(decl.name, decl.params), call = call }
end

local function spaces_of(patterns)
  local all, seen, list = require "tool.names".namespaces, {}, {}
  local function add(space)
    if not seen[space] and pcall(require, "tools." .. space) then list[#list + 1], seen[space] = space, true end
  end
  for _, pattern in ipairs(patterns) do
    if pattern == "*" then for _, space in ipairs(all) do add(space) end
    else add(pattern:match "^[^.]+") end
  end
  return list
end

local function library(patterns, add)
  for _, space in ipairs(spaces_of(patterns)) do
    local declared, verbs = require("tools." .. space), {}
    for verb in pairs(declared.tools) do verbs[#verbs + 1] = verb end
    table.sort(verbs)
    for _, verb in ipairs(verbs) do
      local tool = declared.tools[verb]
      tool.name = (tool.global or verb == space) and verb or space .. "." .. verb
      if tool.name ~= "ask" and space ~= "decision" and matches(tool.name, patterns) then add(of_library(tool)) end
    end
  end
end

---The tools that match; the program's own stand before those of the library of the same name.
---@param env table        globals of the activation
---@param patterns string[]
---@param except string?   the agent itself
function M.new(env, patterns, except)
  local self = setmetatable({ list = {}, by_name = {} }, M)
  local function add(tool)
    if self.by_name[tool.name] then return end
    self.list[#self.list + 1], self.by_name[tool.name] = tool, tool
  end
  for _, own in ipairs(declare.own_tools(env)) do
    if own.decl.name ~= except and matches(own.decl.name, patterns) then add(of_program(own)) end
  end
  library(patterns, add)
  return self
end

---What the wire says of the tools.
function M:told()
  local out = json.array {}
  for i, tool in ipairs(self.list) do out[i] = { name = tool.name, about = tool.about, schema = tool.schema } end
  return out
end

local function cut(text)
  if #text <= RESULT_MAX then return text end
  return text:sub(1, (utf8.offset(text, 0, RESULT_MAX + 1) or RESULT_MAX + 1) - 1) .. (" … (%d bytes in all)"):format(#text)
end

local PASSED_ON = { cancelled = true, in_doubt = true, diverged = true }

---Makes a call that a model asked for, through the gate like any other.
---@param call table   { name, arguments, wrong }
---@return string text    what the model is shown
---@return boolean good
function M:call(call)
  local tool = self.by_name[call.name]
  if not tool then
    local names = {}
    for i, one in ipairs(self.list) do names[i] = one.name end
    return ("there is no tool %s; there are %s"):format(call.name, table.concat(names, ", ")), false
  end
  if not call.arguments then return call.wrong, false end
  local ok, why = require "tool.schema".check(call.arguments, tool.schema, tool.schema["$defs"])
  if not ok then return "the arguments do not fit: " .. why, false end
  local good, value = pcall(tool.call, call.arguments)
  if good then
    if value == nil then return "done", true end
    return cut(type(value) == "string" and value or json.encode(value) or tostring(value)), true
  end
  if type(value) == "table" and PASSED_ON[value.code] then error(value, 0) end
  return type(value) == "table" and ("%s: %s"):format(value.code or "failed", tostring(value.message)) or tostring(value), false
end

return M
