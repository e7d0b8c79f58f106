-- a run that fails and takes back what it did, killed at every write: the same end, and nothing is undone twice
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local EVERY = tonumber(os.getenv "CRASH_STRIDE" or "") or 1
local PROGRAM = t.read "tests/crash/programs/saga.aios"
local STARTS_MOST = 12

local function new_home(name)
  local home = PLACE .. "/" .. name
  os.execute(("mkdir -p %s/w"):format(t.quote(home)))
  t.write(home .. "/saga.aios", PROGRAM)
  return home
end

local function start(home, env)
  return kit.run(home, { "run", "--yes", "--id", "saga", "saga.aios", home .. "/w" }, env)
end

-- what a person does: looks whether it happened, and says so
local function settle(home, line)
  local happened = ("\n" .. (t.read(home .. "/w/ledger") or "")):find("\n" .. line .. "\n", 1, true)
  local words = happened and { "doubt", "saga", "done", "--result", ('{"bytes":%d}'):format(#line + 1) } or { "doubt", "saga", "retry" }
  local r = kit.run(home, words)
  if r.code ~= 0 then error(("%s: aios doubt says %s"):format(home, r.err)) end
end

-- the parts that append run in this order; what the file ends with says which one is in doubt
local LINES = { "refund p10", "cancel room 7" }
local IN_DOUBT = { ["/5/2"] = LINES[1], ["/7/1"] = LINES[2] }

local function through(home, first, second)
  local got = { killed = false, doubts = 0 }
  for n = 1, STARTS_MOST do
    local at = n == 1 and first or n == 2 and second or nil
    local r = start(home, at and { KILL_AT = at })
    if n == 1 then got.killed = r.code == 137 end
    if r.err:find "no driver" and r.code == 1 then return got end
    local path = r.code ~= 137 and r.err:match "is in doubt: step (%S+): fs.append"    -- a start that was killed may not have recorded it
    if path then
      got.doubts = got.doubts + 1
      settle(home, IN_DOUBT[path] or error("no line for " .. path))
    elseif r.code ~= 137 then
      error(("%s: start %d ended with %d: %s"):format(home, n, r.code, r.err))
    end
  end
  error(("%s: not done after %d starts"):format(home, STARTS_MOST))
end

local function end_of(home, db)
  local last = { ledger = t.read(home .. "/w/ledger"), events = {}, journal = {}, kv = {}, runs = {} }
  for i, row in ipairs(db.events) do last.events[i] = row.name .. " " .. row.payload end
  for i, row in ipairs(db.kv) do last.kv[i] = row.k end
  for i, row in ipairs(db.run) do last.runs[i] = ("%d %s"):format(row.state, (row.error or ""):gsub('[^" ]*/saga.aios', "saga.aios"):gsub('"traceback".*', "")) end
  for _, row in ipairs(db.journal) do
    if row.kind == 1 then table.insert(last.journal, ("%s %s %d"):format(row.path, row.name, row.status)) end
  end
  return last
end

local calm = new_home "calm"
through(calm)
kit.run(new_home "count", { "run", "--yes", "--id", "saga", "saga.aios", PLACE .. "/count/w" }, { KILL_COUNT = PLACE .. "/places" })
local PLACES = tonumber(t.read(PLACE .. "/places"))

local cases, homes = {}, { calm }
for at = 1, PLACES, EVERY do
  local case = { at = at, home = new_home(tostring(at)) }
  local good, got = pcall(through, case.home, at, at % 3 == 0 and at * 7 % 40 + 1 or nil)
  if good then case.got = got else case.wrong = got end
  cases[#cases + 1] = case
  homes[#homes + 1] = case.home
end
local dbs = kit.look(homes)
local want = end_of(calm, dbs[1])

local function of_all(claim, judge)
  t.test(claim, function()
    local wrong = {}
    for i, case in ipairs(cases) do
      local why = case.wrong or judge(case, dbs[i + 1])
      if why then wrong[#wrong + 1] = ("killed at place %d of %d: %s"):format(case.at, PLACES, why) end
    end
    if #wrong > 0 then error(("%d of %d crashes end otherwise\n%s"):format(#wrong, #cases, table.concat(wrong, "\n", 1, math.min(5, #wrong))), 0) end
  end)
end

local function same(part)
  return function(case, db)
    local got, expected = end_of(case.home, db)[part], want[part]
    if t.show(got) ~= t.show(expected) then return t.show(got) .. "\n    without a crash: " .. t.show(expected) end
  end
end

t.test("a run that nobody kills takes back everything, the last first", function()
  t.eq(want.ledger, "refund p10\ncancel room 7\n")
  t.eq(want.events, { 'hotel null', 'paid 10', 'menu null', 'no.menu null', 'car null', 'no.car null', 'car null', 'no.car null',
    'no.trip null', 'refunded "p10"' })
  t.eq(want.kv, {})
end)
t.test("the process dies at nearly every place", function()
  local killed, doubts = 0, 0
  for _, case in ipairs(cases) do
    killed = killed + (case.got and case.got.killed and 1 or 0)
    doubts = doubts + (case.got and case.got.doubts or 0)
  end
  print(("# %d places, %d deaths, %d calls in doubt"):format(PLACES, killed, doubts))
  t.ok(killed >= #cases * 0.8, "only " .. killed .. " deaths")
end)
of_all("what an undo part does outside happens exactly once", same "ledger")
of_all("the events are the same, each once", same "events")
of_all("the small values are the same", same "kv")
of_all("the run has failed with the same error", same "runs")
of_all("the journal records the same steps in the same order", same "journal")
of_all("no step is recorded twice and no row is lost", function(_, db) return kit.flaw(db) end)

kit.remove(PLACE)
t.done()
