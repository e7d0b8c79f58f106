-- where Lua's own limits lie: what works beyond them, and what is said
local t = require "tests.tap"
local compiler = require "compiler"

local function steps(count)
  local out = {}
  for i = 1, count do out[i] = ("step s%d = %d"):format(i, i) end
  return table.concat(out, "\n")
end

local function problem(text)
  local out, problems = compiler.compile(text, "x")
  t.eq(out, nil)
  t.eq(#problems, 1)
  return problems[1]
end

t.test("a template of two thousand values compiles, line for line", function()
  local out = assert(compiler.compile("local x = 1\nlocal y = `" .. ("${x},\n"):rep(2000) .. "`", "x"))
  t.eq(select(2, out.lua:gsub("\n", "")), 2001)
end)

t.test("one hundred and ninety-nine steps in one function compile", function()
  t.ok(compiler.compile(steps(198), "x"))
  t.ok(compiler.compile("workflow w do\n" .. steps(199) .. "\nend", "x"))
end)

t.test("too many steps are named where the first of them stands", function()
  local p = problem("workflow w do\n" .. steps(250) .. "\nend")
  t.eq({ p.code, p.line }, { "AIOS034", 202 })
  p = problem(steps(250))
  t.eq({ p.code, p.line }, { "AIOS034", 200 })
end)

t.test("lambdas nested beyond Lua's own stack are refused in place", function()
  t.eq(problem("local a = 1\nlocal f = " .. ("x => "):rep(180) .. "x").line, 2)
  t.eq(problem("local f = " .. ("(() => "):rep(150) .. "1" .. (")"):rep(150)).code, "AIOS005")
end)

t.test("sixty levels of templates in templates compile", function()
  t.ok(compiler.compile("local x = " .. ("`${"):rep(60) .. "1" .. ("}`"):rep(60), "x"))
end)

t.done()
