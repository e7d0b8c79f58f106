-- list items, insert and remove, fields
local sum = 0
for _ = 1, 20 do
  local list = {}
  for i = 1, 40000 do list[i] = i end
  for i = 1, 10000 do table.insert(list, i) end
  for _ = 1, 10000 do sum = sum + table.remove(list) end
  for i = 1, #list do sum = sum + list[i] end
  for _, value in ipairs(list) do sum = sum + value end
  local points = {}
  for i = 1, 4000 do points[i] = { x = i, y = -i } end
  for i = 1, #points do points[i].x = points[i].x + points[i].y end
  for i = 1, #points do sum = sum + points[i].x end
end
assert(sum ~= 0)
