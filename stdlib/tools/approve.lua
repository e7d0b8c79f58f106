--- approve: puts a question of a run where people find it. flow/people.lua waits for the answer.
---
---     if approve { "Deploy?", by = "ops", within = 2h } then … end
local M = { name = "approve", tools = {} }

M.tools.approve = {
  global = true,
  about = "Asks a person and waits for the answer: yes or no, and who said it, when and why. Without an answer in time: the default.",
  params = { { "question", "string(1..10000)" } },
  options = { { "by", "string(..200)" }, { "within", "duration" }, { "detail", "any" } },
  returns = "{ id: string, digest: string }",
  effect = "tx",
  risk = "low",
  example = [[local yes, answer = approve { "Deploy?", within = 0.01, default = false }]],
  run = function(args, request)
    local store, json = require "aios.store", require "aios.json"
    local detail = args.detail ~= nil and json.encode(args.detail) or nil
    local id, run, path = request.key:sub(1, 10), request.run_number, request.path
    local till = args.within and require("aios.host").now_ms() + args.within * 1000
    require "aios.door".commit(function()
      store.approval(id, till and math.ceil(till), run, path, args.question, detail, args.by)
    end)
    return { id = id, digest = store.approval_digest(run, path, args.question, detail, args.by) }
  end,
}

return M
