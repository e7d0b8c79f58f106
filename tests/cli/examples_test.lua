-- every program of examples/ is run with the built binary, as its first lines say
local t = require "tests.tap"

local ROOT = os.getenv "PWD"
local function example(name) return ROOT .. "/examples/" .. name end

-- a home that several commands share; r(words) runs the binary there
local function world(env)
  local home = t.dir()
  return function(...) return t.aios { home = home, cwd = home, env = env, ... } end, home
end

local function printed(r, lines)
  t.eq({ r.code, r.out, r.err }, { 0, table.concat(lines, "\n") .. "\n", "" })
end

local BIN = t.BIN:match "^/" and t.BIN or ROOT .. "/" .. t.BIN

-- starts a program and kills it after some milliseconds; what it printed until then
local function killed(home, ms, words)
  os.execute(("cd %s; HOME=%s XDG_STATE_HOME= XDG_CACHE_HOME= %s run --yes %s >first 2>&1 & p=$!; sleep 0.%03d; { kill -9 $p; wait $p; } 2>/dev/null"):format(
    home, home, BIN, words, ms))
  return t.read(home .. "/first")
end

local AT = { AIOS_CLOCK = "2026-03-02T07:59:00Z" }

-- a server lives as long as the pipe that is its standard input; reading the fifo waits for its port
local function serve(script)
  local fifo = t.dir() .. "/port"
  os.execute("mkfifo " .. fifo)
  local input = assert(io.popen(("python3 tests/fake/%s >%s"):format(script, fifo), "w"))
  local out = assert(io.open(fifo))
  local port = out:read("l"):match "^%d+"
  out:close()
  return port, input
end

t.test("every example is one of those tested here", function()
  local names = io.popen "ls examples":read "a"
  t.eq(names, table.concat({ "01_hello.aios", "02_files.aios", "03_steps.aios", "04_types_and_tools.aios", "05_processes.aios", "06_every.aios",
    "07_trigger.aios", "08_ask.aios", "09_workflow.aios", "10_log_digest.aios", "11_plain.lua" }, "\n") .. "\n")
end)

t.test("every example passes aios check", function()
  for name in io.popen "ls examples":lines() do t.eq(t.aios({ "check", example(name) }).code, 0, name) end
end)

t.test("01 greets whom it is told to", function()
  printed(t.aios { example "01_hello.aios" }, { "Hello, world!", "Your name has 5 letters." })
  printed(t.aios { example "01_hello.aios", "Zoë" }, { "Hello, Zoë!", "Your name has 3 letters." })
end)

t.test("02 is refused without consent and writes its notes with it", function()
  local aios, home = world()
  local r = aios("run", example "02_files.aios")
  t.eq({ r.code, r.out }, { 3, "" })
  t.match(r.err, "fs.write")
  t.eq(t.read(home .. "/notes/monday.txt"), nil)
  printed(aios("run", "--yes", example "02_files.aios"),
    { "monday.txt: 36 bytes", "1\tbuy bread", "2\tcall Ada", "3\twater the plants", "no Tuesday: not_found" })
end)

t.test("03 retries, waits and writes the order it printed", function()
  local aios, home = world(AT)
  local r = aios("run", "--yes", example "03_steps.aios")
  local number = r.out:match "^order (%d+)\n"
  printed(r, { "order " .. number, "accepted at attempt 3", "wrote 34 bytes to order.txt" })
  t.eq(t.read(home .. "/order.txt"), ("order %s, accepted at attempt 3\n"):format(number))
end)

t.test("03 goes on where it was after kill -9, with the same order", function()
  local aios, home = world()
  local number = killed(home, 500, example "03_steps.aios"):match "^order (%d+)\n"
  t.ok(number, "it was killed before it began")
  local r = t.aios { home = home, cwd = home, "run", "--yes", example "03_steps.aios" }
  t.eq({ r.code, r.err }, { 0, "" })
  t.eq(t.read(home .. "/order.txt"), ("order %s, accepted at attempt 3\n"):format(number))
  t.eq(select(2, aios("runs", "--json").out:gsub('"run":', "")), 1)
end)

t.test("04 accepts a good order and names what is wrong in a bad one", function()
  printed(t.aios { example "04_types_and_tools.aios" },
    { "A-17: 2 items, 18.0", "false\tinvalid", "the value is not Order: items[1].price: expected number in 0.., got -1" })
end)

t.test("05 runs other programs", function()
  local r = t.aios { "run", "--yes", example "05_processes.aios" }
  printed(r, { r.out:match "^[^\n]*", "apple, pear", "sort ended with code 2" })
  t.match(r.out, "^this machine runs %a")
end)

