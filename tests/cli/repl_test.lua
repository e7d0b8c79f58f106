--- The prompt, on a real pseudo-terminal: what is typed runs, and the session goes on whatever happens.
local t = require "tests.tap"
local prompt = require "tests.cli.prompt"

local function count(text, part)
  local n = 0
  for _ in text:gmatch(part) do n = n + 1 end
  return n
end

-- ---------------------------------------------------------------- entries
prompt.test("an expression shows its value without `=` or `return`", { "type:6 * 7\\r", "see:42" })
prompt.test("several values are shown one a line, texts in quotes", { 'type:"a", nil, { 1, x = "y" }\\r', 'see:"a"', "see:nil", 'see:{ 1, x = "y" }' })
prompt.test("literals of the language are values", { "type:1h30m\\r", "see:5400" })
prompt.test("an open block asks for more lines, and runs when it is closed",
  { "type:for i = 1, 2 do\\r", "before:…   ", "type:print('n' .. i)\\r", "type:end\\r", "see:n1", "see:n2" })
prompt.test("an open bracket asks for more", { "type:print(\\r", "before:…   ", "type:40 + 2)\\r", "see:42" })
prompt.test("an open type asks for more", { "type:type M = {\\r", "before:…   ", "type:a: integer,\\rb: string\\r}\\r", "line:>", "type:M\\r", "see:a: integer" })
prompt.test("a type declared again is the newest", { "type:type M = { a: integer }\\r", "line:>", "type:type M = string\\r", "line:>",
  "type:tool f(m: M) reads do return m end\\r", "line:>", "type:f 'yes'\\r", 'see:"yes"' })
prompt.test("values stand on a line of their own", { "type:io.write 'half'\\r", "see:file", "line:>" }, function(got) t.match(got.out, "\nhalf\nfile\n") end)
prompt.test("an open template asks for more", { "type:x = `a\\r", "line:…", "type:b`\\r", "line:>", "type:#x\\r", "see:3" })
prompt.test("an open heading asks for more", { "type:workflow w(n: integer) do\\r", "before:…   ", "type:return n + 1\\rend\\r", "line:>", "type:w(41)\\r", "see:42" })
prompt.test("a mistake is shown with its place, a caret and its code, and does not end the session",
  { "type:foo bar\\r", "see:prompt:1:1", "see:| ^", "see:AIOS013", "line:>", "type:1 + 1\\r", "see:2" })
prompt.test("an error of an entry is shown with its place, and the session goes on",
  { "type:error 'boo'\\r", "see:error: prompt:1: boo", "line:>", "type:'still ' .. 'here'\\r", "see:still here" })
prompt.test("an error of a tool is shown with its code", { "type:fs.read 'none'\\r", "see:fs.read:", "see:(not_found)" })
prompt.test("a local stays for the next lines", { "type:local x = 20\\r", "see:(a local at the prompt stays", "type:x + 1\\r", "see:21" })
prompt.test("a function and the local it was made with see the same variable",
  { "type:local n = 0; local function inc() n = n + 1 end\\r", "line:>", "type:inc() inc()\\r", "line:>", "type:n\\r", "see:2" })
prompt.test("a step's name stays", { "type:step a = 5\\r", "line:>", "type:a + 1\\r", "see:6" })
prompt.test("a tool declared at the prompt is checked as any", { "type:tool d(n: integer) -> integer reads do return n * 2 end\\r", "line:>",
  "type:d(21)\\r", "see:42", "line:>", "type:d 'x'\\r", "see:is not integer" })
prompt.test("a workflow is declared again, and the newest counts", { "type:workflow w do return 1 end\\r", "line:>",
  "type:workflow w do return 42 end\\r", "line:>", "type:w()\\r", "see:42" })
prompt.test("os.exit leaves with its code", { stay = true, exit = 7, "type:os.exit(7)\\r" })

-- ---------------------------------------------------------------- waiting, interrupting, the background
prompt.test("Ctrl-C ends a loop that never ends, and not the session", { "type:while true do end\\r", "line:", "type:\\x03", "see:interrupted", "line:>",
  "type:1 + 1\\r", "see:2" })
prompt.test("Ctrl-C ends a loop inside a sort", { "type:table.sort({3,2,1}, function() while true do end end)\\r", "line:", "type:\\x03",
  "see:interrupted", "line:>", "type:1 + 1\\r", "see:2" })
prompt.test("Ctrl-C ends a long wait", { "type:wait 1h\\r", "line:", "type:\\x03", "see:interrupted", "line:>" })
prompt.test("Ctrl-C ends a tool at work", { words = { "repl", "--yes" }, "type:process.run { 'sleep', '100' }\\r", "line:", "type:\\x03", "see:interrupted", "line:>" })
prompt.test("Ctrl-C at the prompt only clears the line", { "type:half a", "line:> half a", "type:\\x03", "see:> half a^C", "line:>" })
prompt.test("a job begins as soon as it is declared, and its lines appear above the one being typed",
  { "type:every 100ms do print('ti' .. 'ck') end\\r", "line:>", "type:1 + 4", "line:> 1 + 4", "see:tick", "line:> 1 + 4", "type:1\\r", "see:42" },
  function(got) t.ok(count(got.out, "tick") > 0 and not got.out:find "%> 1 %+ 4.-tick.-%> 1 %+ 41tick") end)
