--- container.*: what the engine is asked, argument by argument, and how its answers are read.
local t = require "tests.tap"

local function shell(command)
  local pipe = assert(io.popen(command .. " 2>/dev/null"))
  local text = pipe:read "a"
  return text, pipe:close()
end

if not select(2, shell "unshare -m true") then
  print "1..0 # skip: no mount namespaces, so no engine of ours can stand in for podman"
  os.exit(0)
end

-- podman as a program of ours, in a directory laid over /usr/local/bin in a mount namespace of its own
local STUB = [[#!/bin/sh
for word in "$@"; do printf '[%s]' "$word" >>"LOG"; done
echo >>"LOG"
case "$1" in
ps) echo '{"id":"abc","name":"db","image":"postgres:15","state":"running","status":"Up 2 hours"}' ;;
logs) echo out; echo err >&2 ;;
create) echo 0123456789abcdef ;;
exec) shift 2; [ "$1" = none ] && { echo "no such container none" >&2; exit 125; }; shift; if [ "$1" = cat ]; then cat; else exit 3; fi ;;
stop) echo "Error: no container with name $2" >&2; exit 125 ;;
esac
]]

local home = t.dir()
local log = home .. "/log"
local bin = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
os.execute(("mkdir %s/bin"):format(home))
t.write(home .. "/bin/podman", (STUB:gsub("LOG", log)))
t.write(home .. "/under", ("#!/bin/sh\nexec unshare -m sh -c 'mount --bind %s/bin /usr/local/bin && exec \"$0\" \"$@\"' %s \"$@\"\n"):format(home, bin))
os.execute(("chmod 755 %s/bin/podman %s/under"):format(home, home))

local function run(source, grant)
  t.write(log, "")
  local got = t.aios { "run", grant and "--grant=" .. grant or "--yes", "-", home = home, cwd = home, bin = home .. "/under", stdin = source }
  return got, t.read(log)
end

t.test("containers are listed and their logs read", function()
  local got, asked = run([[
local one = container.list({ all = true })[1]
print(one.id, one.name, one.image, one.state, one.status)
local said = container.logs("db", { lines = 5 })
print(said.out, said.err)
]])
  t.eq({ got.code, got.out, got.err }, { 0, "abc\tdb\tpostgres:15\trunning\tUp 2 hours\nout\n\terr\n\n", "" })
  t.match(asked, "^%[ps%]%[%-%-no%-trunc%]%[%-%-format%]%[{.*}%]%[%-%-all%]\n%[logs%]%[%-%-tail%]%[5%]%[db%]\n$")
end)

t.test("one is made, started, and a program is run in it", function()
  local got, asked = run([[
print(container.create("web", "nginx:1.27", { ports = { "127.0.0.1:8080:80" }, env = { B = "2 3", A = "--x" }, command = { "nginx", "-g", "daemon off;" } }).id)
print(container.start "web")
print(container.exec("web", { "cat" }, { input = "in" }).out, container.exec("web", { "false" }).code)
print(container.remove "web")
]])
  t.eq({ got.code, got.out, got.err }, { 0, "0123456789abcdef\ntrue\nin\t3\ntrue\n", "" })
  t.eq(asked, "[create][--name][web][--publish][127.0.0.1:8080:80][--env][A=--x][--env][B=2 3][nginx:1.27][nginx][-g][daemon off;]\n"
    .. "[start][web]\n[exec][--interactive][web][cat]\n[exec][--interactive][web][false]\n[rm][web]\n")
end)

t.test("what the engine refuses is told in its words", function()
  local got = run([[
print(select(2, pcall(container.stop, "none")).message)
print(select(2, pcall(container.exec, "none", { "date" })).message)
print(select(2, pcall(container.exec, "db", { "false" }, { check = true })).code)
]])
  t.eq(got.out, "podman ended with code 125: Error: no container with name none\nno such container none\nfailed\n")
end)

t.test("names that the engine would take for options are refused before it is asked", function()
  local got, asked = run([[
for _, fn in ipairs {
  function() container.stop "--all" end,
  function() container.logs "-f" end,
  function() container.create("x", "--privileged") end,
  function() container.create("x", "img", { ports = { "--net=host" } }) end,
  function() container.create("x", "img", { env = { ["-v"] = "/" } }) end,
  function() container.exec("db", {}) end,
} do print(select(2, pcall(fn)).code) end
]])
  t.eq({ got.out, asked }, { ("invalid\n"):rep(6), "" })
end)

t.test("a container is what must be granted", function()
  local got, asked = run([[
needs container "db"
print(container.start "db")
print(select(2, pcall(container.start, "web")).code)
]], "container db")
  t.eq({ got.out, asked, got.err }, { "true\ndenied\n", "[start][db]\n", "" })
end)

t.done()
