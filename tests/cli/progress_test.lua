--- What a person at a terminal sees while a program waits, and what a pipe never sees.
local t = require "tests.tap"

local PROGRAM = [[
needs process "sleep"
process.run { "sleep", "1.6" }
print "done"
]]

local PTY = [[
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[1], ["aios", "run", "--yes"] + sys.argv[2:])
out = b""
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    out += data
os.waitpid(pid, 0)
sys.stdout.buffer.write(out)
]]

local home = t.dir()
t.write(home .. "/wait.aios", PROGRAM)
t.write(home .. "/terminal.py", PTY)

local function on_terminal(...)
  local bin = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
  local words = { bin = "/usr/bin/env", home = home, cwd = home, "python3", home .. "/terminal.py", bin, ... }
  words[#words + 1] = home .. "/wait.aios"
  return t.aios(words)
end

t.test("a long call shows its name and is wiped before the program speaks", function()
  local got = on_terminal()
  t.match(got.out, "\r\27%[K… process%.run 1s")
  t.match(got.out, "\r\27%[Kdone")
end)

t.test("-q shows no progress on a terminal", function()
  t.eq(on_terminal("-q").out, "done\r\n")
end)

t.test("a pipe sees no progress", function()
  local got = t.aios { "run", "--yes", "wait.aios", home = home, cwd = home }
  t.eq({ got.out, got.err }, { "done\n", "" })
end)

t.done()
