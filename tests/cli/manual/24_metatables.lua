-- section 2.4: every event
local log = {}
local function say(name) return function(a, b) return name .. ":" .. type(a) .. "," .. type(b) end end
local mt = {}
for _, event in ipairs { "add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr", "bnot", "concat", "len" } do mt["__" .. event] = say(event) end
mt.__eq = function(a, b) log[#log + 1] = "eq" return a.v == b.v end
mt.__lt = function(a, b) log[#log + 1] = "lt" return (type(a) == "table" and a.v or a) < (type(b) == "table" and b.v or b) end
mt.__le = function(a, b) log[#log + 1] = "le" return (type(a) == "table" and a.v or a) <= (type(b) == "table" and b.v or b) end
mt.__index = function(_, k) return "index " .. tostring(k) end
mt.__newindex = function(t, k, v) rawset(t, "set " .. tostring(k), v) end
mt.__call = function(self, ...) return "called", self.v, ... end
mt.__tostring = function(self) return "object " .. self.v end
mt.__name = "Thing"
local function new(v) return setmetatable({ v = v }, mt) end
local a, b = new(1), new(2)
print(a + b, a - 1, 2 * a, a / b, a % 2, a ^ b, -a, a // 1, a & 1, 1 | a, a ~ b, a << 1, 1 >> a, ~a, a .. "x", 1 .. a, #a)
print(a == b, a == new(1), a ~= b, a < b, a <= b, a > b, a >= b, a < 5, 0 <= a, a == 1, table.concat(log, " "))
print(a.missing, a.v, a[1], a(1, 2))
a.field = 3
print(rawget(a, "set field"), rawget(a, "field"), rawlen(a), rawequal(a, new(1)))
print(tostring(a), getmetatable(a) == mt, getmetatable("x").__index == string)
local chain = setmetatable({}, { __index = setmetatable({ one = 1 }, { __index = { two = 2 } }) })
print(chain.one, chain.two, chain.three)
local into = {}
local sink = setmetatable({}, { __newindex = into })
sink.x = 5
print(rawget(sink, "x"), into.x)
local locked = setmetatable({}, { __metatable = "locked" })
print(getmetatable(locked), pcall(setmetatable, locked, {}))
local paired = setmetatable({}, { __pairs = function() return function(_, k) if not k then return 1, "one" end end, nil, nil end })
for k, v in pairs(paired) do print(k, v) end
print(pcall(function() return setmetatable({}, { __index = function() error("in index", 0) end }).x end))
print(pcall(function() return setmetatable({}, {}) + 1 end))
print(pcall(tostring, setmetatable({}, { __tostring = function() return 5 end })))
print((tostring(setmetatable({}, { __name = "Named" })):gsub("0x%x+", "ADDRESS")))
local loop = setmetatable({}, {})
getmetatable(loop).__index = loop
print(pcall(function() return loop.x end))
local calls = setmetatable({}, { __call = setmetatable({}, { __call = function(_, self, x) return type(self), x end }) })
print(calls(7))
local order = setmetatable({}, { __lt = function() return 1 end, __le = function() return nil end })
print(order < order, order <= order, not (order > order))
print(#setmetatable({}, { __len = function() return 2.5 end }), rawlen { 1, 2 }, rawlen "abc")
