--- sandbox.code: how a script gets at more code: load, loadfile, dofile. Text, unless lua.unsafe is granted: a binary
--- chunk can do what no check sees.
local run = require "aios.run"
local script = require "aios.script"
local modules = require "sandbox.modules"
local stock = _G

local M = {}

-- Lua hands a text nested too deeply to whoever handles errors around us
local function plain(fn, why)
  if fn then return fn end
  if type(why) == "table" then why = why.message end
  if type(why) ~= "string" then return nil, why end
  return nil, (why:gsub("^stdlib/[^:]*:%d+: ", ""))
end

-- the mode to load with, or nil and why there is none
local function mode_for(mode)
  if run.allowed("lua.unsafe", "load") then return mode or "bt" end
  if type(mode) == "string" and not mode:find("t", 1, true) then
    return nil, "attempt to load a text chunk (mode is '" .. mode .. "')"
  end
  return (mode == nil or type(mode) == "string") and "t" or mode
end

local function add_loaders(env, need)
  local function environment(...)
    if select("#", ...) > 0 then return (...) end
    return env
  end
  env.load = script.checked(stock.load, function(chunk, name, mode, ...)
    local how, why = mode_for(mode)
    if not how then return true, nil, why end
    return false, chunk, name, how, environment(...)
  end, plain)
  local loadfile = script.checked(stock.loadfile, function(path, mode, ...)
    if path ~= nil then need("fs.read", script.absolute(path), "loadfile") end
    local how, why = mode_for(mode)
    if not how then return true, nil, why end
    return false, path, how, environment(...)
  end, plain)
  env.loadfile = loadfile
  env.dofile = function(path)
    local fn, why = loadfile(path)
    if not fn then error(why, 0) end
    return fn()
  end
end

---Puts the loaders into the globals of a run.
---@param need fun(need: string, resource: string, caller: string)   raises when it is not granted
---@param library fun(name: string): any                            a module of the standard library, or nil
function M.install(env, need, library)
  add_loaders(env, need)
  modules.install(env, need, library)
end

return M
