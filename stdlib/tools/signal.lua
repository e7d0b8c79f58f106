--- signal: says something to a run; it gets it where it asks with `receive`.
---
---     signal(order.run, "paid", { amount = 12 })
---
--- It is kept until the run asks for it. The same step never says it twice.
local M = { name = "signal", tools = {} }

M.tools.signal = {
  global = true,
  about = "Says something to a run, by its id: the run gets it where it calls receive(name). It is kept until then.",
  params = { { "run", "string" }, { "name", "string(1..200)" }, { "payload", "any?" } },
  effect = "tx",
  risk = "low",
  example = [[pcall(signal, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "paid", { amount = 12 })]],
  run = function(args, request)
    local why = require("tool.names").letter(args.name)
    if why then return nil, { code = "invalid", message = why } end
    local text, err = require "aios.json".encode(args.payload)
    if not text then return nil, err end
    local told
    told, err = require "aios.store".signal(args.run, request.key, args.name, text)
    if not told then return nil, err end
  end,
}

return M
