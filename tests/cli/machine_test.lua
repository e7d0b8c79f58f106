--- monitor, pkg and service on the machine that the tests run on.
local t = require "tests.tap"

local function says(source, o)
  o = o or {}
  local got = t.aios { "run", "--yes", "-", stdin = source, bin = o.bin, home = o.home }
  t.eq({ got.code, got.err }, { 0, "" }, got.out)
  return got.out
end

local function shell(command)
  local pipe = assert(io.popen(command .. " 2>/dev/null"))
  local text = pipe:read "a"
  return text, pipe:close()
end

t.test("memory, processors and their load are those of /proc", function()
  local got = says [[
local m, s, l = monitor.memory(), monitor.system(), monitor.load()
print(m.total, s.cores, s.kernel, s.host, m.used + m.available == m.total, l.tasks > 1 and l.one >= 0)
]]
  local total = math.tointeger(t.read "/proc/meminfo":match "MemTotal:%s+(%d+)") * 1024
  local cores = select(2, t.read "/proc/stat":gsub("\ncpu%d", ""))
  t.eq(got, ("%d\t%d\t%s\t%s\ttrue\ttrue\n"):format(total, cores, t.read "/proc/sys/kernel/osrelease":match "%S+", t.read "/proc/sys/kernel/hostname":match "%S+"))
end)

t.test("a disk is as full as df says, to a percent", function()
  local got = says [[local d = monitor.disk "/" print(d.total, d.percent) print(#monitor.disks() >= 0)]]
  local total, percent = shell "df -B1 --output=size,pcent /":match "(%d+)%s+(%d+)%%"
  local ours, share = got:match "^(%d+)\t([%d.]+)\n"
  t.eq(ours, total)
  t.ok(math.abs(tonumber(share) - tonumber(percent)) <= 1.01, got)
end)

t.test("the loopback interface is among those that send", function()
  t.eq(says [[for _, card in ipairs(monitor.network()) do if card.name == "lo" then print(card.received == card.sent) end end]], "true\n")
end)

t.test("a processor that works is seen to work", function()
  local got = says [[
local burner = process.spawn { "sh", "-c", "while :; do :; done" }
local busy = monitor.cpu({ over = 0.3 }).percent
process.kill(burner.pid, "KILL")
print(busy > 5 and busy <= 100)
]]
  t.eq(got, "true\n")
end)

if shell "command -v dpkg-query" ~= "" then
  t.test("the packages are those of dpkg", function()
    local got = says [[
local byname, count = {}, 0
for _, one in ipairs(pkg.list()) do byname[one.name], count = one.version, count + 1 end
print(count, byname.dpkg)
]]
    local count = shell "dpkg-query -W -f '${db:Status-Status}\n' | grep -c '^installed$'":match "%d+"
    t.eq(got, ("%s\t%s\n"):format(count, shell "dpkg-query -W -f '${Version}' dpkg"))
  end)

  t.test("a change that is only planned changes nothing and says what it would do", function()
    t.eq(says [[
local got = pkg.install({ "git", "curl" }, { plan = true })
print(got.done, table.concat(got.plan[1], " "), got.why)
]], "false\tapt-get install --yes --no-install-recommends -- git curl\tonly the plan was asked for\n")
  end)
end

t.test("each package of a change must be granted", function()
  local got = t.aios { "run", "--grant", 'pkg.install "git"', "-", stdin = [[
needs pkg.install "git"
print(pcall(pkg.install, { "git" }, { plan = true }))
print(select(2, pcall(pkg.install, { "git", "nmap" }, { plan = true })).message)
]] }
  t.match(got.out, "^true")
  t.match(got.out, 'the grant pkg.install "nmap" is missing')
end)

t.test("without systemd, services are told to be out of reach", function()
  if shell "test -d /run/systemd/system && echo up" ~= "" then return end
  t.match(says [[print(select(2, pcall(service.list)).code)]], "offline")
end)

-- the real binary of the system replaced by one of ours, in a mount namespace of its own
local STUB = [[#!/bin/sh
printf '%s\n' "$*" >>"LOG"
case " $* " in
*" list-units "*) echo "  ssh.service loaded active running OpenBSD server" ;;
*" show "*nginx*) printf 'Id=nginx.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\nUnitFileState=disabled\nMainPID=0\nDescription=web\n' ;;
*" show "*) printf 'Id=none.service\nLoadState=not-found\n' ;;
*" restart "*bad*) echo "Job for bad.service failed" >&2; exit 1 ;;
esac
]]

local target = shell "readlink -f /usr/bin/systemctl":match "%S+"
if target and select(2, shell "unshare -m true") then
  local home = t.dir()
  local log = home .. "/log"
  t.write(home .. "/stub", (STUB:gsub("LOG", log)))
  t.write(home .. "/under", ("#!/bin/sh\nexec unshare -m sh -c 'mount --bind %s/stub %s && exec \"$0\" \"$@\"' %s \"$@\"\n"):format(home, target, t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN))
  os.execute(("chmod 755 %s/stub %s/under"):format(home, home))

  t.test("services are listed, looked at and changed through systemctl, argument by argument", function()
    t.eq(says([[
print(service.list()[1].name, service.status("nginx").state, service.status "none")
local got = service.restart "nginx"
print(got.done, got.why, table.concat(got.plan[1], " "))
service.enable "nginx"
local ok, err = pcall(service.restart, "bad")
print(ok, err.code, err.message)
]], { bin = home .. "/under", home = home }), "ssh\tfailed\tnil\ntrue\tnil\tsystemctl --no-pager --no-ask-password restart -- nginx.service\n"
      .. "false\tfailed\tsystemctl ended with code 1: Job for bad.service failed\n")
    t.match(t.read(log), "\n%-%-no%-pager %-%-no%-ask%-password restart %-%- nginx%.service\n%-%-no%-pager %-%-no%-ask%-password enable %-%- nginx%.service\n")
  end)
else
  print "# no systemctl to replace, or no namespaces: services are not tried"
end

t.done()
