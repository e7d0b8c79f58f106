--- marks: where the language's own sentences are, for the layout: events of the grammar -> position to mark.
---
---     local marks = marks_of.read(events)     -- { [17] = "head", [40] = "clause" }, { [52] = 61 }
---
--- head     a heading that ends with `do`                  list    a heading whose lines are its parts: decision, agent
--- clause   a clause, or a line of a decision              word    the first word of any other sentence
--- undo     `undo` and its block; `undo name` has a `do`   exp     an expression after a word: no call, no subtraction
--- until    `wait until`: no end of a `repeat`             type    a type or parameters, up to the second list's position
--- solid    a date or a pattern: one token, up to the second list's position
local M = {}

local KIND = {
  decision = "list", agent = "list", parallel = "head", exp = "exp", undo = "undo", wait_until = "until", type = "type", params = "type",
  date = "solid", pattern = "solid",
}
for _, kind in ipairs { "title", "every", "at", "after", "on", "when", "idle", "always", "once", "as", "where", "about", "needs", "budget", "timeout",
  "retry", "restart", "tags", "priority", "overlap", "missed", "jitter", "limit", "throttle", "start", "reads", "idempotent", "risk", "goal", "tools", "use_tier",
  "rounds", "rule", "prompt", "try", "accept", "otherwise", "undo_exp" } do KIND[kind] = "clause" end
for _, kind in ipairs { "tier_decl", "budget_decl", "type_decl", "needs_decl", "step", "wait", "advance", "expect" } do KIND[kind] = "word" end

---@param events table flat events of the run mode
---@return table<integer, string> marks by position
---@return table<integer, integer> ends of what is marked `type` or `solid`
function M.read(events)
  local marks, ends, kinds, places, top = {}, {}, {}, {}, 0
  for i = 1, #events, 2 do
    local kind, pos = events[i], events[i + 1]
    if kind then
      local mark = KIND[kind]
      if kind == "body" then marks[places[top]] = "head" end
      if kind == "name" and kinds[top] == "undo" then marks[places[top]] = "undo name" end
      if mark and not marks[pos] then marks[pos] = mark end
      top = top + 1
      kinds[top], places[top] = kind, pos
    else
      local mark = KIND[kinds[top]]
      if mark == "type" or mark == "solid" then ends[places[top]] = math.max(pos, ends[places[top]] or 0) end
      top = top - 1
    end
  end
  return marks, ends
end

return M
