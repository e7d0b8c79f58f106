--- sentences: the language's own forms, as the walk meets them.
local exprs, labels, places = require "compiler.check.exprs", require "compiler.check.labels", require "compiler.check.places"
local schedule, tree, walk = require "compiler.check.schedule", require "compiler.tree", require "compiler.check.walk"
local calls = require "compiler.check.calls"
local M = {}
local visit, eval = walk.visit, exprs.eval

local WHERE = "the condition after `where`"
local WHEN = "the condition after `when`"

-- parameters as locals of the body
local function params(c, node)
  local list = tree.child(node, "params")
  for _, param in ipairs(list or {}) do
    local kind = tree.child(param, "type")
    c.local_name(param[1], kind and c.typed(kind) or nil)
  end
end

local function condition(c, node, why, as)
  local place = c.scope.enter("condition", { no_wait = why, reads = true })
  if as then c.local_name(as) end
  c.scope.declare("it", { node = node })
  for _, child in ipairs(node) do eval(c, child) end
  c.scope.leave()
  return place
end

-- clauses that hold expressions
local function clauses(c, node)
  local as = tree.child(node, "as")
  for _, child in ipairs(node) do
    if child.kind == "where" then condition(c, child, WHERE, as and as[1])
    elseif child.kind == "when" then
      local again = tree.child(child, "rearm")
      condition(c, { kind = "when", from = child.from, to = child.to, tree.child(child, "exp") }, WHEN)
      if again then condition(c, again, WHEN) end
    elseif child.kind == "goal" then eval(c, child)
    elseif child.kind == "on" then
      for _, part in ipairs(tree.child(child, "event") or {}) do
        if part.kind ~= "identifier" then eval(c, part) end
      end
    end
  end
  return as
end

local function result(c, node)
  local kind = tree.child(node, "type")
  return kind and c.typed(kind)
end

local function body(c, node, kind)
  local as, block = clauses(c, node), tree.child(node, "body")
  c.scope.enter(kind, { node = node })
  params(c, node)
  if as then c.local_name(as[1]) end
  c.result_type = result(c, node)
  for i, child in ipairs(block or {}) do
    if child.kind == "undo" then
      c.scope.enter "undo"
      local name = tree.child(child, "name")
      if name then c.local_name(name, c.result_type) end
      walk.statements(c, child, name and 2 or 1)
      c.scope.leave()
    elseif child.kind == "do" and i == 1 then
      local last = #block
      while last > 1 and (block[last].kind == "end" or block[last].kind == "undo") do last = last - 1 end
      walk.statements(c, block, 2, last)
    end
  end
  c.scope.leave()
end

local function heading(kind)
  return function(c, node)
    local name = tree.child(node, "name") or tree.child(node, "dotted")
    c.costs.open(kind, name and c.text(name):gsub("%s+", "") or ("line %d"):format(c.line(node)), node)
    if kind == "workflow" then schedule.heading(c, node) end
    body(c, node, node.kind)
    c.costs.close()
  end
end
visit.workflow, visit.trigger, visit.tool = heading "workflow", heading "workflow", heading "tool"

-- ------------------------------------------------------------------ decisions and agents
local function accepts(c, node, kind)
  c.scope.enter("accept", { no_wait = "`accept`", reads = true })
  c.scope.declare("answer", { node = node, info = kind })
  for _, name in ipairs { "agree", "margin", "judge" } do c.scope.declare(name, { node = node }) end
  for _, child in ipairs(node) do
    if child.kind == "exp" then eval(c, child) end
  end
  c.scope.leave()
end

function visit.decision(c, node)
  c.costs.open("decision", c.text(tree.child(node, "name")), node)
  clauses(c, node)
  local kind = result(c, node)
  c.scope.enter("decision", { node = node })
  params(c, node)
  for _, child in ipairs(node) do
    if child.kind == "rule" then
      c.scope.enter("rule", { no_wait = "a `rule`", reads = true })
      walk.statements(c, child, 1)
      c.scope.leave()
    elseif child.kind == "prompt" then
      local info
      for _, part in ipairs(child) do info = eval(c, part) or info end
      labels.prompt(c, child, node, info)
    elseif child.kind == "try" or child.kind == "accept" then
      if child.kind == "try" then labels.tier(c, child[1], c.text(child[1])) end
      accepts(c, child, kind)
    elseif child.kind == "otherwise" then
      eval(c, child)
    end
  end
  c.scope.leave()
  c.costs.close()
