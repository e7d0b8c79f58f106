--- forms: how the sentences of the language are written in Lua. One kind, one function.
local source_of, tree, lower = require "compiler.source", require "compiler.tree", require "compiler.lower"
local plain = require "compiler.emit.plain"
local M = {}
local quote, value, fields = source_of.quote, plain.value, plain.fields

-- the block of a heading or a step, and its undo part: a function of what the block sees and of what it gave
local function write_body(e, body, names, result)
  for _, child in ipairs(body) do
    if child.kind == "undo" then
      local name = tree.child(child, "name")
      local all = table.move(names, 1, #names, 1, {})
      all[#all + 1] = name and e.reader.text(name) or result
      local after = name and tree.token_start(e.reader.source, e.root, name.to) + #"do" or child.from + #"undo"
      e.w:copy_to(child.from)
      e.w:put("end,function(" .. table.concat(all, ",") .. ") ")
      e.w:skip_to(after)
      for _, part in ipairs(child) do if part ~= name then e.visit(part) end end
      e.w:copy_to(child.to)
    else
      e.visit(child)
    end
  end
  e.w:copy_to(body.to)
  e.w:put ");"
end

-- heading, condition, `do` ... `end`: all of it becomes one call with the body as its last argument
local function write_head(e, node, called)
  local head, body = lower.head(node, e.reader), tree.child(node, "body")
  e.w:copy_to(node.from)
  e.w:put(("__aios.%s(_ENV,%s,{%s"):format(called, head.name and quote(head.name) or "nil", fields(head)))
  if head.where then
    e.w:skip_to(head.where.from)
    e.w:put(("where=function(%s) return "):format(head.as or "it"))
    e.inside(head.where)
    e.w:copy_to(head.where.to)
    e.w:put " end,"
  end
  local names = {}
  for i, param in ipairs(head.params or {}) do names[i] = param[1] end
  if head.as then names[#names + 1] = head.as end
  e.w:skip_to(body[1].from)
  e.w:replace(body[1].to, "},function(" .. table.concat(names, ",") .. ") ")
  write_body(e, body, names)
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
function M.wait(e, node)
  literal(e, node, "__aios.wait(" .. source_of.number(source_of.seconds(e.reader.text(node[1]))) .. ");")
end

-- `undo EXP` of a step: it sees the step's names
local function write_undo(e, exp, names)
  e.w:put(",function(" .. names .. ") ")
  e.w:skip_to(exp.from)
  e.w:put "return "
  e.inside(exp)
  e.w:copy_to(exp.to)
  e.w:put " end"
end

function M.step(e, node)
  local names, options = {}, { "line=" .. e.reader.line(node) }
  for i, name in ipairs(tree.children(node, "name")) do names[i] = e.reader.text(name) end
  local retry, exp, body = tree.child(node, "retry"), tree.child(node, "exp"), tree.child(node, "body")
  if retry then options[2] = "retry=" .. value(lower.retry(retry, e.reader)) end
  local list = table.concat(names, ",")
  e.w:copy_to(node.from)
  e.w:put(('local %s=__aios.step("%s",%d,{%s},function() '):format(list, list, #names, table.concat(options, ",")))
  if exp then
    e.w:skip_to(exp.from)
    e.w:put "return "
    e.inside(exp)
    e.w:copy_to(exp.to)
    e.w:put " end"
    local back = tree.child(node, "undo_exp")
    if back then write_undo(e, back[1], list) end
    e.w:put ");"
    e.w:skip_to(node.to)
  else
    e.w:skip_to(body[1].to)
    write_body(e, body, {}, list)
  end
end

return M
