-- The compiler's time grows with the size of the text, whatever the text is: a wrong file, a broken one, a large one.
-- The texts are small and four times as long; with SOAK=1 (`make soak`) four times larger.
local t = require "tests.tap"
local compiler = require "compiler"

local SMALL, TIMES, WORST, TRIES = os.getenv "SOAK" and 40000 or 10000, 4, 8, 4
local MEMORY_MOST = 2 * 1024 * 1024          -- KiB

local function fill(unit) return function(n) return (unit:rep(n // #unit + 1)):sub(1, n) end end
local function whole(unit) return function(n) return unit:rep(n // #unit) end end
local function around(before, unit, after)
  return function(n) return before .. unit:rep(n // #unit) .. after end
end
-- `#` is the number of the repetition
local function numbered(before, unit, after)
  return function(n)
    local out, length = {}, 0
    while length < n do
      out[#out + 1] = unit:gsub("#", #out + 1)
      length = length + #out[#out]
    end
    return before .. table.concat(out) .. after
  end
end
local function nested(open, inner, close)
  return function(n)
    local depth = n // (#open + #close)
    return open:rep(depth) .. inner .. close:rep(depth)
  end
end
-- the same text in every run
local function shuffled(pick)
  return function(n)
    local seed, out, length = 12345, {}, 0
    while length < n do
      seed = (seed * 1103515245 + 12345) % 2147483648
      out[#out + 1] = pick(seed // 65536)
      length = length + #out[#out]
    end
    return table.concat(out)
  end
end

local PIECES = {
  "(a)", "{b}", "x", "do ", "end ", "if ", "then ", "= ", "\n", "\n", "\"a\" ", "`", "${", "5m ", "step ", "workflow ", "every ", "function ",
  "return ", ",", "+", "->", "=>", "--c\n", "local ", ")", "}",
}

local BAD = {
  { "the output of `yes`", fill "y\n" },
  { "a log", fill "2024-01-02 10:11:12 status installed libc6:amd64 2.36-9+deb12u4\n" },
  { "a table of values", fill "12,Anna Smith,anna@example.com,2024-01-02,\"a, b\",3.5\n" },
  { "JSON on one line", around("[", '{"id":12,"name":"Anna","tags":["a","b"],"none":null},', "") },
  { "JSON lines", fill '{"id":12,"name":"Anna","tags":["a","b"],"none":null}\n' },
  { "JavaScript on one line", fill "function f(a){var b=a||{};if(b.c!==1){return a.d(function(e){return e+1})}};" },
  { "C", fill "int f(int x) {\n  if (x != 1) {\n    return x++;\n  }\n  /* c */\n  return 0;\n}\n" },
  { "Python", fill "def f(x):\n    if x != 1:\n        return x + 1\n    elif x:\n        print(x)\n\n" },
  { "HTML", fill "<div class=\"a\"><p>Hello, world! It's <b>me</b></p></div>\n" },
  { "Markdown", fill "# Title\n\nSome text, with `code` and *emphasis*.\n\n- item one\n" },
  { "prose on one line", fill "The quick brown fox jumps over the lazy dog; why should it not stop? " },
  { "random printable bytes", shuffled(function(r) return string.char(32 + r % 95) end) },
  { "random characters", shuffled(function(r) return utf8.char(1 + r % 0x700) end) },
  { "random pieces of the language", shuffled(function(r) return PIECES[r % #PIECES + 1] end) },
  { "nothing but (", fill "(" }, { "nothing but )", fill ")" }, { "nothing but {", fill "{" }, { "nothing but [", fill "[" },
  { "nothing but `${", fill "`${" }, { "nothing but =", fill "=" }, { "nothing but *", fill "*" }, { "one long word", fill "w" },
  { "one long number", fill "1" }, { "blanks before a mistake", around("", " ", ")") }, { "lines before a mistake", around("", "\n", ")") },
  { "a text without its end", around('x = "', "a", "") }, { "a template without its end", around("x = `", "abc\n", "") },
  { "a long text without its end", around("x = [[", "a\n", "") }, { "a long comment without its end", around("--[[", "a\n", "") },
  { "nested blocks", nested("if x then\n", "x = = 1\n", "end\n") }, { "nested blocks that no `end` closes", whole "if x then\n" },
  { "nested brackets", nested("f({", "1", "})") }, { "nested lambdas", around("x = ", "a => ", "1") },
  { "nested types", nested("type T = {a:", "b", "}") }, { "blocks that are too many `end`s", fill "end\n" },
  { "functions before one without its `end`", around("", "function f()\n  x = 1\nend\n", "function g()\n") },
  { "functions with a misplaced `end` before one without it", around("", "function f()\n  x = 1\n  end\n", "function g()\n") },
  { "functions with an `end` too many", whole "function f()\n  x = 1\nend\nend\n" },
  { "good lines before a mistake", around("", "function f(x) return x + 1 end\n", "x = = 1\n") },
  { "good lines after a mistake", around("x = = 1\n", "function f(x) return x + 1 end\n", "") },
  { "a mistake on each line", whole "x = = 1\n" }, { "a foreign word on each line", whole "x = a != b\n" }, { "a brace on each line", whole "if x {\n" },
  { "a colon on each line", whole "if x:\n  f()\n" }, { "an unclosed bracket on each line", whole "x = (1\n" }, { "an unclosed text on each line", whole "x = \"abc\n" },
  { "a near word on each line", numbered("", "wrkflow a# do\n", "") }, { "a forbidden name on each line", whole "__aios\n" }, { "`null` on each line", whole "wait 5m x = null\n" },
  { "a `break` without a loop on each line", around("wait 5m\n", "do break end\n", "") },
  { "a `goto` without its label on each line", around("wait 5m\n", "do goto x end\n", "") },
  { "a wrong `...` on each line", around("wait 5m\n", "function f() return ... end\n", "") },
  { "a name declared on each line", whole "workflow w every day do\nend\n" }, { "too many locals", numbered("", "step x# = 1\n", "") },
  { "headings on one line", fill "workflow a do x = y end\n" }, { "brackets left open on one line", fill "x = {1 y " },
  { "missing commas on one line", fill "x = f(a b) " }, { "`if` without `then` on one line", fill "if x f() end " },
  { "`decision` on one line", fill "decision " }, { "`agent` on one line", fill "agent a " }, { "`tool` on one line", fill "tool t()" },
  { "comments without their end on one line", fill "elif --[[if budget " }, { "comments and loops on one line", fill "tool --for test that " },
  { "a dead form on each line", whole "budget x = $1\n" }, { "a time that is none on each line", whole "every day at 25:00 do\nend\n" },
}

local GOOD = {
  { "workflows", numbered("", "workflow w# every day at 08:00 do\n  step x = f()\nend\n", "") },
  { "workflows on one line", numbered("", "workflow w# every day at 08:00 do step x = f() end ", "") },
  { "tools", numbered("", "tool a.b#(p: string) -> string reads do return p end\n", "") },
  { "types", numbered("", "type T# = { a: string, b: integer?, c: string }\n", "") },
  { "fields of one type", numbered("type T = { ", "a#: string, ", "z: string }\n") },
  { "needs", numbered("", 'needs a.b "/tmp/x#"\n', "") }, { "texts of one need", numbered("needs a.b ", '"/tmp/x#", ', '"x"\n') },
  { "triggers of one workflow", around("workflow a ", "every day at 08:00 ", "do end\n") },
  { "steps in one block", numbered("workflow a do\n", "  do step x# = f(#) end\n", "end\n") },
  { "steps on one line", numbered("for i = 1, 2 do ", "if a then step x# = f(#) end ", "end\n") },
  { "templates", whole "x = `a ${b}`\n" }, { "a long template", around("x = `", "abc\n", "`") },
  { "typed calls", whole "x = f(a, b) -> string\n" }, { "typed methods", whole "x = o:m(a, b) -> string\n" }, { "lambdas", whole "x = map(a, v => v + 1)\n" },
  { "questions", whole "x = ask { `a ${b}`, c = 1 }\n" }, { "durations", whole "x = 5m\n" }, { "sentences", whole "wait 5m\n" },
  { "comments before a sentence", around("", "-- abc\n", "wait 5m\n") }, { "comments after a sentence", around("wait 5m\n", "-- abc\n", "") },
  { "templates before comments", whole "x = `a` -- x\n-- y\n" }, { "blanks between sentences", around("wait 5m\n", "\n", "wait 5m\n") },
}

-- a schedule cannot be kept: the costly answer
local OPTS = { schedule = function(words) return not words:find "25" or nil, "no" end }

local function run(text)
  local out, problems = compiler.compile(text, "big.aios", OPTS)
  for _, problem in ipairs(problems or {}) do compiler.problem.draw(problem, text, "big.aios") end
  return out, problems
end

-- seconds of one run; a run that takes more than `most`, or more memory than a good one could, is given up
local function clock(text, most)
  collectgarbage()
  collectgarbage "stop"
  local start = os.clock()
  debug.sethook(function()
    if os.clock() - start > most or collectgarbage "count" > MEMORY_MOST then error("given up", 0) end
  end, "", 100000)
  local good = pcall(run, text)
  debug.sethook()
  local seconds = os.clock() - start
  collectgarbage "restart"
  return good and seconds or math.huge
end

-- the least of several tries, so that a busy machine does not decide
local function ratio_of(make)
  local small, large = make(SMALL), make(SMALL * TIMES)
  local least, most, ratio = math.huge, math.huge, nil
  for _ = 1, TRIES do
    least = math.min(least, clock(small, math.huge))
    most = math.min(most, clock(large, math.max(1, least * WORST * 4)))
    ratio = most / math.max(least, 0.001)
    if ratio <= WORST then break end
  end
  return ratio, least, most
end

local function grows(make)
  local ratio, least, most = ratio_of(make)
  t.ok(ratio <= WORST, ("%d times the text takes %.1f times as long (%.3f s, %.3f s)"):format(TIMES, ratio, least, most))
end

local function explained(text)
  local out, problems = run(text)
  t.ok(not out, "it has compiled")
  t.ok(#problems >= 1 and #problems <= 10, #problems .. " problems")
  for _, problem in ipairs(problems) do
    local drawn = compiler.problem.draw(problem, text, "big.aios")
    t.ok(#drawn < 2000, "a message of " .. #drawn .. " bytes")
    t.ok(not drawn:find "Lua refuses" and not problem.message:find "__aios%.", drawn)
  end
  return problems
end

run "x = = 1"                     -- the grammars are built once: not part of what is measured
run "wait 5m x = f() -> string"

for _, row in ipairs(BAD) do
  t.test("a wrong text of four times the size takes about four times as long: " .. row[1], function()
    explained(row[2](SMALL))
    grows(row[2])
  end)
end

for _, row in ipairs(GOOD) do
  t.test("a program of four times the size takes about four times as long: " .. row[1], function()
    local out, problems = run(row[2](SMALL))
    t.ok(out, problems and compiler.problem.draw(problems[1], row[2](SMALL), "big.aios"))
    grows(row[2])
  end)
end

local MOST = 16 * 1024 * 1024
local LARGE = {
  { "(", ("("):rep(MOST), "AIOS005", 1 }, { "y lines", ("y\n"):rep(MOST // 2), "AIOS011", 1 }, { "one word", ("w"):rep(MOST), "AIOS011", 1 },
  { "a text without its end", 'x = "' .. ("a"):rep(MOST - 5), "AIOS016", 1 },
  { "a mistake after empty lines", ("\n"):rep(MOST - 7) .. "x = = 1", "AIOS010", MOST - 6 },
}
for _, row in ipairs(LARGE) do
  t.test("16 MiB are explained like a small file: " .. row[1], function()
    local problems = explained(row[2])
    t.eq({ problems[1].code, problems[1].line }, { row[3], row[4] })
  end)
end

t.test("the place of a problem in a long line is shown with its surroundings", function()
  local text = "x = 1\n" .. ("é = "):rep(100000) .. "\n"
  local problems = explained(text)
  local drawn = compiler.problem.draw(problems[1], text, "big.aios")
  t.match(drawn, "big.aios:2:1\n")
  t.match(drawn, "\n    2 | é = é")
  local late = "x = {" .. ("1, "):rep(100000) .. "$ }"
  problems = explained(late)
  t.eq(problems[1].column, 300006)
  local line, caret = compiler.problem.draw(problems[1], late, "big.aios"):match "\n +1 | ([^\n]*)\n +| ( *)%^"
  t.eq(line:sub(#caret + 1, #caret + 1), "$")
end)

t.done()