t.test("06 keeps its schedules on a clock that jumps", function()
  printed(t.aios { "run", example "06_every.aios", "--for", "23h", env = AT },
    { "Mon 08:00  good morning", "Mon 13:59  six hours went by", "Mon 19:59  six hours went by", "Tue 01:59  six hours went by" })
end)

t.test("06 does not run a slot twice over a restart", function()
  local aios = world(AT)
  aios("run", example "06_every.aios", "--for", "23h")
  t.eq(aios("run", example "06_every.aios", "--for", "23h").out, "")
end)

t.test("07 runs what was triggered while it was away, each once", function()
  local aios = world()
  t.eq(aios("trigger", "hello", "name=Ada").code, 0)
  t.eq(aios("trigger", "hello", '["Grace"]').code, 0)
  printed(aios("run", example "07_trigger.aios", "--until-idle"), { "Hello, Ada!", "Hello, Grace!" })
  t.eq(aios("run", example "07_trigger.aios", "--until-idle").out, "")
  t.match(aios("why", "trigger/1").out, "trigger row 1")
end)

t.test("08 answers by rule, and refuses what needs judgement", function()
  local r = t.aios { example "08_ask.aios" }
  t.eq({ r.code, r.err }, { 0, "" })
  t.match(r.out, "^10 words, beginning: The invoice is overdue%.\nno verdict: no model is configured")
end)

local MODELS, model_input = serve "model_server.py"
local function say(text)
  local p = assert(io.popen("printf %s " .. t.quote(text) .. " | base64 -w0 | tr +/ -_"))
  local model = "say64-" .. p:read "a"
  p:close()
  return { OLLAMA_HOST = "127.0.0.1:" .. MODELS, AIOS_OLLAMA_MODEL = model }
end

t.test("08 takes the verdict of a model that gives one", function()
  printed(t.aios { example "08_ask.aios", env = say '{"kind":"invoice","urgent":true}' },
    { '{"kind":"invoice","urgent":true}', "kind: invoice, urgent: true" })
end)

t.test("09 sends its two letters, days apart, and one start happens once", function()
  local aios, home = world(AT)
  local words = { "run", "--yes", example "09_workflow.aios", "--once", "welcome", '{"name":"Ada","days":3}', "--id", "welcome-ada" }
  printed(aios(table.unpack(words)), { "sent to Ada: Welcome, Ada!", "sent to Ada: How are you getting on, Ada?" })
  t.eq(t.read(home .. "/letters/Ada-reminder.txt"), "How are you getting on, Ada?")
  local again = aios(table.unpack(words))
  t.eq({ again.code, again.out }, { 0, "" })
  t.match(aios("why", "welcome-ada").out, 'Outcome: done after 3 days[^\n]*"two letters for Ada"')
end)

-- ---------------------------------------------------------------- the main job
local LOG = [[
2026-01-01 10:00:00 startup archives unpack
2026-01-01 10:00:01 install tea:amd64 <none> 1.0-1
2026-01-01 10:00:02 status half-installed tea:amd64 1.0-1
2026-01-01 10:00:03 status installed tea:amd64 1.0-1
2026-01-02 10:00:01 upgrade tea:amd64 1.0-1 1.1-1
2026-01-02 10:00:02 status installed tea:amd64 1.1-1
2026-01-02 10:00:03 remove cup:all 2.0 <none>
2026-01-02 10:00:04 status not-installed cup:all <none>
]]

local function digest(aios, home, ...)
  t.write(home .. "/d.log", LOG)
  return aios("run", "--yes", example "10_log_digest.aios", "d.log", ...)
end

t.test("10 counts a log, writes the report and says how it came about", function()
  local aios, home = world()
  local r = digest(aios, home)
  t.eq({ r.code, r.err }, { 0, "" })
  t.match(r.out, "^d.log: 8 lines, 2 days shown, format dpkg\n  2\tstatus installed\n")
  t.match(r.out, "%(no model is configured: the rule tier wrote this paragraph%)\n\nThe report: log%-digest.md\nHow it came about: aios why %w+\n$")
  local report = t.read(home .. "/log-digest.md")
  for _, row in ipairs { "| 2026-01-02 | 4 |", "| upgrade | 1 |", "| tea | 5 |", "8 lines; actions: status installed 2" } do
    t.ok(report:find(row, 1, true), row .. " is missing in " .. report)
  end
  local why = aios("why", (r.out:match "aios why (%w+)"))
  t.eq(why.code, 0)
  t.match(why.out, "fs.read .*fs.write .*Outcome: done")
end)

