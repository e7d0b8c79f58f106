--- decision: what was decided and how it turned out. The language writes the rows; `outcome` marks them.
---
---     outcome(triage, "good")                   -- the newest decision of that name in this run was right
local M = { name = "decision", tools = {} }

local json = require "aios.json"

M.tools.record = {
  about = "Writes down who decided, and what was tried and turned down before.",
  params = { { "name", "string" } },
  options = { { "line", "integer" }, { "tier", "string" }, { "model", "string" }, { "chosen", "string" }, { "why", "string" },
    { "attempts", "any" } },
  returns = "boolean",
  effect = "tx",
  inward = true,                                        -- a row of ours about what was done: no act of its own
  risk = "low",
  run = function(args, request)
    local cost = 0
    for _, attempt in ipairs(args.attempts or {}) do cost = cost + math.floor(attempt.cost or 0) end
    require "aios.store".decided {
      run = request.run, path = request.path, program = request.program, name = args.name, line = args.line, tier = args.tier,
      model = args.model, chosen = args.chosen, why = args.why, attempts = args.attempts and json.encode(args.attempts), cost = cost,
    }
    return true
  end,
}

M.tools.outcome = {
  about = "Says how the newest decision of that name in this run turned out.",
  params = { { "name", "string" }, { "outcome", '"good" | "bad"' } },
  returns = "boolean",
  effect = "tx",
  risk = "low",
  run = function(args, request)
    local id, err = require "aios.store".outcome(request.run, args.name, args.outcome)
    if not id then return nil, err end
    if id == 0 then return nil, { code = "not_found", message = ("this run has made no decision named %s"):format(args.name) } end
    return true
  end,
}

return M
