--- The line being typed, on a real pseudo-terminal: what the screen shows after keys.
local t = require "tests.tap"
local prompt = require "tests.cli.prompt"

-- ---------------------------------------------------------------- keys
prompt.test("arrows, Home and End move, and letters are put where the cursor is",
  { "type:ac", "type:\\x1b[Db", "before:> ab", "type:\\x1b[H", "before:> ", "type:\\x1b[F", "before:> abc", "type:\\x03" })
prompt.test("Ctrl-A, Ctrl-E, Ctrl-K, Ctrl-U and Ctrl-Y work on the line",
  { "type:one two\\x01", "before:> ", "type:\\x0b", "line:>", "type:\\x19", "line:> one two", "type:\\x15", "line:>", "type:\\x19\\x05!", "line:> one two!", "type:\\x03" })
prompt.test("Ctrl-W takes the word before the cursor, Alt-B and Alt-F go by words",
  { "type:one two", "line:> one two", "type:\\x17", "line:> one", "type:two\\x1bb\\x1bb", "before:> ", "type:\\x1bf", "before:> one", "type:\\x03" })
prompt.test("Ctrl-L clears the screen and keeps the line", { "type:abc", "line:> abc", "type:\\x0c", "gone:aios 0", "line:> abc", "type:\\x03" })
prompt.test("Up and Down go through what was typed", { "type:1 + 1\\r", "see:2", "line:>", "type:20 + 2\\r", "see:22", "line:>",
  "type:\\x1b[A\\x1b[A", "line:> 1 + 1", "type:\\x1b[B", "line:> 20 + 2", "type:\\x1b[B", "line:>" })
prompt.test("Ctrl-R finds what was typed", { "type:x = 'needle'\\r", "line:>", "type:1\\r", "line:>", "type:\\x12need", "see:(`need')", "see:x = 'needle'",
  "type:\\x1b[C", "line:> x = 'needle'", "type:\\r", "line:>" })
prompt.test("Ctrl-D in the middle of a line takes a letter", { "type:abc\\x01\\x04", "line:> bc", "type:\\x03" })
prompt.test("letters of several bytes and of two columns are one letter each",
  { "type:'\195\164\230\151\165\230\156\172' ", "line:> '\195\164\230\151\165\230\156\172'", "type:\\x7f\\x7f\\x7f", "line:> '\195\164\230\151\165", "type:b'", "before:> '\195\164\230\151\165b'", "type:\\r",
    'see:"\195\164\230\151\165b"' })
prompt.test("a line longer than the terminal wraps, and is taken back whole",
  { "size:30x10", "type:abcdefghijklmnopqrstuvwxyz0123456789", "see:> abcdefghijklmnopqrstuvwxyz01", "line:23456789", "type:\\x15", "gone:23456789", "line:>" })
prompt.test("a new size of the terminal draws the line anew", { "type:abcdefghijklmnopqrstuvwxyz", "line:> abcdefghijklmnopqrstuvwxyz", "size:20x10",
  "line:stuvwxyz", "type:\\x03" })
prompt.test("Ctrl-Z stops the process, and it goes on with its line", { "type:abc", "line:> abc", "type:\\x1a", "raw:\\x1b[?2004l", "signal:CONT", "line:> abc", "type:\\x03" })
prompt.test("Alt-Enter begins a line, Up and Down move inside of the text",
  { "type:x = 1\\x1b\\ry = 2", "line:… y = 2", "type:\\x1b[A0", "line:> x = 10", "type:\\r", "line:>", "type:x + y\\r", "see:12" })
prompt.test("a paste of three lines is one text and runs only after Enter",
  { "type:\\x1b[200~x = 1\\ry = 2\\rprint('sum', x + y)\\x1b[201~", "line:… print('sum', x + y)", "see:> x = 1", "type:\\r", "see:sum" })
prompt.test("`end` stands under what it closes", { "type:if true then\\r", "before:…   ", "type:x = 1\\r", "before:…   ", "type:end", "line:… end", "type:\\r", "line:>" })

-- ---------------------------------------------------------------- colours
prompt.test("a keyword and a word of a sentence are coloured while they are typed, a name is not",
  { "type:every 5m do", "raw:\\x1b[36mevery\\x1b[0m \\x1b[33m5m\\x1b[0m \\x1b[35mdo", "type:\\x15every(5)", "raw:every(\\x1b[33m5", "type:\\x03" })
prompt.test("NO_COLOR has no colours", { env = { NO_COLOR = "1" }, "type:local x", "line:> local x", "raw:> local x", "type:\\x03" })

-- ---------------------------------------------------------------- completion
prompt.test("Tab completes the functions of a namespace", { "type:fs.rea\\t", "line:> fs.read", "type:\\x03" })
prompt.test("Tab twice shows what there is, with arguments and their types", { "type:fs.re\\t", "see:fs.read(path: path", "see:fs.remove(", "line:> fs.re", "type:\\x03" })
prompt.test("Tab completes names and fields of the session", { "type:my = { field = 1, fiend = 2 }\\r", "line:>", "type:my.fie\\t", "line:> my.fie", "type:l\\t", "line:> my.field",
  "type:\\r", "see:1" })
prompt.test("Tab completes methods of a class without calling anything", { "type:C = {} C.__index = C function C:shout() end o = setmetatable({}, C)\\r", "line:>",
  "type:o:sh\\t", "line:> o:shout", "type:()\\r", "line:>" })
prompt.test("Tab completes the options of a tool, with their types", { "type:fs.write('a', 'b', { \\t", "see:append: boolean", "see:mode: integer", "type:app\\t",
  "line:> fs.write('a', 'b', { append =", "type:\\x03" })
prompt.test("Tab completes the names of steps", { "type:step total_sum = 5\\r", "line:>", "type:total_\\t", "line:> total_sum", "type:\\r", "see:5" })
prompt.test("Tab completes commands", { "type::he\\t", "line:> :help", "type:\\r", "see::save FILE" })
prompt.test("Tab completes words of the language", { "type:workfl\\t", "line:> workflow", "type:\\x03" })

-- ---------------------------------------------------------------- history
t.test("what was typed is there at the next start, once, and what begins with a blank is not", function()
  local home = t.dir()
  local got = prompt.at { home = home, "type:first = 1\\r", "line:>", "type:second = 2\\r", "line:>", "type:first = 1\\r", "line:>", "type: secret = 3\\r", "line:>" }
  t.eq(got.code, 0, got.out)
  t.eq(t.read(home .. "/.local/state/aios/history"), "second = 2\nfirst = 1\n")
  local pipe = io.popen("stat -c %a " .. home .. "/.local/state/aios/history")
  t.eq(pipe:read "l", "600")
  pipe:close()
  got = prompt.at { home = home, "type:\\x1b[A", "line:> first = 1", "type:\\x1b[A", "line:> second = 2", "type:\\x03" }
  t.eq(got.code, 0, got.out)
end)

t.test("a text of several lines comes back as one", function()
  local home = t.dir()
  t.eq(prompt.at { home = home, "type:if true then\\r", "before:…   ", "type:x = 'a\\\\\\\\nb'\\r", "type:end\\r", "line:>" }.code, 0)
  local got = prompt.at { home = home, "type:\\x1b[A", "see:> if true then", "line:… end", "type:\\x03" }
  t.eq(got.code, 0, got.out)
end)

t.done()
