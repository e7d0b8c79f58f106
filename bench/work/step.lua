--- step: one durable effect of a run, beside one durable write of the same disk.
local kit = require "kit"
local ROUNDS, STEPS = 9, 100

return function(report)
  local file, db = kit.path "pages", kit.path "step.db"
  local function aios(program) return { kit.bin, "run", "--yes", "--db", db, kit.programs .. program } end
  kit.run(table.unpack(aios "one.aios"))
  local write, writes, one, steps = kit.race(ROUNDS, { kit.tool "disk", file, 1 }, { kit.tool "disk", file, STEPS + 1 },
    aios "one.aios", aios "steps.aios")
  report(kit.at_most("a step of a run of 100, against fdatasync", (steps.wall - one.wall) / STEPS, (writes.wall - write.wall) / STEPS, 2.5))
end
