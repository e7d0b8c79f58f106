-- what a program sees, and what `aios check` knows of it
local t = require "tests.tap"
local names = require "tool.names"

t.test("every name that a program sees is in the list of names, and no other", function()
  local home = t.dir()
  t.write(home .. "/all.aios", [[
    local seen = {}
    for name in pairs(_G) do if name ~= "__aios" then seen[#seen + 1] = name end end
    table.sort(seen)
    print(table.concat(seen, " "))
  ]])
  local known = {}
  for _, list in ipairs { names.namespaces, names.libraries, names.words, names.lua, names.lua_libraries } do
    for _, name in ipairs(list) do known[#known + 1] = name end
  end
  for name in pairs(names.tools) do known[#known + 1] = name end
  table.sort(known)
  t.eq(t.aios({ "run", home .. "/all.aios" }).out, table.concat(known, " ") .. "\n")
end)

t.test("every name that a test has besides is in its list", function()
  local home = t.dir()
  t.write(home .. "/a_test.aios", ('test that "it" do\n  local list = { "%s" }\n  for _, name in ipairs(list) do expect _G[name] ~= nil end\nend\n')
    :format(table.concat(names.testing, '", "')))
  t.eq(t.aios({ "test", home = home }).code, 0)
end)

t.test("`aios check` knows what a test has, and the tools it makes stand-ins for", function()
  local home = t.dir()
  t.write(home .. "/a_test.aios", 'test that "it" do\n  clock.set "2026-01-02"\n  mock.tool("crm.find", 1)\n  expect crm.find() == #sent + 1\nend\n')
  t.eq(t.aios({ "check", "a_test.aios", home = home }).out, "a_test.aios: ok\n")
end)

t.done()
