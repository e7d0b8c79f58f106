--- tests: where `test that` may stand, and where `expect` and `advance` have a meaning.
local tree = require "compiler.tree"
local source_of = require "compiler.source"
local M = {}

local function inside_test(parents)
  for _, parent in ipairs(parents) do if parent.kind == "test" then return true end end
  return false
end

local function sentence(node, reader, seen, report)
  local name = tree.child(node, "string")
  local text = source_of.unquote(reader.text(name))
  if seen[text] then
    report("AIOS025", name.from, ("two tests of this file say %q"):format(text), ("the other one is in line %d; say what this one shows"):format(seen[text]))
  end
  seen[text] = seen[text] or reader.line(node)
end

---@param root table
function M.check(root, reader, report)
  local seen = {}
  tree.walk(root, function(node, parents)
    if node.kind == "test" then
      if #parents > 1 then
        report("AIOS070", node.from, "a test stands at the top level of its file", "move it out of what it is in")
      end
      sentence(node, reader, seen, report)
    elseif (node.kind == "expect" or node.kind == "advance") and not inside_test(parents) then
      report("AIOS071", node.from, ("`%s` has a meaning only inside a test"):format(node.kind),
        node.kind == "expect" and "write it between `test that \"...\" do` and its `end`; elsewhere use assert(...)"
          or "write it between `test that \"...\" do` and its `end`; in a program, `wait 5m` lets time pass")
    end
  end)
end

return M
