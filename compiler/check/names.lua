--- names: the nothing of other languages. A file that never gives `null` a value means `nil`.
local grammar, tree = require "compiler.grammar", require "compiler.tree"
local M = {}

local FOREIGN = { null = "nil", None = "nil", undefined = "nil", True = "true", False = "false" }
local BINDS = { ["local"] = true, func_params = true, ["for"] = true, ["function"] = true }

-- whether the text has one of the words at all: most have none, and need no tree of everything
local function mentioned(source)
  for word in pairs(FOREIGN) do
    if source:find("%f[%w_]" .. word .. "%f[^%w_]") then return true end
  end
  return false
end

---Reports each use of a foreign word that the file does not declare as a name of its own.
function M.check(reader, report)
  local root = mentioned(reader.source) and grammar.tree(reader.source)
  if not root then return end
  local bound, used = {}, {}
  tree.walk(root, function(node, parents)
    if node.kind ~= "identifier" and node.kind ~= "name" then return end
    local word, parent = reader.text(node), parents[#parents]
    if not FOREIGN[word] then return end
    if parent.kind == "suffixed" and parent[1] == node and parents[#parents - 1].kind ~= "assign" then
      used[#used + 1] = node
    elseif node.kind == "name" or BINDS[parent.kind] or parent.kind == "expression" and tree.child(parent, "assign") then
      bound[word] = true
    end
  end)
  for _, node in ipairs(used) do
    local word = reader.text(node)
    if not bound[word] then
      report("AIOS012", node.from, ("`%s` is written `%s`"):format(word, FOREIGN[word]), "write " .. FOREIGN[word])
    end
  end
end

return M
