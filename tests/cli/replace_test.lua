--- overlap replace: the run that is at work ends, with what it had begun, and the new one starts.
local t = require "tests.tap"

local home = t.dir()
t.write(home .. "/replace.aios", [[
needs process "sleep"
every 200ms overlap replace do
  process.run { "sleep", "37.25" }
end
]])
local ran = t.aios { "run", "--yes", "--db", "x.db", "--for", "1s", "replace.aios", home = home, cwd = home }

t.test("a later start cancels the run that is at work", function()
  t.eq({ ran.code, ran.err }, { 0, "" })
  t.match(t.aios { "runs", "--db", "x.db", "--state", "cancelled", home = home, cwd = home }.out, "replace%.aios:2")
end)

t.test("nothing that a cancelled run began is left", function()
  local pipe = assert(io.popen "grep -ls 'sleep.37[.]25' /proc/[0-9]*/cmdline")
  local all = pipe:read "a"
  pipe:close()
  t.eq(all, "", "a process of a cancelled run lives on")
end)

t.done()
