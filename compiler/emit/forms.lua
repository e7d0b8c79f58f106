--- forms: how the sentences of the language are written in Lua. One kind, one function.
local source_of, tree, lower = require "compiler.source", require "compiler.tree", require "compiler.lower"
local plain = require "compiler.emit.plain"
local block, conditions = require "compiler.emit.block", require "compiler.emit.conditions"
local M = {}
local quote, value, fields = source_of.quote, plain.value, plain.fields

-- heading, condition, `do` ... `end`: all of it becomes one call with the body as its last argument
local function write_head(e, node, called)
  local head, body = lower.head(node, e.reader), tree.child(node, "body")
  e.w:copy_to(node.from)
  e.w:put(("__aios.%s(_ENV,%s,{%s"):format(called, head.name and quote(head.name) or "nil", fields(head)))
  conditions.write(e, node, head.as or "it")
  local names = {}
  for i, param in ipairs(head.params or {}) do names[i] = param[1] end
  if head.as then names[#names + 1] = head.as end
  e.w:skip_to(body[1].from)
  e.w:replace(body[1].to, "},function(" .. table.concat(names, ",") .. ") ")
  block.write(e, body, names)
  e.w:put ");"
end

function M.workflow(e, node) write_head(e, node, "workflow") end
function M.trigger(e, node) write_head(e, node, "workflow") end
function M.tool(e, node) write_head(e, node, "tool") end

-- a sentence that is all literal
local function literal(e, node, text)
  e.w:copy_to(node.from)
  e.w:put(text)
  e.w:skip_to(node.to)
end

function M.type_decl(e, node)
  local name, kind = e.reader.text(node[1]), lower.type_text(e.reader.text(node[2]))
  literal(e, node, ("%s=__aios.type(_ENV,%q,%s);"):format(name, name, quote(kind)))
end
function M.needs_decl(e, node) literal(e, node, "__aios.needs(" .. value(lower.needs(node, e.reader)) .. ");") end

return M
