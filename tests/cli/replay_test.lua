-- `aios replay`: a run gone through again from its record; nothing is done, and one can look at any step
local t = require "tests.tap"

local function world(text)
  local home = t.dir()
  t.write(home .. "/p.aios", text)
  return function(words)
    words.home = home
    return t.aios(words)
  end, home
end

local PROGRAM = [[
needs fs.write
workflow w(n: integer) do
  local who = "Ada"
  step a = n + 1
  step b do
    local inner = a * 2
    fs.append(who, "b\n")
    return inner
  end
  parallel for x in { 1, 2, 3 } do kv.set("p" .. x, x) end
  local at = now()
  print("said once")
  if n == 2 then receive "go" end
  if n == 3 then error "boom" end
  wait 5ms
  return { a, b, who, at }
end
]]

local aios, home = world(PROGRAM)
for n = 1, 3 do aios { "run", "--yes", "p.aios", "--once", "w", ("[%d]"):format(n), "--id", "r" .. n } end

t.test("a whole run is gone through, and nothing is done or said again", function()
  local before = t.read(home .. "/Ada")
  local r = aios { "replay", "r1" }
  t.eq(r.code, 0, r.err)
  t.match(r.out, "/2  +b +5  ok +4")
  t.match(r.out, "it ends here: done")
  t.ok(not r.out:find "said once", r.out)
  t.eq(t.read(home .. "/Ada"), before)
end)

t.test("the variables of the program are those it had before a step", function()
  local r = aios { "replay", "r1", "--until", "4" }
  t.eq(r.code, 0, r.err)
  t.match(r.out, "it stands before step 4, line 15\n  a = 2\n  at = [%d.]+\n  b = 4\n  n = 1\n  who = \"Ada\"\n$")
  t.match((aios { "replay", "r1", "--until", "b" }).out, "before step 2, line 5\n  a = 2\n  n = 1\n")
end)

t.test("a step inside a recorded one can be looked at", function()
  t.match((aios { "replay", "r1", "--until", "2/1" }).out, "before step 2/1, line 7\n  a = 2\n  inner = 4\n  who = \"Ada\"\n$")
end)

t.test("a run that waits is shown where its record ends", function()
  local r = aios { "replay", "r2" }
  t.eq(r.code, 0, r.err)
  t.match(r.out, "its record ends here; it is waiting, line 13\n  a = 3\n")
end)

t.test("a run that failed fails again", function() t.match((aios { "replay", "r3" }).out, "it ends here: failed") end)

t.test("the load run of a program can be gone through too", function()
  local id = (aios { "runs", "--name", "p.aios", "-n", "1" }).out:match "\n(%S+)"
  t.match(aios({ "replay", id }).out, "it ends here: done")
end)

t.test("--json gives the variables as values", function()
  local r = aios { "replay", "r1", "--until", "4", "--json" }
  t.match(r.out, '"how":"there"')
  t.match(r.out, '"locals":{"a":2,"at":[%d.]+,"b":4,"n":1,"who":"Ada"}')
end)

t.test("a step that is not there is not found, and a name that several have is refused", function()
  t.match((aios { "replay", "r1", "--until", "99" }).err, "has no step '99'")
  t.match((aios { "replay", "r1", "--until", "kv.set" }).err, "several steps called kv.set")
end)

t.test("a run of another database replays to the same end", function()
  t.write(home .. "/r1.jsonl", aios({ "runs", "export", "r1" }).out)
  aios { "runs", "import", "r1.jsonl", "--db", "other.db" }
  t.eq((aios { "replay", "r1", "--db", "other.db" }).out, (aios { "replay", "r1" }).out)
end)

t.test("a record that was changed leads elsewhere, and that is said", function()
  os.execute(("python3 -c 'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute(\"update journal set out = 7 where name = ? and run = (select id from run where uid = ?)\", (\"b\", \"r1\")); d.commit()' %s")
    :format(t.quote(home .. "/other.db")))
  local r = aios { "replay", "r1", "--db", "other.db" }
  t.eq(r.code, 1)
  t.match(r.err, "its record leads to %[2,7,\"Ada\"")
end)

t.done()
