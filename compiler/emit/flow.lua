--- flow: how the sentences of a running program are written in Lua: steps, branches, waits, limits.
local source_of, tree, lower = require "compiler.source", require "compiler.tree", require "compiler.lower"
local block, plain = require "compiler.emit.block", require "compiler.emit.plain"
local M = {}

-- `undo EXP` of a step: it sees the step's names
local function write_undo(e, exp, names)
  e.w:put(",function(" .. names .. ") ")
  e.w:skip_to(exp.from)
  e.w:put "return "
  e.inside(exp)
  e.w:copy_to(exp.to)
  e.w:put " end"
end

local function names_of(e, node)
  local names = {}
  for i, name in ipairs(tree.children(node, "name")) do names[i] = e.reader.text(name) end
  return names
end

local function step_options(e, node)
  local options = { "line=" .. e.reader.line(node) }
  local retry, timeout = tree.child(node, "retry"), tree.child(node, "timeout")
  if retry then options[#options + 1] = "retry=" .. plain.value(lower.retry(retry, e.reader)) end
  if timeout then options[#options + 1] = "timeout=" .. plain.value(lower.seconds(timeout, e.reader)) end
  return "{" .. table.concat(options, ",") .. "}"
end

-- name, count, options, function, and the undo part: between the brackets that the caller writes
local function write_step(e, node, open, close)
  local names = names_of(e, node)
  local exp, body, list = tree.child(node, "exp"), tree.child(node, "body"), table.concat(names, ",")
  e.w:copy_to(node.from)
  e.w:put(('%s"%s",%d,%s,function() '):format(open, list, #names, step_options(e, node)))
  if exp then
    e.w:skip_to(exp.from)
    e.w:put "return "
    e.inside(exp)
    e.w:copy_to(exp.to)
    e.w:put " end"
    local back = tree.child(node, "undo_exp")
    if back then write_undo(e, back[1], list) end
    e.w:put(close)
    e.w:skip_to(node.to)
  else
    e.w:skip_to(body[1].to)
    block.write(e, body, {}, list)
    e.w:put(close)
  end
end

function M.step(e, node)
  write_step(e, node, ("local %s=__aios.step("):format(table.concat(names_of(e, node), ",")), ");")
end

function M.parallel(e, node)
  local all, steps = {}, tree.children(node, "step")
  for _, step in ipairs(steps) do table.move(names_of(e, step), 1, 255, #all + 1, all) end
  e.w:copy_to(node.from)
  e.w:put((#all > 0 and "local " .. table.concat(all, ",") .. "=" or "") .. "__aios.parallel({")
  for i, step in ipairs(steps) do
    e.w:skip_to(step.from)
    write_step(e, step, i > 1 and ",{" or "{", "}")
  end
  e.w:skip_to(node.to)
  e.w:put "});"
end

function M.parallel_for(e, node)
  local names, exp, body = names_of(e, node), tree.child(node, "exp"), tree.child(node, "body")
  local limit = tree.child(node, "limit")
  local most = limit and (",limit=" .. e.reader.text(limit[1])) or ""
  e.w:copy_to(node.from)
  e.w:put(("__aios.each({line=%d,names=%d%s},{"):format(e.reader.line(node), #names, most))
  e.w:skip_to(exp.from)
  e.inside(exp)
  e.w:copy_to(exp.to)
  e.w:put("},function(" .. table.concat(names, ",") .. ") ")
  e.w:skip_to(body[1].to)
  block.write(e, body, {})
  e.w:put ");"
end

function M.wait(e, node)
  e.w:copy_to(node.from)
  e.w:put("__aios.wait(" .. source_of.number(source_of.seconds(e.reader.text(node[1]))) .. ");")
  e.w:skip_to(node.to)
end

function M.wait_until(e, node)
  local exp = tree.child(node, "exp")
  e.w:copy_to(node.from)
  e.w:put(("__aios.wait_until(%d,function() return "):format(e.reader.line(node)))
  e.w:skip_to(exp.from)
  e.inside(exp)
  e.w:copy_to(exp.to)
  e.w:put " end);"
  e.w:skip_to(node.to)
end

-- `return` inside leaves the function around the block, as from any other block
local function write_block(e, node, called)
  local body = tree.child(node, "body")
  e.w:copy_to(node.from)
  e.w:put(("do local __aios_r=__aios.%s,function() do "):format(called))
  e.w:skip_to(body[1].to)
  for _, child in ipairs(body) do e.visit(child) end
  e.w:copy_to(body.to)
  e.w:put " return __aios.END end) if __aios_r then return __aios_r() end end;"
  e.w:skip_to(node.to)
end

function M.within(e, node)
  local limits = lower.limits(node, e.reader)
  write_block(e, node, ("within({line=%d%s%s}"):format(e.reader.line(node), limits.seconds and ",seconds=" .. source_of.number(limits.seconds) or "",
    limits.money and ",money=" .. source_of.number(limits.money) or ""))
end

function M.isolate(e, node) write_block(e, node, ("isolate(%d"):format(e.reader.line(node))) end

return M
