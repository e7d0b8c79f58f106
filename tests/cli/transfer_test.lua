-- `aios runs export` and `import`: a run in another database says what it said in its own
local t = require "tests.tap"

local PROGRAM = [[
needs fs.write
workflow w(n: integer) do
  step long = ("x"):rep(40000) .. n
  kv.set("k", n)
  fs.append("log", "a\n")
  local yes = approve { "sure?", within = 1s, default = true }
  if n == 2 then receive "go" end
  return yes
end
]]

local home = t.dir()
t.write(home .. "/p.aios", PROGRAM)

local function aios(words)
  words.home = home
  return t.aios(words)
end

local function other(words)
  words[#words + 1], words[#words + 2] = "--db", home .. "/" .. (words.at or "other.db")
  return aios(words)
end

aios { "run", "--yes", "p.aios", "--once", "w", "[1]", "--id", "one" }
aios { "run", "--yes", "p.aios", "--once", "w", "[2]", "--id", "two" }
local file = aios { "runs", "export", "one" }
t.write(home .. "/one.jsonl", file.out)

t.test("a run in another database has the same story, timeline and values", function()
  t.eq(file.code, 0, file.err)
  local r = other { "runs", "import", "one.jsonl" }
  t.eq({ r.code, r.out }, { 0, "one\n" }, r.err)
  t.eq(other({ "why", "one" }).out, (aios { "why", "one" }).out)
  t.eq(other({ "trace", "one" }).out, (aios { "trace", "one" }).out)
  t.eq(other({ "why", "one/1" }).out, (aios { "why", "one/1" }).out)
  t.eq(other({ "db", "check" }).code, 0)
end)

t.test("what was imported is exported as it came", function()
  t.eq(other({ "runs", "export", "one" }).out, file.out)
end)

t.test("a run that is there already is refused, and nothing changes", function()
  local r = other { "runs", "import", "one.jsonl" }
  t.eq(r.code, 1)
  t.match(r.err, "one%.jsonl: line %d+: run one is in this database already")
end)

t.test("a second run brings its load run along only when that is new", function()
  t.write(home .. "/both.jsonl", aios({ "runs", "export", "one", "two" }).out)
  t.write(home .. "/two.jsonl", aios({ "runs", "export", "two" }).out)
  t.eq(other({ "runs", "import", "two.jsonl" }).code, 0)
  t.eq(other({ "runs", "import", "both.jsonl", at = "third.db" }).code, 0)
  local _, count = other({ "runs", at = "third.db" }).out:gsub("\n", "")
  t.eq(count, 5)
end)

t.test("a run that was not over arrives paused, and goes on there when a person says so", function()
  t.match(other({ "why", "two" }).out, "Outcome: paused: it came from another database")
  t.eq(other({ "retry", "two" }).code, 0)
  t.eq(other({ "signal", "two", "go" }).code, 0)
  local before = t.read(home .. "/log")
  local r = other { "run", "--yes", "p.aios", "--until-idle" }
  t.eq(r.code, 0, r.err)
  t.match(other({ "why", "two" }).out, "Outcome: done[^\n]* with true")
  t.eq(t.read(home .. "/log"), before)
end)

local lines = {}
for line in file.out:gmatch "[^\n]+" do lines[#lines + 1] = line end

local function refused(text, pattern)
  t.write(home .. "/bad.jsonl", text)
  local r = aios { "runs", "import", "bad.jsonl", "--db", home .. "/fresh.db" }
  t.eq(r.code, 1, r.out)
  t.match(r.err, pattern)
  t.match(r.err, "nothing was imported")
  t.eq(t.read(home .. "/fresh.db"), nil)
end

t.test("each line that was changed is named", function()
  for at = 1, #lines do
    local copy = table.move(lines, 1, #lines, 1, {})
    local place = #copy[at] // 2
    copy[at] = copy[at]:sub(1, place - 1) .. (copy[at]:sub(place, place) == "7" and "8" or "7") .. copy[at]:sub(place + 1)
    refused(table.concat(copy, "\n") .. "\n", ("line %d: "):format(at))
  end
end)

t.test("a line that is missing is named, wherever it stood", function()
  for at = 2, #lines - 1 do
    local copy = table.move(lines, 1, #lines, 1, {})
    table.remove(copy, at)
    refused(table.concat(copy, "\n") .. "\n", ("line %d: "):format(at))
  end
  refused(table.concat(lines, "\n", 1, #lines - 1) .. "\n", "the end is missing")
end)

t.test("a file of something else is refused", function()
  refused("", "line 1: this is not a file")
  refused('{"a":1}\n', "line 1: this is no line")
end)

t.test("an export of no run, of an unknown one, and an import of no file are usage", function()
  t.eq(aios({ "runs", "export" }).code, 2)
  t.match(aios({ "runs", "export", "nobody" }).err, "no run 'nobody'")
  t.eq(aios({ "runs", "import", "nothing.jsonl" }).code, 2)
end)

t.done()
