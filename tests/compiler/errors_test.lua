-- bad input gets a code and a place
local t = require "tests.tap"
local compiler = require "compiler"

local function places(source, opts)
  local out, problems = compiler.compile(source, "x", opts)
  if out then return "compiles" end
  local list = {}
  for i, problem in ipairs(problems) do list[i] = ("%s %d:%d"):format(problem.code, problem.line, problem.column) end
  return table.concat(list, ", ")
end

local ONE_MISTAKE = {
  { "wait 5m\nx = y == null", "AIOS012 2:10" },
  { "wait 5m f(None) x.null = 1", "AIOS012 1:11" },
  { "edn", "AIOS013 1:1" },
  { "x = 1 != 2", "AIOS012 1:7" },
  { "if a && b then end", "AIOS012 1:6" },
  { "if a || b then end", "AIOS012 1:6" },
  { "x = !a", "AIOS012 1:5" },
  { "if a then\n elif b then\nend", "AIOS012 2:2" },
  { "if a then\nelse if b then\n f()\nend", "AIOS012 2:1" },
  { "x += 1", "AIOS012 1:3" },
  { "x++", "AIOS012 1:2" },
  { "i -= 2", "AIOS012 1:3" },
  { "if x {\n f()\n}", "AIOS012 1:6" },
  { "while (x) {\n f()\n}", "AIOS012 1:11" },
  { "workflow w {\n f()\n}", "AIOS012 1:12" },
  { "print(“hi”)", "AIOS012 1:7" },
  { "x = 'a", "AIOS016 1:5" },
  { "x = \"a\ny = 1", "AIOS016 1:5" },
  { "x = `a ${b} c", "AIOS017 1:5" },
  { "x = f(a, b\ny = 2", "AIOS018 1:11" },
  { "x = { a = 1\ny = f()", "AIOS010 1:12" },
  { "x = a[1\ny=2", "AIOS018 1:8" },
  { "workflw report do\n f()\nend", "AIOS013 1:1" },
  { "evry 5m do\n f()\nend", "AIOS013 1:1" },
  { "fro i = 1, 2 do\n f()\nend", "AIOS013 1:1" },
  { "lcoal x = 1", "AIOS013 1:1" },
  { "retrun 5", "AIOS013 1:1" },
  { "function f()\n  if x then\n    g()\nend\n", "AIOS014 3:7" },
  { "function f()\n  g()\n", "AIOS014 2:5" },
  { "f()\nend\n", "AIOS015 2:1" },
  { "function f()\n    g()\n  end\nend", "AIOS015 3:3" },
  { "x = 5x", "AIOS020 1:5" },
  { "wait 1.5h", "AIOS020 1:6" },
  { "wait 5min", "AIOS020 1:6" },
  { "at 25:00 do end", "AIOS021 1:4" },
  { "x = 13pm", "AIOS021 1:5" },
  { "every 5m do break end", "AIOS030 1:13" },
  { "for i=1,2 do step a do break end end", "AIOS030 1:24" },
  { "step a do goto out end ::out::", "AIOS031 1:11" },
  { "step a = { ... }\nworkflow w do\n f(...)\nend", "AIOS032 1:12, AIOS032 3:4" },
  { "test that 'a' do\n test that 'b' do end\nend", "AIOS070 2:2" },
  { "expect 1 == 1\nlocal function f() advance 5m end", "AIOS071 1:1, AIOS071 2:20" },
  { "test that 'a' do end\ntest that 'a' do end", "AIOS025 2:11" },
  { "local x <const> = 1\nwait 5m\nx = 2", "AIOS033 3:1" },
  { "local x <foo> = 1", "AIOS033 1:10" },
  { "goto nowhere", "AIOS031 1:1" },
  { "break", "AIOS030 1:1" },
  { "x = '\\q'", "AIOS027 1:6" },
  { "wait 5m\nx = `\\q`", "AIOS027 2:6" },
  { "__aios_x = 1 wait 5m", "AIOS006 1:1" },
  { "x = // comment", "AIOS012 1:5" },
  { "// comment\nx = 1", "AIOS012 1:1" },
  { "# comment\n# second", "AIOS012 2:1" },
  { "x = 1 /* c */", "AIOS012 1:7" },
  { "for i in range(5):\n f(i)", "AIOS012 1:18" },
  { "if x:\n f()\nend", "AIOS012 1:5" },
  { "def f(x)\n return x\nend", "AIOS012 1:1" },
  { "let x = 5", "AIOS012 1:1" },
  { "var x = 5", "AIOS012 1:1" },
  { "x = a ? b : c", "AIOS012 1:7" },
  { "x = --[[ open", "AIOS019 1:5" },
  { "x = [[ open", "AIOS019 1:5" },
  { "x = 5 5", "AIOS011 1:7" },
  { "foo", "AIOS011 1:1" },
  { "foo.bar", "AIOS011 1:8" },
  { "local function (x) end", "AIOS010 1:16" },
  { "x = function f() end", "AIOS010 1:14" },
  { "return 1\nx = 2", "AIOS026 2:1" },
  { "every foo do end", "AIOS010 1:7" },
  { "workflow w every 5m every do end", "AIOS010 1:27" },
  { "tool t do end", "AIOS010 1:8" },
  { "tool t() always do end", "AIOS023 1:10" },
  { "workflow w about 'a' about 'b' do end", "AIOS024 1:22" },
  { "workflow w do end workflow w do end", "AIOS025 1:28" },
  { "parallel do f() end", "AIOS011 1:13" },
  { "x = $", "AIOS020 1:5" },
  { "needs", "AIOS011 1:1" },
  { "needs 5", "AIOS010 1:7" },
  { "type X", "AIOS010 1:7" },
  { "type X = ", "AIOS010 1:9" },
  { "step a", "AIOS010 1:7" },
  { "f() -> T", "AIOS011 1:5" },
  { "x = f() ->", "AIOS010 1:11" },
  { "x = v =>", "AIOS010 1:9" },
  { "x = {a = 1 b = 2}", "AIOS010 1:12" },
  { "x = ‘a’", "AIOS012 1:5" },
  { "x = a – b", "AIOS012 1:7" },
  { "expect #x == 3", "AIOS071 1:1" },
  { "x = 😀", "AIOS010 1:5" },
  { "workflow w(a: ) do end", "AIOS010 1:15" },
  { "workflow w\n  every 5m\n  budgt $5\n  needs mail\ndo\n  f()\nend", "AIOS013 3:3" },
  { "step a = b retry x", "AIOS011 1:12" },
  { "workflow w overlap foo do end", "AIOS010 1:20" },
  { "case x\nf()", "AIOS012 1:1" },
  { "x == 5", "AIOS012 1:3" },
  { "x = y z = 3 4", "AIOS011 1:13" },
  { "if x then y = 1", "AIOS014 1:15" },
  { "else", "AIOS015 1:1" },
  { "until x", "AIOS015 1:1" },
  { "x = 1..2", "AIOS020 1:5" },
  { "f(a,)", "AIOS010 1:5" },
  { "f(,a)", "AIOS018 1:3" },
  { "local 5 = x", "AIOS010 1:7" },
  { "local x, = 5", "AIOS010 1:10" },
  { "x = = 5", "AIOS010 1:5" },
  { "for x do end", "AIOS010 1:7" },
  { "for i = 1 do end", "AIOS010 1:11" },
  { "x.5 = 3", "AIOS010 1:3" },
  { "x = a.\ny = 1", "AIOS011 2:3" },
  { "every 5m", "AIOS010 1:9" },
  { "every day at 8 do end", "AIOS010 1:14" },
  { "unless x then end", "AIOS012 1:1" },
}

