-- kills the process at every write of a program of twenty steps and compares the end with that of a run nobody killed
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local EVERY = tonumber(os.getenv "CRASH_STRIDE" or "") or 1
local PROGRAM = t.read "tests/crash/programs/twenty.aios"
local STARTS_MOST = 12

-- the line of the ledger that each call leaves which must not be repeated
local LEAVES = { ["/3"] = "first", ["/6/1"] = "in a group", ["/7"] = "by a process", ["/9/1"] = "try 1", ["/9/3"] = "try 2",
  ["/9/5"] = "try 3", ["/12/1"] = "child 4", ["/19"] = "last" }

local function new_home(name)
  local home = PLACE .. "/" .. name
  os.execute(("mkdir -p %s/w"):format(t.quote(home)))
  t.write(home .. "/twenty.aios", PROGRAM)
  return home
end

local function start(home, env)
  return kit.run(home, { "run", "--yes", "--id", "twenty", "twenty.aios", home .. "/w" }, env)
end

-- what a person does: looks whether it happened, and says so
local function settle(home, run, path, tool)
  local line = run:find "/child$" and "child 21" or LEAVES[path]
  local happened = ("\n" .. (t.read(home .. "/w/ledger") or "")):find("\n" .. line .. "\n", 1, true)
  local words = { "doubt", run, happened and "done" or "retry" }
  if happened then
    table.move({ "--result", tool == "fs.append" and ('{"bytes":%d}'):format(#line + 1) or '{"code":0,"out":"","err":"","time":0}' }, 1, 2, 4, words)
  end
  local r = kit.run(home, words)
  if r.code ~= 0 then error(("%s: aios doubt says %s"):format(home, r.err)) end
end

-- runs it until it ends; the first two starts are killed at the places given
local function through(home, first, second)
  local said, doubts, killed = {}, 0, false
  for n = 1, STARTS_MOST do
    local at = n == 1 and first or n == 2 and second or nil
    local r = start(home, at and { KILL_AT = at })
    said[#said + 1] = r.out
    if n == 1 then killed = r.code == 137 end
    if r.code == 0 and not r.err:find "in doubt" then return { killed = killed, starts = n, doubts = doubts, said = table.concat(said) } end
    -- what a start said that was killed as well may not be recorded yet: the next one says it again
    for run, path, tool in (r.code == 137 and "" or r.err:gsub("is still", "is")):gmatch "run (%S+) is in doubt: step (%S+): (%S+) " do
      doubts = doubts + 1
      settle(home, run, path, tool)
    end
    if r.code ~= 137 and not r.err:find "in doubt" then error(("%s: start %d ended with %d: %s"):format(home, n, r.code, r.err)) end
  end
  error(("%s: not done after %d starts"):format(home, STARTS_MOST))
end

-- ---------------------------------------------------------------- what the end looks like, apart from times and ids
local function plain(home, text)
  if not text then return "" end
  text = text:gsub(home:gsub("%p", "%%%0"), "HOME"):gsub('"time":[%d.e+-]+', '"time":0')
  return (text:gsub('"modified":"[^"]*"', '"modified":0'))
end

local VARIES = { ["/1"] = true, ["/2"] = true, ["/17"] = true, ["/18"] = true, ["/20"] = true, ["/21"] = true, ["/22"] = true, ["/4"] = true }

local function end_of(home, db)
  local names, last = {}, { runs = {}, journal = {}, kv = {}, files = {}, ledger = t.read(home .. "/w/ledger") }
  for i, run in ipairs(db.run) do
    names[run.id] = run.name
    last.runs[i] = ("%s %d %s %s"):format(run.name, run.state, plain(home, run.output), run.error or "")
  end
  for _, row in ipairs(db.journal) do
    if row.kind == 1 then
      local out = VARIES[row.path] and names[row.run] ~= "child" and "" or plain(home, row.out)
      table.insert(last.journal, ("%s %s %s %d %d %s"):format(names[row.run], row.path, row.name, row.status, row.line or 0, out))
    end
  end
  for i, row in ipairs(db.kv) do last.kv[i] = row.k .. " = " .. row.v end
  for path in pairs(kit.files(home .. "/w")) do table.insert(last.files, path) end
  table.sort(last.files)
  return last
end

-- lines in the order in which they were said first
local function first_said(text)
  local seen, list = {}, {}
  for line in text:gmatch "[^\n]+" do
    if not seen[line] then list[#list + 1] = line end
    seen[line] = true
  end
  return list
end

-- ---------------------------------------------------------------- the crashes
local calm = new_home "calm"
local whole = through(calm)
kit.run(new_home "count", { "run", "--yes", "--id", "twenty", "twenty.aios", PLACE .. "/count/w" }, { KILL_COUNT = PLACE .. "/places", KILL_EACH = os.getenv "KILL_EACH" })
local PLACES = tonumber(t.read(PLACE .. "/places"))

local cases = {}
for at = 1, PLACES, EVERY do
  local case = { at = at, home = new_home(tostring(at)) }
  local good, got = pcall(through, case.home, at, at % 3 == 0 and at * 7 % 60 + 1 or nil)
  if good then case.got = got else case.wrong = got end
  cases[#cases + 1] = case
end

local homes = { calm }
for i, case in ipairs(cases) do homes[i + 1] = case.home end
local dbs = kit.look(homes)
local want = end_of(calm, dbs[1])
for i, case in ipairs(cases) do
  case.db = dbs[i + 1]
  case["end"] = case.db and case.got and end_of(case.home, case.db)
end

---One claim about every crash: judge(case) says what is wrong.
local function of_all(claim, judge)
  t.test(claim, function()
    local wrong = {}
    for _, case in ipairs(cases) do
      local why = case.wrong or judge(case)
      if why then wrong[#wrong + 1] = ("killed at place %d of %d: %s"):format(case.at, PLACES, why) end
    end
    if #wrong > 0 then error(("%d of %d crashes end otherwise\n%s"):format(#wrong, #cases, table.concat(wrong, "\n", 1, math.min(5, #wrong))), 0) end
  end)
end

local function differs(part)
  return function(case)
    local got, expected = case["end"][part], want[part]
    if type(got) == "string" then return got ~= expected and t.show(got) end
    for i = 1, math.max(#got, #expected) do
      if got[i] ~= expected[i] then return ("%s\n    without a crash: %s"):format(got[i], expected[i]) end
    end
  end
end

t.test("the process dies at nearly every place, and some deaths leave a call in doubt", function()
  local killed, doubts = 0, 0
  for _, case in ipairs(cases) do
    if case.got then
      killed = killed + (case.got.killed and 1 or 0)
      doubts = doubts + case.got.doubts
    end
  end
  print(("# %d places, %d deaths, %d calls in doubt"):format(PLACES, killed, doubts))
  t.ok(killed >= #cases * 0.85, "only " .. killed .. " deaths")
  t.ok(doubts > #cases // 50, "only " .. doubts .. " doubts")
end)
of_all("what must not be repeated happened exactly once", differs "ledger")
of_all("the files are those of a run that nobody killed, and no draft is left over", differs "files")
of_all("the small values are the same", differs "kv")
of_all("every run has the same state, result and error", differs "runs")
of_all("the journal records the same results in the same order", differs "journal")
of_all("no step is recorded twice and no row is lost", function(case) return kit.flaw(case.db) end)
of_all("every line is printed, in order", function(case)
  local got, expected = first_said(case.got.said), first_said(whole.said)
  return table.concat(got, "|") ~= table.concat(expected, "|") and table.concat(got, "|")
end)

kit.remove(PLACE)
t.done()
