-- runs that began others, killed at every write: what is to end with its caller ends once, what is waited for is waited for
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local EVERY = tonumber(os.getenv "CRASH_STRIDE" or "") or 1
local STARTS_MOST = 8
local PROGRAM = [[
workflow waited() do
  wait 1h
  emit("waited")
end
workflow bound() do
  step room = "room 7" undo emit("cancel.room")
  wait 10h
  emit("never")
end
workflow main() do
  waited:start({}, { on_end = "wait" })
  bound:start({}, { on_end = "cancel" })
  wait 1m
  emit("main")
  return "ended"
end
]]

local function new_home(name)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/p.aios", PROGRAM)
  return home
end

local function start(home, env)
  env.AIOS_CLOCK = "2026-03-02T08:00:00Z"
  return kit.run(home, { "run", "p.aios", "--once", "main", "--id", "one" }, env)
end

local function through(home, place)
  local killed = false
  for n = 1, STARTS_MOST do
    local r = start(home, { KILL_AT = n == 1 and place or nil })
    killed = killed or r.code == 137
    if r.code == 0 then return killed end
    if r.code ~= 137 then error(("%s: start %d ended with %d: %s"):format(home, n, r.code, r.err)) end
  end
  error(("%s: not done after %d starts"):format(home, STARTS_MOST))
end

local function end_of(db)
  local last = { events = {}, runs = {} }
  for i, row in ipairs(db.events) do last.events[i] = row.name end
  for _, row in ipairs(db.run) do
    if row.name ~= "p.aios" then last.runs[#last.runs + 1] = ("%s %d %s %s"):format(row.name, row.state, row.output or "", row.state ~= 7 and row.reason or "") end
  end
  table.sort(last.runs)
  return last
end

local calm = new_home "calm"
through(calm)
start(new_home "count", { KILL_COUNT = PLACE .. "/places" })
local places = tonumber(t.read(PLACE .. "/places"))
local homes, deaths, wrong = { calm }, 0, {}
for at = 1, places, EVERY do
  local home = new_home(tostring(at))
  local good, killed = pcall(through, home, at)
  homes[#homes + 1] = home
  if not good then wrong[#wrong + 1] = tostring(killed) elseif killed then deaths = deaths + 1 end
end
local dbs = kit.look(homes)
local want = end_of(dbs[1])

t.test("nobody kills it: the caller ends last of those it waits for, and ends the other one", function()
  t.eq(want.events, { "main", "waited", "cancel.room" })
  t.eq(want.runs, { "bound 9  the run that began it is over", 'main 7 "ended" ', "waited 7 null " })
end)
t.test("killed at every write, it ends the same", function()
  print(("# %d places, %d deaths"):format(places, deaths))
  for i = 2, #homes do
    local got = dbs[i] and end_of(dbs[i]) or {}
    if t.show(got) ~= t.show(want) then wrong[#wrong + 1] = ("place %s: %s"):format(homes[i]:match "[^/]*$", t.show(got)) end
    local flaw = dbs[i] and kit.flaw(dbs[i])
    if flaw then wrong[#wrong + 1] = ("place %s: %s"):format(homes[i]:match "[^/]*$", flaw) end
  end
  t.eq(table.concat(wrong, "\n", 1, math.min(5, #wrong)), "")
  t.ok(deaths >= (#homes - 1) * 0.8, "only " .. deaths .. " deaths")
end)

kit.remove(PLACE)
t.done()
