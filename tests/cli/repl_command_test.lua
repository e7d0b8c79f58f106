--- The commands of the prompt, on a real pseudo-terminal.
local t = require "tests.tap"
local prompt = require "tests.cli.prompt"

prompt.test(":help lists the commands", { "type::help\\r", "see::doc NAME", "see::quit" })
prompt.test("an unknown command names the one that was probably meant", { "type::hlep\\r", "see:did you mean :help?" })
prompt.test("a command that needs something says what", { "type::doc\\r", "see::doc needs NAME" })
prompt.test(":quit ends the session", { stay = true, "type::quit\\r" })
prompt.test(":doc tells the arguments, effect, need and example of a tool", { "type::doc fs.read\\r", "see:fs.read(path: path", "see:max: integer", "see:effect: reads", "see:fs.read of path",
  "see:example: fs.read(" })
prompt.test(":doc tells of functions of libraries", { "type::doc text.trim\\r", "see:Removes spaces" })
prompt.test(":doc tells of words of the language", { "type::doc every\\r", "see:every PERIOD", "see:example: every 5m do" })
prompt.test(":doc tells of tools of the session", { "type:tool d(n: integer) -> integer reads about 'Doubles.' do return n * 2 end\\r", "line:>", "type::doc d\\r", "see:d(n: integer) -> integer", "see:Doubles." })
prompt.test(":doc of something else names what was probably meant", { "type::doc fs.reed\\r", "see:did you mean :doc fs.read?" })
prompt.test(":type tells what a value is in the words of types", { "type::type { name = 'x', tags = { 'a' }, n = 1.5 }\\r", "see:{ n: number, name: string, tags: {string} }" })
prompt.test(":time tells how long an expression took", { "type::time 1 + 1\\r", "see:2", "see: ms" })
prompt.test(":jobs tells what is declared and when it is due", { "type:every 5m do print(1) end\\r", "line:>", "type::jobs\\r", "see:every 5m", "see:idle" })
prompt.test(":ps tells what is not over", { "type:workflow sleeper do wait 1h end\\r", "line:>", "type:sleeper:start()\\r", "line:>", "type::ps\\r",
  "see:sleeper  " })
prompt.test(":ps of a session that has run nothing", { "type::ps\\r", "see:nothing is running" })
prompt.test(":why tells why the newest run did what it did", { "type:kv.set('a', 1)\\r", "line:>", "type::why\\r", "see:because of: typed at the prompt", "see:kv.set" })

t.test(":save writes what succeeded as a program that checks and runs", function()
  local home = t.dir()
  local got = prompt.at { home = home, "type:local n = 20\\r", "line:>", "type:n +\\r", "type:1\\r", "see:21", "line:>", "type:error 'no'\\r", "see:no", "line:>",
    "type:workflow w do return 1 end\\r", "line:>", "type:workflow w do return 2 end\\r", "line:>", "type:#fs.read '/etc/passwd' > 0\\r", "see:allow", "type:y\\r", "see:true", "line:>",
    "type::save made\\r", "see:made.aios" }
  t.eq(got.code, 0, got.out)
  t.eq(t.read(home .. "/made.aios"), 'needs fs.read "/etc/passwd"\n\nlocal n = 20\nprint(n +\n1)\nworkflow w do return 2 end\nprint(#fs.read \'/etc/passwd\' > 0)\n')
  got = t.aios { "check", "made.aios", home = home }
  t.eq(got.code, 0, got.out .. got.err)
  got = t.aios { "--yes", "made.aios", home = home }
  t.eq({ got.code, got.out }, { 0, "21\ntrue\n" }, got.err)
end)

prompt.test(":save never writes over a file", { "type:1\\r", "line:>", "type::save a\\r", "see:a.aios", "line:>", "type::save a\\r", "see:is there already" })

t.done()
