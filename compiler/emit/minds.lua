--- minds: how `tier`, `budget`, `decision` and `agent` are written in Lua.
local source_of, tree = require "compiler.source", require "compiler.tree"
local lower, minds = require "compiler.lower", require "compiler.minds"
local plain, conditions = require "compiler.emit.plain", require "compiler.emit.conditions"
local M = {}
local quote, value, fields = source_of.quote, plain.value, plain.fields

function M.tier_decl(e, node)
  local exps, clauses = tree.children(node, "exp"), minds.tier_clauses(node, e.reader)
  e.w:copy_to(node.from)
  e.w:put(('__aios.tier("%s",{'):format(e.reader.text(node[1])))
  e.w:skip_to(exps[1].from)
  for i, exp in ipairs(exps) do
    e.visit(exp)
    e.w:copy_to(exp.to)
    if exps[i + 1] then e.w:put "," e.w:skip_to(exps[i + 1].from) end
  end
  e.w:put(next(clauses) and "}," .. value(clauses) .. ");" or "});")
  e.w:skip_to(node.to)
end

function M.budget_decl(e, node)
  local said = minds.budget(node, e.reader)
  e.used = e.used or minds.budgets_in_use(e.root, e.reader)
  e.w:copy_to(node.from)
  e.w:put(('__aios.budget("%s",%s);'):format(said.name, value { cap = said.cap, per = said.per, named = e.used[said.name] or nil }))
  e.w:skip_to(node.to)
end

-- `function(names) return EXP end`; a template that is the whole expression keeps its parts apart
local function write_function(e, names, exp, whole)
  e.w:skip_to(exp.from)
  e.w:put(("function(%s) return "):format(names))
  local first = exp[1]
  e.whole = whole and first and first.to == exp.to and first.from == exp.from and first or nil
  e.inside(exp)
  e.whole = nil
  e.w:copy_to(exp.to)
  e.w:put " end"
end

local write = {}

function write.rule(e, rung, names)
  local source = e.reader.source
  local from = tree.token_start(source, e.root, rung.node.from + 4)
  local statement = source:match("^if%f[^%w_]", from) or source:match("^do%f[^%w_]", from)
  e.w:skip_to(from)
  e.w:put(("function(%s) %s"):format(names, statement and "" or "return "))
  e.inside(rung.node)
  e.w:copy_to(rung.node.to)
  e.w:put(statement and " end,true" or " end")
end

function write.prompt(e, rung, names)
  local exp = rung.node[1]
  if exp.kind ~= "exp" then                                  -- a template, and what it is joined with
    exp = table.move(rung.node, 1, #rung.node, 1, { kind = "exp", from = exp.from, to = rung.node.to })
  end
  write_function(e, names, exp, true)
end
function write.otherwise(e, rung, names) write_function(e, names, rung.exp) end

function write.accept(e, rung, names)
  names = names .. (names == "" and "" or ",") .. "answer,margin,agree"
  e.w:put "{"
  for _, test in ipairs(rung.accept) do
    e.w:put(("{%s,"):format(quote(test.text)))
    write_function(e, names, test.node)
    e.w:put "},"
  end
  e.w:put "}"
end

function write.try(e, rung, names)
  local margin = false
  for _, test in ipairs(rung.accept) do margin = margin or test.margin end
  e.w:put(("%q,"):format(rung.tier))
  write.accept(e, rung, names)
  e.w:put(("%s,%s"):format(rung.most and "," .. rung.most or ",nil", tostring(margin)))
end

function M.decision(e, node)
  local head, names = lower.head(node, e.reader), {}
  for i, param in ipairs(head.params) do names[i] = param[1] end
  names = table.concat(names, ",")
  e.w:copy_to(node.from)
  e.w:put(("__aios.decision(_ENV,%s,{%s},{"):format(quote(head.name), fields(head)))
  for _, rung in ipairs(minds.rungs(node, e.reader)) do
    e.w:skip_to(rung.node.from)
    e.w:put(("{%q,%d,"):format(rung.kind, rung.line))
    write[rung.kind](e, rung, names)
    e.w:put "},"
  end
  e.w:skip_to(node.to)
  e.w:put "});"
end

function M.agent(e, node)
  local head = lower.head(node, e.reader)
  local name = head.as or "it"
  e.w:copy_to(node.from)
  e.w:put(("__aios.agent(_ENV,%s,{%s"):format(quote(head.name), fields(head)))
  local nth = 0
  for _, clause in ipairs(node) do
    if clause.kind == "goal" then
      e.w:skip_to(clause.from)
      e.w:put "goal="
      write_function(e, name, tree.child(clause, "exp"), true)
      e.w:put ","
    end
    nth = conditions.clause(e, clause, name, nth)
  end
  e.w:skip_to(node.to)
  e.w:put "});"
end

return M
