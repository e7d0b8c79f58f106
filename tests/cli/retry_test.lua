-- `aios retry`: a run that failed goes on from what failed, with the same program or a mended one
local t = require "tests.tap"

local function world(text)
  local home = t.dir()
  t.write(home .. "/p.aios", text)
  return function(words)
    words.home = home
    return t.aios(words)
  end, home
end

local READS = [[
needs fs.read, fs.write
fs.append(arg[1] .. "/log", "once\n")
step text = fs.read(arg[1] .. "/key") retry 2 times every 1ms
print(text)
]]

t.test("a run goes on from the step that failed, and repeats nothing before it", function()
  local aios, home = world(READS)
  local first = aios { "run", "--yes", "p.aios", "--id", "x", home }
  t.eq(first.code, 1)
  t.write(home .. "/key", "key")
  local asked = aios { "retry", "x" }
  t.eq(asked.code, 0, asked.err)
  t.match(asked.err, "from step 2/3")
  local again = aios { "run", "--yes", "p.aios", "--id", "x", home }
  t.eq({ again.code, again.out }, { 0, "key\n" }, again.err)
  t.eq(t.read(home .. "/log"), "once\n")
  t.match(aios({ "retry", "x" }).err, "is done; only a run that failed")
end)

local BAD = [[
workflow w(n: integer) do
  step a = n + 1
  print("a", a)
  return a.field.missing
end
]]

t.test("a mended program goes on with the recorded steps", function()
  local aios, home = world(BAD)
  t.eq(aios({ "run", "p.aios", "--once", "w", "[1]", "--id", "x" }).code, 1)
  t.write(home .. "/p.aios", (BAD:gsub("a.field.missing", "a * 10"):gsub('print%("a", a%)', "")))
  t.eq(aios({ "retry", "x", "--code", "p.aios" }).code, 0)
  t.eq(aios({ "run", "p.aios", "--until-idle" }).code, 0)
  t.match(aios({ "why", "x" }).out, "Outcome: done.* with 20")
end)

t.test("a program that does not fit the record makes the run diverge, and the right one mends that", function()
  local aios, home = world(BAD)
  aios { "run", "p.aios", "--once", "w", "[1]", "--id", "x" }
  t.write(home .. "/other.aios", 'workflow w(n: integer) do step b = 7 return b end')
  t.eq(aios({ "retry", "x", "--code", "other.aios" }).code, 0)
  t.eq(aios({ "run", "p.aios", "--until-idle" }).code, 1)
  t.match(aios({ "why", "x" }).out, "Outcome: diverged")
  t.match(aios({ "retry", "x" }).err, "needs the program that fits its record")
  t.write(home .. "/fixed.aios", (BAD:gsub("a.field.missing", "a")))
  t.eq(aios({ "retry", "x", "--code", "fixed.aios" }).code, 0)
  aios { "run", "p.aios", "--until-idle" }
  t.match(aios({ "why", "x" }).out, "Outcome: done.* with 2")
end)

t.test("a run that has undone itself, and a program that does not compile, are refused", function()
  local aios, home = world "step a = 1 undo print 'undo a'\nerror 'no'"
  aios { "run", "p.aios", "--id", "x" }
  t.match(aios({ "retry", "x" }).err, "has undone what it had finished")
  t.write(home .. "/p.aios", "error 'no'")
  aios { "run", "p.aios", "--id", "y", "1" }
  t.write(home .. "/bad.aios", "step = 1 do")
  t.eq(aios({ "retry", "y", "--code", "bad.aios" }).code, 2)
  t.eq(aios({ "retry", "y", "--code", "none.aios" }).code, 2)
end)

t.done()
