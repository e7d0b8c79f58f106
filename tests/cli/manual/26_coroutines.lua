-- section 2.6 and 6.2
local co = coroutine.create(function(a, b)
  print("start", a, b, coroutine.status(coroutine.running()))
  local c = coroutine.yield(a + b)
  local d, e = coroutine.yield(c * 2, "two")
  return d, e, "end"
end)
print(coroutine.status(co), coroutine.resume(co, 1, 2))
print(coroutine.status(co), coroutine.resume(co, 10))
print(coroutine.resume(co, "d", "e"))
print(coroutine.status(co), coroutine.resume(co))
print(coroutine.isyieldable(), select(2, coroutine.running()))
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print(gen(), gen(), gen(), gen())
print(pcall(gen))
local bad = coroutine.create(function() error { code = 5 } end)
local ok, e = coroutine.resume(bad)
print(ok, type(e), e.code, coroutine.status(bad), coroutine.close(bad) == false)
local text = coroutine.wrap(function() error("message", 0) end)
print(pcall(text))
local closing = coroutine.create(function()
  local x <close> = setmetatable({}, { __close = function(_, err) print("closed", err) end })
  coroutine.yield()
end)
coroutine.resume(closing)
print(coroutine.close(closing), coroutine.status(closing))
local failing = coroutine.create(function()
  local x <close> = setmetatable({}, { __close = function() error("in close", 0) end })
  coroutine.yield()
end)
coroutine.resume(failing)
print(coroutine.close(failing))
print(pcall(coroutine.close, coroutine.running()))
-- across pcall, metamethods, iterators and sort
local log = {}
local through = coroutine.wrap(function()
  print(pcall(function() coroutine.yield "in pcall" error("after", 0) end))
  local t = setmetatable({}, { __add = function(a, b) return coroutine.yield "in add" end, __index = function(_, k) return coroutine.yield("in index " .. k) end,
    __lt = function() return coroutine.yield "in lt" end, __concat = function() return coroutine.yield "in concat" end, __call = function(_, x) return coroutine.yield(x) end,
    __eq = function() return coroutine.yield "in eq" end, __len = function() return coroutine.yield "in len" end, __unm = function() return coroutine.yield "in unm" end })
  print(t + 1, t.name, t < t, t .. "x", t(5), t == setmetatable({}, getmetatable(t)), #t, -t)
  for v in function() return coroutine.yield "in for" end do print("for", v) end
  return "done"
end)
local answer = nil
repeat
  local said = through(answer)
  print(said)
  answer = said == "in for" and #log < 1 and (table.insert(log, 1) or "item") or said ~= "in for" and "answer" or nil
until said == "done"
print(pcall(coroutine.resume, nil), pcall(coroutine.wrap, 5), pcall(coroutine.status))
local self
self = coroutine.create(function() return coroutine.resume(self) end)
print(coroutine.resume(self))
local outer = coroutine.create(function()
  local inner = coroutine.create(function() coroutine.yield(coroutine.status(self)) end)
  return coroutine.resume(inner)
end)
print(coroutine.resume(outer))
print(select("#", coroutine.resume(coroutine.create(function() return nil, nil end))))
local n = 0
for i in coroutine.wrap(function() for i = 1, 1000 do coroutine.yield(i) end end) do n = n + i end
print(n)
