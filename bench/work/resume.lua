--- resume: a run of 10,000 recorded steps whose process was killed, until its next step.
local kit = require "kit"
local ROUNDS, BOUND_MS = 9, 80
local MARK = "step 10001"

local function aios(db) return kit.bin, "run", "--yes", "--db", db, kit.programs .. "long.aios" end

return function(report)
  local killed, copy = kit.path "killed", kit.path "copy"
  kit.shell(("mkdir -p %s"):format(killed))
  kit.run(kit.tool "until", MARK, aios(killed .. "/long.db"))
  local resumed, raw = {}, {}
  for round = 1, ROUNDS do
    kit.shell(("rm -rf %s && cp -a %s %s"):format(copy, killed, copy))
    resumed[round] = tonumber(kit.run(kit.tool "until", MARK, aios(copy .. "/long.db")))
    local ms, rows = kit.run(kit.tool "rows", "read", copy .. "/long.db"):match "(%S+) (%d+)"
    assert(tonumber(rows) >= 10000, "the killed run has lost steps")
    raw[round] = tonumber(ms)
  end
  local ours, theirs = kit.median(resumed), kit.median(raw)
  report { work = "resume after 10,000 steps and kill -9", aios = kit.ms(ours), yardstick = kit.ms(theirs), ratio = ours / theirs,
    bound = "<= 80 ms", ok = ours <= BOUND_MS }
end
