--- conditions: the expressions of a heading: `where`, `when` and its `until`, each as a function of its own.
local tree = require "compiler.tree"
local M = {}

local function write(e, field, params, exp)
  e.w:skip_to(exp.from)
  e.w:put(("%s=function(%s) return "):format(field, params))
  e.inside(exp)
  e.w:copy_to(exp.to)
  e.w:put " end,"
end

---One clause; others write nothing.
---@param as string       what `where` calls the event
---@param nth integer     how many `when` came before
---@return integer        and with this one
function M.clause(e, clause, as, nth)
  if clause.kind == "where" then write(e, "where", as, tree.child(clause, "exp")) end
  if clause.kind ~= "when" then return nth end
  local rearm = tree.child(clause, "rearm")
  write(e, "when" .. nth + 1, "", tree.child(clause, "exp"))
  if rearm then write(e, "until" .. nth + 1, "", tree.child(rearm, "exp")) end
  return nth + 1
end

---All of a heading in the order of the text, as fields: where, when1, until1, when2 ….
function M.write(e, node, as)
  local nth = 0
  for _, clause in ipairs(node) do nth = M.clause(e, clause, as, nth) end
end

return M
