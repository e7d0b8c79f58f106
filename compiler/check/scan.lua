--- scan: what must be known of a whole file before any of its lines is judged: declarations, and which names change.
local lower, tree = require "compiler.lower", require "compiler.tree"
local M = {}
local look = {}

-- the name a chain begins with, when it begins with one
local function root_of(node, reader)
  local first = node[1]
  return first and first.kind == "identifier" and reader.text(first) or nil
end

local function target(out, node, last, reader)
  local name = root_of(node, reader)
  if not name then return end
  if last > 1 then out.touched[name] = true else out.set[name] = true end
  if name == "_ENV" or name == "_G" and last > 1 and node[last].kind == "index" and node[last][1].kind ~= "identifier" then out.open = true end
  if name == "_G" and last == 2 and node[2].kind == "index" and node[2][1].kind == "identifier" then out.set[reader.text(node[2][1])] = true end
end

function look.expression(out, node, reader)
  local assign = node[#node]
  if not assign or assign.kind ~= "assign" then return end
  target(out, node, #node - 1, reader)
  for _, other in ipairs(assign) do
    if other.kind == "suffixed" then target(out, other, #other, reader) end
  end
end

look["function"] = function(out, node, reader)
  if not node[1] or node[1].kind ~= "func_params" then return end
  local path = reader.source:sub(node.from + 8, node[1].from - 1):match "^%s*([%a_][%w_.:%s]*)"
  if not path then return end
  local name, rest = path:match "^([%a_][%w_]*)%s*([.:]?)"
  if rest == "" then out.set[name], out.functions[name] = true, true else out.touched[name] = true end
end

local function declared(out, kind, name, node, more)
  more = more or {}
  more.kind, more.name, more.node = kind, name, node
  out.declared[name] = out.declared[name] or more
  out.set[name:match "^[%w_]+"] = out.set[name:match "^[%w_]+"] or "declared"
  if name:find(".", 1, true) then out.touched[name:match "^[%w_]+"] = true end
  return more
end

local function callable(kind)
  return function(out, node, reader)
    local head = lower.head(node, reader)
    if not head.name then return end
    declared(out, kind, head.name, node, { params = head.params or {}, given = head.params ~= nil, returns = head.returns, effect = head.effect,
      line = head.line, as = head.as, head = head })
  end
end
look.workflow, look.tool, look.decision = callable "workflow", callable "tool", callable "decision"
function look.agent(out, node, reader) declared(out, "agent", reader.text(node[1]), node) end
function look.budget_decl(out, node, reader)
  out.budgets[reader.text(node[1])] = reader.text(tree.child(node, "money"))
end
function look.budget(out, node, reader)
  local name = not tree.child(node, "money") and tree.child(node, "name")
  if name then out.named_budgets[reader.text(name)] = true end
end
function look.type_decl(out, node, reader)
  local name = reader.text(node[1])
  out.types[name] = { text = lower.type_text(reader.text(node[2])), node = node[2] }
  out.set[name] = out.set[name] or "declared"
end
function look.tier_decl(out, node, reader)
  out.tiers[reader.text(node[1])] = tree.children(node, "exp")
end
function look.needs_decl(out, node, reader) lower.needs(node, reader, out.needs) out.need_nodes[#out.need_nodes + 1] = node end
function look.test(out) out.tests = true end
function look.needs(out, node, reader) look.needs_decl(out, node, reader) end

local function scan(out, node, reader)
  for i = 1, #node do
    local child = node[i]
    local fn = look[child.kind]
    if fn then fn(out, child, reader) end
    if #child > 0 then scan(out, child, reader) end
  end
end

---@param root table the tree of the tree mode
---@return table facts { set, touched: names that are assigned, whose fields are; declared, types, tiers, budgets, needs, need_nodes; open }
function M.of(root, reader)
  local out = { set = {}, touched = {}, declared = {}, types = {}, tiers = {}, budgets = {}, needs = {}, need_nodes = {}, functions = {}, named_budgets = {}, open = false }
  scan(out, root, reader)
  return out
end

return M
