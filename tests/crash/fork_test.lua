-- a fork killed at every write: afterwards there is a whole new run or none, and the old one is as it was
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
t.write(PLACE .. "/p.aios", [[
workflow w(n: integer) do
  step long = ("x"):rep(40000) .. n
  step b = n * 2
  kv.set("b", b)
  return b
end
]])
local first = PLACE .. "/first"
os.execute("mkdir -p " .. first)
kit.run(first, { "run", PLACE .. "/p.aios", "--once", "w", "[1]", "--id", "x" })

local function home_at(name)
  local home = PLACE .. "/" .. name
  os.execute(("cp -r %s %s"):format(t.quote(first), t.quote(home)))
  return home
end

local FORK = { "fork", "x", "--at", "b", "--set", "b=21", "--id", "y" }
kit.run(home_at "count", FORK, { KILL_COUNT = PLACE .. "/places" })
local PLACES = tonumber(t.read(PLACE .. "/places"))
local whole = kit.run(first, { "runs", "export", "x" }).out

local killed, made, wrong = 0, 0, {}
for at = 1, PLACES do
  local home = home_at(tostring(at))
  if kit.run(home, FORK, { KILL_AT = at }).code == 137 then killed = killed + 1 end
  if kit.run(home, { "why", "y" }).code == 0 then made = made + 1 else kit.run(home, FORK) end
  kit.run(home, { "run", PLACE .. "/p.aios", "--until-idle" })
  local said = kit.run(home, { "why", "y" }).out
  if not said:find "done[^\n]* with 21" then wrong[#wrong + 1] = ("place %d: %s"):format(at, said) end
  if kit.run(home, { "runs", "export", "x" }).out ~= whole then wrong[#wrong + 1] = ("place %d: the run itself has changed"):format(at) end
end

t.test("the process dies at nearly every place", function()
  print(("# %d places, %d deaths, %d forks made by a process that died"):format(PLACES, killed, made))
  t.ok(PLACES >= 3 and killed >= PLACES * 0.7, killed)
end)
t.test("the fork comes to its end from its step, and the run itself is as it was", function() t.eq(wrong, {}) end)

kit.remove(PLACE)
t.done()
