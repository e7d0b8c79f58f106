-- `on process.exited`: processes that were there and are not any more, also when nobody looked
local t = require "tests.tap"

local WATCH = [[
on process.exited "sleeper" as gone do
  print(gone.name, gone.pid)
  os.exit(0)
end
]]

-- a machine of our own: AIOS_MACHINE/proc
local function machine(home, pid, name, state)
  os.execute(("mkdir -p %s/m/proc/%d"):format(t.quote(home), pid))
  t.write(("%s/m/proc/%d/stat"):format(home, pid), ("%d (%s) %s 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 777 1 1\n"):format(pid, name, state or "S"))
end

local function new_home()
  local home = t.dir()
  t.write(home .. "/watch.aios", WATCH)
  machine(home, 11, "sleeper")
  machine(home, 12, "other")
  return home
end

local function start(home, ...)
  return t.aios { "run", "--yes", ..., "watch.aios", home = home, cwd = home, env = { AIOS_MACHINE = home .. "/m" } }
end

t.test("one that ended while nobody looked begins a run at the next start, once", function()
  local home = new_home()
  start(home, "--until-idle")
  os.execute(("rm -r %s/m/proc/11 %s/m/proc/12"):format(t.quote(home), t.quote(home)))
  t.eq(start(home, "--for=20s").out, "sleeper\t11\n")
  t.eq(start(home, "--until-idle").out, "")
end)

t.test("one that is only waited for by its parent has ended", function()
  local home = new_home()
  start(home, "--until-idle")
  machine(home, 11, "sleeper", "Z")
  t.eq(start(home, "--for=20s").out, "sleeper\t11\n")
end)

t.test("one that ends while the program looks begins a run soon", function()
  local home = new_home()
  os.execute(("(while ! ls %s/.local/state/aios/*.db >/dev/null 2>&1; do sleep 0.1; done; sleep 2; rm -r %s/m/proc/11) &"):format(t.quote(home), t.quote(home)))
  t.eq(start(home, "--for=20s").out, "sleeper\t11\n")
end)

t.done()
