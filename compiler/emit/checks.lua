--- checks: how tests are written in Lua: `test that`, `expect`, `advance`.
---
--- An expectation keeps the values of its parts, so that a failure can show them: `expect a.runs == f(x)` becomes
--- `do local __aios_v<const> =__aios.probe(7,"a.runs == f(x)",{"a.runs","f(x)","x"});__aios_v(0,__aios_v(1,a.runs) == …);end;`
--- and every part is still evaluated once, in its order, or not at all where `and` and `or` stop early.
local source_of, tree, grammar = require "compiler.source", require "compiler.tree", require "compiler.grammar"
local M = {}
local quote = source_of.quote

function M.test(e, node)
  local name, body = tree.child(node, "string"), tree.child(node, "body")
  e.w:copy_to(node.from)
  e.w:put(("__aios.test(_ENV,%s,%d,"):format(quote(source_of.unquote(e.reader.text(name))), e.reader.line(node)))
  e.w:skip_to(body[1].from)
  e.w:replace(body[1].to, "function() ")
  e.inside(body)
  e.w:copy_to(body.to)
  e.w:put ");"
end

function M.advance(e, node)
  e.w:copy_to(node.from)
  e.w:put(("__aios.advance(%s);"):format(source_of.number(source_of.seconds(e.reader.text(node[1])))))
  e.w:skip_to(node.to)
end

-- ------------------------------------------------------------------ the parts of an expression
local LEFT = { ["or"] = 1, ["and"] = 2, ["<"] = 3, [">"] = 3, ["<="] = 3, [">="] = 3, ["~="] = 3, ["=="] = 3, ["|"] = 4, ["~"] = 5,
  ["&"] = 6, ["<<"] = 7, [">>"] = 7, [".."] = 9, ["+"] = 10, ["-"] = 10, ["*"] = 11, ["/"] = 11, ["//"] = 11, ["%"] = 11, ["^"] = 14 }
local RIGHT = { [".."] = 8, ["^"] = 13 }
local UNARY = 12
local JUDGES = { ["or"] = true, ["and"] = true, ["not"] = true, ["<"] = true, [">"] = true, ["<="] = true, [">="] = true, ["~="] = true, ["=="] = true }

-- the flat list of operands and operators as nested parts: { from, to, left, right } or { from, to, node }
local function parts_of(exp, reader)
  local at = 1
  local function operator() return exp[at] and exp[at].kind == "operator" and reader.text(exp[at]) end
  local parse
  local function operand()
    local node = exp[at]
    at = at + 1
    if node.kind ~= "operator" then return { from = node.from, to = node.to, node = node } end
    local right = parse(UNARY)
    return { from = node.from, to = right.to, right = right, op = reader.text(node) }
  end
  function parse(limit)
    local left = operand()
    while operator() and LEFT[operator()] > limit do
      local op = operator()
      at = at + 1
      local right = parse(RIGHT[op] or LEFT[op])
      left = { from = left.from, to = right.to, left = left, right = right, op = op }
    end
    return left
  end
  return parse(0)
end

local collect

-- arguments of calls are shown too; what stands in tables and functions is not
local function collect_node(p, part)
  local node = part.node
  if node.kind == "exp" then return collect(p, node) end
  if node.kind ~= "suffixed" then return end
  local alone = #node == 1 and node[1].kind == "paren" and node[1][1]
  if alone then return collect(p, alone) end
  p.show(part)
  for _, suffix in ipairs(node) do
    if suffix.kind == "call" or suffix.kind == "method" then
      for _, argument in ipairs(suffix) do
        if argument.kind == "exp" then collect(p, argument) end
      end
    end
  end
end

-- what a comparison says follows from its operands
local function collect_part(p, part)
  if part.node then return collect_node(p, part) end
  if not JUDGES[part.op] then p.show(part) end
  if part.left then collect_part(p, part.left) end
  collect_part(p, part.right)
end

function collect(p, exp)
  local part = parts_of(exp, p.reader)
  p.parts[exp] = part
  collect_part(p, part)
end

-- of a and b and c only the one that was false is of interest: v(-1, a) forgets what was seen when a is true
local function mark_chain(part)
  while part.op == "and" do
    part.left.link = true
    part = part.left
  end
end

-- ------------------------------------------------------------------ writing
local write                             -- each wrapping is written once

local function wrapped(e, part, id)
  e.w:copy_to(part.from)
  e.w:put(("__aios_v(%d,"):format(id))
  write(e, part)
  e.w:copy_to(part.to)
  e.w:put ")"
end

function write(e, part)
  local id = part.id
  if part.link then
    part.link = nil
    return wrapped(e, part, -1)
  elseif id then
    part.id = nil
    return wrapped(e, part, id)
  end
  if part.node then e.visit(part.node) end
  if part.left then write(e, part.left) end
  if part.right then write(e, part.right) end
end

---Only the expressions of an expectation are looked at.
function M.exp(e, node)
  local part = e.parts and e.parts[node]
  if part then write(e, part) else e.inside(node) end
end

-- the expressions of all expectations in the tree of everything, by the place of the sentence
local function expectations(e)
  if e.expectations then return e.expectations end
  e.expectations = {}
  tree.walk(grammar.tree(e.reader.source), function(node)
    if node.kind == "expect" then e.expectations[node.from] = tree.child(node, "exp") end
  end)
  return e.expectations
end

function M.expect(e, node)
  local exp = expectations(e)[node.from]
  local names, p = {}, { reader = e.reader, parts = {} }
  function p.show(part)
    names[#names + 1] = quote(e.reader.source:sub(part.from, part.to - 1))
    part.id = #names
  end
  local inner = #exp == 1 and exp[1].kind == "exp" and exp[1] or exp
  collect(p, inner)
  mark_chain(p.parts[inner])
  e.w:copy_to(node.from)
  e.w:put(("do local __aios_v<const> =__aios.probe(%d,%s,{%s});__aios_v(0,"):format(e.reader.line(node), quote(e.reader.text(exp)), table.concat(names, ",")))
  e.w:skip_to(exp.from)
  local outer = e.parts
  e.parts = p.parts
  e.inside(exp)
  e.parts = outer
  e.w:copy_to(exp.to)
  e.w:put ");end;"
  e.w:skip_to(node.to)
end

return M
