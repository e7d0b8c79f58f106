-- an import killed at every write: afterwards the run is there whole or not at all
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
t.write(PLACE .. "/p.aios", [[
workflow w(n: integer) do
  step long = ("x"):rep(40000) .. n
  step short = n
  return long
end
]])
local first = PLACE .. "/first"
os.execute("mkdir -p " .. first)
kit.run(first, { "run", PLACE .. "/p.aios", "--once", "w", "[1]", "--id", "one" })
local file = kit.run(first, { "runs", "export", "one" }).out
t.write(PLACE .. "/one.jsonl", file)

local IMPORT = { "runs", "import", PLACE .. "/one.jsonl" }
local function fresh(name)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. t.quote(home))
  kit.run(home, { "runs", "prune" })                   -- nothing: there is no database yet
  return home
end
kit.run(fresh "count", IMPORT, { KILL_COUNT = PLACE .. "/places" })
local PLACES = tonumber(t.read(PLACE .. "/places"))

local before, after, killed = 0, {}, 0
for at = 1, PLACES do
  local home = fresh(tostring(at))
  if kit.run(home, IMPORT, { KILL_AT = at }).code == 137 then killed = killed + 1 end
  local found = kit.run(home, { "runs", "export", "one" })
  if found.code ~= 0 then
    before = before + 1
    kit.run(home, IMPORT)
    found = kit.run(home, { "runs", "export", "one" })
  end
  after[at] = found.out
end

t.test("the process dies at nearly every place, before and after the import is durable", function()
  print(("# %d places, %d deaths, %d before"):format(PLACES, killed, before))
  t.ok(killed >= PLACES * 0.8 and before > 0 and before < PLACES)
end)
t.test("what is there is whole, and what is not can be imported again", function()
  for at = 1, PLACES do t.ok(after[at] == file, "place " .. at) end
end)

kit.remove(PLACE)
t.done()
