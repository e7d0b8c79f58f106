--- check: what is wrong with a program that can be read: found without running it, in one walk over its tree.
---
---     local found = check.run(source, world, report)     -- { costs, declarations, ... }
---
--- The compiler is pure, so what lies outside comes as `world`; each part may be missing, and then nothing is said about it:
---   library   name -> entry: what programs see (stdlib/tool/catalog.lua makes it)
---   schema    { parse, check, text }: the types of the language
---   schedule  function(words) -> { never, advice, clock }: what the calendar says
---   module    function(name) -> true when a file beside the program is what `require` of the name gives
---   model     { ask, decision }: what a question costs at most
local costs_of, exprs, needs = require "compiler.check.costs", require "compiler.check.exprs", require "compiler.check.needs"
local scan, scope_of, unknown = require "compiler.check.scan", require "compiler.check.scope", require "compiler.check.unknown"
local values, walk = require "compiler.check.values", require "compiler.check.walk"
local lower, grammar, lines_of = require "compiler.lower", require "compiler.grammar", require "compiler.lines"
require "compiler.check.sentences"
local M = {}

local BASE = { "string", "number", "integer", "boolean", "any", "duration", "size", "time", "date", "money", "path", "url", "email", "nil", "null" }

local function show(value)
  if type(value) == "string" then return ("%q"):format(#value > 60 and value:sub(1, 57) .. "..." or value) end
  return tostring(value)
end

-- every name that a schema refers to
local function refs(schema, each)
  if type(schema) ~= "table" then return end
  if schema["$ref"] then each(schema["$ref"]:match "([^/]+)$") end
  for key, part in pairs(schema) do
    if type(part) == "table" and key ~= "enum" and key ~= "required" then refs(part, each) end
  end
end

-- types: notation -> schema, once each; what does not parse, or names a type that nobody declares, is told
local function typing(c, world)
  local known = {}
  local function tell_unknown(schema, node)
    refs(schema, function(name)
      if c.facts.types[name] or c.requires_modules then return end
      local list = table.move(BASE, 1, #BASE, 1, values.names_of(c.facts.types))
      c.report("AIOS107", node, ("there is no type `%s`"):format(name), (values.suggestion(name, list)) or "declare it: type " .. name .. " = ...")
    end)
  end
  function c.type_of(notation, node)
    local found = known[notation]
    if found == nil or not found and node then
      local schema, why = world.schema.parse(notation)
      if not schema and node then c.report("AIOS108", node, "this is not a type: " .. tostring(why)) end
      found = schema or false
      known[notation] = found
    end
    if found and node then tell_unknown(found, node) end
    return found or nil
  end
  function c.typed(node) return world.schema and exprs.typed(c, node) or nil end
  if not world.schema then c.type_of = function() end end
  for name, row in pairs(c.facts.types) do c.types[name] = c.type_of(row.text) end
end

-- what the file itself declares, as entries that calls are held against
local function own_entries(c)
  for name, decl in pairs(c.facts.declared) do
    decl.own = true
    decl.info = { entry = decl }
    local text = decl.returns
    local schema = text and c.type_of(text)
    decl.result = schema and { s = schema, type_name = #text > 40 and text:match "^[%a_][%w_]*$" or text } or nil
    local root, rest = name:match "^([%w_]+)%.(.+)$"
    if root then
      local library = c.library[root]
      local space = c.spaces[root] or { kind = "space", name = root, open = true, fields = setmetatable({}, { __index = library and library.fields }) }
      space.info = { entry = space }
      c.spaces[root], c.own[root] = space, space
      space.fields[rest:match "^[%w_]+"] = not rest:find(".", 1, true) and decl or { kind = "any" }
    else
      c.own[name] = decl
    end
  end
end

local function context(source, root, world, report)
  local lines = lines_of.new(source)
  local reader = lower.reader(source)
  local c = { source = source, root = root, world = world, reader = reader, text = reader.text, library = world.library or {}, schema = world.schema,
    scope = scope_of.new(), types = {}, own = {}, spaces = {}, unknown = {}, unknown_list = {}, unknown_fields = {}, tested = {}, locals = {}, used = {},
    functions = {}, show = show, walk = walk, requires_modules = source:find "%f[%w_]require%f[^%w_]" ~= nil }
  function c.report(code, node, message, hint, severity) report(code, node.from, message, hint, node.to, severity) end
  function c.line(node) return (lines.at(node.from)) end
  function c.local_name(node, info)
    local name = c.text(node)
    c.locals[name] = true
    return c.scope.declare(name, { node = node, info = info })
  end
  ---A name in a condition is only looked at to see whether it is there.
  function c.test(node)
    while node.kind == "exp" and #node == 1 or node.kind == "suffixed" and #node == 1 do node = node[1] end
    if node.kind == "identifier" then
      c.tested[c.text(node)] = true
    elseif node.kind == "suffixed" and #node == 2 and node[2].kind == "index" and node[2][1].kind == "identifier" then
      c.tested[c.text(node[1]) .. "." .. c.text(node[2][1])] = true
    end
  end
  c.test_local = c.test
  ---A type as its notation, cut when it is long.
  function c.type_text(schema)
    local text = world.schema.text(schema)
    return #text > 60 and text:sub(1, (utf8.offset(text, 0, 58) or 58) - 1) .. "..." or text
  end
  c.facts = scan.of(root, reader)
  c.costs = costs_of.new(c)
  typing(c, world)
  own_entries(c)
  return c
end

---Walks over a text that the grammar accepts; nil when it is nested too deeply to be looked at.
---@param source string
---@param world table see above
---@param report fun(code: string, pos: integer, message: string, hint: string?, to: integer, severity: string?)
---@param decls_of table the declarations, or compiler.decls to read them with
---@param plain boolean? a file that is Lua: names may come from elsewhere
---@return table? found { costs = rows, declarations }
function M.run(source, world, report, decls_of, plain)
  local root = grammar.tree(source)
  if not root then return nil end
  local c = context(source, root, world, report)
  c.plain = plain
  walk.statements(c, root, 1)
  unknown.tell(c)
  needs.tell(c)
  local decls = decls_of.of and decls_of.of(root, source) or decls_of
  local rows = c.costs.table(decls)
  for _, row in ipairs(rows) do
    if row.endless and row.kind ~= "file" then
      report("AIOS132", row.node.from, ("what %s `%s` may spend has no bound: %s"):format(row.kind, row.name, row.why),
        "give it a budget: budget $0.10 in its heading, or within $0.10 do around the questions", row.node.from + #row.kind)
    end
    row.node = nil
  end
  return { costs = rows, declarations = decls }
end

return M
