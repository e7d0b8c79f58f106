-- monitor, service and pkg: what the files of /proc and the programs print, as tables; what the managers are asked.
local t = require "tests.tap"
local monitor, service, pkg = require "tools.monitor", require "tools.service", require "tools.pkg"

t.test("the time of a processor is what it did, and what it waited for", function()
  local idle, all = monitor.jiffies "cpu  10 1 5 80 4 0 0 0 3 0\ncpu0 1 1 1 1\n"
  t.eq({ idle, all }, { 84, 100 })
end)

t.test("a device that is mounted twice is one disk, and its path may hold a space", function()
  t.eq(monitor.mounts "proc /proc proc rw 0 0\n/dev/sda1 / ext4 rw 0 0\n/dev/sda1 /mnt ext4 rw 0 0\n/dev/sdb1 /my\\040disk xfs rw 0 0\n/dev/loop3 /snap squashfs ro 0 0\n",
    { { device = "/dev/sda1", path = "/", type = "ext4" }, { device = "/dev/sdb1", path = "/my disk", type = "xfs" } })
end)

t.test("the counters of an interface are read by their places", function()
  local text = "Inter-|   Receive  |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
    .. "    lo:     100      2    1    0    0     0          0         0     200      3    4    5    0     0       0          0\n"
    .. "eth0:7 1 0 2 0 0 0 0 9 1 0 0 0 0 0 0\n"
  t.eq(monitor.devices(text), {
    { name = "lo", received = 100, received_packets = 2, errors = 5, dropped = 5, sent = 200, sent_packets = 3 },
    { name = "eth0", received = 7, received_packets = 1, errors = 0, dropped = 2, sent = 9, sent_packets = 1 } })
end)

t.test("pressure is told for some and for all tasks", function()
  t.eq(monitor.pressure "some avg10=1.50 avg60=0.00 avg300=0.19 total=2000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", {
    some = { ten = 1.5, sixty = 0.0, three_hundred = 0.19, total = 2.0 }, full = { ten = 0.0, sixty = 0.0, three_hundred = 0.0, total = 0.0 } })
end)

t.test("the list of units is read, whatever mark stands before a failed one", function()
  t.eq(service.units "  ssh.service loaded active running OpenBSD Secure Shell server\n● bad@1.service not-found inactive dead bad@1.service\n", {
    { name = "ssh", loaded = true, state = "active", detail = "running", about = "OpenBSD Secure Shell server" },
    { name = "bad@1", loaded = false, state = "inactive", detail = "dead", about = "bad@1.service" } })
end)

t.test("a service that is not there is nil, another tells all that is known", function()
  t.eq(service.shown "Id=no.service\nLoadState=not-found\nActiveState=inactive\n", nil)
  t.eq(service.shown "Id=ssh.service\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nMainPID=77\nDescription=A = B\n",
    { name = "ssh", loaded = true, state = "active", detail = "running", enabled = true, pid = 77, about = "A = B" })
end)

t.test("a name that systemctl would take for something else is refused", function()
  for _, name in ipairs { "--now", "-H", "*", "a b", "a\nb", "" } do t.eq((service.unit(name)), nil, name) end
  t.eq({ service.unit "nginx", service.unit "x@1.timer" }, { "nginx.service", "x@1.timer" })
end)

local function words(plan)
  local out = {}
  for i, argv in ipairs(plan) do out[i] = table.concat(argv, " ") end
  return table.concat(out, "; ")
end

t.test("each manager is asked in its own words", function()
  local want = {
    apt = { "apt-get install --yes --no-install-recommends -- a b", "apt-get remove --yes -- a b", "apt-get update; apt-get upgrade --yes",
      "apt-get update; apt-get install --yes --only-upgrade -- a b" },
    dnf = { "dnf install --assumeyes -- a b", "dnf remove --assumeyes -- a b", "dnf upgrade --assumeyes --refresh --", "dnf upgrade --assumeyes --refresh -- a b" },
    pacman = { "pacman --sync --noconfirm --needed -- a b", "pacman --remove --noconfirm -- a b", "pacman --sync --refresh --sysupgrade --noconfirm",
      "pacman --sync --refresh --sysupgrade --noconfirm --needed -- a b" },
    apk = { "apk add --no-interactive -- a b", "apk del --no-interactive -- a b", "apk update; apk upgrade --no-interactive",
      "apk update; apk add --no-interactive --upgrade -- a b" },
    brew = { "brew install -- a b", "brew uninstall -- a b", "brew update; brew upgrade", "brew update; brew upgrade a b" },
  }
  for name, plans in pairs(want) do
    local m = pkg.managers[name]
    t.eq({ words(m.install { "a", "b" }), words(m.remove { "a", "b" }), words(m.update {}), words(m.update { "a", "b" }) }, plans, name)
  end
end)

t.test("what each manager lists is read", function()
  t.eq(pkg.listed("apt", "installed\tgit\t1:2.39\tfast\nconfig-files\told\t1\tgone\n"), { { name = "git", version = "1:2.39", about = "fast" } })
  t.eq(pkg.listed("dnf", "installed\tgit\t2.39-1\tfast\n"), { { name = "git", version = "2.39-1", about = "fast" } })
  t.eq(pkg.listed("pacman", "git 2.39-1\n"), { { name = "git", version = "2.39-1", about = "" } })
  t.eq(pkg.listed("apk", "git-daemon-2.39.5-r0 - Git protocol daemon\n"), { { name = "git-daemon", version = "2.39.5-r0", about = "Git protocol daemon" } })
  t.eq(pkg.listed("brew", "git 2.39.1\n"), { { name = "git", version = "2.39.1", about = "" } })
end)

t.test("what each manager finds is read, a name once", function()
  t.eq(pkg.found("apt", "git - fast\ngit - again\n"), { { name = "git", about = "fast" } })
  t.eq(pkg.found("dnf", "git\tfast\n"), { { name = "git", about = "fast" } })
  t.eq(pkg.found("pacman", "core/git 2.39-1 [installed]\n    the fast one\n"), { { name = "git", about = "the fast one" } })
  t.eq(pkg.found("apk", "git-2.39.5-r0 - fast\n"), { { name = "git", about = "fast" } })
  t.eq(pkg.found("brew", "==> Formulae\ngit: fast\n"), { { name = "git", about = "fast" } })
end)

t.test("a name that a manager would take for an option, a file or an address is refused", function()
  for _, name in ipairs { "--force", "-y", "/tmp/x.deb", "./x.deb", "http://x/y.deb", "a b", "a;b", "" } do
    t.eq((pkg.names { "good", name }), nil, name)
  end
  t.eq(pkg.names { "g++", "libc6:amd64", "python3.11" }, { "g++", "libc6:amd64", "python3.11" })
end)

t.done()
