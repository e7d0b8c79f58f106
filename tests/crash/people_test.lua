-- questions, signals and the state of a program, killed at every write on both sides: each counts once
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local EVERY = tonumber(os.getenv "CRASH_STRIDE" or "") or 1
local STEPS_MOST = 20
local PROGRAM = [[
state.n = (state.n or 0) + 1
local yes, info = approve { "Go?", detail = { n = state.n } }
local first = receive "go"
state.n = state.n + first
local second = receive "go"
state.n = state.n + second * 10
emit("went", { yes = yes, why = info.why, n = state.n })
]]

local function new_home(name)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/p.aios", PROGRAM)
  return home
end

-- what people do until the program is done; the command with number `victim` is killed at `place`
local function through(home, victim, place)
  local n, killed = 0, false
  local function command(words)
    n = n + 1
    local r = kit.run(home, words, n == victim and { KILL_AT = place } or nil)
    killed = killed or r.code == 137
    return r
  end
  local function say(mid, payload)                 -- a person who was interrupted says it again
    repeat local r = command { "signal", "one", "go", payload, "--id", mid } until r.code == 0
  end
  for _ = 1, STEPS_MOST do
    local r = command { "run", "--id", "one", "p.aios", "--until-idle" }
    if r.code == 0 then return killed end
    if r.code == 4 then
      local id = kit.run(home, { "approvals", "--json" }).out:match '"approval":"(%x+)"'
      if id then command { "approve", id, "--why", "seen" } end
    elseif r.code == 6 then
      say("a", "2")
      say("b", "3")
    elseif r.code ~= 137 then
      error(("%s: ended with %d: %s"):format(home, r.code, r.err))
    end
  end
  error(("%s: not done after %d rounds"):format(home, STEPS_MOST))
end

local function end_of(db)
  local last = { events = {}, journal = {}, kv = {}, inbox = {}, approvals = {}, runs = {} }
  for i, row in ipairs(db.events) do last.events[i] = row.name .. " " .. row.payload end
  for i, row in ipairs(db.kv) do last.kv[i] = row.k .. " = " .. row.v end
  for i, row in ipairs(db.inbox) do last.inbox[i] = ("%s %s"):format(row.name:gsub(" %x+$", ""), row.seq and "handed over" or "waits") end
  for i, row in ipairs(db.approvals) do last.approvals[i] = ("%s %d %s"):format(row.question, row.state, row.why) end
  for i, row in ipairs(db.run) do last.runs[i] = ("%d %s"):format(row.state, row.error or "") end
  for _, row in ipairs(db.journal) do
    if row.kind == 1 then table.insert(last.journal, ("%s %s %d %s"):format(row.path, row.name, row.status, row.name == "receive" and row.out or "")) end
  end
  return last
end

-- the commands of a calm life, and how many places each has
local calm = new_home "calm"
through(calm)
local places = {}
do
  local home = new_home "count"
  local words = { { "run", "--id", "one", "p.aios", "--until-idle" }, { "approve" }, { "run", "--id", "one", "p.aios", "--until-idle" },
    { "signal", "one", "go", "2", "--id", "a" }, { "signal", "one", "go", "3", "--id", "b" }, { "run", "--id", "one", "p.aios", "--until-idle" } }
  for i, command in ipairs(words) do
    if command[1] == "approve" then
      command[2] = kit.run(home, { "approvals", "--json" }).out:match '"approval":"(%x+)"'
      command[3], command[4] = "--why", "seen"
    end
    kit.run(home, command, { KILL_COUNT = PLACE .. "/places" })
    places[i] = tonumber(t.read(PLACE .. "/places"))
  end
end

local cases, homes = {}, { calm }
for victim, count in ipairs(places) do
  for at = 1, count, EVERY do
    local case = { name = ("command %d, place %d of %d"):format(victim, at, count), home = new_home(("%d-%d"):format(victim, at)) }
    local good, got = pcall(through, case.home, victim, at)
    if good then case.killed = got else case.wrong = got end
    cases[#cases + 1] = case
    homes[#homes + 1] = case.home
  end
end
local dbs = kit.look(homes)
local want = end_of(dbs[1])

local function of_all(claim, judge)
  t.test(claim, function()
    local wrong = {}
    for i, case in ipairs(cases) do
      local why = case.wrong or judge(dbs[i + 1])
      if why then wrong[#wrong + 1] = case.name .. ": " .. why end
    end
    if #wrong > 0 then error(("%d of %d crashes end otherwise\n%s"):format(#wrong, #cases, table.concat(wrong, "\n", 1, math.min(5, #wrong))), 0) end
  end)
end

local function same(part)
  return function(db)
    local got, expected = t.show(end_of(db)[part]), t.show(want[part])
    if got ~= expected then return got .. "\n    without a crash: " .. expected end
  end
end

t.test("without a crash every word counts once", function()
  t.eq(want.events, { 'went {"n":33,"why":"seen","yes":true}' })
  t.eq(want.kv, { "n = 33" })
  t.eq(want.inbox, { "approval handed over", "go handed over", "go handed over" })
  t.eq(want.approvals, { "Go? 2 seen" })
end)
t.test("the process dies at nearly every place", function()
  local killed = 0
  for _, case in ipairs(cases) do killed = killed + (case.killed and 1 or 0) end
  print(("# %d places, %d deaths"):format(#cases, killed))
  t.ok(killed >= #cases * 0.8, "only " .. killed .. " deaths")
end)
of_all("the state of the program is the same", same "kv")
of_all("the event is there once, with the same payload", same "events")
of_all("every letter is handed over once", same "inbox")
of_all("the question is answered once", same "approvals")
of_all("the run is done", same "runs")
of_all("the journal records the same steps with the same letters", same "journal")
of_all("no step is recorded twice and no row is lost", function(db) return kit.flaw(db) end)

kit.remove(PLACE)
t.done()
