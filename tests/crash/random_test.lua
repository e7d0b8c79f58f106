-- kills the process at random moments of a mixed load: schedules, rows of the trigger table, long workflows, sleepers
-- environment: CRASHES (how many deaths), SEED (of an earlier run, to see it again)
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local CRASHES = tonumber(os.getenv "CRASHES" or "") or 40
local SEED = tonumber(os.getenv "SEED" or "") or os.time()
local ROUNDS_MOST = CRASHES * 4 + 40
math.randomseed(SEED)
print(("# SEED=%d CRASHES=%d"):format(SEED, CRASHES))

local HOME = kit.place()
os.execute("mkdir -p " .. t.quote(HOME .. "/w"))
t.write(HOME .. "/mixed.aios", t.read "tests/crash/programs/mixed.aios")

-- the row that the documentation tells other programs to write
local INSERT = [[
import json, sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], timeout=20)
for word in sys.argv[2:]:
    name, n = word.split(":")
    db.execute("INSERT INTO triggers (job_name, args, kwargs, created) VALUES (?, ?, ?, ?)", (name, json.dumps([int(n)]), "{}", time.time()))
    db.commit()
]]
t.write(HOME .. "/insert.py", INSERT)

local asked = { row = 0, long = 0, sleeper = 0 }
local function ask(name)
  asked[name] = asked[name] + 1
  return ("%s:%d"):format(name, asked[name])
end

local function start(env, ...) return kit.run(HOME, { "run", "--yes", "mixed.aios", ... }, env) end

-- ---------------------------------------------------------------- a person between two starts
local function settle_doubts()
  local db = kit.look({ HOME })[1]
  local count = 0
  for _, run in ipairs(db.run) do
    if run.state == 6 then
      local open
      for _, row in ipairs(db.journal) do
        if row.run == run.id then
          if row.kind == 2 then open = row elseif open and row.path == open.path then open = nil end
        end
      end
      local file
      for _, row in ipairs(db.audit) do
        if row.run == run.uid and row.path == open.path then file = (row.args or ""):match '"path":"([^"]+)"' or file end
      end
      local words = t.read(file) == "x\n" and { "doubt", run.uid, "done", "--result", '{"bytes":2}' } or { "doubt", run.uid, "retry" }
      local r = kit.run(HOME, words)
      if r.code ~= 0 then error("aios doubt: " .. r.err) end
      count = count + 1
    end
  end
  return count
end

-- ---------------------------------------------------------------- the crashes
local deaths, doubts, other = 0, 0, {}