t.test("a mistake gets its code, its line and its column", function()
  for _, row in ipairs(ONE_MISTAKE) do t.eq(places(row[1]), row[2], row[1]) end
end)

t.test("several mistakes are told in one pass, none of them twice", function()
  t.eq(places [[
workflow report "R"
  evry day at 08:00
  needs net "x"
do
  if x != 3 then
    foo()
  end
  x += 1
  local s = "abc
  if a = b then
  end
  wait 5 minutes
  let y = 2
  bar(a b)
end
]], "AIOS013 2:3, AIOS012 5:8, AIOS012 8:5, AIOS016 9:13, AIOS012 10:8, AIOS020 12:8, AIOS012 13:3, AIOS010 14:9")
end)

t.test("never more than ten problems", function()
  local _, problems = compiler.compile(("x += 1\n\ny = 1\n"):rep(30), "x")
  t.eq(#problems, 10)
end)

t.test("what is no text is one clear problem", function()
  t.eq(places "\27Lua\x54\0", "AIOS001 1:1")
  t.eq(places "x = 1\ny = '\0'", "AIOS002 2:6")
  t.eq(places "x = 1\ny = '\xFF'", "AIOS003 2:6")
  t.eq(places((" "):rep(16 * 1024 * 1024 + 1)), "AIOS004 1:1")
end)

t.test("bytes of another encoding are refused in Lua as well, with what to do about them", function()
  local source = "-- caf\xE9\nprint('caf\xE9')"
  t.ok(load(source))
  local _, problems = compiler.compile(source, "x")
  t.eq({ #problems, problems[1].line, problems[1].column }, { 1, 1, 7 })
  t.match(problems[1].message, "not UTF%-8: the byte E9")
  t.match(problems[1].hint, "iconv %-f latin1 %-t utf%-8 FILE")
  t.ok(problems[1].hint:find("\\xE9 in a text", 1, true))
  t.ok(compiler.compile("print('caf\\xE9')", "x"))
end)

t.test("nesting without end is a problem, not a crash", function()
  for _, source in ipairs {
    "x = " .. ("("):rep(300) .. "1" .. (")"):rep(300), ("("):rep(50000), ("{"):rep(50000), "x = " .. ("{"):rep(50000), ("if x then "):rep(20000),
    "x = " .. ("v => "):rep(20000), "x = " .. ("`${"):rep(20000), ("do "):rep(300) .. ("end "):rep(300), "x = " .. ("-"):rep(9) .. ("not "):rep(9000) .. "y wait",
  } do
    local out, problems = compiler.compile(source, "x")
    t.eq(out, nil)
    t.ok(#problems >= 1)
  end
  local _, problems = compiler.compile("x = " .. ("("):rep(300) .. "1" .. (")"):rep(300), "x")
  t.eq(problems[1].code, "AIOS005")
end)

t.test("the time for a bad text does not double with each level of nesting", function()
  local start = os.clock()
  for _, level in ipairs { "a[f(function() ", "(f)[f(function() ", "a, b[function() ", "ask(function() ask { `a`, ", "(a, b) => {", "x = ask { `${" } do
    local out, problems = compiler.compile(level:rep(60), "x")
    t.eq(out, nil)
    t.ok(#problems >= 1)
  end
  t.ok(compiler.compile("wait 5m x = " .. ("ask { x = "):rep(60) .. "1" .. (" }"):rep(60), "x"))
  t.ok(os.clock() - start < 5, "too slow")
end)

t.test("a schedule that time cannot keep is refused with its reason", function()
  local asked = {}
  local opts = { schedule = function(spec)
    asked[#asked + 1] = spec
    if spec:find "99" then return nil, "there is no minute 99" end
    return true
  end }
  t.eq(places("every day at 08:00 do end", opts), "compiles")
  t.eq(places("x = 1\nworkflow w\n every 5m\n every cron '99 * * * *'\ndo end", opts), "AIOS022 4:2")
  t.eq(asked, { "every day at 08:00", "every 5m", 'every cron "99 * * * *"' })
end)

t.test("every code that is used is explained", function()
  for _, row in ipairs(ONE_MISTAKE) do
    for code in row[2]:gmatch "AIOS%d+" do t.ok(compiler.problem.codes[code], code) end
  end
end)

t.test("a problem is drawn with its line, a caret, a hint and its code", function()
  local source = "x = 1\nif a != b then end"
  local _, problems = compiler.compile(source, "f.aios")
  t.eq(compiler.problem.draw(problems[1], source, "f.aios"), table.concat({
    "error: `!=` is written `~=`", "  --> f.aios:2:6", "    2 | if a != b then end", "      |      ^", "   hint: write a ~= b", "   code: AIOS012" }, "\n"))
end)

t.test("columns count characters, tabs stay, control bytes are not sent to the terminal", function()
  local source = "\tx = 'é\27' != 2"
  local _, problems = compiler.compile(source, "f")
  t.eq(problems[1].column, 11)
  local shown = compiler.problem.draw(problems[1], source, "f")
  t.ok(not shown:find "\27")
  t.match(shown, "\n      | \t         %^")
end)

t.test("a long line is shown around the caret only", function()
  local source = "x = '" .. ("a"):rep(5000) .. "' != 2"
  local _, problems = compiler.compile(source, "f")
  local shown = compiler.problem.draw(problems[1], source, "f")
  t.ok(#shown < 400)
  t.eq(shown:match "\n *%d+ | ([^\n]*)\n":sub(#shown:match "\n *| ( *)%^" + 1):sub(1, 2), "!=")
end)
t.done()
