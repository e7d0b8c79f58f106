--- docs/library.md says what the declarations say, and the examples in them run.
local t = require "tests.tap"
package.preload["aios.json"] = function() return { encode = tostring } end

t.test("docs/library.md is what packaging/library.lua makes of the declarations", function()
  local pipe = assert(io.popen "lua5.4 packaging/library.lua")
  local made = pipe:read "a"
  pipe:close()
  t.ok(made == t.read "docs/library.md", "out of date: run lua5.4 packaging/library.lua >docs/library.md")
end)

local BEFORE = { db = 'db.exec "create table orders (id integer primary key, customer text, total real)"\n' }

-- tools whose examples need nothing but a machine
local spaces = { "fs", "kv", "db", "process", "log", "notify", "emit", "signal", "approve", "ask", "monitor", "git", "pkg", "net", "archive", "sqlite", "mail", "container" }
if os.execute "command -v systemctl >/dev/null" then spaces[#spaces + 1] = "service" end
for _, space in ipairs(spaces) do
  local names, module = {}, require("tools." .. space)
  for verb in pairs(module.tools) do names[#names + 1] = verb end
  table.sort(names)
  for _, verb in ipairs(names) do
    t.test(("the example of %s.%s runs"):format(space, verb), function()
      local home = t.dir()
      t.write(home .. "/draft.md", "draft")
      local got = t.aios { "run", "--yes", "-", home = home, cwd = home, stdin = (BEFORE[space] or "") .. (module.tools[verb].example:gsub("/tmp/", home .. "/")) }
      t.eq({ got.code, got.out }, { 0, "" }, got.err)
    end)
  end
end

t.done()
