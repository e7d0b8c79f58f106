--- calls: a call: its arguments are visited, held against what is called, and what it gives back is told.
local arguments, needs, places = require "compiler.check.arguments", require "compiler.check.needs", require "compiler.check.places"
local labels, values = require "compiler.check.labels", require "compiler.check.values"
local M = {}
local eval

---The walk over expressions, which stands above this file.
function M.evaluate(fn) eval = fn end

---Functions that Lua's C calls cannot wait: by the name of the field that holds them, and by place among the arguments.
M.NO_WAIT = { __gc = "a `__gc` metamethod", __tostring = "a `__tostring` metamethod" }
local C_CALLS = {
  ["table.sort"] = { [2] = "the comparison of `table.sort`" }, ["string.gsub"] = { [3] = "the replacement of `string.gsub`" },
  ["xpcall"] = { [2] = "the handler of `xpcall`" }, ["load"] = { [1] = "the reader of `load`" },
}
local ACCEPT = { accept = "`accept`" }

-- the function written at this place, when it is nothing else
local function is_function(node)
  while node.kind == "exp" and #node == 1 do node = node[1] end
  return node.kind == "function" or node.kind == "lambda"
end

-- functions that call their first argument, once
local ONCE = { pcall = true, xpcall = true }

---Visits an expression; a function written there is called where nothing can wait, or once.
function M.eval(c, node, no_wait, once)
  if (no_wait or once) and is_function(node) then c.body_of_function = { no_wait = no_wait, once = once } end
  local info = eval(c, node)
  c.body_of_function = nil
  return info
end

-- a call or `...` at the end may stand for any number of values
local function may_be_many(node, info)
  if info then return info.many end
  while node.kind == "exp" and #node == 1 do node = node[1] end
  local last = node[#node]
  return node.kind == "suffixed" and last and (last.kind == "call" or last.kind == "method")
end

local function gather(c, node, from, special, name)
  local is_ask, once = name == "ask", ONCE[name]
  local args = { node = node }
  for i = from, #node do
    local child = node[i]
    if child.kind == "operator" then
      args.mixed = true
    else
      if is_ask then c.table_fields = ACCEPT end
      local info = M.eval(c, child, special and special[i - from + 1], once and i == from)
      c.table_fields = nil
      args[#args + 1] = { node = child, info = info }
    end
  end
  local last = args[#args]
  args.open = args.mixed or last ~= nil and may_be_many(last.node, last.info) or false
  return args
end

local function first_text(args) return args[1] and args[1].info and type(args[1].info.v) == "string" and args[1].info.v or nil end

-- what some functions of Lua give back, and what else is to be said of them
local builtin = {}
function builtin.tostring(_, args)
  local info = args[1] and args[1].info
  return info and info.secret and { s = values.STRING.s, secret = info.secret } or values.STRING
end
function builtin.ipairs(c, args)
  local info = args[1] and args[1].info
  local s = info and info.s and values.resolve(info.s, c.types)
  return s and s.type == "array" and type(s.items) == "table" and { iter = s.items, many = true } or { many = true }
end
function builtin.pairs(c, args)
  local info = args[1] and args[1].info
  local s = info and info.s and values.resolve(info.s, c.types)
  local item = s and (s.type == "array" and s.items or s.additionalProperties)
  return type(item) == "table" and { iter = item, many = true } or { many = true }
end
builtin.type = function(c, args)
  local only = args[1] and args[1].node
  if only then c.test(only) end
  return values.STRING
end
function builtin.rawset(c, args)
  local name = args[2] and args[2].info and args[2].info.v
  if type(name) == "string" then c.facts.set[name] = true else c.facts.open = true end
end
function builtin.setmetatable(c, args)
  if args[1] and c.text(args[1].node) == "_G" then c.facts.open = true end
end
function builtin.require(c, args)
  local name = first_text(args)
  if name == "aios" then return nil end
  local known = name and c.library[name]
  local beside = c.world.module
  if known and (known.stock or known.module and beside and not beside(name)) then return known.info end
  c.requires = true
end
function builtin.secret(_, args)
  local name, upto = first_text(args), args[2] and args[2].info and args[2].info.v
  return { secret = { name = name or "?", upto = type(upto) == "string" and upto or nil } }
end
function builtin.mock(c, args)
  local name = first_text(args)
  if name then c.facts.set[name:match "^[%w_]*"] = true end
end
builtin["string.format"] = function(_, args)
  for _, arg in ipairs(args) do if arg.info and arg.info.secret then return { s = values.STRING.s, secret = arg.info.secret } end end
  return values.STRING
end
builtin["io.read"] = function() return nil end

local function called_function(c, node, entry, args)
  needs.stock(c, entry.name, args)
  if entry.waits then places.call(c, node, entry) end
  local known = builtin[entry.name]
  if known then return known(c, args) end
end

local function called_tool(c, node, entry, args, expects)
  local given = arguments.tool(c, node, entry, args)
  needs.tool(c, node, entry, given)
  places.call(c, node, entry)
  if entry.name == "ask" then
    labels.ask(c, node, args)
    c.costs.ask(c, node, args)
    return not expects and entry.plain and values.STRING or nil
  end
  if entry.schema then return { s = entry.schema, adds = entry.adds, type_name = nil } end
  return not entry.returns and values.NIL or nil
end

local function called_own(c, node, entry, args)
  arguments.own(c, node, entry, args)
  places.call(c, node, entry)
  c.costs.call(c, entry)
  if entry.kind == "decision" then labels.decision(c, node, entry, args) end
  return entry.result
end

---@param info table? what is known of what is called
---@return table? info what is known of the result
function M.call(c, node, info)
  local expects = c.expects
  c.expects = nil
  local entry = info and info.entry
  local args = gather(c, node, 1, entry and C_CALLS[entry.name], entry and entry.name)
  if not entry then return nil end
  if entry.kind == "function" then return called_function(c, node, entry, args) end
  if entry.kind == "tool" and entry.library then return called_tool(c, node, entry, args, expects) end
  if entry.own and entry.params then return called_own(c, node, entry, args) end
  if entry.kind == "agent" then c.costs.call(c, entry) places.call(c, node, entry) end
end

---`value:name(...)`
function M.method(c, node, info, name)
  c.expects = nil
  local args = gather(c, node, 2, name == "gsub" and { [2] = "the replacement of `gsub`" } or nil)
  local entry = info and info.entry
  if entry and entry.own and name == "start" then
    places.call(c, node, entry)
    needs.dynamic(c)
  end
  return args[1] and args[1].info and args[1].info.secret and { secret = args[1].info.secret } or nil
end

return M
