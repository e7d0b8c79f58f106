--- undo: a step takes the `undo` that follows it; one written under its block, and not under the step, was meant for the block.
local lines_of = require "compiler.lines"
local tree = require "compiler.tree"
local M = {}

---@param root table
function M.check(root, reader, report)
  local lines
  tree.walk(root, function(node)
    local undo = node.kind == "step" and tree.child(node, "undo_exp")
    if not undo then return end
    lines = lines or lines_of.new(reader.source)
    local line, column = lines.place(node.from)
    local undo_line, undo_column = lines.place(undo.from)
    if undo_line > line and undo_column < column then
      report("AIOS036", undo.from, ("this `undo` belongs to the step `%s` of line %d"):format(reader.text(node[1]), line),
        "write it further to the right than the step, or end the step with `;` when it is meant for the block")
    end
  end)
end

return M