-- one start that is killed: at its n-th write, or after so many milliseconds; rows arrive meanwhile
local function one_round(round)
  local words = { ask "row", ask "row" }
  if round % 5 == 1 then words[#words + 1] = ask "long" end
  if round % 3 == 1 then words[#words + 1] = ask "sleeper" end
  os.execute(("python3 %s/insert.py %s %s &"):format(HOME, kit.db(HOME), table.concat(words, " ")))
  if round % 4 == 0 then kit.run(HOME, { "trigger", "row", ("[%s]"):format(ask "row":match "%d+") }) end
  local r
  if math.random(2) == 1 then
    r = start({ KILL_AT = math.random(250) }, "--for", "700ms")
  else
    r = t.aios { bin = "timeout", home = HOME, "-s", "KILL", ("%.3f"):format(0.02 + math.random() * 0.4), kit.BIN, "run", "--yes", "mixed.aios" }
  end
  if r.code == 137 then deaths = deaths + 1
  elseif r.code ~= 0 and not r.err:find "in doubt" then other[#other + 1] = r.err end
end

local function finished()
  local db = kit.look({ HOME })[1]
  for _, row in ipairs(db.triggers) do if not row.processed then return false end end
  for _, run in ipairs(db.run) do if run.state < 7 then return false end end
  return #db.triggers == asked.row + asked.long + asked.sleeper and db
end

local first = start(nil, "--until-idle")
t.eq(first.code, 0, first.err)
local round = 0
while deaths < CRASHES and round < ROUNDS_MOST do
  round = round + 1
  one_round(round)
  doubts = doubts + settle_doubts()
end
local db
for _ = 1, 60 do
  local r = start(nil, "--until-idle", "--for", "20s")
  if r.code ~= 0 and not r.err:find "in doubt" then other[#other + 1] = r.err end
  doubts = doubts + settle_doubts()
  db = finished()
  if db then break end
end
print(("# %d starts, %d deaths, %d calls in doubt, %d trigger rows"):format(round, deaths, doubts, db and #db.triggers or 0))

-- ---------------------------------------------------------------- the end
t.test("the process died as often as asked for, and no start ended otherwise", function()
  t.ok(deaths >= CRASHES, deaths .. " deaths")
  t.eq(other, {})
end)

if not db then
  t.test("everything that was asked for ends", function() error("runs or rows are still open: " .. HOME) end)
  t.done()
end

local runs = {}
for _, run in ipairs(db.run) do runs[run.uid] = run end

t.test("every trigger row began one run, and that run is done", function()
  for _, row in ipairs(db.triggers) do
    local run = runs["trigger/" .. row.id]
    if row.error or not run or row.run ~= run.uid or run.state ~= 7 then
      error(("row %d: error %s, run %s in state %s: %s"):format(row.id, row.error, row.run, run and run.state, run and run.error))
    end
  end
end)

t.test("every step left exactly one line outside, however often the process died", function()
  for path, text in pairs(kit.files(HOME .. "/w")) do
    if not path:find "^half%-" and text ~= "x\n" then error(path .. " holds " .. t.show(text)) end
  end
end)

t.test("no step is missing", function()
  local files, missing = kit.files(HOME .. "/w"), {}
  local function want(name) if not files[name] then missing[#missing + 1] = name end end
  for n = 1, asked.row do want("row-" .. n) want("row-" .. n .. "-end") want("half-" .. n) end
  for n = 1, asked.long do for i = 1, 30 do want(("long-%d-%d"):format(n, i)) end end
  for n = 1, asked.sleeper do want("asleep-" .. n) want("awake-" .. n) end
  t.eq(missing, {})
end)

t.test("values that a run computed before a death are those it ended with", function()
  for _, run in ipairs(db.run) do
    local n = run.input and run.input:match '"args":%[(%d+)%]'
    if run.name == "long" then t.eq(run.output, "465") end
    if run.name == "row" then t.eq(run.output, t.read(HOME .. "/w/half-" .. n), run.uid) end
  end
  local sums = 0
  for _, row in ipairs(db.kv) do
    if row.k:find "^sum%-" then
      sums = sums + 1
      t.eq(row.v, "465", row.k)
    end
  end
  t.eq(sums, asked.long)
end)

t.test("no slot of the schedule ran twice, and each that ran left its line", function()
  local seen, ticks = {}, 0
  for _, run in ipairs(db.run) do
    if run.schedule then
      local slot = run.schedule .. "@" .. run.nominal
      if seen[slot] then error(slot .. " ran twice: " .. run.uid .. " and " .. seen[slot]) end
      seen[slot] = run.uid
      if run.state == 7 then ticks = ticks + 1 end
      t.ok(run.state == 7 or run.state == 11, run.uid .. " is in state " .. run.state)
    end
  end
  local left = 0
  for path in pairs(kit.files(HOME .. "/w")) do if path:find "^tick%-" then left = left + 1 end end
  t.eq(left, ticks)
  t.ok(ticks > 0, "no slot ran")
end)

t.test("no step is recorded twice and no row of a journal is lost", function() t.eq(kit.flaw(db), nil) end)

t.test("the database is whole and the chain of audit rows unbroken", function()
  local r = kit.run(HOME, { "db", "check" })
  t.eq(r.code, 0, r.err)
end)

kit.remove(HOME)
t.done()
