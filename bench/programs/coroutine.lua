-- resume, yield, wrap; short-lived coroutines
local function count(limit)
  for i = 1, limit do coroutine.yield(i) end
  return 0
end
local sum = 0
for _ = 1, 10 do
  local co = coroutine.create(count)
  local good, value = coroutine.resume(co, 40000)
  while value ~= 0 do
    sum = sum + value
    good, value = coroutine.resume(co)
  end
  assert(good)
  for value_of in coroutine.wrap(function() count(40000) end) do sum = sum + value_of end
end
for i = 1, 20000 do sum = sum + coroutine.wrap(function() coroutine.yield(i) end)() end
assert(sum > 0)
