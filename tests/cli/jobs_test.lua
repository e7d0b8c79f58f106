-- what people say of jobs, and what they are told
local t = require "tests.tap"

local PROGRAM = [[
workflow report every 1h in "UTC" do print("report", os.date("!%H:%M", run.due // 1)) end
workflow go on trigger.go do print "go" end
workflow nightly every day at random between 01:00 and 02:00 do print "nightly" end
]]

local home = t.dir()
t.write(home .. "/j.aios", PROGRAM)

local function aios(at, ...) return t.aios { env = { AIOS_CLOCK = "2026-03-02T" .. at .. ":00Z", TZ = "UTC" }, home = home, cwd = home, ... } end

t.test("jobs shows the next five times and what was decided last", function()
  t.eq(aios("08:00", "run", "j.aios", "--for", "130m").out, "report\t09:00\nreport\t10:00\n")
  local out = aios("10:30", "jobs", "report").out
  local times = {}
  for hour in out:gmatch "2026%-03%-02T(%d%d):00:00%+00:00\n" do times[#times + 1] = hour end
  t.eq(table.concat(times, " "), "11 12 13 14 15 10")
  t.match(out, "last     ran: done, j%.aios/report@2026%-03%-02T10:00:00Z, at 2026%-03%-02T10:00:00")
end)

t.test("paused, disabled and resumed jobs are shown as such", function()
  for word, shown in pairs { pause = "paused", disable = "disabled" } do
    t.eq(aios("10:30", word, "go").code, 0)
    t.match(aios("10:30", "jobs").out, "go +on trigger%.go +%- +" .. shown)
    t.eq(aios("10:30", word == "pause" and "resume" or "enable", "go").code, 0)
  end
  t.match(aios("10:30", "jobs").out, "go +on trigger%.go +%- +idle")
end)

t.test("a name that nobody declared gets a guess", function()
  local r = aios("10:30", "pause", "rport")
  t.eq(r.code, 1)
  t.match(r.err, "did you mean report?")
end)

t.test("backfill makes up for slots without a run, once", function()
  t.eq(aios("13:30", "run", "j.aios", "--for", "1m").out, "")
  t.match(aios("13:40", "why-not", "report", "--at", "2026-03-02 13:00").out, "was skipped: nobody was there")
  t.eq(aios("13:40", "backfill", "report", "--from", "2026-03-02 09:30", "--to", "2026-03-02 13:10").out, "3\n")
  t.eq(aios("13:40", "run", "j.aios", "--for", "1m").out, "report\t11:00\nreport\t12:00\nreport\t13:00\n")
  t.eq(aios("13:45", "backfill", "report", "--from", "2026-03-02 09:30", "--to", "2026-03-02 13:10").out, "0\n")
end)

t.test("with --all slots that have run run again", function()
  t.eq(aios("13:50", "backfill", "report", "--from", "2026-03-02 12:30", "--to", "2026-03-02 13:10", "--all").out, "1\n")
  t.eq(aios("13:50", "run", "j.aios", "--for", "1m").out, "report\t13:00\n")
end)

t.test("backfill refuses random times and wants both ends", function()
  t.match(aios("13:50", "backfill", "nightly", "--from", "2026-03-01", "--to", "2026-03-02").err, "is random")
  t.eq(aios("13:50", "backfill", "report", "--from", "2026-03-01").code, 2)
end)

t.test("why-not tells what stands in the way", function()
  aios("13:50", "disable", "report")
  local out = aios("13:50", "why-not", "report", "--at", "2026-03-02 13:30").out
  t.match(out, "It is disabled")
  t.match(out, "No process runs")
  t.match(out, "was not due then; the next time is 2026%-03%-02T14:00")
  t.match(aios("13:50", "why-not", "nightly").out, "It has never begun")
end)

t.test("a job is paused while its program runs, and goes on", function()
  t.write(home .. "/live.aios", "workflow live on trigger.live do print 'live' os.exit(0) end\n")
  local bin = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
  t.write(home .. "/talk.sh", ([[
cd "$1" || exit
export AIOS_DB=own.db
"AIOS" run live.aios --yes --for 30s >out &
until "AIOS" jobs 2>/dev/null | grep -q '^live'; do :; done
"AIOS" pause live
"AIOS" trigger live >number
until "AIOS" jobs live | grep -q paused; do :; done
test -s out && echo early
"AIOS" resume live
wait
cat out
]]):gsub("AIOS\"", function() return bin .. '"' end))
  local p = assert(io.popen(("timeout 60 sh %s %s 2>&1"):format(t.quote(home .. "/talk.sh"), t.quote(home))))
  local out = p:read "a"
  p:close()
  t.match(out, "live\n$")
  t.ok(not out:find "early", out)
end)

t.done()
