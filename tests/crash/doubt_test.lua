-- a call in doubt: how it is shown, what a person may answer, and that nothing guesses meanwhile
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local PROGRAM = [[
needs process, fs.write
local dir = ...
local ok, got = pcall(process.run, { "/bin/sh", "-c", 'echo began >>"$0"; kill -9 $PPID', dir .. "/ledger" })
print(ok, ok and got.code or got.code, ok and got.out or got.message)
fs.write(dir .. "/after", "after")
]]
local RESULT = '{"code":7,"out":"said","err":"","time":0}'

local count = 0
-- a home in which the call has killed its own process: it began, and nothing more is known
local function in_doubt(text, env)
  count = count + 1
  local home = PLACE .. "/" .. count
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/p.aios", text or PROGRAM)
  local r = kit.run(home, { "run", "--yes", "p.aios", home }, env)
  t.eq(r.code, 137, r.err)
  return home
end

local function again(home, env) return kit.run(home, { "run", "--yes", "p.aios", home }, env) end
local function doubt(home, ...) return kit.run(home, { "doubt", ... }) end
local function ledger(home) return t.read(home .. "/ledger") end

t.test("the next start says what is in doubt and does nothing", function()
  local home = in_doubt()
  for _ = 1, 3 do
    local r = again(home)
    t.eq({ r.code, r.out }, { 1, "" })
    t.match(r.err, "run %w+ is in doubt: step /1: process.run %(line 3%) had begun when the process died, and whether it happened is not known")
    t.match(r.err, "`aios doubt %w+ done`, `retry` or `fail`")
  end
  t.eq({ ledger(home), t.read(home .. "/after") }, { "began\n", nil })
  t.match(kit.run(home, { "runs", "--state", "in_doubt" }).out, "in_doubt")
end)

t.test("a start with other arguments goes on, and is told of the run in doubt", function()
  local home = in_doubt()
  again(home)
  t.write(home .. "/p.aios", "print(...)")
  local r = kit.run(home, { "run", "p.aios", "other" })
  t.eq({ r.code, r.out }, { 0, "other\n" })
  t.match(r.err, "run %w+ is still in doubt")
end)

t.test("a start with a name that has ended is told each time of what it began and is in doubt", function()
  local home = PLACE .. "/named"
  os.execute("mkdir -p " .. t.quote(home))
  t.write(home .. "/p.aios", 'workflow w() do process.run { "/bin/sh", "-c", "kill -9 $PPID" } end\nw:start({}, { id = "w" })\n')
  local function named() return kit.run(home, { "run", "--yes", "--id", "k", "p.aios" }) end
  t.eq(named().code, 137)
  t.match(named().err, "run w is in doubt: step /1")
  for _ = 1, 2 do
    local r = named()
    t.eq(r.code, 0)
    t.match(r.err, "k has already run: done\n")
    t.match(r.err, "run w is still in doubt: step /1: process.run")
  end
end)

t.test("done: the program gets the result and goes on, the call is not made again", function()
  local home = in_doubt()
  again(home)
  local r = doubt(home, "last", "done", "--result", RESULT)
  t.eq(r.code, 0, r.err)
  t.match(r.out, "^step /1 of run %w+ %(process.run%): done\n$")
  t.match(r.err, "the run goes on with: aios run " .. home:gsub("%p", "%%%0") .. "/p.aios " .. home:gsub("%p", "%%%0") .. "\n")
  r = again(home)
  t.eq({ r.code, r.out, r.err }, { 0, "true\t7\tsaid\n", "" })
  t.eq({ ledger(home), t.read(home .. "/after") }, { "began\n", "after" })
end)

t.test("fail: the program gets an error it can catch", function()
  local home = in_doubt()
  again(home)
  t.eq(doubt(home, "last", "fail", "--reason", "the power was off").code, 0)
  local r = again(home)
  t.eq({ r.code, r.out }, { 0, "false\tin_doubt\tthe power was off\n" })
  t.eq({ ledger(home), t.read(home .. "/after") }, { "began\n", "after" })
end)

t.test("retry: the call is made once more, and a second crash leaves it in doubt again", function()
  local home = in_doubt()
  again(home)
  t.eq(doubt(home, "last", "retry").code, 0)
  t.eq(again(home).code, 137)
  t.eq(ledger(home), "began\nbegan\n")
  t.match(again(home).err, "is in doubt: step /1")
  t.eq(ledger(home), "began\nbegan\n")
  t.eq(doubt(home, "last", "done", "--result", RESULT).code, 0)
  t.eq(again(home).code, 0)
  local kinds = {}
  for i, row in ipairs(kit.look({ home })[1].journal) do if row.path == "/1" then kinds[i] = row.kind .. ":" .. row.attempt end end
  t.eq(kinds, { "2:1", "5:1", "2:2", "1:2" })
end)

