--- sleep: what a process keeps in memory for runs that wait for days; its yardstick is the same process with one of them.
local kit = require "kit"
local RUNS, BOUND_MIB, PATIENCE = 10000, 40, 300

local function read(path)
  local file = io.open(path)
  if not file then return "" end
  local text = file:read "a"
  file:close()
  return text
end

---MiB in memory now, and the most it ever was, when `runs` of them sleep.
local function resident(runs)
  local db, pid_file = kit.path(("sleep.%d.db"):format(runs)), kit.path "pid"
  kit.shell(("%s run --yes --db %s --once starter '[%d]' %ssleep.aios >/dev/null & echo $! >%s"):format(kit.bin, db, runs, kit.programs, pid_file))
  local pid, asleep = read(pid_file):match "%d+", 0
  for _ = 1, PATIENCE do
    os.execute "sleep 0.2"
    -- a file that is not there yet is none of SQLite's business: it would be made
    if read(db) ~= "" then asleep = tonumber(kit.run(kit.tool "rows", "asleep", db)) end
    if asleep == runs then break end
  end
  os.execute "sleep 0.5"
  local status = read(("/proc/%s/status"):format(pid))
  os.execute(("kill -9 %s 2>/dev/null"):format(pid))
  assert(asleep == runs, ("only %d of %d runs sleep"):format(asleep, runs))
  return tonumber(status:match "VmRSS:%s*(%d+)") / 1024, tonumber(status:match "VmHWM:%s*(%d+)") / 1024
end

return function(report)
  local one = resident(1)
  local now, most = resident(RUNS)
  local function row(work, mib)
    report { work = work, aios = ("%.1f MiB"):format(mib), yardstick = ("%.1f MiB"):format(one), ratio = mib / one,
      bound = "<= 40 MiB", ok = mib <= BOUND_MIB }
  end
  row("10,000 sleeping runs, against one", now)
  row("  the most while they were started", most)
end
