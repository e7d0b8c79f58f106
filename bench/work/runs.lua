--- runs: a thousand runs of ten recorded steps, from the start of the process to its end.
local kit = require "kit"
local ROUNDS, RUNS, STEPS, BOUND = 5, 1000, 10, 0.5

return function(report)
  local aios, raw = {}, {}
  for round = 1, ROUNDS do
    local db = kit.path(("runs.%d.db"):format(round))
    kit.run(kit.bin, "run", "--yes", "--db", db, kit.programs .. "one.aios")        -- the database is there, as it is every time but once
    local took = kit.race(1, { kit.bin, "run", "--yes", "--db", db, "--once", "starter", ("[%d]"):format(RUNS), kit.programs .. "ten.aios" })
    aios[round] = took.wall
    raw[round] = tonumber(kit.run(kit.tool "rows", "insert", db, kit.path(("raw.%d.db"):format(round))))
  end
  local fast, plain = RUNS * STEPS / kit.median(aios), RUNS * STEPS / kit.median(raw)
  report { work = "1,000 runs of 10 steps, against raw inserts", aios = ("%.1f k/s"):format(fast), yardstick = ("%.1f k/s"):format(plain),
    ratio = fast / plain, bound = (">= %.1fx"):format(BOUND), ok = fast / plain >= BOUND }
end