t.test("the decision is in the audit log and in the story of the run", function()
  local home = in_doubt()
  again(home)
  doubt(home, "last", "retry")
  local found
  for _, row in ipairs(kit.look({ home })[1].audit) do found = found or row.decision == "settle" and row.tool end
  t.eq(found, "process.run")
  t.match(kit.run(home, { "why", "last" }).out, "may be done again, a person said at")
  t.match(kit.run(home, { "why", "last" }).out, "was settled, because a person settled step /1: retry")
  t.eq(kit.run(home, { "db", "check" }).code, 0)
end)

local STUCK = in_doubt()
again(STUCK)
for _, case in ipairs {
  { { "last", "maybe" }, 2, "'maybe' is no answer" },
  { { "last", "dne" }, 2, "did you mean done" },
  { { "last", "done" }, 2, "process.run gives { code: integer" },
  { { "last", "done", "--result", "{" }, 2, "--result is no JSON" },
  { { "last", "done", "--result", '{"code":"x"}' }, 2, "process.run gives" },
  { { "last", "retry", "--result", "1" }, 2, "--result is for `done`" },
  { { "last", "done", "--reason", "x" }, 2, "--reason is for `fail`" },
  { { "nosuchrun", "done" }, 1, "no run 'nosuchrun'" },
  { { "last" }, 2, "needs RUN done|retry|fail" },
} do
  t.test("an answer that cannot be taken changes nothing: " .. table.concat(case[1], " "), function()
    local before = kit.look({ STUCK })[1]
    local r = doubt(STUCK, table.unpack(case[1]))
    t.eq(r.code, case[2], r.err)
    t.ok(r.err:find(case[3], 1, true), r.err)
    t.eq(kit.look({ STUCK })[1], before)
  end)
end

t.test("a run that is not in doubt takes no answer", function()
  local home = in_doubt "needs fs.write\nlocal d = ...\nfs.append(d .. '/l', 'x')\nos.execute('kill -9 $PPID')\n"
  local r = doubt(home, "last", "retry")
  t.eq(r.code, 1)
  t.match(r.err, "not in doubt")
end)

t.test("no answer is taken while the program runs", function()
  local home = in_doubt(PROGRAM .. "\nworkflow idle on trigger.never do end\n")
  again(home)
  t.write(home .. "/p.aios", "workflow idle on trigger.never do end\n")
  local other = assert(io.popen(("cd %s && HOME=%s XDG_STATE_HOME= AIOS_DB= exec %s run p.aios 2>&1 & echo $!"):format(t.quote(home), t.quote(home),
    t.quote((t.BIN:match "^/" and "" or os.getenv "PWD" .. "/") .. t.BIN))))
  local pid = other:read "l"
  for _ = 1, 400 do                                      -- what is declared is written when the lock is held
    if kit.run(home, { "jobs" }).out:find "idle" then break end
  end
  local run = kit.look({ home })[1].run[1]
  local r = doubt(home, run.uid, "retry")
  os.execute("kill " .. pid)
  other:close()
  t.eq(r.code, 1)
  t.match(r.err, "is already executed by process " .. pid)
  t.match(r.err, "the answer is not recorded")
end)

-- nothing else happens while the process of a branch runs, however long that takes
local STILL = { AIOS_CLOCK = "2026-03-02T08:00:00Z" }

t.test("a call in doubt in one branch stops all of the run, and loses nothing of the others", function()
  local home = in_doubt([[
needs process, fs.write
local dir = ...
local function add(text) fs.write(dir .. "/" .. text, text) end
parallel do
  step a do add "a1" wait 200ms add "a2" return "a" end
  step b do
    wait 50ms
    return process.run({ "/bin/sh", "-c", 'echo began >>"$0"; kill -9 $PPID', dir .. "/ledger" }).code
  end
  step c do wait 1s add "c" return "c" end
end
print(a, b, c)
]], STILL)
  for _ = 1, 2 do
    local r = again(home, STILL)
    t.eq({ r.code, r.out }, { 1, "" })
    t.match(r.err, "is in doubt: step /1%.2/1/2: process.run")
    t.eq({ t.read(home .. "/a1"), t.read(home .. "/a2"), t.read(home .. "/c") }, { "a1", nil, nil })
  end
  local id = kit.look({ home })[1].run[1].uid
  t.eq(doubt(home, id, "done", "--result", RESULT).code, 0)
  local r = again(home, STILL)
  t.eq({ r.code, r.out, ledger(home), t.read(home .. "/a2"), t.read(home .. "/c") }, { 0, "a\t7\tc\n", "began\n", "a2", "c" }, r.err)
end)

kit.remove(PLACE)
t.done()
