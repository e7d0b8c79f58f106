-- how much a run may record: a word when it is much, a stop when it is too much; values over 32 KiB are read like any other
local t = require "tests.tap"

local function world(text)
  local home = t.dir()
  t.write(home .. "/p.aios", text)
  return function(words)
    words.home = home
    return t.aios(words)
  end, home
end

local LONG = [[
workflow w(n: integer) do
  step a = ("x"):rep(40000)
  step b = #a
  local said = receive "go"
  print(#a, b, #said)
  return a
end
]]

t.test("values over 32 KiB come back in a later process, and `why` says how long they are", function()
  local aios = world(LONG)
  t.eq(aios({ "run", "p.aios", "--once", "w", "[1]", "--id", "x" }).code, 6)
  aios { "signal", "x", "go", ('"%s"'):format(("s"):rep(40000)) }
  local r = aios { "run", "p.aios", "--until-idle" }
  t.eq({ r.code, r.out }, { 0, "40000\t40000\t40000\n" }, r.err)
  t.match(aios({ "why", "x" }).out, "Outcome: done after [^\n]* with 40002 bytes")
  t.match(aios({ "why", "x/1" }).out, 'value: "xxxx')
end)

t.test("a record of many bytes is told of once", function()
  local aios = world 'for i = 1, 20 do step a = ("x"):rep(1000000) .. i end'
  local r = aios { "run", "p.aios" }
  t.eq(r.code, 0)
  local _, times = r.err:gsub("the record of run %S+ has 16 MiB now", "")
  t.eq(times, 1, r.err)
end)

t.test("a record of many rows is told of once", function()
  local aios = world 'for i = 1, 10050 do step a = i end'
  local _, times = aios({ "run", "p.aios" }).err:gsub("has 10,000 rows now", "")
  t.eq(times, 1)
end)

local GROWS = [[
needs fs.write
for i = 1, 4 do
  step a = ("x"):rep(3000)
  fs.append(arg[1] .. "/log", i .. "\n")
end
print "done"
]]

t.test("a run that records too much pauses before it does more, and goes on when it may", function()
  local aios, home = world(GROWS)
  local r = aios { "run", "--yes", "p.aios", "--id", "x", "--record", "8KiB", home }
  t.eq(r.code, 1)
  t.match(r.err, "is paused: what it has recorded is more than 8192 bytes, the most a run may %(%-%-record%)")
  t.eq(t.read(home .. "/log"), "1\n2\n")
  t.eq(aios({ "retry", "x" }).code, 0)
  r = aios { "run", "--yes", "p.aios", "--id", "x", home, env = { AIOS_RECORD = "1MiB" } }
  t.eq({ r.code, r.out }, { 0, "done\n" }, r.err)
  t.eq(t.read(home .. "/log"), "1\n2\n3\n4\n")
end)

t.test("a limit that is no size is refused", function()
  local aios = world "print(1)"
  t.match(aios({ "run", "p.aios", "--record", "8B" }).err, "%-%-record: a size of at least 1KiB")
  t.match(aios({ "run", "p.aios", env = { AIOS_RECORD = "many" } }).err, "AIOS_RECORD many: a size")
end)

t.done()
