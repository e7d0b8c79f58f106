-- table.sort, by value and with a function
local seed = 42
local function numbers(count)
  local list = {}
  for i = 1, count do
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    list[i] = seed
  end
  return list
end
for _ = 1, 3 do
  local up = numbers(40000)
  table.sort(up)
  local down = numbers(20000)
  table.sort(down, function(a, b) return a > b end)
  assert(up[1] <= up[2] and down[1] >= down[2])
end
