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

t.done()
