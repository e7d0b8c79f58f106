local mark = require "host.mark".command("resume", "", "")

local function run(opts, operands)
  if opts.code then return require "host.history.onward"(opts, operands) end
  return mark.run(opts, operands)
end

return {
  name = "resume", group = "act", summary = "lets a paused workflow go on, or a run with another text of its program",
  operands = "NAME|RUN", min = 1, max = 1,
  options = { { "code", "FILE", "for a RUN: the text, which must begin as the record does" } },
  about = [[
A workflow that `aios pause` stopped goes on: events that waited begin; of the slots that were missed begins what `missed` says.
With --code, RUN (diverged, failed or paused) goes on with FILE: its record is gone through with FILE first, doing nothing. When FILE
does what the record says, the run follows it from now on; else it is said where they part, and nothing is changed.
`aios retry RUN --code FILE` does not look first.]],
  examples = { { "aios resume backup", "the workflow backup" }, { "aios resume last --code fixed.aios", "when it fits" } },
  run = run,
}
