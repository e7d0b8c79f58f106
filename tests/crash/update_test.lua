-- an update, killed at every write of the run that takes it: done once, answered once, and the run goes on as without
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local EVERY = tonumber(os.getenv "CRASH_STRIDE" or "") or 1
local PROGRAM = [[
local aios = require "aios"
workflow main() do
  local limit = 1
  aios.query("limit", function() return limit end)
  aios.update("limit", function(v) return v > 0 end, function(v)
    wait 10ms
    limit = limit + v
    emit("limit.set", limit)
    return limit
  end)
  receive "go"
  return limit
end
]]

local function go_on(home, env)
  return kit.run(home, { "run", "p.aios", "--once", "main", "--id", "one", "--until-idle" }, env)
end
local function say(home, key, value) return kit.run(home, { "update", "one", "limit", value, "--id", key, "--wait", "0s" }) end

local function prepared(name)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/p.aios", PROGRAM)
  go_on(home)
  say(home, "a", "4")
  say(home, "b", "0")
  return home
end

local function end_of(home)
  for _ = 1, 5 do if go_on(home).code == 6 then break end end
  local last = { a = say(home, "a", "4").out, b = say(home, "b", "0").err, limit = kit.run(home, { "query", "one", "limit" }).out }
  kit.run(home, { "signal", "one", "go", "1", "--id", "go" })
  last.code = go_on(home).code
  return last
end

local calm = prepared "calm"
local want = end_of(calm)
local count = prepared "count"
go_on(count, { KILL_COUNT = PLACE .. "/places" })
local places = tonumber(t.read(PLACE .. "/places"))
local homes, wrong, deaths = { calm }, {}, 0
for at = 1, places, EVERY do
  local home = prepared(tostring(at))
  if go_on(home, { KILL_AT = at }).code == 137 then deaths = deaths + 1 end
  local got = end_of(home)
  homes[#homes + 1] = home
  if t.show(got) ~= t.show(want) then wrong[#wrong + 1] = ("place %d: %s"):format(at, t.show(got)) end
end

t.test("nobody kills it: the update is done and answered, the refused one is not done", function()
  t.eq(want, { a = "5\n", b = "aios: update limit is refused\n", limit = "5\n", code = 0 })
end)
t.test("killed at every write, it ends the same", function()
  print(("# %d places, %d deaths"):format(places, deaths))
  for i, db in ipairs(kit.look(homes)) do
    if #db.events ~= 1 then wrong[#wrong + 1] = ("%s: %d events"):format(homes[i], #db.events) end
  end
  t.eq(table.concat(wrong, "\n", 1, math.min(5, #wrong)), "")
  t.ok(deaths >= (#homes - 1) * 0.8, "only " .. deaths .. " deaths")
end)

kit.remove(PLACE)
t.done()
