--- walk: one walk over the statements of a file, in the order of their lines.
local exprs, places, tree = require "compiler.check.exprs", require "compiler.check.places", require "compiler.tree"
local M = {}
local visit = {}
local eval = exprs.eval

local function statements(c, node, from, last)
  local before
  for i = from, last or #node do
    local child = node[i]
    local fn = visit[child.kind]
    if fn then fn(c, child) else eval(c, child) end
    if child.kind == "do_block" and before and before.kind == "expression" and before[#before].kind ~= "assign" then
      places.call_then_do(c, before, child)
    end
    before = child
  end
end
M.statements = statements

local function block(c, node, from, last)
  c.scope.open()
  statements(c, node, from, last)
  c.scope.close()
end

-- whether the word stands between two places, outside of comments
local function word_between(c, word, from, to)
  while from < to do
    from = tree.token_start(c.source, c.root, from)
    local found = c.source:match("^[%a_][%w_]*", from)
    if from < to and found == word then return true end
    from = from + (found and #found or 1)
  end
  return false
end

-- ------------------------------------------------------------------ Lua's own statements
function visit.do_block(c, node) block(c, node, 1) end

visit["if"] = function(c, node)
  local at = 1
  while at <= #node do
    if node[at].kind == "exp" then
      c.test(node[at])
      eval(c, node[at])
      at = at + 1
    end
    local from, before = at, node[at - 1] and node[at - 1].to or node.from
    while node[at] and node[at].kind ~= "exp" and (at == from or not word_between(c, "else", before, node[at].from)) do
      before = node[at].to
      at = at + 1
    end
    block(c, node, from, at - 1)
  end
end

visit["while"] = function(c, node)
  c.test(node[1])
  eval(c, node[1])
  c.costs.loop(nil, block, c, node, 2)
end

visit["repeat"] = function(c, node)
  c.costs.loop(nil, block, c, node, 1)
end

-- how often `for i = a, b` comes round, when its numbers are literals
local function rounds(infos)
  local a, b, step = infos[1] and infos[1].v, infos[2] and infos[2].v, infos[3] and infos[3].v or not infos[4] and 1
  if math.type(a) and math.type(b) and math.type(step) and step ~= 0 then return math.max(0, (b - a) // step + 1) end
end

visit["for"] = function(c, node)
  local at, names, infos = 1, {}, {}
  while node[at].kind == "identifier" do names[at], at = node[at], at + 1 end
  local is_count = c.source:find("^%s*=", node[at - 1].to) ~= nil
  local first = at
  while node[at] and node[at].kind == "exp" do
    local info = eval(c, node[at])
    infos[at - first + 1] = info or false
    at = at + 1
  end
  if is_count and at - first == 3 and not infos[3] then infos[4] = true end
  c.scope.open()
  local iter = infos[1] and infos[1].iter
  for i, name in ipairs(names) do
    c.local_name(name, is_count and { s = { type = "number" } } or i == 2 and iter and { s = iter } or nil)
  end
  c.costs.loop(is_count and rounds(infos) or nil, statements, c, node, at)
  c.scope.close()
end

visit["local"] = function(c, node)
  local first = node[1]
  if first.kind == "function" then
    c.local_name(first[1])
    M.named_function(c, first, c.text(first[1]), 2)
    return
  end
  local names = {}
  while node[#names + 1] and node[#names + 1].kind == "identifier" do names[#names + 1] = node[#names + 1] end
  local infos, count = {}, #node - #names
  for i = 1, count do infos[i] = eval(c, node[#names + i]) or false end
  if count == 1 and #names == 1 then c.test_local(node[2]) end
  for i, name in ipairs(names) do
    local info = infos[i] or nil
    if info and (info.none or info.many or i == count and count < #names and info.many) then info = nil end
    if info and info.t and c.facts.touched[c.text(name)] then info = nil end
    c.local_name(name, info)
  end
end

---A function with a name: what it asks is counted where it is called.
function M.named_function(c, node, name, params_at)
  local unit = c.costs.open("function", nil, node)
  unit.name, c.functions[name] = name, unit
  M.function_body(c, node, params_at, {})
  c.costs.close()
end

function M.function_body(c, node, at, place, with_self)
  c.scope.enter("function", place)
  if with_self then c.scope.declare("self", { node = node }) end
  for i, param in ipairs(node[at]) do
    if param.kind == "identifier" then c.local_name(param, place.given and place.given[i]) end
  end
  statements(c, node, at + 1)
  c.scope.leave()
end

---A function without a name; what calls it has said what that means.
function M.closure(c, node)
  local place = c.body_of_function or {}
  c.body_of_function = nil
  c.costs.loop(place.once and 1 or nil, M.function_body, c, node, 1, place)
end

visit["function"] = function(c, node)
  local head = c.source:sub(node.from + 8, node[1].from - 1)
  local name, rest = head:match "^%s*([%a_][%w_]*)%s*([.:]?)"
  local last = head:match "[.:]%s*([%a_][%w_]*)%s*%($"
  if rest ~= "" then exprs.name(c, { from = node.from + 8 + head:find "[%a_]" - 1, to = node.from + 8 + head:find "[%a_]" - 1 + #name, kind = "identifier" }, "index") end
  local no_wait = require("compiler.check.calls").NO_WAIT[last or ""]
  if rest == "" then return M.named_function(c, node, name, 1) end
  c.costs.loop(nil, M.function_body, c, node, 1, { no_wait = no_wait }, head:find(":", 1, true))
end

visit["goto"] = function() end
visit.label = visit["goto"]
visit["break"] = visit["goto"]
visit["return"] = function(c, node)
  if c.scope.place.kind == "file" and #node > 0 then c.is_module = true end
  for _, exp in ipairs(node) do eval(c, exp) end
end

-- a name or a chain that gets a value
local function target(c, node, last)
  local first = node[1]
  if last == 1 and first.kind == "identifier" then
    places.assign(c, first, c.text(first))
  elseif last > 1 then
    local info = exprs.chain(c, node, last - 1)
    local key = node[last][1]
    if key and key.kind ~= "identifier" then eval(c, key)
    elseif key and info and info.s and first.kind == "identifier" then exprs.set_field(c, info, key) end
  end
end

function visit.expression(c, node)
  local assign = node[#node]
  if assign.kind ~= "assign" then return exprs.chain(c, node, #node) end
  local key = node[#node - 1]
  local name = key.kind == "index" and key[1].kind == "identifier" and c.text(key[1])
  local no_wait = name and require("compiler.check.calls").NO_WAIT[name]
  for _, child in ipairs(assign) do
    if child.kind == "suffixed" then target(c, child, #child)
    else require("compiler.check.calls").eval(c, child, no_wait) end
  end
  target(c, node, #node - 1)
end

M.visit = visit
return M
