-- aios query, aios update: how a run stands, and what it takes from outside
local t = require "tests.tap"

local PROGRAM = [[
local aios = require "aios"
workflow main(n) do
  local limit, said = n or 3, {}
  aios.query("status", function(arg) return { limit = limit, said = #said, arg = arg } end)
  aios.query("calls", function() return kv.get "x" end)
  aios.query("steps", function() step a = 1 return a end)
  aios.query("fails", function() error { code = "taken", message = "no" } end)
  aios.update("limit", function(v) return v > 0, "a limit is above zero" end, function(v)
    limit = v
    emit("limit.set", v)
    return { limit = v }
  end)
  aios.update("fails", function() error "not this" end)
  aios.update("asks", function() kv.get "x" end, function() return 1 end)
  while #said < 2 do said[#said + 1] = receive "go" end
  return limit
end
]]

local function home()
  local h = t.dir()
  t.write(h .. "/q.aios", PROGRAM)
  return h
end
local function begin(h) return t.aios { "run", "q.aios", "--once", "main", "--id", "one", "--until-idle", home = h, cwd = h } end
local function aios(h, ...) return t.aios { home = h, cwd = h, ... } end

t.test("a run that waits is asked without its process, and notices nothing", function()
  local h = home()
  t.eq(begin(h).code, 6)
  t.eq(aios(h, "query", "one", "status", "[7]").out, '{"arg":[7],"limit":3,"said":0}\n')
  t.eq(aios(h, "signal", "one", "go", "1").code, 0)
  t.eq(aios(h, "query", "one", "status").out, '{"limit":3,"said":0}\n', "a letter nobody has taken changes nothing")
  t.eq(begin(h).code, 6)
  t.eq(aios(h, "query", "one", "status").out, '{"limit":3,"said":1}\n')
end)

t.test("a query cannot call tools or begin steps; its own error is told", function()
  local h = home()
  begin(h)
  t.match(aios(h, "query", "one", "calls").err, "query calls only looks: it cannot wait, call tools or begin steps")
  t.match(aios(h, "query", "one", "steps").err, "query steps only looks")
  local r = aios(h, "query", "one", "fails")
  t.eq({ r.code, r.err }, { 1, "aios: no\n" })
  t.match(aios(h, "query", "one", "other").err, "the run answers no query other; it answers calls, fails, status, steps")
end)

t.test("an update waits for the run's program, is done once, and is answered again", function()
  local h = home()
  begin(h)
  local r = aios(h, "update", "one", "limit", "9", "--id", "k", "--wait", "0s")
  t.eq(r.code, 6)
  t.match(r.err, "no answer yet")
  t.eq(begin(h).code, 6)
  for _ = 1, 2 do t.eq(aios(h, "update", "one", "limit", "12", "--id", "k").out, '{"limit":9}\n') end
  t.eq(aios(h, "query", "one", "status").out, '{"limit":9,"said":0}\n')
end)

t.test("the validator refuses, and may only look", function()
  local h = home()
  begin(h)
  for _, name in ipairs { "limit", "fails", "asks" } do aios(h, "update", "one", name, "0", "--id", name, "--wait", "0s") end
  begin(h)
  local r = aios(h, "update", "one", "limit", "0", "--id", "limit")
  t.eq({ r.code, r.err }, { 1, "aios: a limit is above zero\n" })
  t.match(aios(h, "update", "one", "fails", "0", "--id", "fails").err, "not this")
  t.match(aios(h, "update", "one", "asks", "0", "--id", "asks").err, "the validator of update asks only looks")
end)

t.test("a run that is over still answers queries, and takes no update", function()
  local h = home()
  begin(h)
  for _, n in ipairs { "1", "2" } do aios(h, "signal", "one", "go", n) end
  t.eq(begin(h).code, 0)
  t.eq(aios(h, "query", "one", "status").out, '{"limit":3,"said":2}\n')
  t.match(aios(h, "update", "one", "limit", "4").err, "run one is over")
end)

t.test("what is asked with must be JSON", function()
  local h = home()
  begin(h)
  t.eq(aios(h, "query", "one", "status", "{").code, 2)
  t.eq(aios(h, "update", "one", "limit", "{").code, 2)
end)

t.done()
