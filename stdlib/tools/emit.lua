--- emit: tells everybody that something happened: a row of the table `events`.
---
---     emit("deploy.done", { version = "1.4" })
---
--- The row and the step that wrote it are one commit: it is there once, whatever crashes.
local M = { name = "emit", tools = {} }

M.tools.emit = {
  global = true,
  about = "Tells everybody that something happened: a name such as deploy.done, and what goes with it. Workflows with `on event` begin for it.",
  params = { { "name", "string(1..200)" }, { "payload", "any?" } },
  effect = "tx",
  risk = "low",
  example = [[emit("deploy.done", { version = "1.4" })]],
  run = function(args, request)
    if not args.name:find "^[%w_%-]+[%w_%-.]*$" or args.name:find("..", 1, true) or args.name:find "%.$" then
      return nil, { code = "invalid", message = ("'%s' is no name of an event: words with dots between, such as deploy.done"):format(args.name) }
    end
    local text, err = require "aios.json".encode(args.payload)
    if not text then return nil, err end
    require "aios.door".commit(function() require "aios.store".event(args.name, text, request.run, request.key) end)
  end,
}

return M
