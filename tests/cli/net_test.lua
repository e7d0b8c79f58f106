--- net.*: against this machine's own loopback, and against servers of its own.
local t = require "tests.tap"

-- a TCP listener that says its port; ends when its input closes
local LISTENER = [[
import socket, sys
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(5)
c = socket.socket(); c.bind(("127.0.0.1", 0)); free = c.getsockname()[1]; c.close()
print(s.getsockname()[1], free, flush=True)
sys.stdin.read()
]]

local function with_listener(fn)
  local fifo = t.dir()
  t.write(fifo .. "/l.py", LISTENER)
  assert(os.execute(("mkfifo %s/stop && (python3 %s/l.py <%s/stop >%s/port &)"):format(fifo, fifo, fifo, fifo)))
  local stop = assert(io.open(fifo .. "/stop", "w"))
  local text
  repeat text = t.read(fifo .. "/port") until text and text:find "\n"
  local port, free = text:match "(%d+) (%d+)"
  local good, why = pcall(fn, port, free)
  stop:close()
  if not good then error(why, 0) end
end

local function says(source)
  local got = t.aios { "run", "--yes", "-", stdin = source }
  t.eq({ got.code, got.err }, { 0, "" }, got.out)
  return got.out
end

t.test("a port where something listens is open, another is not and says why", function()
  with_listener(function(port, free)
    t.match(says(([[
local there = net.check("127.0.0.1", %s)
print(there.open, there.address, there.time > 0 and there.time < 5, there.why)
local none = net.check("127.0.0.1", %s)
print(none.open, none.why)
print(net.check("localhost", %s).open)
]]):format(port, free, port)), "^true\t127%.0%.0%.1\ttrue\tnil\nfalse\t127%.0%.0%.1 port %d+: nobody listens there\ntrue\n$")
  end)
end)

t.test("a name that does not exist is told, by check as an answer, by dns as an error", function()
  local out = says [[
print(net.check("no-such-host.invalid", 80).open)
print(select(2, pcall(net.dns, "no-such-host.invalid")).code)
]]
  t.match(out, "^false\n")
  t.match(out, "\nnot_found\n$", out)
end)

t.test("localhost has a loopback address", function()
  t.eq(says [[print(net.dns("localhost", { family = 4 })[1])]], "127.0.0.1\n")
end)

t.test("the loopback interface is there with its address", function()
  t.eq(says [[for _, one in ipairs(net.interfaces()) do if one.name == "lo" and one.family == 4 then print(one.address, one.netmask, one.internal) end end]],
    "127.0.0.1\t255.0.0.0\ttrue\n")
end)

t.test("a ping of this machine is answered, or the system says who may send one", function()
  local out = says [[
local ok, got = pcall(net.ping, "127.0.0.1", { count = 3 })
if ok then print(got.sent, got.received, got.least <= got.average and got.average <= got.most and got.most < 2) else print(got.code) end
]]
  t.ok(out == "3\t3\ttrue\n" or out == "denied\n", out)
end)

t.test("nothing is asked of a host that is not granted, nor of another port", function()
  local got = t.aios { "run", "--grant", 'net "localhost:80"', "-", stdin = [[
needs net "localhost:80"
print(pcall(net.check, "localhost", 80))
print(select(2, pcall(net.check, "localhost", 81)).code)
print(select(2, pcall(net.dns, "example.org")).code)
]] }
  t.match(got.out, "^true.*\ndenied\ndenied\n$")
end)


t.done()
