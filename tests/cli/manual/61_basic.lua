-- section 6.1
local function show(...)
  local out = table.pack(...)
  for i = 1, out.n do out[i] = tostring(out[i]):gsub("0x%x+", "ADDRESS"):gsub("builtin: %x+", "ADDRESS") end
  print(table.concat(out, "\t", 1, out.n))
end
show(_VERSION, type(_G), select(-1, 1, 2, 3), select(2, "a", "b", "c"), select("#"), pcall(select, -5, 1))
for _, args in ipairs { { "10" }, { " 0x1F " }, { "1e1" }, { "" }, { "z", 36 }, { "ff", 16 }, { "FF", 16 }, { "8", 8 }, { "-101", 2 }, { "7fffffffffffffff", 16 }, { "1 0" }, { "0x" }, { "1e" }, { "nan" }, { "inf" },
  { "١" }, { 5 }, { true }, { nil }, { "10", 1 }, { "10", 37 }, { 10, 10 }, { "1_0", 10 }, { "0b1" }, { ".5" }, { "5." }, { "." }, { "0x.8" }, { "0x1p-2" }, { "1e400" }, { "9223372036854775808" } } do
  show(args[1], args[2], pcall(tonumber, table.unpack(args, 1, 2)))
  show(pcall(tonumber, args[1]))
end
show(pcall(tonumber))
show(tostring(1), tostring(1.0), tostring(-0.0), tostring(1e100), tostring(2^63), tostring(0.1 + 0.2), tostring(1e15), tostring(1e16), tostring(123456.789e3), tostring(nil), tostring(true))
show(rawequal("a", "a"), rawequal({}, {}), rawlen "abc", pcall(rawlen, 5), pcall(rawget, 1), pcall(rawset, {}, nil, 1))
show(next {}, next { 5 }, type(next))
for i, v in ipairs { 1, 2, nil, 4 } do show(i, v) end
for i, v in ipairs(setmetatable({}, { __index = function(_, i) return i < 4 and i * 10 or nil end })) do show(i, v) end
for k, v in pairs { x = 1 } do show(k, v) end
show(pcall(pairs), pcall(ipairs), pcall(setmetatable, {}), pcall(getmetatable))
show(load("return ...", "c")(1, 2), load("x = 1", "c", "b"), load("return 1", "c", "t")(), pcall(load, 5))
local parts = { "return ", "1 ", "+ 2" }
local n = 0
show(load(function() n = n + 1 return parts[n] end)())
show(assert(1), pcall(assert), pcall(assert, false), pcall(assert, nil, "why"), select("#", assert(1, nil)))
show(pcall(error, "a", 0), pcall(error, "a"), pcall(error, "a", 2), pcall(error, nil), pcall(error, { 1 }))
show(type(nil), type(type), pcall(type), type(io.stdout), type(2), type "x", type {}, type(coroutine.create(print)))
print(nil, false, 1.5, "a\0b", -0.0)
print()
print(pcall(print, setmetatable({}, { __tostring = function() return 1 end })))
show(pcall(dofile, "not there.lua"))
show(loadfile "not there.lua")
warn "@on"
