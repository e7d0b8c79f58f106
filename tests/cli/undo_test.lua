-- `aios undo`: what a run did that is over is taken back, once
local t = require "tests.tap"

local PROGRAM = [[
workflow book(what: string) do
  step seat = "seat of " .. what
    undo print("give back the " .. seat)
  step group do
    step meal = "meal"
      undo fs.append(arg[1], "no meal\n")
  end
  print("booked " .. what)
  return seat
undo gave do
  print("unbook", what, gave)
end
needs fs.write
]]

local SIM = { AIOS_CLOCK = "2026-03-02T08:00:00Z" }

local function home_with(text)
  local home = t.dir()
  t.write(home .. "/p.aios", text or PROGRAM)
  local function aios(words, env)
    words.home, words.env = home, env
    return t.aios(words)
  end
  return home, aios
end

t.test("a finished run is undone by the process that runs its program next", function()
  local home, aios = home_with()
  t.eq(aios({ "run", "--yes", "p.aios", "--once", "book", '["train"]', "--", home .. "/out" }).out, "booked train\n")
  local asked = aios { "undo", "last" }
  t.eq(asked.code, 0, asked.err)
  local again = aios({ "run", "--yes", "p.aios", home .. "/out", "--until-idle" }, SIM)
  t.eq({ again.code, again.out }, { 0, "unbook\ttrain\tseat of train\ngive back the seat of train\n" }, again.err)
  t.match(again.err, "undone")
  t.eq(t.read(home .. "/out"), "no meal\n")
  t.match(aios({ "why", "last" }).out, "undo seat")
end)

t.test("a run is undone once", function()
  local _, aios = home_with "step a = 1 undo print 'undo a'"
  aios { "run", "p.aios", "--id", "one" }
  t.eq(aios({ "undo", "one" }).code, 0)
  t.match(aios({ "undo", "one" }).err, "is queued, not over")
  t.eq(aios({ "run", "p.aios", "--id", "one" }).out, "undo a\n")
  local twice = aios { "undo", "one" }
  t.eq(twice.code, 1)
  t.match(twice.err, "was undone already")
end)

t.test("a run that failed has undone itself", function()
  local _, aios = home_with "step a = 1 undo print 'undo a'\nerror 'no'"
  t.eq(aios({ "run", "p.aios" }).out, "undo a\n")
  t.match(aios({ "undo", "last" }).err, "was undone then")
end)

t.test("what could not be undone may be asked for again, and only that runs", function()
  local home, aios = home_with [[
needs fs.read, fs.write
step a = 1 undo print "undo a"
step b do return 2 undo print(fs.read(arg[1])) end
]]
  aios { "run", "--yes", "p.aios", "--id", "x", home .. "/key" }
  aios { "undo", "x" }
  local first = aios({ "run", "--yes", "p.aios", "--id", "x", home .. "/key" }, SIM)
  t.eq({ first.code, first.out }, { 1, "undo a\n" }, first.err)
  t.match(first.err, "undo incomplete: b")
  t.match(aios({ "why", "x" }).out, "undo incomplete: b")
  t.write(home .. "/key", "key")
  t.eq(aios({ "undo", "x" }).code, 0)
  local second = aios({ "run", "--yes", "p.aios", "--id", "x", home .. "/key" }, SIM)
  t.eq({ second.code, second.out }, { 0, "key\n" }, second.err)
  t.match(aios({ "undo", "x" }).err, "was undone already")
end)

t.test("a run that is not known is not undone", function()
  local _, aios = home_with "step a = 1"
  aios { "run", "p.aios" }
  t.match(aios({ "undo", "nosuchrun" }).err, "no run 'nosuchrun'")
end)
t.done()
