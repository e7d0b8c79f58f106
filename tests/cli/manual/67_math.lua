-- section 6.7
local numbers = { 0, 1, -1, 2.5, -2.5, 0.5, -0.5, 1e15, 2^53, -2^53, 2^63, -2^63, math.maxinteger, math.mininteger, math.huge, -math.huge, 0/0, "10", "x", 3.0, -0.0, 1e308, 7, "0x10" }
local function plain(v) if v ~= v then return "nan" end return tostring(v) end
local function show(name, ...)
  local out = table.pack(...)
  for i = 1, out.n do out[i] = plain(out[i]) .. (math.type(out[i]) == "integer" and "i" or "") end
  print(name, table.concat(out, " "))
end
for _, name in ipairs { "abs", "ceil", "floor", "sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "deg", "rad", "modf", "tointeger", "type" } do
  for _, n in ipairs(numbers) do show(name .. " " .. plain(n), pcall(math[name], n)) end
end
for _, name in ipairs { "fmod", "ult", "max", "min", "atan", "log" } do
  for _, a in ipairs(numbers) do
    for _, b in ipairs { 0, 1, -3, 2.5, math.mininteger, 10, 2 } do show(("%s %s %s"):format(name, plain(a), plain(b)), pcall(math[name], a, b)) end
  end
end
show("constants", math.pi, math.huge, math.maxinteger, math.mininteger)
show("errors", pcall(math.max), pcall(math.floor), pcall(math.floor, {}), pcall(math.type), pcall(math.random, 0, -1), pcall(math.random, 1, 2, 3), pcall(math.tointeger), pcall(math.abs))
for _ = 1, 100 do
  local a, b, c = math.random(), math.random(6), math.random(-3, 3)
  if not (a >= 0 and a < 1 and b >= 1 and b <= 6 and c >= -3 and c <= 3 and math.type(b) == "integer") then print "out of range" end
end
math.randomseed(42)
local first = { math.random(1000), math.random(1000) }
math.randomseed(42)
print(first[1] == math.random(1000), first[2] == math.random(1000), math.type(math.random(0)), pcall(math.random, 1.5), math.random(3, 3))
