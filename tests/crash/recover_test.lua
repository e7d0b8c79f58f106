-- what a start does with what an earlier process left
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local count = 0

-- a home with one program; `die()` in it ends the process once
local DIE = [[
local function die() process.run({ "/bin/sh", "-c", 'test -e "$0" || { : >"$0"; kill -9 $PPID; }', os.getenv "HOME" .. "/died" }, { reads = true }) end
]]
local function new_home(text)
  count = count + 1
  local home = PLACE .. "/" .. count
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/p.aios", DIE .. text)
  return home
end

local function run(home, ...) return kit.run(home, { "run", "--yes", ... }) end

t.test("clock and chance inside a step that is not entered again do not shift those around it", function()
  local home = new_home [[
step a = random(1000000)
step b = (function() local x = now() for i = 1, 2e6 do end return now() - x end)()
local c, d = random(1000000), now()
for i = 1, 2e6 do end
local e = now()
fs.write("before", ("%d %d %s %s"):format(a, c, d, e))
die()
fs.write("after", ("%d %d %s %s"):format(a, c, d, e))
]]
  t.eq(run(home, "p.aios").code, 137)
  local r = run(home, "p.aios")
  t.eq(r.code, 0, r.err)
  t.eq(t.read(home .. "/after"), t.read(home .. "/before"))
end)

t.test("two steps draw different numbers", function()
  local home = new_home "step a = random(1000000000)\nstep b = random(1000000000)\nlocal c = random(1000000000)\nprint(a ~= b, b ~= c, a ~= c)\n"
  t.eq(run(home, "p.aios").out, "true\ttrue\ttrue\n")
end)

t.test("starts with other arguments go on beside the new one, each with its workflows", function()
  local home = new_home [[
workflow w(name: string) do print("w", name) end
fs.write("began", "x")
if ... ~= "c" then die() end
w:start({ ... }, { id = "w-" .. ... })
]]
  t.eq(run(home, "p.aios", "a").code, 137)
  local r = run(home, "p.aios", "c")
  t.eq(r.code, 0, r.err)
  local said = {}
  for line in r.out:gmatch "[^\n]+" do said[#said + 1] = line end
  table.sort(said)
  t.eq(said, { "w\ta", "w\tc" })
end)

t.test("a run that began with another text goes on with that, and with its workflows", function()
  local home = new_home 'workflow w() do print "old" end\nfs.write("x", "")\ndie()\nw:start()\n'
  t.eq(run(home, "p.aios").code, 137)
  t.write(home .. "/p.aios", 'workflow w() do print "new" end\nw:start()\n')
  local r = run(home, "p.aios")
  t.eq({ r.code, r.out }, { 0, "old\n" }, r.err)
  t.match(r.err, "the file has changed since this run began")
  t.eq(run(home, "p.aios").out, "new\n")
end)

t.test("a top level that sleeps long declares its workflows again when it wakes", function()
  local home = new_home 'workflow w() do print "w" end\nwait 2h\nw:start()\n'
  local r = kit.run(home, { "run", "--yes", "p.aios" }, { AIOS_CLOCK = "2026-03-02T08:00:00Z" })
  t.eq({ r.code, r.out }, { 0, "w\n" }, r.err)
end)

t.test("a start with a name that has ended is not made again, but what it began goes on", function()
  local home = new_home [[
workflow w() do
  fs.write("w", "1")
  die()
  fs.append("log", "w\n")
end
fs.append("log", "top\n")
w:start()
]]
  t.eq(run(home, "--id", "k", "p.aios").code, 137)
  local r = run(home, "--id", "k", "p.aios")
  t.eq(r.code, 0, r.err)
  t.match(r.err, "k has already run: done")
  t.eq(t.read(home .. "/log"), "top\nw\n")
  run(home, "--id", "k", "p.aios")
  t.eq(t.read(home .. "/log"), "top\nw\n")
end)

t.test("a start with a name is remembered though it had no effect", function()
  local home = new_home 'print "once"\n'
  t.eq(run(home, "--id", "k", "p.aios").out, "once\n")
  local r = run(home, "--id", "k", "p.aios")
  t.eq({ r.code, r.out }, { 0, "" })
  t.match(r.err, "already run")
end)

t.test("a name that another run has is refused before anything happens", function()
  local home = new_home 'fs.append("log", "x")\n'
  t.write(home .. "/q.aios", 'fs.append("log", "y")\n')
  t.eq(run(home, "--id", "k", "p.aios").code, 0)
  local r = run(home, "--id", "k", "q.aios")
  t.eq(r.code, 1)
  t.match(r.err, "%-%-id k is the name of a run of p.aios in .*/p.aios; choose another one")
  t.eq(t.read(home .. "/log"), "x")
end)

t.test("a run under way whose workflow waits for it is not overtaken when it is in doubt", function()
  local home = new_home [[
workflow w() do print "w" end
w:start()
process.run { "/bin/sh", "-c", "kill -9 $PPID" }
print "end"
]]
  t.eq(run(home, "p.aios").code, 137)
  for _ = 1, 2 do
    local r = run(home, "p.aios")
    t.eq({ r.code, r.out }, { 1, "" }, r.err)
    t.match(r.err, "in doubt")
  end
  local id
  for _, row in ipairs(kit.look({ home })[1].run) do if row.name == "p.aios" then id = row.uid end end
  t.eq(kit.run(home, { "doubt", id, "fail" }).code, 0)
  local r = run(home, "p.aios")
  t.eq(r.code, 1)
  t.match(r.err, "a person said that it failed")
end)

t.test("nothing is left beside the database after a clean end, and a killed one is whole", function()
  local home = new_home 'fs.write("x", "1")\ndie()\nfs.write("x", "2")\n'
  run(home, "p.aios")
  t.eq(kit.run(home, { "db", "check" }).code, 0)
  t.eq(run(home, "p.aios").code, 0)
  t.eq(kit.output(("ls %s"):format(t.quote(home .. "/.local/state/aios"))), "aios.db\n")
end)

kit.remove(PLACE)
t.done()
