--- reading: the problems of a text that cannot be read, or whose headings make no sense. See compiler.codes.
local M = {}

M.AIOS001 = { why = "Compiled Lua can do anything to the machine that loads it, and nobody can read it before.",
  wrong = "a file made by luac", make = function() return "\27Lua\x54\0" end, right = 'print "hello"' }
M.AIOS002 = { why = "A zero byte ends a text for many programs: what they show would not be what runs.",
  wrong = 'print "a<a zero byte>b"', make = function() return 'print "a\0b"' end, right = [[print "a\0b"]] }
M.AIOS003 = { why = "Every tool that shows the file must show the same characters.",
  wrong = 'print "caf<the byte E9>"', make = function() return 'print "caf\xE9"' end, right = [[print "caf\xE9 in Latin-1, café in UTF-8"]] }
M.AIOS004 = { why = "A program is written by hand; what is larger is data.", wrong = "a file of 17 MB",
  make = function() return ("-- line\n"):rep(2200000) end, right = 'local data = fs.read "data.txt"' }
M.AIOS005 = { why = "Lua itself stops at about 200 levels.", wrong = "x = ((((... 300 brackets ...))))",
  make = function() return "wait 1s x = " .. ("("):rep(300) .. "1" .. (")"):rep(300) end, right = "local inner = (1 + 2) * 3\nlocal x = inner * 4" }
M.AIOS006 = { why = "The runtime hands values to the program under these names.", wrong = "local __aios_x = 1\nwait 1s", right = "local x = 1\nwait 1s" }
M.AIOS010 = { why = "The sentence has begun and something that must follow is not there.", wrong = "wait 5m\nlocal x =", right = "local x = 1\nwait 5m" }
M.AIOS011 = { why = "No sentence of the language goes on like this.", wrong = "x = 5 5", right = "x = 5" }
M.AIOS012 = { why = "Other languages write it so. `aios explain habits` lists these forms.", wrong = "local a, b = 1, 2\nif a != b then print(a) end",
  right = "local a, b = 1, 2\nif a ~= b then print(a) end" }
M.AIOS013 = { why = "It is nearly a word that may stand here.", wrong = "evry 5m do\n  print \"tick\"\nend", right = "every 5m do\n  print \"tick\"\nend" }
M.AIOS014 = { why = "Every `do`, `then`, `function` and heading is closed by an `end` of its own.", wrong = "every 5m do\n  print \"tick\"\n",
  right = "every 5m do\n  print \"tick\"\nend" }
M.AIOS015 = { why = "There is one `end` more than there are blocks.", wrong = 'print "a"\nend', right = 'do\n  print "a"\nend' }
M.AIOS016 = { why = "A text in quotes ends on the line it begins on.", wrong = 'print("hello)', right = 'print("hello")' }
M.AIOS017 = { why = "A template goes on until its backtick.", wrong = "print(`hello)", right = "print(`hello`)" }
M.AIOS018 = { why = "Every bracket is closed by its partner.", wrong = "print((1 + 2)\nwait 1s", right = "print((1 + 2))\nwait 1s" }
M.AIOS019 = { why = "A long text goes on until its closing brackets.", wrong = "print [[hello", right = "print [[hello]]" }
M.AIOS020 = { why = "A number carries a unit that the language knows, without a space.", wrong = "wait 5min", right = "wait 5m" }
M.AIOS021 = { why = "A day has 24 hours, and a month at most 31 days.", wrong = "every day at 25:00 do\n  print \"tick\"\nend",
  right = "every day at 23:00 do\n  print \"tick\"\nend" }
M.AIOS022 = { why = "The words are those of a schedule, and mean none.", wrong = 'every cron "61 * * * *" do\n  print "tick"\nend',
  right = 'every cron "1 * * * *" do\n  print "tick"\nend' }
M.AIOS023 = { why = "Each heading has clauses of its own.", wrong = "workflow report\n  reads\ndo\n  print \"x\"\nend",
  right = "tool report()\n  reads\ndo\n  print \"x\"\nend" }
M.AIOS024 = { why = "Of two that say different things, nobody could tell which one counts.", wrong = 'workflow report\n  about "one"\n  about "two"\ndo\n  print "x"\nend',
  right = 'workflow report\n  about "one and two"\ndo\n  print "x"\nend' }
M.AIOS025 = { why = "A name leads to one thing.", wrong = 'workflow report do print "a" end\nworkflow report do print "b" end',
  right = 'workflow report do print "a" end\nworkflow digest do print "b" end' }
M.AIOS026 = { why = "What follows could never run.", wrong = "return 1\nprint \"x\"", right = "print \"x\"\nreturn 1" }
M.AIOS027 = { why = "A backslash gives the next character a meaning; this one has none.", wrong = [[print "C:\quick"]], right = [[print "C:\\quick"]] }
M.AIOS030 = { why = "The body of a step or workflow is a function of its own; a loop outside of it is out of reach.",
  wrong = "for i = 1, 3 do\n  step look do\n    if i > 1 then break end\n  end\nend",
  right = "for i = 1, 3 do\n  step look do\n    return i > 1\n  end\n  if look then break end\nend" }
