-- `aios test`: what it finds, runs, says and ends with.
local t = require "tests.tap"

local function place(files)
  local dir = t.dir()
  for name, text in pairs(files) do
    local sub = name:match "^(.*)/[^/]*$"
    if sub then os.execute("mkdir -p " .. t.quote(dir .. "/" .. sub)) end
    t.write(dir .. "/" .. name, text)
  end
  return dir
end

-- one file of tests, in the order in which they stand or any other
local function test(text, ...)
  local dir = place { ["x_test.aios"] = text }
  local got = t.aios { "test", "--seed", "1", home = dir, ... }
  got.dir = dir
  return got
end

local function one(body, ...) return test('test that "it" do\n' .. body .. "\nend\n", ...) end

local function passes(claim, body)
  t.test(claim, function()
    local got = one(body)
    t.eq(got.code, 0, got.out .. got.err)
    t.match(got.out, "1 passed, 0 failed\n$")
  end)
end

-- the lines below the line FAIL
local function fails(claim, body, ...)
  local wanted = { ... }
  t.test(claim, function()
    local got = one(body)
    t.eq(got.code, 1, got.out .. got.err)
    for _, pattern in ipairs(wanted) do t.match(got.out, pattern) end
  end)
end

-- ------------------------------------------------------------------ expect
passes("a true expectation passes", "expect 1 + 1 == 2")
fails("a false one shows its line and text", "local n = 1\nexpect n == 2", "x_test%.aios:3: expect n == 2\n")
fails("both sides of a comparison are shown", "local a, b = { n = 1 }, 7\nexpect a.n >= b", "a%.n was 1\n", "b was 7\n")
fails("a constant is not shown", "local a = 1\nexpect a == 2", "expect a == 2\n%s+a was 1\n%d+ passed")
fails("the operands of `and` are shown as far as they were looked at", "local a, b = false, 5\nexpect a and b", "a was false\n%d+ passed")
fails("what was true before an `and` is not shown", "local a, b = 1, 2\nexpect a == 1 and b == 3", "a == 1 and b == 3\n%s+b was 2\n%d+ passed")
fails("the operand of `not` is shown", "local a = 'x'\nexpect not a", 'a was "x"')
fails("the result of a call and its arguments are shown", "local function f(n) return n + 1 end local x = { y = 3 }\nexpect f(x.y) == 9", "f%(x%.y%) was 4\n", "x%.y was 3\n")
fails("a length is shown", "local list = { 1, 2 }\nexpect #list == 3", "#list was 2\n", "list was %[1,2%]\n")
fails("an expectation over several lines is shown as one", "local a = 1\nexpect a\n  == 2", "expect a == 2\n")
passes("a part is evaluated once", "local n = 0\nlocal function f() n = n + 1 return n end\nexpect f() == 1 and n == 1")
passes("a call keeps all its values", "local function two() return 1, 2 end\nexpect select('#', two()) == 2")
passes("an expectation understands the language's literals", "expect 5m == 300 and `a${1}` == 'a1' and (x => x + 1)(1) == 2")
fails("an expectation swallowed by pcall still fails the test", "pcall(function() expect 1 == 2 end)", "expect 1 == 2")
fails("an error is a failure with its place", "local x = nil\nlocal y = x.z", "x_test%.aios:3: attempt to index a nil value")
fails("what a failed test printed is shown", "print 'heard'\nerror 'no'", "| heard\n")

t.test("what a passed test printed is hidden", function() t.ok(not one("print 'heard'").out:find "heard") end)
t.test("-v shows what a passed test printed", function() t.match(one("print 'heard'", "-v").out, "| heard\n") end)

-- ------------------------------------------------------------------ clock
passes("a test begins at a fixed instant", "expect os.date '!%F %T' == '2026-01-01 00:00:00'")
passes("time stands still while a test runs", "local a = now()\nfor _ = 1, 1e6 do end\nexpect now() == a")
passes("advance moves the clock by exactly its duration", "local a = now()\nadvance 1h30m\nexpect now() - a == 5400")
passes("the clock can be set", "clock.set '2026-03-02 07:59'\nexpect os.date '%F %H:%M' == '2026-03-02 07:59'\nexpect clock.now() == now()")
passes("the clock can be set with an offset", "clock.set '2026-07-01T12:00:00+02:00'\nexpect os.date '!%H:%M' == '10:00'")
fails("an instant that is none is refused", "clock.set 'monday'", "clock%.set: an instant such as")

local function program(claim, text)
  t.test(claim, function()
    local got = test(text)
    t.eq(got.code, 0, got.out .. got.err)
  end)
end

