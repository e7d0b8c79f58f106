--- sandbox.code: how a script gets at more code: load, loadfile, dofile, require. Text only, through the gate.
local run = require "aios.run"
local script = require "aios.script"
local stock = _G

local M = {}

-- ------------------------------------------------------------------ code is text
local function text_load(env)
  return function(chunk, name, mode, ...)
    if mode and not mode:find "t" then return nil, "attempt to load a text chunk (mode is '" .. mode .. "')" end
    local own = env
    if select("#", ...) > 0 then own = (...) end
    local fn, why = stock.load(chunk, name, "t", own)
    -- Lua hands a text nested too deeply to whoever handles errors around us
    if type(why) == "table" then why = why.message end
    if fn then return fn end
    return nil, (tostring(why):gsub("^stdlib/[^:]*:%d+: ", ""))
  end
end

local function read_source(path, need)
  if path == nil then return stock.io.read "a", "stdin" end
  need("fs.read", script.absolute(path), "loadfile")
  local file, why = stock.io.open(path, "rb")
  if not file then return nil, "cannot open " .. why end
  local text, failed = file:read "a"
  file:close()
  if not text then return nil, failed end
  return (text:gsub("^\xEF\xBB\xBF", ""):gsub("^#[^\n]*", "")), "@" .. path
end

local function add_loaders(env, need)
  env.load = text_load(env)
  env.loadfile = function(path, mode, ...)
    local text, name = read_source(path, need)
    if not text then return nil, name end
    if select("#", ...) > 0 then return stock.load(text, name, "t", (...)) end
    return stock.load(text, name, "t", env)
  end
  env.dofile = function(path)
    local fn, why = env.loadfile(path)
    if not fn then error(why, 0) end
    return fn()
  end
end

-- ------------------------------------------------------------------ require
-- a module whose name the program computes is not among those compiled and kept with the run: plain Lua is read now
local function computed(env, name)
  local base = run.info().program:gsub("[^/]*$", "") .. name:gsub("%.", "/")
  for _, path in ipairs { base .. ".lua", base .. "/init.lua" } do
    local file = stock.io.open(path)
    if file then
      file:close()
      local fn, why = env.loadfile(path)
      if not fn then error(("module '%s' does not load: %s"):format(name, why), 0) end
      return fn(name, path) or env.package.loaded[name] or true
    end
  end
end

-- what an .aios module declares, when it returns nothing itself: { report = workflow, crm = { find = tool } }
local function declared(env, names)
  if not names[1] then return nil end
  local out = {}
  for _, name in ipairs(names) do
    local value, at = env, out
    for part in name:gmatch "[^.]+" do value = type(value) == "table" and value[part] or nil end
    for part in name:gmatch "([^.]+)%." do
      at[part] = at[part] or {}
      at = at[part]
    end
    at[name:match "[^.]+$"] = value
  end
  return out
end

local function add_require(env, need, library)
  local package = { preload = {}, config = stock.package.config, path = "", cpath = "",
    loadlib = function() need("lua.unsafe", "package.loadlib", "package.loadlib") return stock.package.loadlib end }
  package.loaded = { string = env.string, table = env.table, math = env.math, io = env.io, os = env.os, coroutine = env.coroutine,
    utf8 = env.utf8, debug = env.debug, _G = env, package = package }
  env.package = package
  env.require = function(name)
    local known = package.loaded[name]
    if known ~= nil then return known end
    local value, from
    local source = script.modules()[name]
    if package.preload[name] then
      from = ":preload:"
      value = package.preload[name](name, from)
    elseif source then
      local fn, why = stock.load(source.lua, "@" .. source.path, "t", env)
      if not fn then error(("module '%s' does not load: %s"):format(name, why), 2) end
      from = source.path
      value = fn(name, from)
      if value == nil and package.loaded[name] == nil then value = declared(env, source.names) end
    else
      if name == "aios" then value = require("twin").make(env) else value = library(name) end
      if value == nil then value = computed(env, name) end
      if value == nil then
        error(("module '%s' not found: there is no %s.aios or %s.lua beside the program (an .aios module is found by its name in quotes), and the standard library has none of that name")
          :format(name, name:gsub("%.", "/"), name:gsub("%.", "/")), 2)
      end
    end
    if value == nil then value = package.loaded[name] == nil and true or package.loaded[name] end
    package.loaded[name] = value
    return value, from
  end
end

---Puts the loaders into the globals of a run.
---@param need fun(need: string, resource: string, caller: string)   raises when it is not granted
---@param library fun(name: string): any                            a module of the standard library, or nil
function M.install(env, need, library)
  add_loaders(env, need)
  add_require(env, need, library)
end

return M
