--- schedule: times that never come, and those that a change of the clock touches. The calendar itself is asked from outside.
local lower = require "compiler.lower"
local M = {}

---Judges the schedules of a heading. `world.schedule(spec)` -> { never = why?, past = why?, advice = text?, clock = text? }
function M.heading(c, node)
  local look = c.world.schedule
  if not look then return end
  local places = {}
  for _, child in ipairs(node) do
    if child.kind == "every" or child.kind == "at" then places[#places + 1] = child end
  end
  local nth = 0
  for _, row in ipairs(lower.head(node, c.reader).triggers or {}) do
    if row.spec then
      nth = nth + 1
      local told, place = look(row.spec), places[nth]
      if told and told.never then
        c.report("AIOS120", place, ("`%s` never comes: %s"):format(row.spec, told.never), ("`aios next %q` shows when a schedule is due"):format(row.spec:gsub('"', "'")))
      elseif told then
        if told.advice then c.report("AIOS122", place, told.advice) end
        if told.clock then c.report("AIOS121", place, ("`%s` meets a change of the clock: %s"):format(row.spec, told.clock), "an hour that always exists once, such as 04:00, avoids it") end
      end
    end
  end
end

return M
