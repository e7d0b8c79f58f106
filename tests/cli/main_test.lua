local t = require "tests.tap"
local fake = require "tests.cli.fake"
local NAMES = require "host.cli".NAMES

local function runs_with(words)
  local given
  local r = fake.main(words, { run = function(how) given = how return 0 end })
  return given, r
end

t.test("no words show the short help and end well", function()
  local r = fake.main {}
  t.eq(r.code, 0)
  t.match(r.out, "aios FILE")
end)

for _, name in ipairs(NAMES) do
  t.test(("`aios %s --help` shows its usage on standard output"):format(name), function()
    local r = fake.main { name, "--help" }
    t.eq({ r.code, r.err }, { 0, "" })
    t.ok(r.out:find("usage: aios " .. name, 1, true), r.out)
  end)
  t.test(("`aios help %s` says the same"):format(name), function()
    t.eq(fake.main({ "help", name }).out, fake.main({ name, "--help" }).out)
  end)
end

t.test("`aios help` lists every command", function()
  local text = fake.main({ "help" }).out
  for _, name in ipairs(NAMES) do t.ok(text:find("\n  " .. name .. " ", 1, true), name) end
end)

for _, word in ipairs { "--version", "-V", "version" } do
  t.test(("`aios %s` prints the version"):format(word), function() t.eq(fake.main({ word }).out, "aios 1.2.3\n") end)
end

for _, word in ipairs { "--help", "-h" } do
  t.test(("`aios %s` is `aios help`"):format(word), function() t.eq(fake.main({ word }).out, fake.main({ "help" }).out) end)
end

t.test("help as JSON describes every option for completions", function()
  t.match(fake.main({ "help", "--json", "runs" }).out, '"name":"limit"')
end)

for _, case in ipairs {
  { { "rnus" }, "unknown command 'rnus'", "did you mean `aios runs`" },
  { { "help", "chek" }, "no command 'chek'", "aios help check" },
  { { "runs", "--stat", "x" }, "unknown option %-%-stat", "%-%-state" },
  { { "runs", "--state", "faild" }, "no state 'faild'", "failed" },
  { { "logs", "--level", "loud" }, "no level 'loud'", "debug, info" },
  { { "db", "chek" }, "cannot 'chek'", "aios db check" },
  { { "why" }, "needs RUN", "aios help why" },
  { { "run" }, "needs FILE", "aios help run" },
  { { "run", "x.aios", "--yes", "--deny-all" }, "opposite", "" },
  { { "run", "x.aios", "--once", "w", "{bad" }, "JSON after %-%-once w", "" },
  { { "start", "w", "{bad" }, "no JSON", "" },
  { { "trigger", "w", "novalue" }, "neither NAME=VALUE nor JSON", "" },
  { { "trigger", "w", "a=1", "a=2" }, "given twice", "" },
  { { "next", "daily", "--count", "0" }, "between 1 and 10000", "" },
} do
  t.test("wrong use ends with 2 and teaches: aios " .. table.concat(case[1], " "), function()
    local r = fake.main(case[1], { run = function() error "must not run" end, next = function() return {} end })
    t.eq({ r.code, r.out }, { 2, "" })
    t.match(r.err, "^aios: .*" .. case[2])
    t.match(r.err, case[3])
  end)
end

t.test("a file name is run, with the words behind it as its arguments", function()
  local given = runs_with { "a.aios", "x", "--y" }
  t.eq({ given.file, given.args }, { "a.aios", { "x", "--y" } })
end)

t.test("`-` is standard input", function() t.eq(runs_with({ "-" }).file, "-") end)

t.test("a path that is called like a command is run when written as a path", function()
  t.eq(runs_with({ "./check" }).file, "./check")
end)

t.test("every option of run reaches the host", function()
  local given = runs_with { "run", "--for", "1m", "--until-idle", "--once", "w", '{"a":1}', "--id", "k", "--yes", "--memory", "64MiB",
    "--db", "d.db", "a.aios" }
  t.eq({ given.for_seconds, given.until_idle, given.once, given.id, given.yes, given.memory, given.db },
    { 60, true, { name = "w", json = '{"a":1}' }, "k", true, 67108864, "d.db" })
  t.eq(runs_with({ "run", "--grant", 'net "a"', "--grant", "fs.read", "a.aios" }).grants, { 'net "a"', "fs.read" })
  t.ok(runs_with({ "run", "--deny-all", "a.aios" }).deny_all)
end)

t.test("options before the file need no `run`", function()
  local given = runs_with { "--for", "1s", "a.aios" }
  t.eq({ given.file, given.for_seconds }, { "a.aios", 1 })
end)

t.test("options of every command may stand before the command", function()
  local asked
  fake.main({ "--db", "d.db", "--json", "runs" }, { read = function(path) asked = path return {} end })
  t.eq(asked, "d.db")
end)

t.test("the exit code of the program is the exit code", function()
  t.eq(fake.main({ "run", "a.aios" }, { run = function() return 7 end }).code, 7)
end)

for code, exit in pairs { denied = 3, usage = 2, failed = 1, not_found = 1 } do
  t.test(("a failure `%s` ends with %d"):format(code, exit), function()
    local r = fake.main({ "run", "a.aios" }, { run = function() return nil, { code = code, message = "so it is", hint = "do this" } end })
    t.eq({ r.code, r.err }, { exit, "aios: so it is\nhint: do this\n" })
  end)
end

t.test("`aios lua` passes every word on", function()
  local given
  fake.main({ "lua", "-e", "x", "--json" }, { lua = function(words) given = words return 0 end })
  t.eq(given, { "-e", "x", "--json" })
end)

t.test("a reader that went away ends the command quietly", function()
  local gone = { write = function() return nil, "Broken pipe", 32 end, flush = function() return true end }
  local r = fake.main({ "version" }, { stdout = gone })
  t.eq({ r.code, r.err }, { 0, "" })
end)

t.test("an output that cannot be written is a failure", function()
  local full = { write = function(self) return self end, flush = function() return nil, "No space left on device", 28 end }
  local r = fake.main({ "version" }, { stdout = full })
  t.eq(r.code, 1)
  t.match(r.err, "cannot write the output: No space left")
end)

t.test("a fault of ours is told as one", function()
  local r = fake.main({ "run", "a.aios" }, { run = function() error "boom" end })
  t.eq(r.code, 1)
  t.match(r.err, "fault of aios itself: .*boom")
end)

t.done()
