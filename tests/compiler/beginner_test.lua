-- What people write who are new to the language, or come from another one: the code, the line, and the hint with the right form.
local t = require "tests.tap"
local compiler = require "compiler"

-- the answer of the clock, which the compiler does not know itself
local OPTS = { schedule = function(words)
  local fields = words:match 'cron "(.-)"'
  return not fields or select(2, fields:gsub("%S+", "")) == 5 or nil, "a cron pattern has five fields"
end }

-- { program, code and line, hint }
local MISTAKES = {
  { "workflow report\n  every day at 08:00\ndo\n  print \"hi\"\n", "AIOS014 4", "`workflow` opens a block that runs to its `end`" },
  { "if x > 1 then\n  print(x)\n", "AIOS014 2", "`if` opens a block that runs to its `end`" },
  { "workflow report\n  every day at 08:00\n  print \"hi\"\nend", "AIOS010 2", "the heading goes from its first word to `do`; then its block runs to `end`" },
  { "every 5m\n  print \"tick\"\nend", "AIOS010 1", "the heading goes from its first word to `do`; then its block runs to `end`" },
  { "for i = 1, 10\n  print(i)\nend", "AIOS010 1", "write for i = 1, 10 do ... end, or for key, value in pairs(t) do ... end" },
  { "while true\n  f()\nend", "AIOS010 1", "write while x < 10 do ... end" },
  { "if x == 1\n  f()\nend", "AIOS010 1", "write if x == 1 then ... end" },
  { "every five minutes do\n  f()\nend", "AIOS010 1", "write every 5m, every day at 08:00, every monday and friday, or every cron \"0 8 * * *\"" },
  { "every 5min do f() end", "AIOS020 1", "write 5m" },
  { "every 30 seconds do f() end", "AIOS020 1", "write 30s" },
  { "every 1.5h do f() end", "AIOS020 1", "a duration has whole numbers: write 1h30m for one and a half hours" },
  { "every day at 8 do f() end", "AIOS010 1", "write 08:00 or 8am" },
  { "every day at 8.30 do f() end", "AIOS010 1", "hours and minutes have a colon and two digits: 08:30" },
  { "every day at \"08:00\" do f() end", "AIOS010 1", "a time has no quotes: 08:00" },
  { "every day at 8 am do f() end", "AIOS010 1", "write it without a space: 8am" },
  { "every day 08:00 do f() end", "AIOS010 1", "write `at` before a time: every day at 08:00" },
  { "every monday, wednesday at 25:00 do f() end", "AIOS021 1", "a time is 00:00 to 23:59:59, or 1am to 12pm" },
  { "every cron * * * * * do f() end", "AIOS010 1", "write every cron \"0 8 * * *\": minute, hour, day, month, day of the week" },
  { "every cron \"* * *\" do f() end", "AIOS022 1", "`aios next \"day at 08:00\"` shows when a schedule is due" },
  { "wait 5 minutes", "AIOS020 1", "write 5m" },
  { "wait for 5m", "AIOS010 1", "write wait 5m, without `for`" },
  { "sleep 5m", "AIOS011 1", "a call has parentheses: write sleep(5m)" },
  { "wait", "AIOS011 1", "write wait 5m, or wait until done" },
  { "print \"hello", "AIOS016 1", "end it with \", or write a text over several lines as [[ ... ]] or `...`" },
  { "print 'hello\nprint 'you'", "AIOS016 1", "end it with ', or write a text over several lines as [[ ... ]] or `...`" },
  { "print(`hello ${name)\nx = 1", "AIOS018 1", "it closes the `${` of line 1" },
  { "print(`hello ${name}\nx = 1", "AIOS017 1", "end it with ` where its text ends" },
  { "print(`hello {name}`)\nx = `a ${}`", "AIOS010 2", "write a value between the braces: ${name}" },
  { "print(\"hello\"", "AIOS018 1", "it closes the `(` of line 1" },
  { "step = fetch()\nstep do\n f()\nend", "AIOS010 2", "give it a name: step order do ... end" },
  { "step fetch\n  f()\nend", "AIOS010 1", "write step name = call(), or step name do ... end" },
  { "step fetch: f()", "AIOS010 1", "write step name = call(), or step name do ... end" },
  { "step a = f() retry three times", "AIOS011 1", "write retry 3 times, or retry 3 times every 10s" },
  { "step a = f() retry 3x", "AIOS010 1", "write retry 3 times" },
  { "local x -> Order = ask `hi`", "AIOS011 1", "write local x = call() -> Type" },
  { "workflow w() do\n  return 1 -> string\nend", "AIOS011 2", "write local x = call() -> Type" },
  { "ask(`hi`) -> Verdict", "AIOS011 1", "write local x = call() -> Type" },
  { "workflow w(name string) do end", "AIOS018 1", "a parameter and its type have a colon between them, parameters a comma: (name: string, age: number)" },
  { "workflow w(name: string age: number) do end", "AIOS018 1", "a parameter and its type have a colon between them, parameters a comma: (name: string, age: number)" },
  { "workflow w -> string (name: string) do end", "AIOS010 1", "parameters stand before the type of the result: workflow name(a: string) -> Type" },
  { "type Item = { name: string price: number }", "AIOS010 1", "fields have commas between them: { name: string, price: number }" },
  { "type Item = { name = string }", "AIOS010 1", "a field and its type have a colon between them: { name: string }" },
  { "type Item { name: string }", "AIOS010 1", "write type Item = { name: string }" },
  { "type Item = name: string, price: number", "AIOS011 1", "a record has braces: type Item = { name: string, price: number }" },
  { "type Item = { name: \"a\" or \"b\" }", "AIOS010 1", "choices have a bar between them: \"a\" | \"b\"" },
  { "type Item = [string]", "AIOS010 1", "a list is {string}, a map is { [string]: number }, a record is { name: string }" },
  { "needs fs.read /tmp/x", "AIOS011 1", "what is needed stands in quotes: needs fs.read \"notes/**\", net \"api.example.org:443\"" },
  { "needs net api.example.org", "AIOS011 1", "what is needed stands in quotes: needs fs.read \"notes/**\", net \"api.example.org:443\"" },
  { "need net \"x\"", "AIOS013 1", "did you mean `needs`?" },
  { "workflow w\ndo\n  f()\nend\n  every day at 08:00", "AIOS010 5", "the heading goes from its first word to `do`; then its block runs to `end`" },
  { "workflow w do\n  every day at 08:00\n  f()\nend", "AIOS010 2", "the heading goes from its first word to `do`; then its block runs to `end`" },
  { "workflow w\n  retry 3 times\n  every day\n  timeout 30\ndo end", "AIOS010 4", "a number needs its unit: 30s, 5m, 2h, 1d" },
  { "workflow w\n  budget 5\ndo end", "AIOS010 2", "an amount begins with `$`: $5, $0.10" },
  { "workflow w\n  budget $5 a day\ndo end", "AIOS011 2", "write budget $5 per day" },
  { "workflow w\n  overlap wait\ndo end", "AIOS010 2", nil },
  { "workflow w\n  tags \"a\", \"b\"\ndo end", "AIOS010 2", "tags are names, without quotes: tags mail, daily" },
  { "workflow daily report do end", "AIOS010 1", "a name is one word: write daily_report; a title in quotes may follow it" },
  { "workflow daily-report do end", "AIOS010 1", "a name has letters, digits and _ only: write daily_report" },
  { "def hello():\n  print(\"hi\")\n", "AIOS012 1", "write function name(a, b) ... end" },
  { "function hello() {\n  print(\"hi\");\n}", "AIOS012 1", "if x then ... end, while x do ... end, function f() ... end" },
  { "if x > 1 {\n  f()\n}", "AIOS012 1", "if x then ... end, while x do ... end, function f() ... end" },
  { "if x > 1 then f() else if y then g() end", "AIOS012 1", "write elseif" },
  { "x++", "AIOS012 1", "write x = x + 1" },
  { "x += 1", "AIOS012 1", "write x = x + 1" },
  { "if x = 1 then f() end", "AIOS012 1", "write if a == b then" },
  { "if x != 1 then f() end", "AIOS012 1", "write a ~= b" },
  { "let x = 5", "AIOS012 1", "write local x = 5" },
  { "const x = 5", "AIOS012 1", "write local x = 5" },
  { "for i in 1..10 do f(i) end", "AIOS020 1", "to count, write for i = 1, 10 do ... end" },
  { "for item in items: f(item) end", "AIOS010 1", "write `do` before the block: the heading ends with it" },
  { "for (i = 0; i < 10; i++) { f() }", "AIOS012 1", "for i = 1, 10 do ... end" },
  { "local items = [1, 2, 3]", "AIOS012 1", "x = { 1, 2 }" },
  { "local o = { name: \"x\" }", "AIOS012 1", "write { name = \"x\" }" },
  { "print(\"a\" + \"b\"", "AIOS018 1", "it closes the `(` of line 1" },
  { "# a comment\n# more\nx = 1", "AIOS012 2", "write -- like this (`#list` counts a list, inside an expression)" },
  { "// a comment", "AIOS012 1", "write -- like this" },
  { "when disk > 90% do f() end", "AIOS010 1", "`%` is the remainder of a division: write 90 or 0.9, without the sign" },
  { "when idle 5m do f() end", "AIOS010 1", "write when idle for 5m do ... end" },
  { "on file created \"x\" do f() end", "AIOS010 1", "an event is one name with dots: on file.created \"*.pdf\" as file do" },
  { "at tomorrow do f() end", "AIOS010 1", "write at 08:00 do ... end, or with the date: at 2026-01-31 08:00 do ... end" },
  { "in 5 minutes do f() end", "AIOS020 1", "write 5m" },
  { "parallel\n  step a = f()\nend", "AIOS011 1", "write parallel do ... end, with a step on each line" },
  { "parallel do\n  a = f()\nend", "AIOS011 2", "write step name = expression, or step name do ... end" },
  { "parallel for x in items limit five do f() end", "AIOS010 1", "write five as 5" },
  { "test \"sums\" do\n  expect 1 == 1\nend", "AIOS071 2", "write it between `test that \"...\" do` and its `end`; elsewhere use assert(...)" },
  { "test that sums do\n  expect 1 == 1\nend", "AIOS010 1", "write test that \"the sum is right\" do" },
  { "tool add(a, b)\n  a + b\nend", "AIOS010 1", "the heading goes from its first word to `do`; then its block runs to `end`" },
  { "tool do_it do f() end", "AIOS010 1", "write the parameters behind the name, or () when there are none: tool name(a: string) do ... end" },
  { "decision d(x: string)\n  prompt `a`\nend", "AIOS010 1", "say what it decides: decision triage(mail: Mail) -> { label: string }" },
  { "tier cheap: \"ollama:x\"", "AIOS010 1", "write tier cheap = \"ollama:qwen3:8b\"" },
  { "budget monthly = 5 per month", "AIOS010 1", "an amount begins with `$`: $5, $0.10" },
  { "workflow w(x: string)\n  every day\n\n  local y = x\nend", "AIOS010 2", "the heading goes from its first word to `do`; then its block runs to `end`" },
  { "import json", "AIOS012 1", "local shop = require \"shop\"" },
  { "try\n  f()\ncatch e\n  g()\nend", "AIOS012 1", "local good, err = pcall(f)" },
  { "return x, ", "AIOS010 1", "write what follows the comma, or take the comma away" },
  { "function f(a, b\n  return a\nend", "AIOS010 1", "close the parameters: function name(a, b)" },
  { "x = “quoted”", "AIOS012 1", "use the straight quote: \"text\"" },
  { "Workflow w do end", "AIOS013 1", "did you mean `workflow`?" },
  { "every day at 08:00\n  f()\nend", "AIOS010 1", "the heading goes from its first word to `do`; then its block runs to `end`" },
  { "end", "AIOS015 1", "remove it, or look for a line above that should open a block" },
  { "within 5 minutes do f() end", "AIOS020 1", "write 5m" },
  { "advance 5 days", "AIOS020 1", "write 5d" },
  { "expect", "AIOS011 1", "write expect total == 3" },
}