M.AIOS031 = { why = "A label is seen in its own block and those inside, not through the edge of a body.", wrong = "goto out\nprint \"x\"",
  right = "goto out\nprint \"x\"\n::out::" }
M.AIOS032 = { why = "A body of the language has no further arguments.", wrong = "step first = { ... }", right = "local args = { ... }\nstep first = args[1]" }
M.AIOS033 = { why = "`<const>` promises that the value stays, `<close>` that it is closed at the end.", wrong = "local x <const> = 1\nx = 2",
  right = "local x = 1\nx = 2\nprint(x)" }
M.AIOS034 = { why = "Lua keeps the names of one function in 200 places.", wrong = "local a1 = 1\nlocal a2 = 1\n... 201 of them",
  make = function()
    local out = { "wait 1s" }
    for i = 1, 201 do out[#out + 1] = ("local a%d = %d"):format(i, i) end
    return table.concat(out, "\n")
  end, right = "local a = { 1, 2, 3 }" }
M.AIOS035 = { why = "Each step of the block gives its value to its name, and two values have no room in one.",
  wrong = "parallel do\n  step a = 1\n  step a = 2\nend", right = "parallel do\n  step a = 1\n  step b = 2\nend" }
M.AIOS036 = { why = "A step takes the `undo` behind it, wherever it stands; so it must stand where a reader sees whose it is.",
  wrong = "step trip do\n  step seat = 1\nundo\n  print \"give back\"\nend", right = "step trip do\n  step seat = 1;\nundo\n  print \"give back\"\nend" }
M.AIOS040 = { why = "A limit counts runs at once, or runs in a length of time.", wrong = "workflow w\n  limit 3 per fortnight\ndo\n  print \"x\"\nend",
  right = "workflow w\n  limit 3 per hour\ndo\n  print \"x\"\nend" }
M.AIOS041 = { why = "`once` means the first of several times.", wrong = "once always do\n  print \"x\"\nend", right = "always do\n  print \"x\"\nend" }
M.AIOS043 = { why = "The key is read from what begins the run, before it begins: from the event behind `as`, or from a parameter.",
  wrong = "on trigger.order as row limit 1 at once per order.customer do\n  print \"x\"\nend",
  right = "on trigger.order as row limit 1 at once per row.kwargs.customer do\n  print \"x\"\nend" }
M.AIOS042 = { why = "What is waited for is known without running the program: a source, and its text in quotes.", wrong = "on file.made \"*.pdf\" do\n  print \"x\"\nend", right = "on file.created \"~/Inbox/*.pdf\" as file do\n  print(file.name)\nend" }
M.AIOS070 = { why = "Each test begins with a world of its own.", wrong = "test that \"a\" do\n  test that \"b\" do\n    expect 1 == 1\n  end\nend",
  right = "test that \"a\" do\n  expect 1 == 1\nend\ntest that \"b\" do\n  expect 2 == 2\nend" }
M.AIOS071 = { why = "Only a test has a clock that can be put forward, and something to expect.", wrong = "wait 1s\nexpect 1 == 1",
  right = "test that \"one is one\" do\n  expect 1 == 1\nend" }
M.AIOS080 = { why = "A decision goes down its lines: what can never be reached, or asks about nothing, was meant otherwise.",
  wrong = "decision sort_mail(mail: string) -> string\n  otherwise \"keep\"\n  rule mail\nend",
  right = "decision sort_mail(mail: string) -> string\n  rule mail\n  otherwise \"keep\"\nend" }
M.AIOS081 = { why = "A budget is filled again when its time is over.", wrong = "budget small = $1 per customer\nwait 1s", right = "budget small = $1 per day\nwait 1s" }
M.AIOS090 = { why = "A form that does nothing would be worse than one that is refused.", wrong = "on mail.received \"INBOX\" do\n  print \"mail\"\nend", right = "every 5m do\n  print \"look for mail\"\nend" }
M.AIOS099 = { why = "Lua has limits of its own, such as 255 variables from outside in one function.", wrong = "local function f() return a1, a2, ... a256 end",
  make = function()
    local out = { "wait 1s" }
    for outer = 1, 2 do
      out[#out + 1] = "local function level" .. outer .. "()"
      for i = 1, 150 do out[#out + 1] = ("local v%d_%d = %d"):format(outer, i, i) end
    end
    out[#out + 1] = "local function f() return 0"
    for outer = 1, 2 do for i = 1, 150 do out[#out + 1] = ("+ v%d_%d"):format(outer, i) end end
    out[#out + 1] = "end return f end return level2 end level1()"
    return table.concat(out, "\n")
  end, right = "local a = { 1, 2, 3 }\nlocal function f() return a[1] + a[2] end\nprint(f())" }

return M
