-- the built binary from outside: exit codes, streams, files
local t = require "tests.tap"
local NAMES = { "run", "check", "explain", "lua", "next", "start", "trigger", "ps", "jobs", "runs", "logs", "why", "trace", "db", "version", "help" }

local function count(text, pattern)
  return select(2, text:gsub(pattern, ""))
end

-- a home with one program in it; r(words) runs the binary there
local function world(source)
  local home = t.dir()
  if source then t.write(home .. "/job.aios", source) end
  return function(...)
    return t.aios { home = home, cwd = home, ... }
  end, home
end

local GREET = [[
workflow greet(name: string)
do
  step text = "hi " .. name
  return text
end
]]

for _, name in ipairs(NAMES) do
  t.test(("aios %s --help"):format(name), function()
    local r = t.aios { name, "--help" }
    t.eq({ r.code, r.err }, { 0, "" })
    t.match(r.out, "usage: aios " .. name)
  end)
end

t.test("`aios` alone shows a short help when nobody can type", function()
  local r = t.aios {}
  t.eq(r.code, 0)
  t.match(r.out, "aios FILE")
end)

t.test("a wrong command ends with 2 and a guess", function()
  local r = t.aios { "rnus" }
  t.eq({ r.code, r.out }, { 2, "" })
  t.match(r.err, "did you mean `aios runs`")
end)

t.test("a wrong option ends with 2 and a guess", function()
  local r = t.aios { "runs", "--lmit", "3" }
  t.eq(r.code, 2)
  t.match(r.err, "did you mean %-%-limit")
end)

t.test("looking before anything has run creates no file", function()
  local aios, home = world()
  for _, name in ipairs { "ps", "jobs", "runs", "logs" } do t.eq(aios(name).code, 0) end
  t.eq(aios("why", "last").code, 1)
  local list = io.popen("find " .. t.quote(home) .. " -name '*.db*'"):read "a"
  t.eq(list, "")
end)

t.test("a plain Lua file runs with its arguments and creates no database", function()
  local aios, home = world()
  t.write(home .. "/a.lua", "print(arg[0], #arg, arg[1], ...)")
  local r = aios("a.lua", "x y", "--z")
  t.eq({ r.code, r.out }, { 0, "a.lua\t2\tx y\tx y\t--z\n" })
  t.eq(io.popen("find " .. t.quote(home) .. " -name '*.db*'"):read "a", "")
end)

t.test("a program from standard input runs", function()
  t.eq(t.aios({ "-", stdin = "print(1 + 1)" }).out, "2\n")
end)

t.test("a program that fails ends with 1, with its message on standard error", function()
  local aios, home = world()
  t.write(home .. "/a.lua", "error 'went wrong'")
  local r = aios("a.lua")
  t.eq({ r.code, r.out }, { 1, "" })
  t.match(r.err, "went wrong")
end)

t.test("a file that is not there ends with 2 or 1 and its name", function()
  local r = t.aios { "run", "nothing.aios" }
  t.ok(r.code == 1 or r.code == 2, r.code)
  t.match(r.err, "nothing.aios")
end)

t.test("check of a good program says ok", function()
  local r = world(GREET)("check", "job.aios")
  t.eq({ r.code, r.out }, { 0, "job.aios: ok\n" })
end)

t.test("check of a bad program shows place and caret and ends with 2", function()
  local r = world "workflow greet\ndo\n  local x = = 1\nend\n"("check", "job.aios")
  t.eq({ r.code, r.out }, { 2, "" })
  t.match(r.err, "job.aios:3:")
  t.match(r.err, "%^")
end)

t.test("next prints ISO 8601 with the offset of the zone, across a change of the clock", function()
  local r = t.aios { "next", "day at 08:00", "--tz", "Europe/Berlin", "--from", "2026-03-28T12:00:00+01:00", "--count", "2" }
  t.eq({ r.code, r.out }, { 0, "2026-03-29T08:00:00+02:00\n2026-03-30T08:00:00+02:00\n" })
end)

t.test("next takes a cron pattern", function()
  local r = t.aios { "next", "30 9 * * mon", "--tz", "UTC", "--from", "2026-01-01T00:00:00Z", "--count", "1" }
  t.match(r.out, "^2026%-01%-05T09:30:00")
end)

t.test("next --from without an offset is a time of the zone", function()
  local r = t.aios { "next", "day at 08:00", "--tz", "America/New_York", "--from", "2026-07-01 07:59", "--count", "1" }
  t.eq(r.out, "2026-07-01T08:00:00-04:00\n")
end)