t.test("10 compares with the last time and writes where it is told to", function()
  local aios, home = world()
  digest(aios, home)
  t.eq(digest(aios, home, "other.md").code, 0)
  t.match(t.read(home .. "/other.md"), "The last digest of this log had 8 lines%.")
end)

t.test("10 puts a model's paragraph into the report when one is configured", function()
  local aios, home = world(say "Tea was upgraded.")
  local r = digest(aios, home)
  t.match(r.out, "\n\nTea was upgraded%.\n%(a model wrote this paragraph%)\n")
  t.match(aios("why", "last").out, "tier operational, ollama")
end)

t.test("10 says that the model did not answer when it is down", function()
  local aios, home = world { OLLAMA_HOST = "127.0.0.1:" .. MODELS, AIOS_OLLAMA_MODEL = "missing" }
  local r = digest(aios, home)
  t.eq(r.code, 0)
  t.match(r.out, "%(the model did not answer: the rule tier wrote this paragraph%)")
  t.match(r.err, "the model did not answer why=")
end)

t.test("10 reads other logs too", function()
  local aios, home = world()
  t.write(home .. "/s.log", "Jan  2 03:04:05 box sshd[12]: Failed password for root\nJan  2 03:04:06 box cron[9]: (root) CMD (true)\n")
  t.match(aios("run", "--yes", example "10_log_digest.aios", "s.log").out, "^s.log: 2 lines, 1 days shown, format syslog\n  1\tfail\n  1\tno level\n")
  t.write(home .. "/a.log", '192.0.2.1 - - [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 200 23\n')
  t.match(aios("run", "--yes", example "10_log_digest.aios", "a.log").out, "format access\n  1\tstatus 200\n")
  t.write(home .. "/p.log", "2025-10-10 ERROR payment refused\n\xff\xfe broken bytes\n")
  t.match(aios("run", "--yes", example "10_log_digest.aios", "p.log").out, "^p.log: 2 lines, 2 days shown, format plain\n")
  t.write(home .. "/e.log", "")
  t.match(aios("run", "--yes", example "10_log_digest.aios", "e.log").out, "^e.log: 0 lines")
end)

t.test("10 asks for reading and writing only what it names, and ends with 3 when nobody agrees", function()
  local aios = world()
  local r = aios("run", example "10_log_digest.aios")
  t.eq({ r.code, r.out }, { 3, "" })
  t.match(r.err, "read /var/log/%*%*.*write, make and remove .*/%*%.md")
  r = aios("run", "--yes", example "10_log_digest.aios", "missing.log")
  t.eq({ r.code, r.out }, { 1, "" })
  t.match(r.err, "missing.log: .*No such file")
end)

-- killed at moments that cover its whole life, then finished by a second start
t.test("10 killed at any moment ends with the report of an undisturbed run", function()
  local calm, calm_home = world()
  digest(calm, calm_home)
  local want = t.read(calm_home .. "/log-digest.md")
  for ms = 4, 40, 4 do
    local aios, home = world()
    t.write(home .. "/d.log", LOG)
    killed(home, ms, example "10_log_digest.aios" .. " d.log")
    local r = digest(aios, home)
    t.eq({ r.code, r.err }, { 0, "" }, ms .. " ms")
    local got = t.read(home .. "/log-digest.md"):gsub("The last digest of this log had 8 lines%.\n", "")
    t.eq(got, want, ms .. " ms")
  end
end)

t.test("11 is plain Lua, and stock Lua would read it", function()
  t.ok(loadfile(example "11_plain.lua"))
  printed(t.aios { example "11_plain.lua" }, { "1\tGrace\t45", "2\tAlan\t41", '{"names":["Ada","Grace","Alan"]}',
    "Words are wrapped between", "spaces, so that no line is", "longer than asked." })
end)

t.test("the program in README.md runs, and the files it names are there", function()
  local readme, home = t.read "README.md", t.dir()
  t.write(home .. "/p.aios", (readme:match "```lua\n(.-)```"))
  t.write(home .. "/news.txt", "Cats won.")
  local r = t.aios { "run", "--yes", "p.aios", "--for", "3d", home = home, env = AT }
  t.eq({ r.code, r.out }, { 0, "" }, r.err)
  t.match(r.err, "Time to read the letter again")
  t.match(t.read(home .. "/letters/2026-03-02.txt"), "Cats won")
  for file in readme:gmatch "[%w_/]+%.aios" do if file:find "^examples/" then t.ok(t.read(file), file) end end
  for file in readme:gmatch "%]%(([%w_/.]+)%)" do t.ok(t.read(file), file) end
end)

model_input:close()
t.done()
