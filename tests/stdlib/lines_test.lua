-- Executable lines read from bytecode must be those that Lua itself knows of.
local t = require "tests.tap"
local lines = require "host.test.lines"

-- what debug.getinfo says of the main chunk and of every function that `make` returns
local function known(fn, found)
  for line in pairs(debug.getinfo(fn, "L").activelines) do found[line] = true end
  return found
end

t.test("the main chunk has the lines that Lua gives it", function()
  local source = "local a = 1\n\nif a then\n  a = a +\n    2\nend\nfor i = 1, 3 do\n  a = a + i\nend\nreturn a\n"
  local want = known(load(source), {})
  for _, n in ipairs { 6, 9, 11 } do want[n] = nil end
  t.eq(lines.of(source, source), want)
end)

t.test("functions that never ran are in it", function()
  local got = lines.of("local function f()\n  return 1\nend\n", "local function f()\n  return 1\nend\n")
  t.eq(got, { [2] = true })
end)

t.test("a distance between lines too long for one step is found", function()
  local source = "local a = 1" .. ("\n"):rep(1000) .. "a = 2\nreturn function()" .. ("\n"):rep(300) .. "a = 3 end\n"
  local got = lines.of(source, source)
  t.ok(got[1] and got[1001] and got[1302])
end)

t.test("constants of every kind are passed over", function()
  local source = 'local a, b, c, d, e = 1 << 40, 2.5e30, nil, true, "' .. ("x"):rep(500) .. '"\nlocal f = { "y", false, 3 }\n'
  t.eq(lines.of(source, source), { [1] = true, [2] = true })
end)

t.test("a comment, a blank and an `end` alone are no lines to execute", function()
  local source = "-- a\n\nlocal function f()\n  f()\nend\n"
  t.eq(lines.of(source, source), { [4] = true })
end)
t.done()
