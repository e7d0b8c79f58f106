--- run: what one run may ask of another, by its id: its end, to hear of its end, what came of it.
---
--- flow/people.lua makes these the methods of what NAME:start() returns.
local M = { name = "run", tools = {} }
local tools = M.tools

local STATES = { "queued", "running", "waiting", "paused", "diverged", "in_doubt", "done", "failed", "cancelled", "continued", "skipped" }

tools.cancel = {
  about = "Asks for the end of a run; what it had finished is undone.",
  params = { { "run", "string" } },
  effect = "tx",
  risk = "low",
  example = [[pcall(function() started:cancel() end)]],
  run = function(args)
    local asked, err = require "aios.store".cancel(args.run)
    if not asked and err.code ~= "closed" then return nil, err end
  end,
}

tools.watch = {
  about = "How a run stands; when it is not over, its end will be told.",
  params = { { "run", "string" } },
  returns = "string",
  effect = "tx",
  risk = "low",
  example = [[pcall(function() started:wait(5) end)]],
  run = function(args, request)
    local state, err = require "aios.store".watch(args.run, request.run_number)
    if not state then return nil, err end
    return STATES[state]
  end,
}

tools.result = {
  about = "What came of a run: its state, its result or its error.",
  params = { { "run", "string" } },
  returns = "{ state: string, output: any?, error: any?, reason: string? }",
  effect = "reads",
  risk = "low",
  example = [[pcall(function() return started:result() end)]],
  run = function(args)
    local rows, err = require("host.report").rows(require("host.execute").place(), "run_find", { text = args.run })
    if not rows then return nil, err end
    local row = rows[1]
    if not row or row.run ~= args.run then return nil, { code = "not_found", message = "there is no run " .. args.run } end
    return { state = row.state, output = row.output, error = row.error, reason = row.reason }
  end,
}

tools.cost = {
  about = "What this run has cost so far, in dollars.",
  returns = "number",
  effect = "reads",
  risk = "low",
  example = [[print(run.cost)]],
  run = function(_, request)
    local rows, err = require("host.report").rows(require("host.execute").place(), "spend", { run = request.run })
    if not rows then return nil, err end
    local sum = 0
    for _, row in ipairs(rows) do sum = sum + (row.cost or 0) end
    return sum / 1000000
  end,
}

tools.reply = {
  about = "Answers an update that this run has taken.",
  params = { { "key", "string" }, { "good", "boolean" }, { "value", "any?" } },
  effect = "tx",
  risk = "low",
  inward = true,
  example = [[require "aios".update("limit", function(n) return n end)]],
  run = function(args, request)
    local text, err = require "aios.json".encode(args.value)
    if not text then return nil, err end
    require "aios.door".commit(function() require "aios.store".reply(request.run_number, args.key, args.good, text) end)
  end,
}

tools.go_on = {
  about = "Begins the run that goes on for this one.",
  params = { { "name", "string" }, { "args", "any?" } },
  returns = "string",
  effect = "tx",
  risk = "low",
  example = [[if run.attempt > 100 then continue_with { 1 } end]],
  run = function(args, request)
    local input = require("tools.workflow").input(args.args)
    local ok, err = require "aios.engine".start(args.name, input, request.key, "continued from " .. request.run, nil, request.run_number)
    if not ok then return nil, err end
    return request.key
  end,
}

return M
