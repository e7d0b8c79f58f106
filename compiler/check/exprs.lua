--- exprs: one walk over an expression: every name is looked up, every call judged, and what is known of the value returned.
local calls, names, values = require "compiler.check.calls", require "compiler.check.unknown", require "compiler.check.values"
local places = require "compiler.check.places"
local source_of, lower = require "compiler.source", require "compiler.lower"
local M = {}
local operand, suffix = {}, {}

local STRING, NUMBER, BOOLEAN = values.STRING, values.NUMBER, values.BOOLEAN
local COMPARE = { ["=="] = true, ["~="] = true, ["<"] = true, [">"] = true, ["<="] = true, [">="] = true }
local LOGIC = { ["and"] = true, ["or"] = true }

---What is known of an operand or an expression; visits everything inside once.
function M.eval(c, node)
  local fn = operand[node.kind]
  if fn then return fn(c, node) end
  for i = 1, #node do M.eval(c, node[i]) end
end
local eval = M.eval
calls.evaluate(M.eval)

---The value as a Lua constant, when it is one.
local function constant(c, text) return { v = source_of.unquote(text) } end
function operand.number(c, node) return { v = tonumber(c.text(node)) } end
function operand.string(c, node)
  local text = c.text(node)
  local first = text:byte()
  if (first == 34 or first == 39) and not text:find("\\", 1, true) then return { v = text:sub(2, -2) } end
  return constant(c, text)
end
function operand.duration(c, node) return { v = source_of.seconds(c.text(node)) } end
function operand.size(c, node) return { v = source_of.amount(c.text(node)) } end
operand.count = operand.size
function operand.time(c, node) return { v = source_of.clock(c.text(node)) } end
function operand.money(c, node) return { v = tonumber(c.text(node):sub(2)) } end
function operand.literal(c, node)
  local text = c.text(node)
  if text == "nil" then return values.NIL end
  return { v = text == "true" }
end
function operand.vararg() return { many = true } end
operand["function"] = function(c, node) c.walk.closure(c, node) return values.FUNCTION end

