--- sandbox: the globals of a run. Stock Lua in name and meaning, except that what reaches the
--- outside passes the gate, what is not replayable is replayed, and text is the only code that loads.
local run = require "aios.run"
local script = require "aios.script"
local flow = require "flow"
local declare = require "flow.declare"
local code = require "sandbox.code"
local outside = require "sandbox.outside"
local names = require "tool.names"
local prompt = require "aios.prompt"
local stock = _G

local M = {}

local function need(what, resource, caller)
  if not run.allowed(what, resource) and not (prompt.present() and prompt.consent(what, resource)) then
    flow.fail("denied", ("the grant %s %q is missing; declare `needs %s %q` in the program and let a person agree, or start it with --yes or --grant")
      :format(what, resource, what, resource), caller)
  end
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
  coroutine = script.coroutine, io = outside.io(need), os = outside.os(need), debug = make_debug() }

-- what a message of Lua calls a function that was given no name: io.open
for _, name in ipairs { "io", "os" } do stock.package.loaded[name] = shared[name] end

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
  if prompt.present() then words.entry = require("session").entry end
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
  local session = prompt.present() and require "session"
  if session and session.env then return session.env end
  local env = script.globals()
  globals = globals or shared_globals()
  for i = 1, #globals, 2 do env[globals[i]] = globals[i + 1] end
  env._G = env
  code.install(env, need, library)
  env.arg = { [0] = run.typed(), table.unpack(args) }
  local tostring = env.tostring
  env.print = script.checked(stock.print, function(...)
    if run.muted() then return true end
    script.clear()
    local out = table.pack(...)
    for i = 1, out.n do out[i] = tostring(out[i]) end
    stock.io.stdout:write(table.concat(out, "\t", 1, out.n), "\n")
    return true
  end)
  env.say = env.print
  env.run = setmetatable({}, RUN)
  if run.testing() then require("flow.testing").env(env) end
  if session then session.begin(env) end
  return env
end

return M
