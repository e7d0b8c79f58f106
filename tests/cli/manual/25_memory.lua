-- section 2.5: collection, finalizers, weak tables; and to-be-closed variables (3.3.8)
-- run: no, a table keyed by tables has no order that a replay could repeat
local order = {}
do
  for i = 1, 3 do setmetatable({ i }, { __gc = function(o) order[#order + 1] = o[1] end }) end
end
collectgarbage()
collectgarbage()
print(table.concat(order, " "))
local weak_values, weak_keys, both = setmetatable({}, { __mode = "v" }), setmetatable({}, { __mode = "k" }), setmetatable({}, { __mode = "kv" })
weak_values[1], weak_values[2], weak_keys[{}], both[{}] = {}, "text", 1, {}
local kept = {}
weak_keys[kept], weak_values[3] = 2, kept
collectgarbage()
collectgarbage()
print(weak_values[1], weak_values[2], weak_values[3] == kept, weak_keys[kept], next(both))
local count = 0
for _ in pairs(weak_keys) do count = count + 1 end
print(count)
do
  local ephemeron = setmetatable({}, { __mode = "k" })
  local key = {}
  ephemeron[key] = { key }
  key = nil
  collectgarbage()
  collectgarbage()
  print(next(ephemeron))
end
print(type(collectgarbage "count"), collectgarbage "step", collectgarbage "isrunning")
print(collectgarbage "stop", collectgarbage "isrunning", collectgarbage "restart")
print(pcall(collectgarbage, "nonsense"))
local function closer(name, err) return setmetatable({}, { __close = function(_, e) print("close", name, e) if err then error(err, 0) end end }) end
do
  local a <close> = closer "a"
  local b <close>, c <const> = closer "b", 5
  local d <close> = nil
  local e <close> = false
  print("body", c)
end
print(pcall(function() local x <close> = closer "x" error("first", 0) end))
print(pcall(function() local x <close> = closer "x" local y <close> = closer("y", "second") error("first", 0) end))
for i = 1, 2 do
  local x <close> = closer("loop " .. i)
  if i == 1 then goto continue end
  print "second"
  ::continue::
end
local function tail() local x <close> = closer "tail" return "value", print "before" end
print(tail())
for k in (function() local n = 0 return function() n = n + 1 return n < 3 and n or nil end end)(), nil, nil, closer "for" do print(k) end
print(pcall(function() local bad <close> = {} end))
local co = coroutine.wrap(function() local x <close> = closer "co" coroutine.yield(1) return 2 end)
print(co(), co())
