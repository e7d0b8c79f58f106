-- a prune killed at every write: what is left is whole, and the next prune ends what it began
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local EVERY = tonumber(os.getenv "CRASH_STRIDE" or "") or 1
local PROGRAM = [[
workflow w(n: integer) do
  step long = ("x"):rep(33000) .. n
  step short = n
  if n == 3 then receive "go" end
  return ("y"):rep(33000)
end
]]

local first = PLACE .. "/first"
os.execute("mkdir -p " .. t.quote(first))
t.write(PLACE .. "/p.aios", PROGRAM)
for n = 1, 3 do kit.run(first, { "run", PLACE .. "/p.aios", "--once", "w", ("[%d]"):format(n), "--id", "n" .. n }) end

local function home_at(name)
  local home = PLACE .. "/" .. name
  os.execute(("cp -r %s %s"):format(t.quote(first), t.quote(home)))
  return home
end

local PRUNE = { "runs", "prune", "--older", "0s" }
kit.run(home_at "count", PRUNE, { KILL_COUNT = PLACE .. "/places" })
local PLACES = tonumber(t.read(PLACE .. "/places"))

local homes, between, killed = {}, {}, 0
for at = 1, PLACES, EVERY do
  local home = home_at(tostring(at))
  if kit.run(home, PRUNE, { KILL_AT = at }).code == 137 then killed = killed + 1 end
  between[#between + 1] = kit.run(home, { "why", "n3" }).out
  kit.run(home, PRUNE)
  homes[#homes + 1] = home
end
local whole = kit.run(home_at "calm", { "why", "n3" }).out

t.test("the process dies at nearly every place", function()
  print(("# %d places, %d deaths"):format(PLACES, killed))
  t.ok(PLACES >= 10 and killed >= #homes * 0.8, killed)
end)
t.test("a run that is not over is untouched, wherever the prune dies", function()
  t.match(whole, "it waits")
  for i, said in ipairs(between) do t.eq(said, whole, "place " .. i) end
end)
t.test("the next prune leaves nothing of what was over", function()
  for i, db in ipairs(kit.look(homes)) do
    local names = {}
    for _, run in ipairs(db.run) do names[#names + 1] = run.name end
    t.eq(names, { "p.aios", "w" }, "place " .. i)
    for _, row in ipairs(db.journal) do t.ok(row.run == db.run[1].id or row.run == db.run[2].id, "place " .. i) end
    t.eq(kit.output(("python3 -c 'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); print(d.execute(\"select count(*) from blob\").fetchone()[0], d.execute(\"select count(*) from tag\").fetchone()[0])' %s")
      :format(t.quote(kit.db(homes[i])))), "1 0\n", "place " .. i)
  end
end)

kit.remove(PLACE)
t.done()
