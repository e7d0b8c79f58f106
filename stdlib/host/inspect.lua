--- inspect: a text looked at with all that this machine knows: the library, the calendar, the prices. Nothing of it is run.
---
---     local found = inspect.text(text, "daily.aios", "/home/ada/programs")     -- { problems, plain, declarations, costs }
local host = require "aios.host"
local M = {}

local library

local function model()
  local good, bound = pcall(require, "model.bound")
  return good and bound or nil
end

-- whether `require` of the name gives a file beside the program
local function beside(directory)
  return function(name)
    local base = directory .. "/" .. name:gsub("%.", "/")
    for _, path in ipairs { base .. ".aios", base .. ".lua", base .. "/init.aios", base .. "/init.lua" } do
      if host.exists(path) then return true end
    end
    return false
  end
end

---@param text string
---@param name string       what the file is called, for messages
---@param directory string? where it lies
---@return table found      as compiler.check gives it
function M.text(text, name, directory)
  library = library or require("tool.known").library()
  return require("compiler").check(text, name, {
    library = library, schema = require "tool.schema", judge = function(spec) return require("aios.time").check(spec) end,
    schedule = require("host.outlook").look, model = model(), module = beside(directory or "."),
  })
end

return M
