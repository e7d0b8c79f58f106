-- what waits for a state, killed at every write: a state that holds begins one run, what idle has begun is gone through once
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local EVERY = tonumber(os.getenv "CRASH_STRIDE" or "") or 3
local PROGRAM = [[
when now() > 0 for 1m checked every 10s do emit("hot", run.id) end
when idle for 5m do
  for i = 1, 3 do
    emit("tidy", i)
    wait 10s
  end
end
]]
local FIRST, LATER = "2026-03-02T08:00:00Z", "2026-03-02T08:20:00Z"

local function live(home, at, env)
  env = env or {}
  env.AIOS_CLOCK = at
  return kit.run(home, { "run", "p.aios", "--for", "15m" }, env)
end

local function new_home(name)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/p.aios", PROGRAM)
  return home
end

live(new_home "count", FIRST, { KILL_COUNT = PLACE .. "/places" })
local places = tonumber(t.read(PLACE .. "/places"))
local homes = {}
for place = 1, places, EVERY do
  local home = new_home(place)
  live(home, FIRST, { KILL_AT = place })
  live(home, LATER)
  homes[#homes + 1] = home
end
local databases = kit.look(homes)

local function count(rows, name)
  local n = 0
  for _, row in ipairs(rows) do if row.name == name then n = n + 1 end end
  return n
end

t.test("a state that held before and after a crash has begun one run", function()
  t.ok(#homes > 5, "places to be killed at")
  for i, db in ipairs(databases) do t.eq(count(db.events, "hot"), 1, homes[i]) end
end)

t.test("a run that idle had begun ends as if nothing had happened", function()
  for i, db in ipairs(databases) do
    local runs = 0
    for _, row in ipairs(db.run) do
      if (row.cause or ""):find "^idle" then
        runs = runs + 1
        t.eq(row.state, 7, homes[i])
      end
    end
    t.ok(runs == 1 or runs == 2, homes[i])          -- the second life has a quiet stretch of its own
    t.eq(count(db.events, "tidy"), 3 * runs, homes[i])
  end
end)

kit.remove(PLACE)
t.done()
