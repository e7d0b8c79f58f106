-- what holds the loop: a million frames, and a hook of the script's own
local t = require "tests.tap"

local function run(text, grant)
  local home = t.dir()
  t.write(home .. "/p.lua", text)
  return t.aios { "run", "--grant", grant, "p.lua", home = home }
end

t.test("an endless recursion ends in an error each time", function()
  local r = run([[
    collectgarbage "stop"
    local function deep() return 1 + deep() end
    for _ = 1, 3 do print(pcall(deep)) end
  ]], "fs.read ./**")
  local _, count = r.out:gsub("stack overflow", "")
  t.eq({ r.code, count }, { 0, 3 })
end)

t.test("a hook of the script stays while it works for long", function()
  local r = run([[
    local n = 0
    debug.sethook(function() n = n + 1 end, "", 1000)
    local from = os.clock()
    repeat until os.clock() - from > 0.1
    print(debug.gethook() ~= nil, n > 0)
  ]], "lua.unsafe")
  t.eq(r.out, "true\ttrue\n")
end)
t.done()