function operand.lambda(c, node)
  local place = c.body_of_function or {}
  c.body_of_function = nil
  c.scope.enter("function", place)
  for i = 1, #node - 1 do c.scope.declare(c.text(node[i]), { node = node[i], info = place.given and place.given[i] }) end
  c.costs.loop(place.once and 1 or nil, eval, c, node[#node])
  c.scope.leave()
  return values.FUNCTION
end

function operand.template(c, node)
  local secret, length = nil, 0
  for i = 1, #node do
    local part = node[i]
    if part.kind == "value" then
      local info = eval(c, part[1])
      secret = secret or info and info.secret
      length = nil
    elseif length then
      length = length + part.to - part.from
    end
  end
  return secret and { s = STRING.s, secret = secret } or STRING
end
operand.ask_template = operand.template
function operand.template_arg(c, node) return eval(c, node[1]) end

local function add_field(c, t, node, hint)
  local first, second = node[1], node[2]
  if first.kind == "identifier" and second then
    local name = c.text(first)
    local info = calls.eval(c, second, calls.NO_WAIT[name] or hint and hint[name])
    if not t.named[name] then t.order[#t.order + 1] = name end
    t.named[name] = { info = info, node = first }
    return info
  elseif first.kind == "exp" and second and second.kind == "exp" then
    local key, info = eval(c, first), eval(c, second)
    if key and type(key.v) == "string" then
      if not t.named[key.v] then t.order[#t.order + 1] = key.v end
      t.named[key.v] = { info = info, node = first }
    else
      t.open = true
    end
    return info
  end
  local info
  for i = 1, #node do info = eval(c, node[i]) end
  if #node > 1 then info = nil end
  t.list[#t.list + 1] = { info = info, node = first }
  t.open = t.open or info ~= nil and info.many == true or info == nil
  return info
end

function operand.table(c, node)
  local t, secret = { named = {}, order = {}, list = {}, open = false }, nil
  local hint = c.table_fields
  c.table_fields = nil
  for i = 1, #node do
    local info = add_field(c, t, node[i], hint)
    secret = secret or info and info.secret
  end
  return { t = t, secret = secret }
end

function operand.paren(c, node)
  local info = eval(c, node[1])
  return info and not info.many and info or nil
end

-- ------------------------------------------------------------------ operators
-- `a == "literal"` where a is one of other literals
local function never_equal(c, left, right, node)
  if right and right.s and left and left.v ~= nil then left, right = right, left end
  if not (left and left.s and right and right.v ~= nil) then return end
  local set = values.literals(left.s, c.types)
  if not set or set[right.v] then return end
  local list = values.names_of(set)
  c.report("AIOS106", node, ("this is never equal: the value is %s, not %s"):format(c.type_text(left.s), c.show(right.v)),
    type(right.v) == "string" and (values.suggestion(right.v, list)) or nil)
end

local function combined(c, node)
  local infos, ops, compares, secret = {}, {}, false, nil
  for i = 1, #node do
    local part = node[i]
    if part.kind == "operator" then
      local op = c.text(part)
      ops[i], compares = op, compares or COMPARE[op] or op == "not"
    else
      infos[i] = eval(c, part)
      secret = secret or infos[i] and infos[i].secret
    end
  end
  local all_text, all_numbers, logic = true, true, false
  for i = 1, #node do
    local op = ops[i]
    if op then
      if LOGIC[op] then logic = true end
      if (op == "==" or op == "~=") and (not ops[i - 2] or LOGIC[ops[i - 2]]) and (not ops[i + 2] or LOGIC[ops[i + 2]]) then
        never_equal(c, infos[i - 1], infos[i + 1], node[i + 1])
      end
      if LOGIC[op] or op == "not" or op == "==" or op == "~=" then
        if node[i - 1] and not ops[i - 1] then c.test(node[i - 1]) end
        if node[i + 1] and not ops[i + 1] then c.test(node[i + 1]) end
      end
      all_text, all_numbers = all_text and op == "..", all_numbers and op ~= ".." and op ~= "#"
    else
      local info = infos[i]
      all_numbers = all_numbers and info and (math.type(info.v) or info.s and (info.s.type == "number" or info.s.type == "integer"))
      all_text = all_text and info and (type(info.v) == "string" or type(info.v) == "number" or info.s and info.s.type == "string")
    end
  end
  if logic then return secret and { secret = secret } or nil end
  if compares then return BOOLEAN end
  if #node == 2 and ops[1] == "-" and infos[2] and math.type(infos[2].v) then return { v = -infos[2].v } end
  local out = all_text and STRING or all_numbers and NUMBER or nil
  return secret and { s = out and out.s, secret = secret } or out
end

function operand.exp(c, node)
  if #node == 1 then return eval(c, node[1]) end
  return combined(c, node)
end

-- ------------------------------------------------------------------ names and what follows them
---What a name stands for here.
function M.name(c, node, used)
  local name = c.text(node)
  local binding = c.scope.find(name)
  if binding then
    if binding.lost then places.read(c, binding) end
    return not c.facts.set[name] and binding.info or nil
  end
  local set = c.facts.set[name]
  if set and set ~= "declared" then return nil end
  local own = c.own[name]
  if own then return own.info end
  local known = c.library[name]
  if known and (not known.testing or c.facts.tests) then return known.info end
  if not set then names.use(c, name, node, used) end
end

local function field(c, info, node, name)
  if info.entry then return info.entry.testing and values.faked(name) or names.field(c, info.entry, node, name) end
  if info.t then
    local one = info.t.named[name]
    return one and one.info or nil
  end
  local record = info.s and values.record(info.s, c.types)
  if not record then return nil end
  local part = record.properties[name]
  if part then return { s = part, secret = info.secret } end
  if record.additionalProperties ~= false or info.adds and (info.adds == true or info.adds[name]) then return nil end
  c.report("AIOS105", node, ("there is no field `%s` in %s"):format(name, info.type_name or c.type_text(record)),
    (values.suggestion(name, values.names_of(record.properties), "its fields are")))
end

function suffix.index(c, node, info)
  local key = node[1]
  if key.kind == "identifier" then return info and field(c, info, key, c.text(key)) end
  local at = eval(c, key)
  if not info then return nil end
  if at and type(at.v) == "string" and info.s then return field(c, info, key, at.v) end
  local s = info.s and values.resolve(info.s, c.types)
  if s and s.type == "array" and type(s.items) == "table" then return { s = s.items, secret = info.secret } end
  if s and type(s.additionalProperties) == "table" then return { s = s.additionalProperties } end
end

function suffix.call(c, node, info) return calls.call(c, node, info) end

function suffix.method(c, node, info)
  local name = node[1]
  if info and info.s and values.record(info.s, c.types) then field(c, info, name, c.text(name)) end
  return calls.method(c, node, info, c.text(name))
end

function suffix.result(c, node) return c.typed(node[1]) end

---A chain of a name (or something in brackets) and what follows it, from node[first] to node[last].
function M.chain(c, node, last)
  local first = node[1]
  c.chain_root = first.kind == "identifier" and c.text(first) or nil
  local info
  if first.kind == "identifier" then
    info = M.name(c, first, node[2] and last > 1 and node[2].kind or nil)
    if not info then c.costs.function_name(c.chain_root, node[2] and node[2].kind == "call") end
  else
    info = eval(c, first)
  end
  for i = 2, last do
    local part = node[i]
    local step = suffix[part.kind]
    local expects = node[i + 1] and node[i + 1].kind == "result"
    if expects then c.expects = node[i + 1][1] end
    info = step(c, part, info, node)
    c.expects = nil
  end
  return info
end

function operand.suffixed(c, node) return M.chain(c, node, #node) end

---A field that is given a value must be one of its record.
function M.set_field(c, info, key) field(c, info, key, c.text(key)) end

---The type after `->` or `:`, as what is known of a value of it.
function M.typed(c, node)
  local text = lower.type_text(c.text(node))
  local schema = c.type_of(text, node)
  return schema and { s = schema, type_name = #text > 40 and text:match "^[%a_][%w_]*$" or text } or nil
end

return M