program("schedules are due at their instants while time advances", [[
local seen = {}
workflow tick every day at 08:00 do print(os.date "!%F %H:%M") end
test that "it" do
  advance 2d
  expect tick.runs == 2
  expect printed[1] == "2026-01-01 08:00" and printed[2] == "2026-01-02 08:00"
end]])
program("what is due at the very end of an advance has happened when it returns", [[
workflow tick every 1h do wait 1h print "done" end
test that "it" do
  advance 1h
  expect tick.runs == 1 and #printed == 0
  advance 1h
  expect printed[1] == "done"
end]])
program("a run that sleeps for days goes on in time", [[
workflow slow() do wait 3d print(os.date "!%F") return "rested" end
test that "it" do
  slow:start()
  advance 3d
  expect slow.runs == 1 and slow.last.result == "rested" and printed[1] == "2026-01-04"
end]])
program("setting the clock ahead runs nothing that lies between", [[
workflow tick every day at 08:00 do end
test that "it" do
  clock.set "2026-05-01 07:59"
  advance 0s
  expect tick.runs == 0
  advance 1m
  expect tick.runs == 1
end]])
program("the test keeps its place while it waits for days", [[
test that "it" do
  local n = 0
  mock.tool("count", function() n = n + 1 return n end)
  expect count() == 1
  advance 40d
  wait 40d
  expect count() == 2 and n == 2
end]])

-- ------------------------------------------------------------------ runs
program("a run that failed fails the test", [[
workflow bad() do error "broken" end
test that "it" do
  bad:start()
  advance 0s
  expect bad.last.state == "failed" and bad.last.error.message:find "broken"
end]])
t.test("a run that failed and that the test did not look at fails the test", function()
  local got = test [[
workflow bad() do error "broken" end
test that "it" do
  bad:start()
  advance 0s
  expect bad.runs == 1
end]]
  t.eq(got.code, 1)
  t.match(got.out, "a run of bad failed: .*broken")
end)
program("workflows are there by name and in order", [[
every 1h do end
workflow w() do end
test that "it" do
  advance 1h
  expect #workflows == 2 and workflows[1].runs == 1 and workflows.w == w
end]])
program("fire gives a workflow an event and returns its result", [[
on trigger.paid as payment do return payment.kwargs and "row" or payment.sum * 2 end
test that "it" do
  expect fire(workflows[1], { sum = 4 }) == 8
end]])
program("fire tells an event to those who wait for it", [[
on file.created "/tmp/x/*.pdf" as file do return file.size end
test that "it" do
  expect fire("file.created", "/tmp/x/a.pdf", { path = "/tmp/x/a.pdf", size = 7 }) == 7
  expect fire("file.created", "/tmp/x/a.txt", { path = "/tmp/x/a.txt", size = 8 }) == nil
  expect workflows[1].runs == 1
end]])
program("trigger.NAME adds a row to the table of triggers", [[
on trigger.paid as event do print(event.kwargs.sum, event.args[1]) end
test that "it" do
  trigger.paid { sum = 3 }
  trigger.paid("first")
  expect printed[1] == "3\tnil" and printed[2] == "nil\tfirst"
end]])

-- ------------------------------------------------------------------ fakes
passes("a tool that does not exist can be faked", "mock.tool('mail.unread', { 1, 2 })\nexpect #mail.unread { since = 1d } == 2")
passes("calls are kept, by position and by name", "mock.tool('crm.find', true)\ncrm.find('ann', 3)\ncrm.find { who = 'bob' }\n"
  .. "expect mock.calls('crm.find')[1][2] == 3 and mock.calls('crm.find')[2].who == 'bob'")
passes("a tool of the library is faked with its own arguments", "mock.tool('http.get', function(url) return { status = 200, body = url, headers = {} } end)\n"
  .. "expect http.get('https://example.org/').body == 'https://example.org/'")
