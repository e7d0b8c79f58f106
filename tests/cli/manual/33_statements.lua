-- sections 3.2, 3.3 and 3.5: variables, assignment, control, scope
local i, a = 3, {}
i, a[i] = i + 1, 20
print(i, a[3], a[4])
local x, y, z = (function() return 1, 2, 3 end)()
x, y, z = y, x
print(x, y, z)
do local x = x + 10 print(x) end
print(x)
for n = 1, 3 do local n = n * 2 io.write(n, " ") end print()
for n = 10, 1, -3 do io.write(n, " ") end print()
for n = 1.0, 2, 0.5 do io.write(n, " ") end print()
for n = math.maxinteger - 1, math.maxinteger do io.write(n, " ") end print()
for n = math.mininteger, math.mininteger + 1 do io.write(n, " ") end print()
for n = 1, 0 do print "never" end
for n = 1, math.huge do if n > 3 then break end io.write(n, " ") end print()
for n = 3, -math.huge, -1 do if n < 1 then break end io.write(n, " ") end print()
local n = 0
while true do n = n + 1 if n > 5 then break end end
print(n)
repeat local done = n < 3 n = n - 1 until done
print(n)
for k = 1, 3 do
  for j = 1, 3 do
    if j == 2 then goto continue end
    io.write(k, j, " ")
    ::continue::
  end
end
print()
do goto done local skipped ::done:: end
local fns = {}
for k = 1, 3 do fns[k] = function() k = k + 1 return k end end
print(fns[1](), fns[1](), fns[2]())
local function fact(m) return m <= 1 and 1 or m * fact(m - 1) end
print(fact(20), fact(21))
local function va(...)
  local p, q = ...
  return select("#", ...), p, q, (...)
end
print(va(), va(1), va(1, nil, 3))
print((va(1, 2)))
local t = { va(1, 2), va(1, 2), n = 1, [10] = "ten", "last"; }
print(#t, t[1], t[2], t[3], t.n, t[10])
local obj = { v = 5 }
function obj:get(d) return self.v + (d or 0) end
function obj.new(v) return setmetatable({ v = v }, { __index = obj }) end
print(obj:get(), obj.new(7):get(1), obj.get { v = 9 })
local s = ("x"):rep(3):upper()
print(s, #s, s:len(), ("%d"):format(3))
local function tail(m) if m == 0 then return "deep" end return tail(m - 1) end
print(tail(100000))
local c <const>, k = 5, 6
print(c + k)
if nil then print "no" elseif 0 then print "zero is true" else print "no" end
print(1 and 2, nil and 1, false or nil, nil or false, 1 or error "x", not nil, not 0)
print(2 ^ 3 ^ 2, -2 ^ 2, 1 .. 2 .. 3, 1 + 2 < 4 and "yes" or "no", 5 // 2 * 2 + 5 % 2, 7 // -2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, 1 << 62, 1 << 63, 1 << 64, -1 >> 1, 3 & 5 | 2 ~ 1)
print("a" < "b", "a" < "B", "" < "a", "a\0b" < "a\0c", "10" < "9", 1 < 1.5, math.maxinteger + 0.0 == math.maxinteger, 2^53 == 2^53 + 1)
goto last
do print "skipped" end
::last:: print "end"
