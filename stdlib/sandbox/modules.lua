--- sandbox.modules: require and package. Stock, with one searcher more: the modules that were compiled and kept with the
--- run, and those of the standard library.
local run = require "aios.run"
local script = require "aios.script"
local stock = _G

local M = {}

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

local function kept_module(env, name, source, loaded)
  local fn, why = stock.load(source.lua, "@" .. source.path, "t", env)
  if not fn then error(("module '%s' does not load: %s"):format(name, why), 0) end
  return function(...)
    local value = fn(...)
    if value == nil and loaded[name] == nil then value = declared(env, source.names) end
    return value
  end, source.path
end

-- modules of the program, by the names in quotes; then the standard library
local function kept_searcher(env, library, loaded)
  return function(name)
    local source = script.modules()[name]
    if source then return kept_module(env, name, source, loaded) end
    local value
    if name == "aios" then value = require("twin").make(env) else value = library(name) end
    if value ~= nil then return function() return value end end
  end
end

-- ------------------------------------------------------------------ files
local function field(package, name)
  local value = package[name]
  if type(value) ~= "string" then error("'package." .. name .. "' must be a string", 0) end
  return value
end

-- beside the program anybody may look; what is there is not read without the grant
local function is_there(path, home)
  local good, full = pcall(script.absolute, path)
  if not good then return false end                     -- too long for any file
  if full:sub(1, #home) ~= home and not run.allowed("fs.read", full) then return false end
  local file = stock.io.open(path, "r")
  if file then file:close() end
  return file ~= nil
end

local function search(name, path, home, separator, into)
  if separator ~= "" then
    local plain = separator:gsub("%p", "%%%0")
    name = name:gsub(plain, (into:gsub("%%", "%%%%")))
  end
  path = path:gsub("%?", (name:gsub("%%", "%%%%")))
  for file in path:gmatch "[^;]+" do
    if not file:find("\0", 1, true) and is_there(file, home) then return file end
  end
  return nil, "no file '" .. path:gsub(";", "'\n\tno file '") .. "'"
end

-- a module whose name the program computes is not among those kept with the run: it is read now
local function file_searcher(env, package, home)
  local loadfile = env.loadfile
  return function(name)
    local path, why = search(name, field(package, "path"), home, ".", "/")
    if not path then return why end
    local fn, wrong = loadfile(path)
    if not fn then error(("error loading module '%s' from file '%s':\n\t%s"):format(name, path, wrong), 0) end
    return fn, path
  end
end

-- Lua's own searchers of C libraries look where Lua's own package says
local function c_searcher(package, at)
  return function(name)
    local path = field(package, "cpath")
    if not run.allowed("lua.unsafe", "require") then return nil end
    stock.package.cpath = path
    return stock.package.searchers[at](name)
  end
end

-- ------------------------------------------------------------------ require
local HINT = "\n(an .aios module is found by its name in quotes, beside the program; the standard library has none of this name)"

local function loader_of(package, name, usual)
  local searchers = package.searchers
  if type(searchers) ~= "table" then error("'package.searchers' must be a table", 0) end
  local said = {}
  for _, searcher in ipairs(searchers) do
    local loader, data = searcher(name)
    if type(loader) == "function" then return loader, data end
    if type(loader) == "string" then said[#said + 1] = "\n\t" .. loader end
  end
  error(("module '%s' not found:%s%s"):format(name, table.concat(said), package.path == usual and HINT or ""), 0)
end

local function located(good, ...)
  if good then return ... end
  local why = ...
  if type(why) ~= "string" then error(why, 0) end
  error(why, 3)
end

local function add_functions(env, package, need, home)
  package.loadlib = script.checked(stock.package.loadlib, function() need("lua.unsafe", "package.loadlib", "package.loadlib") end)
  package.searchpath = script.checked(stock.package.searchpath, function(name, path, separator, into)
    if type(name) ~= "string" or type(path) ~= "string" then return end
    return true, search(name, path, home, tostring(separator or "."), tostring(into or "/"))
  end)
  package.loaded = { string = env.string, table = env.table, math = env.math, io = env.io, os = env.os, coroutine = env.coroutine,
    utf8 = env.utf8, debug = env.debug, _G = env, package = package }
end

---Puts require and package into the globals of a run.
---@param need fun(need: string, resource: string, caller: string)   raises when it is not granted
---@param library fun(name: string): any                            a module of the standard library, or nil
function M.install(env, need, library)
  local home = script.home()
  local usual = home .. "?.lua;" .. home .. "?/init.lua"
  local package = { preload = {}, config = stock.package.config, path = usual, cpath = "" }
  add_functions(env, package, need, home)
  local loaded, preload = package.loaded, package.preload
  env.package = package
  package.searchers = {
    function(name)
      if preload[name] ~= nil then return preload[name], ":preload:" end
      return "no field package.preload['" .. name .. "']"
    end,
    kept_searcher(env, library, loaded), file_searcher(env, package, home), c_searcher(package, 3), c_searcher(package, 4),
  }
  env.require = function(name)
    if type(name) == "number" then name = tostring(name) end
    if type(name) ~= "string" then
      error(("bad argument #1 to 'require' (string expected, got %s)"):format(name == nil and "no value" or type(name)), 2)
    end
    if loaded[name] then return loaded[name] end
    local loader, data = located(pcall(loader_of, package, name, usual))
    local value = loader(name, data)
    if value ~= nil then loaded[name] = value
    elseif loaded[name] == nil then loaded[name] = true end
    return loaded[name], data
  end
end

return M
