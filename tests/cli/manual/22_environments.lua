-- section 2.2: _ENV, _G and globals
x = 1
print(_G.x, _ENV == _G, _G._G == _G, rawget(_G, "x"))
local function in_env(_ENV) y = x return y end
print(in_env { x = 5 }, y)
do local _ENV <const> = { print = print } print(x) end
local env = setmetatable({}, { __index = _G, __newindex = function(t, k, v) rawset(t, k, v * 2) end })
local chunk = load("z = 21; return z, print ~= nil, _ENV", "=c", "t", env)
local a, b, c = chunk()
print(a, b, c == env, z)
print(pcall(load("return x.y.z", "=c", "t", {})))
print(pcall(load("nothing()", "=c", "t", {})))
print(select(2, pcall(load("local _ENV = nil; return x"))))
local f = load "local a <const> = 5; return function() return a, x end"
print(f()())
setmetatable(_G, { __index = function(_, k) return "missing " .. k end })
print(not_there, rawget(_G, "not_there"))
setmetatable(_G, nil)
print(not_there)
