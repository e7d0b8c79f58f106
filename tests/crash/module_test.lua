-- a program whose workflow and tools live in modules, killed at every write: it goes on as if nothing had happened
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local MAIN = [[
local jobs, plain = require "jobs", require "plain"
say("sum " .. jobs.fill(3))
step more = jobs.shelf.put { id = 9 }
say("plain " .. plain.total { a = more, b = 1 })
]]
local JOBS = [[
type Item = { id: integer }
tool shelf.put(item: Item) -> integer idempotent risk low do
  kv.set("item-" .. item.id, item.id * 2)
  return item.id
end
workflow fill(n: integer) -> integer do
  local sum = 0
  for i = 1, n do
    step one = shelf.put({ id = i })
    sum = sum + one
  end
  return sum
end
]]
local PLAIN = [[
local aios = require "aios"
local M = {}
M.total = aios.tool { name = "total", params = { { "a", "integer" }, { "b", "integer" } }, returns = "integer", effect = "idempotent",
  run = function(a, b) return aios.step("kept", function() kv.set("total", a + b) return a + b end) end }
return M
]]

local function new_home(name)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/main.aios", MAIN)
  t.write(home .. "/jobs.aios", JOBS)
  t.write(home .. "/plain.lua", PLAIN)
  return home
end

local function start(home, env) return kit.run(home, { "run", "--yes", "--id", "m", "main.aios" }, env) end

local function end_of(db)
  local out = {}
  if kit.flaw(db) then error(kit.flaw(db)) end
  for _, row in ipairs(db.journal) do
    if row.kind == 1 then out[#out + 1] = ("%s %s %s"):format(row.path, row.name, row.out) end
  end
  for _, row in ipairs(db.kv) do out[#out + 1] = row.k .. "=" .. row.v end
  return out
end

local calm = new_home "calm"
local whole = start(calm, { KILL_COUNT = PLACE .. "/places" })
local want, places = end_of(kit.look({ calm })[1]), tonumber(t.read(PLACE .. "/places"))

t.test("a workflow of an .aios module and a tool of a Lua module run", function()
  t.eq({ whole.code, whole.out, whole.err }, { 0, "sum 6\nplain 10\n", "" })
  t.ok(#want >= 12, t.show(want))
end)

t.test("killed at any write, the program ends as it does undisturbed", function()
  local killed, homes = 0, {}
  for at = 1, places do
    local home = new_home(tostring(at))
    homes[at] = home
    local said, code = {}, nil
    for n = 1, 4 do
      local r = start(home, n == 1 and { KILL_AT = at } or nil)
      said[#said + 1], code = r.out, r.code
      if code == 0 then break end
      if code ~= 137 then error(("killed at %d: ended with %d: %s"):format(at, code, r.err)) end
      killed = killed + 1
    end
    t.eq(code, 0, "killed at " .. at)
    t.match(table.concat(said), "plain 10\n")
  end
  for at, db in ipairs(kit.look(homes)) do t.eq(end_of(db), want, "killed at " .. at) end
  t.ok(killed > places // 2, killed .. " of " .. places)
end)

t.test("a run goes on with the module it began with, though the file has changed", function()
  local home, begun
  for at = places - 1, 1, -1 do                          -- the last place where the run is there and not over
    home = new_home("changed" .. at)
    start(home, { KILL_AT = at })
    local db = kit.look({ home })[1]
    begun = db and db.run[1] and db.run[1].state < 7
    if begun then break end
  end
  t.ok(begun, "no crash leaves a run behind")
  t.write(home .. "/jobs.aios", JOBS:gsub("item.id %* 2", "item.id * 3"))
  local r = start(home)
  t.eq(r.code, 0, r.err)
  t.eq(end_of(kit.look({ home })[1]), want)
end)

kit.remove(PLACE)
t.done()
