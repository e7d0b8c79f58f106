--- sandbox: the globals of a run. Stock Lua in name and meaning, except that what reaches the
--- outside passes the gate, what is not replayable is replayed, and text is the only code that loads.
local run = require "aios.run"
local script = require "aios.script"
local flow = require "flow"
local declare = require "flow.declare"
local code = require "sandbox.code"
local names = require "tool.names"
local stock = _G

local M = {}

-- ------------------------------------------------------------------ the gate for stock functions
-- what a stock function gave; its error is one of the line that called us
local function outward(good, ...)
  if good then return ... end
  error(..., 2)
end

local function need(what, resource, caller)
  if not run.allowed(what, resource) then
    flow.fail("denied", ("the grant %s %q is missing; declare `needs %s %q` in the program and let a person agree, or start it with --yes or --grant")
      :format(what, resource, what, resource), caller)
  end
end


local function path_need(path, mode)
  local what = (mode or "r"):find "[wa+]" and "fs.write" or "fs.read"
  return what, script.absolute(path)
end

local function gated_open(path, mode)
  local what, full = path_need(path, mode)
  need(what, full, "io.open")
  return outward(stock.pcall(stock.io.open, path, mode))
end

local function muted_write(...)
  if run.muted() then return stock.io.stdout end
  script.clear()
  return stock.io.write(...)
end

local FORMAT = { n = true, l = true, L = true, a = true }

local function check_formats(...)
  for i = 1, select("#", ...) do
    local format = select(i, ...)
    if not (stock.math.tointeger(format) or stock.type(format) == "string" and FORMAT[format:match "^%*?(.)"]) then
      error(("bad argument #%d to 'io.read' (invalid format)"):format(i), 3)
    end
  end
end

---What was read from standard input is a step: a resumed run gets it again. Several values, which may be fewer than
---were asked for, are recorded by their places.
local function recorded_read(...)
  local formats = table.pack(...)
  local kept = flow.step("io.read", 1, { line = 0 }, function()
    if formats.n <= 1 then return stock.io.read(table.unpack(formats, 1, formats.n)) end
    local got = table.pack(stock.io.read(table.unpack(formats, 1, formats.n)))
    local by_place = { n = got.n }
    for i = 1, got.n do by_place[tostring(i)] = got[i] end
    return by_place
  end)
  if formats.n <= 1 then return kept end
  local got = {}
  for i = 1, kept.n do got[i] = kept[tostring(i)] end
  return table.unpack(got, 1, kept.n)
end

local function make_io()
  local io = {}
  for k, v in stock.next, stock.io do io[k] = v end
  io.open = gated_open
  io.write = muted_write
  io.read = function(...)
    check_formats(...)
    if stock.io.input() ~= stock.io.stdin then return stock.io.read(...) end
    return recorded_read(...)
  end
  io.lines = function(path, ...)
    if path == nil then
      local formats = table.pack(...)
      return function() return io.read(table.unpack(formats, 1, formats.n)) end
    end
    need("fs.read", script.absolute(path), "io.lines")
    return outward(stock.pcall(stock.io.lines, path, ...))
  end
  for _, name in ipairs { "input", "output" } do
    io[name] = function(file)
      if type(file) == "string" then
        need(name == "input" and "fs.read" or "fs.write", script.absolute(file), "io." .. name)
      end
      if file == nil then return stock.io[name]() end
      return outward(stock.pcall(stock.io[name], file))
    end
  end
  io.popen = function(...)
    need("lua.unsafe", "io.popen", "io.popen")
    return stock.io.popen(...)
  end
  io.tmpfile = function()
    need("fs.write", "/tmp", "io.tmpfile")
    return stock.io.tmpfile()
  end
  return io
end

local SECRET = { "KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL" }

local function make_os()
  local os = {}
  for k, v in stock.next, stock.os do os[k] = v end
  os.time = function(t)
    if t ~= nil then return outward(stock.pcall(stock.os.time, t)) end
    return math.floor(run.now())
  end
  os.date = function(format, time)
    return outward(stock.pcall(stock.os.date, format or "%c", time or math.floor(run.now())))
  end
  os.clock = run.cpu
  os.exit = function(code)
    if code == true or code == nil then code = 0 elseif code == false then code = 1 end
    run.exit(code)
  end
  os.getenv = function(name)
    for _, word in ipairs(SECRET) do
      if name:upper():find(word, 1, true) and not run.allowed("secret", name) then return nil end
    end
    return stock.os.getenv(name)
  end
  os.execute = function(...)
    need("lua.unsafe", "os.execute", "os.execute")
    return stock.os.execute(...)
  end
  os.remove = function(path)
    need("fs.write", script.absolute(path), "os.remove")
    return stock.os.remove(path)
  end
  os.rename = function(from, to)
    need("fs.write", script.absolute(from), "os.rename")
    need("fs.write", script.absolute(to), "os.rename")
    return stock.os.rename(from, to)
  end
  os.tmpname = function()
    need("fs.write", "/tmp", "os.tmpname")
    return stock.os.tmpname()
  end
  return os
