-- a saga cut off behind each row of its journal: resumed, it comes to the same end, and nothing is undone twice
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local LINES = { "refund p10\n", "cancel room 7\n" }

local function start(home)
  return kit.run(home, { "run", "--yes", "--id", "saga", "saga.aios", PLACE .. "/w" })
end

local function new_home(name)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/saga.aios", t.read "tests/crash/programs/saga.aios")
  return home
end

local function end_of(db)
  local last = { ledger = t.read(PLACE .. "/w/ledger"), events = {}, journal = {}, kv = {}, runs = {} }
  for i, row in ipairs(db.events) do last.events[i] = row.name .. " " .. row.payload end
  for i, row in ipairs(db.kv) do last.kv[i] = row.k end
  for i, row in ipairs(db.run) do last.runs[i] = ("%d %s"):format(row.state, (row.error or ""):gsub('"traceback".*', "")) end
  for _, row in ipairs(db.journal) do
    if row.kind == 1 then table.insert(last.journal, ("%s %s %d %s"):format(row.path, row.name, row.status, (row.out or ""):gsub('"traceback".*', ""))) end
  end
  return last
end

-- every home has its program at the same path: the record of one is good for all
os.execute("mkdir -p " .. t.quote(PLACE .. "/w"))
local calm = new_home "p"
start(calm)
local finished = kit.look({ calm })[1]
local want = end_of(finished)
os.execute(("cp %s %s/whole.db"):format(t.quote(kit.db(calm)), t.quote(PLACE)))

-- resumes behind row n; the calls whose intent is the last thing recorded had not happened
local function resume(n)
  os.execute(("cp %s/whole.db %s && rm -f %s-wal %s-shm"):format(t.quote(PLACE), t.quote(kit.db(calm)), t.quote(kit.db(calm)), t.quote(kit.db(calm))))
  local kept = tonumber(kit.output(("python3 tests/crash/cut_at.py %s %d"):format(t.quote(kit.db(calm)), n)))
  t.write(PLACE .. "/w/ledger", table.concat(LINES, "", 1, kept))
  for _ = 1, 4 do
    local r = start(calm)
    if not r.err:find "is in doubt" then break end
    kit.run(calm, { "doubt", "saga", "retry" })
  end
  return kit.look({ calm })[1]
end

for n = 1, #finished.journal - 1 do
  t.test(("cut off behind row %d of %d it comes to the same end"):format(n, #finished.journal), function()
    local db = resume(n)
    local got = end_of(db)
    for part, expected in pairs(want) do t.eq(got[part], expected, part) end
    t.eq(kit.flaw(db), nil)
  end)
end

kit.remove(PLACE)
t.done()
