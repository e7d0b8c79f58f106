--- bodies: the body of a step or a workflow is a function of its own: `break`, `goto` and `...` cannot cross its edge.
--- Reads the tree of the tree mode; only asked when Lua has refused the text, so a good program does not pay for it.
local tree = require "compiler.tree"
local M = {}

local NAME = { step = "a step", workflow = "a workflow", tool = "a tool", test = "a test", trigger = "a workflow", lambda = "`=>`", where = "`where`",
  rule = "a `rule`", goal = "`goal`",
  parallel_for = "`parallel for`", within = "`within`", isolate = "`isolate`", wait_until = "`wait until`" }
local LOOP = { ["for"] = true, ["while"] = true, ["repeat"] = true }

-- the innermost function-like thing around a node, and whether a loop lies between
local function around(parents)
  local in_loop = false
  for i = #parents, 1, -1 do
    local kind = parents[i].kind
    if LOOP[kind] then in_loop = true end
    if kind == "function" then return "function", in_loop, parents[i] end
    local parent = parents[i - 1]
    if kind == "body" and parent then return parent.kind, in_loop, parents[i] end
    if kind == "lambda" or kind == "where" or kind == "rule" or kind == "goal" then return kind, in_loop, parents[i] end
    if kind == "exp" and parent and (parent.kind == "step" or parent.kind == "undo_exp") then return "step", in_loop, parents[i] end
    if kind == "undo" then return parents[i - 2].kind, in_loop, parents[i] end
  end
  return "file", in_loop, parents[1]
end

local function has_vararg(fn)
  local params = tree.child(fn, "func_params")
  return params and tree.child(params, "vararg") ~= nil
end

-- every label inside one function-like node; `known` keeps the answers
local function labels(scope, reader, known)
  if known[scope] then return known[scope] end
  local out = {}
  known[scope] = out
  tree.walk(scope, function(node)
    if node ~= scope and node.kind == "function" then return false end
    if node.kind == "label" and node[1] then out[reader.text(node[1])] = true end
  end)
  return out
end

local look = {}
look["break"] = function(node, kind, in_loop, _, _, report)
  if in_loop then return end
  if NAME[kind] then
    report("AIOS030", node.from, ("`break` cannot leave the body of %s"):format(NAME[kind]),
      "let the body return a value and decide about `break` outside of it")
  else
    report("AIOS030", node.from, "`break` stands outside a loop", "`break` ends a `for`, `while` or `repeat`")
  end
end
look["goto"] = function(node, kind, _, scope, reader, report, known)
  local label = node[1] and reader.text(node[1])
  if not label or labels(scope, reader, known)[label] then return end
  if NAME[kind] then
    report("AIOS031", node.from, ("`goto %s` cannot leave the body of %s"):format(label, NAME[kind]),
      "let the body return a value and decide outside of it")
  else
    report("AIOS031", node.from, ("there is no label `%s` that this `goto` can reach"):format(label), ("write `::%s::` in the same or an outer block"):format(label))
  end
end
function look.vararg(node, kind, _, scope, _, report)
  if kind == "function" and (has_vararg(scope) or node.from < scope.from) or kind == "file" then return end
  local name = NAME[kind] or "this function"
  report("AIOS032", node.from, ("`...` is not known inside %s"):format(name),
    NAME[kind] and "write `local args = { ... }` before it and use `args`" or "add `...` to the parameters of the function")
end

---@param root table the tree of the tree mode
function M.check(root, reader, report)
  local known = {}
  tree.walk(root, function(node, parents)
    local rule = look[node.kind]
    local parent = parents[#parents]
    if not rule or parent.kind == "func_params" then return end
    local kind, in_loop, scope = around(parents)
    rule(node, kind, in_loop, scope, reader, report, known)
  end)
end

return M
