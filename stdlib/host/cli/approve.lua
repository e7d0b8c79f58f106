local answer = require "host.answer"

return {
  name = "approve", group = "act", summary = "answers yes to a question of a run",
  operands = "ID", min = 1, max = 1,
  options = { { "why", "TEXT", "the reason, for the run and for the record" } },
  about = "ID is that of `aios approvals`; its first characters are enough (4 or more). The question is shown, the answer counts for\n"
    .. "exactly what was shown, and once. The run gets it at once, or when its program next runs.",
  examples = { { "aios approve 3f9a --why 'seen the plan'", "yes, and why" } },
  run = function(opts, operands) return answer.give(opts, operands[1], true) end,
}
