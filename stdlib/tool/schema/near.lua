--- near: the word somebody probably meant.
local M = {}

---Insertions, deletions, changes and swaps of neighbours that lead from `a` to `b`.
local function distance(a, b)
  local rows = { [0] = {} }
  for j = 0, #b do rows[0][j] = j end
  for i = 1, #a do
    rows[i] = { [0] = i }
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j) and 0 or 1
      local best = math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        best = math.min(best, rows[i - 2][j - 2] + 1)
      end
      rows[i][j] = best
    end
  end
  return rows[#a][#b]
end

---The entry of `words` nearest to `word`; nil when none is near. Of two as near, the first.
---
---    near.find("amout", { "note", "amount" })   --> "amount"
---@param word string
---@param words string[]
---@return string?
function M.find(word, words)
  local best, least = nil, #word < 4 and 2 or 3
  if #word > 60 then return nil end
  for _, candidate in ipairs(words) do
    if math.abs(#candidate - #word) < least then
      local d = distance(word:lower(), candidate:lower())
      if d < least then best, least = candidate, d end
    end
  end
  return best
end

return M
