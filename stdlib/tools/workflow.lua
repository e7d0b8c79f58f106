--- workflow: starts runs of the program's own workflows.
---
---     local run = digest:start({ "monday" }, { id = "digest-monday" })      -- the same id never starts twice
---
--- Without an id the run is named after the step that started it, so a resumed program does not start it again.
local M = { name = "workflow", tools = {} }

local json = require "aios.json"

---The input of a run, from a list of arguments or a table of named ones.
function M.input(args)
  if args == nil then return "{}" end
  local is_list = #args > 0 or next(args) == nil
  return json.encode(is_list and { args = json.array(args) } or { kwargs = args })
end

M.tools.start = {
  about = "Starts a run of a workflow of this program and says its id; the run goes on by itself, from the instant `at` on.",
  params = { { "name", "string" }, { "args", "any?" } },
  options = { { "id", "string" }, { "at", "number" }, { "on_end", '"abandon" | "wait" | "cancel"' } },
  returns = "{ id: string }",
  effect = "tx",
  risk = "low",
  example = [[local started = digest:start({ "monday" })]],
  run = function(args, request)
    local id, on_end = args.id or request.key, args.on_end or "abandon"
    if on_end ~= "abandon" and request.run_name == request.program:match "[^/]*$" then
      return nil, { code = "invalid", message = ("on_end = %q: what a file's top level starts begins when the top level is over; start it in a workflow"):format(on_end) }
    end
    local ok, err = require "aios.engine".start(args.name, M.input(args.args), id, "start by " .. request.run, args.at and args.at * 1000, nil,
      request.run_number, request.path, on_end)
    if not ok then return nil, err end
    return { id = id }
  end,
}

return M