for _, row in ipairs(MISTAKES) do
  t.test("a beginner's mistake is answered: " .. row[1]:gsub("%s*\n%s*", " / "), function()
    local out, problems = compiler.compile(row[1], "x", OPTS)
    t.eq(out, nil)
    t.eq({ ("%s %d"):format(problems[1].code, problems[1].line), problems[1].hint }, { row[2], row[3] })
    t.eq(#problems, 1)
  end)
end

t.test("a form that a hint shows is a form of the language", function()
  for _, row in ipairs(MISTAKES) do
    local form = (row[3] or ""):match "^write ([^,:;]+)$"
    if form and form:find "%f[%w]end$" then
      local program = form:gsub("%.%.%.", " ")
      local _, problems = compiler.compile(program, "x", OPTS)
      t.ok(not problems or problems[1].code ~= "AIOS010" and problems[1].code ~= "AIOS011", program)
    end
  end
end)

t.test("the examples of all sentences are sentences", function()
  local advice = require "compiler.advice"
  for _, word in ipairs(require("compiler.words").heads) do
    if word ~= "in" then t.ok(advice.examples[word], word) end
  end
  for _, word in ipairs { "tier", "budget", "type", "needs", "advance", "expect" } do
    local out, problems = compiler.compile(advice.examples[word], "x", OPTS)
    t.ok(out or problems[1].code ~= "AIOS010" and problems[1].code ~= "AIOS011", word)
  end
end)

t.done()