end

local function make_debug()
  if run.allowed("lua.unsafe", "debug") then return stock.debug end
  return {
    traceback = stock.debug.traceback,
    getinfo = function(first, ...)
      -- this function is one level more
      local info = stock.debug.getinfo(math.type(first) == "integer" and first > 0 and first + 1 or first, ...)
      if info then info.func = nil end
      return info
    end,
  }
end

local function make_math(shared)
  shared.random, shared.randomseed = run.random, run.seed
  return shared
end

-- ------------------------------------------------------------------ namespaces
local function library(name)
  for _, known in ipairs(names.libraries) do
    if known == name then return require(names.modules[name] or name) end
  end
end

local function lazy(load)
  return setmetatable({}, { __index = function(self, key)
    local module = load()
    for k, v in stock.next, module do rawset(self, k, v) end
    setmetatable(self, getmetatable(module))
    return self[key]
  end })
end

local shared = { string = stock.string, table = stock.table, utf8 = stock.utf8, math = make_math(stock.math),
  coroutine = script.coroutine, io = make_io(), os = make_os(), debug = make_debug() }

local function spaces()
  local all = {}
  for _, name in ipairs(names.namespaces) do
    all[name] = declare.shared(lazy(function() return require("tool.face").namespace(name) end))
  end
  for _, name in ipairs(names.libraries) do
    all[name] = declare.shared(lazy(function() return library(name) end))
  end
  return all
end

local BASE = { "assert", "collectgarbage", "error", "getmetatable", "ipairs", "pcall", "rawequal", "rawget", "rawlen", "rawset",
  "select", "setmetatable", "tonumber", "type", "warn", "xpcall", "_VERSION" }

-- blocks `test that` are left out, except in a process that `aios test` began for one
local function add_tests(words)
  local testing = run.testing() and require "flow.testing"
  words.test = testing and testing.test or function() end
  words.probe, words.advance = testing and testing.probe, testing and testing.advance
end

-- what the compiler calls: the vocabulary of flow, and the declarations
local function language()
  local words = {}
  for k, v in stock.next, flow do words[k] = v end
  for _, part in ipairs { declare, require "flow.decide", require "flow.agent" } do
    for k, v in stock.next, part do words[k] = v end
  end
  words.budget = require "flow.purse".budget
  add_tests(words)
  return setmetatable(words, { __index = function(_, key) return require "flow.branches"[key] end })
end

-- tools that are called by their name alone
local function verb(name)
  return function(...) return require("tool.face").namespace(name)[name](...) end
end

-- most programs have no branches and ask nobody: what makes them is loaded when first called
local function of(module, name)
  return function(...) return require(module)[name](...) end
end

-- the names and values that all runs of the program share, in turn
local function shared_globals()
  local all = { __aios = language(), ask = flow.ask, sleep = flow.wait, now = run.now, random = run.random, uuid = run.uuid,
    race = of("flow.branches", "race"), retry = of("flow.branches", "retry"), notify = verb "notify", emit = verb "emit",
    state = require "flow.state", secret = require "flow.secret".secret, outcome = require "flow.decide".outcome }
  for _, name in ipairs { "approve", "signal", "receive", "version", "continue_with" } do all[name] = of("flow.people", name) end
  for _, name in ipairs(BASE) do all[name] = stock[name] end
  for name, value in stock.next, shared do all[name] = value end
  for name, value in stock.next, spaces() do all[name] = value end
  local list = {}
  for name, value in stock.next, all do list[#list + 1] = name list[#list + 1] = value end
  return list
end

local globals
local RUN = { __index = function(...) return require("flow.people").field(...) end }

---The globals of one activation of the program.
---@param args table   list of arguments, as `arg`
function M.env(args)
  local env = script.globals()
  globals = globals or shared_globals()
  for i = 1, #globals, 2 do env[globals[i]] = globals[i + 1] end
  env._G = env
  code.install(env, need, library)
  env.arg = { [0] = run.typed(), table.unpack(args) }
  local tostring = env.tostring
  env.print = function(...)
    if run.muted() then return end
    script.clear()
    local out = table.pack(...)
    for i = 1, out.n do out[i] = tostring(out[i]) end
    stock.io.write(table.concat(out, "\t", 1, out.n), "\n")
  end
  env.say = env.print
  env.run = setmetatable({}, RUN)
  if run.testing() then require("flow.testing").env(env) end
  return env
end

return M
