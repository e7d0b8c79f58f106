-- a run that somebody wants to end, while it sleeps in the database or was killed: told once, at the same place in every life
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local CLOCK = "2026-03-02T08:00:00Z"

local function new_home(name, text)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. home)
  t.write(home .. "/p.aios", text)
  return home
end

local function run(home, file, ...)
  local words = { "run", "--yes", ... }
  words[#words + 1] = file
  return kit.run(home, words, { AIOS_CLOCK = CLOCK })
end

local function cut(home, first, last)
  local text = kit.output(("python3 tests/crash/cut.py %s %d %d 1 %s/cut cancel"):format(kit.db(home), first, last, home))
  return tonumber(text:match "(%d+)\n$")
end

local PROGRAM = [[
step a = (function() kv.set("a", "done") return 1 end)() undo kv.set("a", "undone")
local told = {}
parallel do
  step x do
    for _ = 1, 3 do
      local ok, err = pcall(sleep, 50)
      if not ok then told[#told + 1] = err.code end
    end
    wait 50s
    return 1
  end
  step y do wait 100s return 2 end
end
kv.set("never", 1)
]]

-- state of the run and what kv holds
local function ending(home)
  local db = kit.look({ home })[1]
  local kv = {}
  for _, row in ipairs(db.kv) do kv[row.k] = row.v end
  return db.run[1].state, kv, db.run[1].reason
end

t.test("a sleeping run that is told to end undoes what it did, however often it is killed meanwhile", function()
  local home = new_home("a", PROGRAM)
  local file = home .. "/p.aios"
  t.eq(run(home, file, "--for", "20s").code, 0)
  local rows = cut(home, 1, 1000)
  for n = 2, rows do
    local life = ("%s/cut/%d"):format(home, n)
    local r = run(life, file)
    t.eq(r.code, 0, r.err)
    local state, kv, reason = ending(life)
    t.eq({ state, kv.a, kv.never, reason }, { 9, '"undone"', nil, "somebody asked for its end" }, "after row " .. n)
    local all = cut(life, 1, 0)
    cut(life, n, all)
    for m = n, all do
      local again = ("%s/cut/%d"):format(life, m)
      t.eq(run(again, file).code, 0)
      t.eq({ (ending(again)), (select(2, ending(again))).a }, { 9, '"undone"' }, ("after rows %d and %d"):format(n, m))
    end
  end
end)

t.test("a run that is told to end before it did anything does nothing", function()
  local home = new_home("b", PROGRAM)
  run(home, home .. "/p.aios", "--for", "20s")
  cut(home, 0, 0)
  local life = home .. "/cut/0"
  os.execute(("python3 -c 'import sqlite3; d = sqlite3.connect(\"%s\"); d.execute(\"DELETE FROM kv\"); d.commit()'"):format(kit.db(life)))
  t.eq(run(life, home .. "/p.aios").code, 0)
  local state, kv = ending(life)
  t.eq({ state, kv.a }, { 9, nil })
end)

kit.remove(PLACE)
t.done()
