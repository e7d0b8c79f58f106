--- tool.fit: what the arguments of a declared tool may be, and whether given ones fit.
local json = require "aios.json"
local schema = require "tool.schema"
local M = {}

local NO_TYPES = {}

---name -> { type, optional } of everything the tool takes.
function M.known(tool)
  local known = {}
  for _, p in ipairs(tool.params or {}) do
    known[p[1]] = { type = schema.parse(p[2]), optional = p.optional or (p[2] or ""):find "%?$" ~= nil }
  end
  for _, list in ipairs { tool.options or {}, tool.inner or {} } do
    for _, p in ipairs(list) do known[p[1]] = { type = schema.parse(p[2]), optional = true } end
  end
  return known
end

local function unknown_field(key)
  return ("there is no argument %s"):format(tostring(key))
end

---What is wrong with `args`, or nil; a null is taken out as an argument that is not there.
---@param known table   from M.known
---@param args table<string, any>
---@return string? wrong
function M.wrong(known, args)
  for key in pairs(args) do if not known[key] then return unknown_field(key) end end
  for name, arg in pairs(known) do
    local value = args[name]
    if value == nil or value == json.null then
      args[name] = nil
      if not arg.optional then return ("the argument %s is missing"):format(name) end
    else
      local ok, why = schema.check(value, arg.type, NO_TYPES)
      if not ok then return ("%s: %s"):format(name, why) end
    end
  end
end

return M