t.test("next of nonsense ends with 2", function()
  local r = t.aios { "next", "every blue moon" }
  t.eq({ r.code, r.out }, { 2, "" })
end)

t.test("a run can be listed, explained and traced afterwards", function()
  local aios = world(GREET)
  local r = aios("run", "job.aios", "--once", "greet", '{"name":"Ada"}')
  t.eq(r.code, 0, r.err)
  t.match(aios("runs", "--json").out, '"name":"greet"')
  t.match(aios("runs", "--name", "greet").out, "done")
  local why = aios("why", "last").out
  t.match(why, "started at .* by the command line")
  t.match(why, '\nOutcome: done[^\n]*"hi Ada"[^\n]*\n$')
  t.match(aios("trace", "last").out, "text")
  t.match(aios("why", "last", "--json").out, '^{.*"run":{')
end)

t.test("the beginning of an id names the run", function()
  local aios = world(GREET)
  aios("run", "job.aios", "--once", "greet", '{"name":"Ada"}', "--id", "KEY-ABCDEF")
  t.match(aios("why", "KEY-AB").out, "^Run KEY%-ABCDEF of `greet`")
end)

t.test("the same --id never runs twice", function()
  local aios = world(GREET)
  for _ = 1, 2 do t.eq(aios("run", "job.aios", "--once", "greet", '{"name":"Ada"}', "--id", "k1").code, 0) end
  t.eq(count(aios("runs", "--name", "greet", "--json").out, '"run":'), 1)
end)

t.test("looking leaves one database file and nothing beside it", function()
  local aios, home = world(GREET)
  aios("run", "job.aios", "--once", "greet", '{"name":"Ada"}')
  aios "runs"
  aios("db", "info")
  local list = io.popen("find " .. t.quote(home) .. " -name '*.db*'"):read "a"
  t.eq(count(list, "\n"), 1, list)
end)

t.test("db info counts rows and db check finds nothing wrong", function()
  local aios = world(GREET)
  aios("run", "job.aios", "--once", "greet", '{"name":"Ada"}')
  t.match(aios("db", "info").out, "journal mode +wal.*\nrun +[1-9]")
  local r = aios("db", "check")
  t.eq(r.code, 0, r.err)
  t.match(r.out, "^ok")
end)

t.test("a database of another program is refused and left as it is", function()
  local aios, home = world()
  local text = "a shopping list, and no database at all: milk, bread, tea\n"
  t.write(home .. "/list.db", text)
  for _, words in ipairs { { "runs" }, { "db", "check" }, { "trigger", "w" } } do
    local r = aios("--db", "list.db", table.unpack(words))
    t.eq(r.code, 1)
    t.match(r.err, "list.db")
  end
  t.eq(t.read(home .. "/list.db"), text)
end)

t.test("a trigger row waits in the database", function()
  local aios = world(GREET)
  aios("run", "job.aios", "--once", "greet", '{"name":"Ada"}')
  local r = aios("trigger", "report", "day=monday")
  t.eq({ r.code, r.out }, { 0, "1\n" })
  t.match(aios("db", "info", "--json").out, '"triggers":1')
end)

t.test("a start of an unknown workflow is refused", function()
  local aios = world(GREET)
  aios("run", "job.aios", "--once", "greet", '{"name":"Ada"}')
  local r = aios("start", "greeet", "{}")
  t.ok(r.code ~= 0)
  t.match(r.err, "greeet")
end)

t.test("--grant and --deny-all exclude each other", function()
  t.eq(world(GREET)("run", "--deny-all", "--grant", "fs.read", "job.aios").code, 2)
end)

t.test("lua is a stock Lua", function()
  local r = t.aios { "lua", "-e", "print(_VERSION, os.execute ~= nil, package.loadlib ~= nil)" }
  t.eq({ r.code, r.out }, { 0, "Lua 5.4\ttrue\ttrue\n" })
end)

t.test("a full disk under the output is a failure", function()
  local bin = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
  local _, _, code = os.execute(t.quote(bin) .. " help >/dev/full 2>/dev/null")
  t.eq(code, 1)
end)

t.test("a reader that goes away is no failure", function()
  local bin = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
  local p = io.popen(("bash -c '%s help | true; echo ${PIPESTATUS[0]}' 2>&1"):format(bin))
  t.eq(p:read "a", "0\n")
end)

t.done()