passes("notifications are kept in sent", "notify { 'Disk full', level = 'error' }\nexpect sent[1].text == 'Disk full' and sent[1].level == 'error' and #sent == 1")
fails("a tool that reaches out is refused with the words that fake it", "http.get 'https://example.org/'", 'say mock%.tool%("http%.get", function')
fails("an ask without an answer is refused with the words that give one", "ask 'hello'", 'say mock%.model%("operational"')
fails("a program is not started", "process.run { 'true' }", 'mock%.tool%("process%.run"')
fails("a file outside of the test is not written", "fs.write('/tmp/aios-test-must-not-exist', 'x')", "fs%.write")
passes("a file of the test's own may be written", "fs.write('a.txt', 'x')\nfs.write('~/b.txt', 'y')\nexpect fs.read 'a.txt' == 'x' and fs.read '~/b.txt' == 'y'")
fails("a fake that breaks the promise of the tool is refused", "mock.tool('fs.exists', 'maybe')\nfs.exists 'a'", "does not return what the tool promises")
passes("a model answers by its tier", "mock.model('operational', 'cheap')\nmock.model('tactical', 'dear')\nexpect ask 'x' == 'cheap' and ask { 'x', tier = 'tactical' } == 'dear'")
passes("a model answers from a list in turn", "mock.model('operational', { 'a', 'b' })\nexpect ask 'x' == 'a' and ask 'x' == 'b'")
fails("a list of answers that is used up is an error", "mock.model('operational', { 'a' })\nask 'x'\nask 'second'", "has 1, and this is question 2: second")
passes("a model may be a function of the prompt", "mock.model('operational', function(p) return p:upper() end)\nexpect ask `hello ${1}` == 'HELLO 1'")
passes("a typed question gets a table", "mock.model('tactical', { spam = true })\nlocal v = ask { 'x', tier = 'tactical' } -> { spam: boolean }\nexpect v.spam")
fails("a tier without answers is named", "mock.model('operational', 'x')\nask { 'y', tier = 'strategic' }", 'mock%.model%("strategic"')
passes("standard input can be given", "mock.input 'one\\ntwo\\n'\nexpect io.read() == 'one' and io.read 'a' == 'two\\n'")
program("a stream gives its items and then waits", [[
workflow w always do for x in stream "wss://a" do print(x) end end
mock.stream("stream", { 1, 2 })
test that "it" do
  advance 1h
  expect #printed == 2 and w.runs == 1
end]])
program("a fake of a tool that the program declares wins", [[
tool send(to: string) do error "real" end
mock.tool("send", "fake")
test that "it" do expect send "ann" == "fake" end]])
program("fakes of the top level hold in every run", [[
mock.tool("mail.count", 3)
workflow w() do return mail.count() end
test that "it" do
  w:start()
  advance 0s
  expect w.last.result == 3
end]])
t.test("--live lets tools act", function()
  local got = one("local out = process.run { 'echo', 'real' }\nexpect out.out == 'real\\n'", "--live")
  t.match(got.out, "grant process")
  got = test("needs process 'echo'\ntest that 'it' do expect process.run { 'echo', 'real' }.out == 'real\\n' end", "--live")
  t.eq(got.code, 0, got.out)
end)

