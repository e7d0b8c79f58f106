--- siblings: the steps of one `parallel do` give their values to names behind its `end`; of two with one name the first would be lost.
local tree = require "compiler.tree"
local M = {}

---@param root table
function M.check(root, reader, report)
  tree.walk(root, function(node)
    if node.kind ~= "parallel" then return end
    local lines = {}
    for _, step in ipairs(tree.children(node, "step")) do
      for _, name in ipairs(tree.children(step, "name")) do
        local word = reader.text(name)
        if lines[word] and word ~= "_" then
          report("AIOS035", name.from, ("two steps of this `parallel` have the name `%s`"):format(word),
            ("the other one stands in line %d; what one of them gives would be lost, so give it another name"):format(lines[word]))
        end
        lines[word] = lines[word] or reader.line(name)
      end
    end
  end)
end

return M
