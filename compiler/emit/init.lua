--- emit: a tree of the language's forms -> Lua text, line for line.
---
---     emit.emit(root, source) -> text
---
--- Works on the tree of the run mode and on that of the tree mode alike: kinds it has no function for are only walked.
local lower, writer = require "compiler.lower", require "compiler.emit.writer"
local M = {}

---What line 1 begins with: the runtime, out of reach of anything a program may redefine.
--- (The blank matters: Lua would read `>=`.)
M.PREFIX = "local __aios<const> =__aios;"

local function functions()
  local out = {}
  for _, part in ipairs { "compiler.emit.values", "compiler.emit.forms", "compiler.emit.flow", "compiler.emit.minds", "compiler.emit.checks" } do
    for kind, write in pairs(require(part)) do out[kind] = write end
  end
  return out
end

---@param root table a tree of forms that are alive (check.living has said so)
---@return string lua
function M.emit(root, source)
  local write = functions()
  local e = { w = writer.new(source), reader = lower.reader(source), root = root }
  function e.visit(node)
    local emit = write[node.kind]
    if emit then emit(e, node) else e.inside(node) end
  end
  function e.inside(node)
    for _, child in ipairs(node) do e.visit(child) end
  end
  e.w:put(M.PREFIX)
  e.inside(root)
  return e.w:finish()
end

return M
