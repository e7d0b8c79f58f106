--- block: the block of a sentence as a function.
local tree = require "compiler.tree"
local M = {}

---The block of a heading or a step, and its undo part: a function of what the block sees and of what it gave
function M.write(e, body, names, result)
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
end

return M