prompt.test("jobs go on while an entry waits", { "type:every 100ms do print('ti' .. 'ck') end\\r", "line:>", "type:wait 1h\\r", "see:tick", "type:\\x03", "line:>" })
prompt.test("a job and the prompt share their names", { "type:n = 0\\r", "line:>", "type:every 50ms do n = n + 1 end\\r", "line:>",
  "type:while n < 3 do wait 10ms end\\r", "line:>", "type:n >= 3\\r", "see:true" })
prompt.test("a run that fails in the background is told, and the typed text is intact",
  { "type:every 100ms do error('b' .. 'ad') end\\r", "line:>", "type:abc", "see:bad", "line:> abc", "type:\\x03" })
prompt.test(":stop ends a job", { "type:workflow w every 50ms do print('ti' .. 'ck') end\\r", "see:tick", "type::stop w\\r", "see:w is stopped" })

-- ---------------------------------------------------------------- needs
prompt.test("what nobody has granted is asked for when it is first needed", { "type:#fs.read '/etc/passwd' > 0\\r", "see:allow to read /etc/passwd?",
  "type:y\\r", "see:true", "line:>", "type:#fs.read '/etc/passwd' > 1\\r", "line:>" }, function(got) t.eq(count(got.out, "allow to"), 1) end)
prompt.test("what is not allowed fails as denied", { "type:fs.read '/etc/passwd'\\r", "see:allow to read", "type:n\\r", "see:(denied)" })
prompt.test("a file opened by io.open is asked for too", { "type:io.open('/etc/passwd') ~= nil\\r", "see:allow to read", "type:y\\r", "see:true" })
prompt.test("a question of the background leaves the typed line as it was",
  { "type:in 200ms do fs.read '/etc/passwd' end\\r", "line:>", "type:abc", "see:allow to read", "type:n\\r", "line:> abc", "type:\\x03" })
prompt.test("a question of a run is put at the prompt", { "type:approve 'Really?'\\r", "see:Really?", "see:Yes or no?", "type:y\\r", "see:true", "line:>" })
prompt.test("a question of a job leaves the typed line as it was", { "type:in 200ms do print('answer ' .. tostring((approve 'Really?'))) end\\r", "line:>",
  "type:abc", "see:Yes or no?", "type:n\\r", "see:answer false", "line:> abc", "type:\\x03" })
prompt.test("--deny-all asks nobody", { words = { "repl", "--deny-all" }, "type:fs.read '/etc/passwd'\\r", "see:(denied)" })

-- ---------------------------------------------------------------- the terminal
prompt.test("io.read reads a line that the person types", { "type:print('na' .. 'me?') return io.read()\\r", "see:name?", "type:hello\\r", 'see:"hello"' })
prompt.test("SIGTERM ends the session and gives the terminal back", { stay = true, "type:half", "line:> half", "signal:TERM" })
prompt.test("SIGHUP ends the session and gives the terminal back", { stay = true, exit = 129, "type:half", "line:> half", "signal:HUP" })
prompt.test("a crash gives the terminal back", { stay = true, exit = -11, "type:half", "line:> half", "signal:SEGV" })
prompt.test("a terminal that is dumb gets lines without drawing", { env = { TERM = "dumb" }, "type:1 + 1\\n", "see:2", "line:>", "type:print('be' .. 'gun') while true do end\\n",
  "see:begun", "type:\\x03", "see:interrupted", "line:>" })

t.test("on a pipe `aios` shows what to begin with", function()
  local got = t.aios {}
  t.eq(got.code, 0)
  t.match(got.out, "aios FILE")
end)

t.test("`aios repl` runs what a pipe brings, without prompts", function()
  local got = t.aios { "repl", stdin = "x = 20\nfor i = 1, 2 do\n  x = x + i\nend\nx\n" }
  t.eq({ got.code, got.out }, { 0, "23\n" }, got.err)
end)

t.test("the database of a session goes with it", function()
  local home = t.dir()
  local got = t.aios { "repl", home = home, stdin = "kv.set('a', 1)\n", env = { TMPDIR = home } }
  t.eq(got.code, 0)
  t.eq(t.aios { "runs", home = home }.out, "")
end)

t.test("with --db what was run is kept", function()
  local home = t.dir()
  t.eq(t.aios { "repl", "--db", "s.db", home = home, stdin = "kv.set('a', 1)\n" }.code, 0)
  t.match(t.aios { "runs", "--db", "s.db", home = home }.out, "prompt")
  t.match(t.aios { "why", "last", "--db", "s.db", home = home }.out, "typed at the prompt")
end)

t.done()
