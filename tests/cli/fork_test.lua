-- `aios fork`, `resume`, `runs truncate`, `runs upgrade`: a run from one of its steps on, and with another text
local t = require "tests.tap"

local function world(text)
  local home = t.dir()
  t.write(home .. "/p.aios", text)
  return function(words)
    words.home = home
    return t.aios(words)
  end, home
end

local SMALL = [[
needs fs.write
workflow w(n: integer) do
  step a = n + 1
  fs.write("one", "1")
  step long = ("x"):rep(40000)
  step b do
    fs.write("two", tostring(a))
    step c = a * 2
    return c
  end
  local sum = 0
  parallel for x in { 1, 2, 3 } do
    kv.set("p" .. x, x)
    sum = sum + x
  end
  parallel do
    step q = kv.get("one") or #long
    step r = #long + 1
  end
  wait 5ms
  return { a, b, sum, q, r }
end
]]

t.test("a fork at any step comes to the end of the run", function()
  local aios = world(SMALL)
  aios { "run", "--yes", "p.aios", "--once", "w", "[1]", "--id", "x" }
  local paths, seen = {}, {}
  for path in (aios { "trace", "x" }).out:gmatch "\n%s*%d+ [^\n/]*(/%S+)" do
    if not seen[path] then paths[#paths + 1] = path end
    seen[path] = true
  end
  t.ok(#paths >= 9, table.concat(paths, " "))
  for i, path in ipairs(paths) do t.eq(aios({ "fork", "x", "--at", path, "--id", "f" .. i }).code, 0) end
  local r = aios { "run", "--yes", "p.aios", "--until-idle" }
  t.eq(r.code, 0, r.err)
  local want = (aios { "why", "x" }).out:match "with (%[.*%])"
  for i, path in ipairs(paths) do t.eq((aios { "why", "f" .. i }).out:match "with (%[.*%])", want, path) end
  t.eq((aios { "replay", "f3" }).code, 0)
end)

local ASKS = [[
needs fs.write
workflow w(n: integer) do
  fs.append("log", "before\n")
  step draft = "hello " .. n
  fs.append("log", draft .. "\n")
  return draft
end
]]

t.test("a fork does nothing of what lies before the step, and uses the value that is set", function()
  local aios, home = world(ASKS)
  aios { "run", "--yes", "p.aios", "--once", "w", "[1]", "--id", "x" }
  local r = aios { "fork", "x", "--at", "draft", "--set", 'draft="goodbye"', "--id", "y" }
  t.eq({ r.code, r.out }, { 0, "y\n" }, r.err)
  t.eq(aios({ "run", "--yes", "p.aios", "--until-idle" }).code, 0)
  t.eq(t.read(home .. "/log"), "before\nhello 1\ngoodbye\n")
  t.match((aios { "why", "y" }).out, "fork of run x at step /2")
  t.match((aios { "why", "x" }).out, 'done[^\n]*"hello 1"')
end)

t.test("what cannot be forked is refused with a reason", function()
  local aios = world(ASKS)
  aios { "run", "--yes", "p.aios", "--once", "w", "[1]", "--id", "x" }
  t.match((aios { "fork", "x" }).err, "needs the step")
  t.match((aios { "fork", "x", "--at", "9" }).err, "has recorded no step 9")
  t.match((aios { "fork", "x", "--at", "fs.append" }).err, "several steps")
  t.match((aios { "fork", "x", "--at", "1", "--set", "draft=1" }).err, "does not lie before")
  t.match((aios { "fork", "x", "--at", "3", "--set", "draft=Ada" }).err, "is no JSON")
  t.match((aios { "fork", "x", "--at", "3", "--id", "x" }).err, "there is a run x already")
end)

local BAD = [[
workflow w(n: integer) do
  step a = n + 1
  kv.set("k", a)
  return a.field.missing
end
]]

local function diverged()
  local aios, home = world(BAD)
  aios { "run", "p.aios", "--once", "w", "[1]", "--id", "x" }
  t.write(home .. "/other.aios", (BAD:gsub('"k"', '"other"')))
  aios { "retry", "x", "--code", "other.aios" }
  return aios, home, aios { "run", "p.aios", "--until-idle" }
end

t.test("a run that diverged says both lines, both arguments and the ways out", function()
  local aios, _, r = diverged()
  t.eq(r.code, 1)
  t.match(r.err, 'the record has kv.set %(line 3%) with other arguments, the program now calls kv.set %(line 3%) again. Recorded: {"key":"k","value":2} Now: {"key":"other","value":2}')
  t.match(r.err, "aios resume x %-%-code FILE")
  t.match((aios { "why", "x" }).out, "Outcome: diverged")
end)

t.test("a run is resumed only with a text that fits its record", function()
  local aios, home = diverged()
  local r = aios { "resume", "x", "--code", "other.aios" }
  t.eq(r.code, 1)
  t.match(r.err, "other.aios does not fit the record of run x: step /2")
  t.match((aios { "why", "x" }).out, "Outcome: diverged")
  t.write(home .. "/good.aios", (BAD:gsub("a.field.missing", "a * 10")))
  t.eq(aios({ "resume", "x", "--code", "good.aios" }).code, 0)
  t.eq(aios({ "run", "p.aios", "--until-idle" }).code, 0)
  t.match((aios { "why", "x" }).out, "Outcome: done[^\n]* with 20")
end)

t.test("a run that is cut off before the step goes on with the text it has", function()
  local aios = diverged()
  t.match((aios { "runs", "truncate", "x", "--at", "2" }).err, "%-%-yes says that this is meant")
  t.eq(aios({ "runs", "truncate", "x", "--at", "2", "--yes" }).code, 0)
  t.match((aios { "run", "p.aios", "--until-idle" }).err, "attempt to index")
  t.match((aios { "why", "x" }).out, "1 of 2 rows of its record are forgotten")
  t.match((aios { "runs", "truncate", "x", "--at", "9", "--yes" }).err, "has recorded no step 9")
end)

local WAITS = [[
workflow w(n: integer) do
  step a = n + 1
  kv.set("k", a)
  receive "go"
  return a
end
]]

t.test("unfinished runs follow a new text when their record fits it, and it is said why others do not", function()
  local aios, home = world(WAITS)
  for n = 1, 2 do aios { "run", "p.aios", "--once", "w", ("[%d]"):format(n), "--id", "x" .. n } end
  t.match((aios { "runs", "upgrade", "--dry-run" }).out, "x1 +w +current")
  t.write(home .. "/p.aios", (WAITS:gsub('"k"', '"other"')))
  t.match((aios { "runs", "upgrade" }).out, 'x1 +w +stays +step /2: the record has kv.set')
  t.write(home .. "/p.aios", (WAITS:gsub("return a", "return a * 100")))
  t.match((aios { "runs", "upgrade", "w", "--dry-run" }).out, "x2 +w +fits")
  t.match((aios { "runs", "upgrade", "w" }).out, "x2 +w +moved")
  for n = 1, 2 do aios { "signal", "x" .. n, "go" } end
  t.eq(aios({ "run", "p.aios", "--until-idle" }).code, 0)
  t.match((aios { "why", "x2" }).out, "done[^\n]* with 300")
  t.match((aios { "runs", "upgrade" }).err, "no run is unfinished")
end)

t.done()