-- ------------------------------------------------------------------ isolation, order, output
local PAIR = 'local n = 0\ntest that "a" do n = n + 1 kv.set("k", 1) expect n == 1 end\ntest that "b" do n = n + 1 expect n == 1 and kv.get "k" == nil end\n'
t.test("tests do not see each other", function() t.match(test(PAIR).out, "2 passed, 0 failed\n$") end)
local MANY = ""
for i = 1, 9 do MANY = MANY .. ('test that "t%d" do end\n'):format(i) end
local function order(seed)
  local names = {}
  local dir = place { ["x_test.aios"] = MANY }
  local out = t.aios({ "test", "--seed", seed, home = dir }).out
  for name in out:gmatch "ok    (t%d)" do names[#names + 1] = name end
  return table.concat(names)
end
t.test("the same seed gives the same order, another one another", function()
  local first = order "1"
  t.eq(order "1", first)
  t.ok(order "2" ~= first)
  t.eq(#first, 18)
end)
t.test("the seed is printed", function() t.match(test(PAIR).out, "^seed 1\n") end)
t.test("--filter chooses by sentence", function() t.match(test(PAIR, "--filter", "B").out, "1 passed, 0 failed\n$") end)
t.test("a filter that fits nothing is an error", function() t.eq(test(PAIR, "--filter", "zzz").code, 1) end)
t.test("--fail-fast stops at the first failure", function()
  local got = test('test that "a" do expect false end\ntest that "b" do expect false end\n', "--fail-fast")
  t.match(got.out, "1 more test was not run\n0 passed, 1 failed\n$")
end)
t.test("--tap prints TAP", function()
  local got = test('test that "good" do end\ntest that "bad" do expect 1 == 2 end\n', "--tap")
  t.match(got.out, "^TAP version 13\n1%.%.2\n# seed 1\n")
  t.match(got.out, "ok %d %- x_test%.aios: good\n  # time %d+ ms\n")
  t.match(got.out, "not ok %d %- x_test%.aios: bad\n")
end)
t.test("--json prints one value", function()
  local got = test('test that "bad" do expect 1 == 2 end\n', "--json")
  t.match(got.out, '"failed":1.*"name":"bad","ok":false')
  t.eq(select(2, got.out:gsub("\n", "")), 1)
end)
t.test("--junit writes a file", function()
  local got = test('test that "a < b" do expect 1 == 2 end\n', "--junit", "out.xml")
  t.match(t.read(got.dir .. "/out.xml"), '<testcase classname="x_test%.aios" name="a &lt; b" time="[%d.]+">\n      <failure type="expect"')
end)
t.test("files are found below a directory by their name and by what they hold", function()
  local dir = place { ["a_test.aios"] = 'test that "1" do end', ["sub/test_b.aios"] = 'test that "2" do end',
    ["c.aios"] = 'test that "3" do end', ["d.aios"] = "print 1", [".hidden/e_test.aios"] = 'test that "4" do end' }
  t.match(t.aios({ "test", home = dir }).out, "3 passed, 0 failed\n$")
end)
t.test("a file that does not compile counts as failed", function()
  local got = test 'test that "x" do'
  t.eq(got.code, 1)
  t.match(got.out, "AIOS014.*0 passed, 1 failed\n$")
end)
t.test("a path that is not there is an error of use", function() t.eq(t.aios({ "test", "nowhere" }).code, 2) end)
t.test("modules are found beside the tests and one directory above", function()
  local dir = place { ["report.lua"] = "return { n = 4 }", ["tests/report_test.aios"] = 'local r = require "report"\ntest that "it" do expect r.n == 4 end' }
  t.eq(t.aios({ "test", home = dir }).code, 0)
end)
t.test("`aios run` leaves the tests of a file alone", function()
  local dir = place { ["x.aios"] = 'print "main"\ntest that "it" do print "test" expect false end\n' }
  local got = t.aios { "run", "x.aios", home = dir }
  t.eq({ got.code, got.out }, { 0, "main\n" })
end)
t.test("a test that ends the process fails", function()
  local got = one("os.exit(3)")
  t.match(got.out, "ended with exit code 3")
end)

-- ------------------------------------------------------------------ coverage
local COVERED = { ["job.aios"] = 'local M = {}\nfunction M.a(n)\n  if n > 1 then\n    return "many"\n  end\n  return "one"\nend\nfunction M.never()\n  return 5m\nend\nreturn M\n',
  ["job_test.aios"] = 'local job = require "job"\ntest that "one" do expect job.a(1) == "one" end\n' }
t.test("--coverage says which lines were executed", function()
  local got = t.aios { "test", "--coverage", home = place(COVERED) }
  t.match(got.out, "75 %%  job%.aios  not: 4, 9\n")
end)
t.test("--coverage-file writes lcov", function()
  local dir = place(COVERED)
  t.aios { "test", "--coverage", "--coverage-file", "out.info", home = dir }
  t.match(t.read(dir .. "/out.info"), "SF:/.*/job%.aios\n.*DA:4,0\n.*DA:6,1\n.*LF:8\nLH:6\nend_of_record\n$")
end)

-- ------------------------------------------------------------------ tapes
t.test("a tape answers offline, and a miss names the nearest question", function()
  local dir = place { ["x_test.aios"] = 'test that "it" do expect ask "Say hello in one word." == "Hello" end\n' }
  local got = t.aios { "test", "--tape", "none.tape", home = dir }
  t.match(got.out, "none%.tape")
  t.write(dir .. "/x.tape", '{"key":"0","prompt":"Say hello in two words.","tier":"operational","answer":{"text":"Hi there","tier":"operational"}}\n')
  got = t.aios { "test", "--tape", "x.tape", home = dir }
  t.match(got.out, "has no answer to: Say hello in one word%.\n%s+the nearest it has is: Say hello in two words%.")
end)
t.test("what was recorded is the answer later, with nobody to ask", function()
  local fifo = t.dir() .. "/port"
  os.execute("mkfifo " .. fifo)
  local input = assert(io.popen(("python3 tests/fake/model_server.py >%s"):format(fifo), "w"))
  local out = assert(io.open(fifo))
  local port = out:read("l"):match "^%d+"
  out:close()
  local dir = place { ["x_test.aios"] = 'test that "it" do expect ask "Say hello." == "Hello from the fake model." end\n' }
  local got = t.aios { "test", "--record", "tapes/", home = dir, env = { OPENAI_BASE_URL = ("http://127.0.0.1:%s/v1"):format(port), OPENAI_MODEL = "ok" } }
  t.eq(got.code, 0, got.out .. got.err)
  input:close()
  got = t.aios { "test", "--tape", "tapes/", home = dir }
  t.eq(got.code, 0, got.out .. got.err)
  t.match(t.read(dir .. "/tapes/x_test.tape"), '"prompt":"Say hello%."')
end)
t.done()