end

function visit.agent(c, node)
  c.costs.open("agent", c.text(tree.child(node, "name")), node)
  for _, name in ipairs(tree.child(node, "use_tier") or {}) do labels.tier(c, name, c.text(name)) end
  clauses(c, node)
  c.costs.close()
end

function visit.type_decl(c, node) c.type_of(c.facts.types[c.text(node[1])].text, node[2]) end
function visit.tier_decl(c, node) for _, exp in ipairs(tree.children(node, "exp")) do eval(c, exp) end end
visit.needs_decl = function() end
visit.budget_decl = visit.needs_decl

-- ------------------------------------------------------------------ flow
-- an expression that runs as a body of its own
local function inside(c, node, kind)
  c.scope.enter(kind)
  local info = eval(c, node)
  c.scope.leave()
  return info
end

local function block_of(c, node, kind, names)
  local block = tree.child(node, "body")
  c.scope.enter(kind)
  for name, info in pairs(kind == "branch" and names or {}) do c.local_name(name, info or nil) end
  local last = #block - 1
  local undo = block[last].kind == "undo" and block[last]
  walk.statements(c, block, 2, undo and last - 1 or last)
  if undo then
    c.scope.enter "undo"
    for name in pairs(names or {}) do c.local_name(name) end
    walk.statements(c, undo, 1)
    c.scope.leave()
  end
  c.scope.leave()
end

local function set_of(names)
  local out = {}
  for _, name in ipairs(names) do out[name] = false end
  return out
end

function visit.step(c, node)
  places.call(c, node, nil, "step")
  local names, exp = tree.children(node, "name"), tree.child(node, "exp")
  local retry, info = tree.child(node, "retry"), nil
  c.costs.loop(retry and tonumber(c.text(tree.child(retry, "number"))) or 1, function()
    if exp then info = inside(c, exp, "step") else block_of(c, node, "step", set_of(names)) end
  end)
  for i, name in ipairs(names) do c.local_name(name, i == 1 and info and not info.none and not info.many and info or nil) end
  local undo = tree.child(node, "undo_exp")
  if undo then inside(c, undo[1], "undo") end
end

function visit.parallel(c, node)
  places.call(c, node, nil, "parallel")
  for _, step in ipairs(node) do visit[step.kind](c, step) end
end

function visit.parallel_for(c, node)
  places.call(c, node, nil, "parallel")
  local names, info = tree.children(node, "name"), eval(c, tree.child(node, "exp"))
  local s = info and info.s and info.s.type == "array" and type(info.s.items) == "table" and { s = info.s.items }
  local bound = {}
  for i, name in ipairs(names) do bound[name] = i == 1 and #names == 1 and s or false end
  c.costs.loop(nil, block_of, c, node, "branch", bound)
end

function visit.wait(c, node) places.call(c, node, nil, "wait") end
function visit.wait_until(c, node)
  places.call(c, node, nil, "wait")
  condition(c, node, "the condition after `wait until`")
end

function visit.within(c, node)
  places.call(c, node, nil, "within")
  local money = tree.child(node, "money")
  c.costs.open("within", nil, node, money and require("compiler.check.costs").micro(c.text(money)))
  block_of(c, node, "within")
  c.costs.close()
end

function visit.isolate(c, node) block_of(c, node, "isolate") end

function visit.test(c, node)
  c.costs.open("test", nil, node)
  block_of(c, node, "test")
  c.costs.close()
end
visit.advance = function() end
function visit.expect(c, node) eval(c, node[1]) end

M.NO_WAIT = calls.NO_WAIT
return M
