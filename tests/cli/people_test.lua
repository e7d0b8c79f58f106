-- what people say to runs from the command line: answers, signals, ends
local t = require "tests.tap"

local function world(text)
  local home = t.dir()
  t.write(home .. "/p.aios", text)
  return function(words, env)
    words.home, words.env = home, env
    return t.aios(words)
  end, home
end

local function question(aios) return (aios { "approvals", "--json" }.out:match '"approval":"(%x+)"') end

local DEPLOY = [[
local yes, info = approve { "Deploy 1.4?", by = "ops", detail = { hosts = 3 } }
print(yes, info.by ~= nil, info.why)
]]

t.test("a question waits in the database until a person answers it", function()
  local aios = world(DEPLOY)
  t.eq(aios({ "run", "p.aios", "--until-idle" }).code, 4)
  local listed = aios { "approvals" }.out
  t.match(listed, "Deploy 1.4%?")
  local id = question(aios)
  local said = aios { "approve", id:sub(1, 4), "--why", "seen it" }
  t.eq(said.code, 0, said.err)
  t.match(said.out, "Deploy 1.4%?\n  {\"hosts\":3}\nAnswered: yes")
  t.eq(aios({ "approvals" }).out:match "nobody" or aios({ "approvals", "--json" }).out, "[]\n")
  t.eq(aios({ "run", "p.aios" }).out, "true\ttrue\tseen it\n")
end)

t.test("no is an answer too", function()
  local aios = world(DEPLOY)
  aios { "run", "p.aios", "--until-idle" }
  t.match(aios({ "deny", question(aios) }).out, "Answered: no")
  t.eq(aios({ "run", "p.aios" }).out, "false\ttrue\tnil\n")
end)

t.test("an answer counts once", function()
  local aios = world(DEPLOY)
  aios { "run", "p.aios", "--until-idle" }
  local id = question(aios)
  aios { "approve", id }
  local again = aios { "deny", id }
  t.eq(again.code, 1)
  t.match(again.err, "was answered with yes by")
  t.match(aios({ "approve", "ffffff" }).err, "no question 'ffffff'")
end)

t.test("a question that was changed after it was asked is not answered", function()
  local aios, home = world(DEPLOY)
  aios { "run", "p.aios", "--until-idle" }
  os.execute(("python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(\"update approvals set question = \\\"Delete all?\\\"\"); c.commit()' %s"):format(
    t.quote(home .. "/.local/state/aios/aios.db")))
  local said = aios { "approve", question(aios) }
  t.eq(said.code, 1)
  t.match(said.err, "was changed after it was asked")
end)

t.test("why tells who answered what", function()
  local aios = world(DEPLOY)
  aios { "run", "p.aios", "--until-idle" }
  t.match(aios({ "why", "last" }).out, "asks: Deploy 1.4%?")
  aios { "approve", question(aios), "--why", "seen it" }
  aios { "run", "p.aios" }
  t.match(aios({ "why", "last" }).out, "Deploy 1.4%? was answered with yes by .+, because seen it")
end)

local ORDER = [[
workflow order() do
  local paid = receive "paid"
  print("paid", paid.amount)
  return paid.amount
end
]]

t.test("a signal from another process wakes a run that waits for it", function()
  local aios, home = world(ORDER)
  t.eq(aios({ "run", "p.aios", "--once", "order", "--id", "o1" }).code, 6)
  t.eq(aios({ "signal", "o1", "paid", '{"amount":12}', "--id", "k" }).out, "o1\n")
  t.eq(aios({ "signal", "o1", "paid", '{"amount":13}', "--id", "k" }).code, 0)
  t.eq(aios({ "run", "p.aios", "--until-idle" }).out, "paid\t12\n")
  local late = aios { "signal", "o1", "paid" }
  t.match(late.err, "run o1 is over")
  t.match(aios({ "signal", "o1", "two words" }).err, "no name of a signal")
  t.match(aios({ "signal", "o1", "paid", "{" }).err, "no JSON")
  t.ok(home)
end)

t.test("a process that waits for a signal gets it while it runs", function()
  local aios, home = world(ORDER)
  aios { "run", "p.aios", "--once", "order", "--id", "o1" }
  local bin = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
  local running = io.popen(("cd %s && HOME=%s XDG_STATE_HOME= XDG_CACHE_HOME= XDG_CONFIG_HOME= timeout 20 %s run p.aios 2>&1"):format(t.quote(home), t.quote(home), t.quote(bin)))
  local deadline = os.time() + 15
  repeat local at = aios({ "ps", "--json" }).out until at:find '"pid":%d' or os.time() > deadline
  aios { "signal", "o1", "paid", '{"amount":7}' }
  t.eq(running:read "a", "paid\t7\n")
  running:close()
end)

t.test("a run is cancelled from outside and undoes what it had finished", function()
  local aios = world [[
workflow trip() do
  step seat = 7 undo print("give back seat " .. seat)
  receive "never"
end
]]
  t.eq(aios({ "run", "p.aios", "--once", "trip", "--id", "x" }).code, 6)
  t.eq(aios({ "cancel", "x" }).code, 0)
  t.eq(aios({ "run", "p.aios", "--until-idle" }).out, "give back seat 7\n")
  t.match(aios({ "why", "x" }).out, "Outcome: cancelled")
  t.match(aios({ "cancel", "x" }).err, "is over")
end)

t.test("a run in doubt that is cancelled ends at once", function()
  local aios = world [[
needs process
process.run { "/bin/sh", "-c", "kill -9 $PPID" }
]]
  aios { "run", "--yes", "p.aios", "--id", "d" }
  aios { "run", "--yes", "p.aios" }
  t.eq(aios({ "cancel", "d" }).code, 0)
  t.match(aios({ "why", "d" }).out, "Outcome: cancelled.*nothing was undone")
end)

-- at a pseudo-terminal: waits for a text, types another, … -> what was shown
local function terminal(home, steps)
  local bin, words = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN, {}
  for i, step in ipairs(steps) do words[i] = t.quote(step) end
  local p = io.popen(("cd %s && HOME=%s XDG_STATE_HOME= XDG_CACHE_HOME= XDG_CONFIG_HOME= NO_COLOR=1 timeout 30 python3 %s/tests/fake/terminal.py %s -- %s run p.aios 2>&1"):format(
    t.quote(home), t.quote(home), os.getenv "PWD", table.concat(words, " "), t.quote(bin)))
  local shown = p:read "a":gsub("\r", "")
  return shown, select(3, p:close())
end

t.test("on a terminal the person is asked there", function()
  local _, home = world(DEPLOY .. 'print(approve "And 1.5?")')
  local shown, code = terminal(home, { "[y/N] ", "perhaps\n", "[y/N] ", "y\n", "[y/N] ", "\n" })
  t.eq(code, 0, shown)
  t.match(shown, "Deploy 1.4%?\n  {\"hosts\":3}\nYes or no%? %[y/N%] perhaps\nPlease say yes or no. %[y/N%] y\ntrue\ttrue\tnil\n")
  t.match(shown, "And 1.5%?\nYes or no%? %[y/N%] \nfalse\t")
end)

t.test("a question that an earlier process asked is asked again on a terminal", function()
  local aios, home = world(DEPLOY)
  aios { "run", "p.aios", "--until-idle" }
  local shown = terminal(home, { "[y/N] ", "n\n" })
  t.match(shown, "false\ttrue\tnil\n$")
end)

t.done()
