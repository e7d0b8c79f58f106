-- section 6.10
-- run: --grant lua.unsafe
local function f(a, b, ...) local c = 3 local i = debug.getinfo(1, "nSlutfr") return i, c end
local i = f(1, 2)
print(i.name, i.namewhat, i.what, i.currentline, i.linedefined, i.lastlinedefined, i.nups, i.nparams, i.isvararg, i.istailcall, i.func == f)
print(debug.getinfo(string.rep).what, debug.getinfo(string.rep, "S").short_src, debug.getinfo(1, "S").what, debug.getinfo(1, "l").currentline, debug.getinfo(100), pcall(debug.getinfo, 1, "X"), pcall(debug.getinfo))
local lines = {}
for line in pairs(debug.getinfo(f, "L").activelines) do lines[#lines + 1] = line end
table.sort(lines)
print(table.concat(lines, " "))
local function locals() local x, y = 10, 20 print(debug.getlocal(1, 1), debug.getlocal(1, 2), debug.setlocal(1, 1, 11), x, debug.getlocal(1, 9)) end
locals()
print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3), (function(...) return debug.getlocal(1, -2) end)(5, 6))
local up = 1
local function g() up = up + 1 return up end
print(debug.getupvalue(g, 1), debug.setupvalue(g, 1, 41), g(), debug.getupvalue(g, 2), debug.upvalueid(g, 1) == debug.upvalueid(g, 1), pcall(debug.upvalueid, g, 5))
local function h() return up end
local other = 7
local function k() return other end
debug.upvaluejoin(h, 1, k, 1)
print(h(), up)
local trace = {}
debug.sethook(function(event, line) trace[#trace + 1] = event .. (line or "") end, "crl")
local x = 1
g()
debug.sethook()
print(#trace > 5, trace[2] ~= nil, debug.gethook())
local count = 0
debug.sethook(function() count = count + 1 end, "", 100)
for _ = 1, 10000 do end
debug.sethook()
print(count > 50)
print(debug.getmetatable("x").__index == string, debug.setmetatable(10, { __index = { double = "metatables of numbers" } }), (5).double, debug.setmetatable(10, nil))
local u = io.stdout
print(debug.getuservalue(u), debug.getuservalue(5), debug.setuservalue ~= nil, type(debug.getregistry()))
print((debug.traceback("message"):match "^message\nstack traceback:\n"), debug.traceback({}) ~= nil, debug.traceback(nil) == nil, debug.traceback("m", 100))
local co = coroutine.create(function(v) local kept = v coroutine.yield() error "x" end)
coroutine.resume(co, 5)
print(debug.getlocal(co, 1, 1), debug.getinfo(co, 1, "l").currentline, debug.traceback(co), debug.setlocal(co, 1, 1, 6), debug.getlocal(co, 1, 1))
coroutine.resume(co)
print(debug.traceback(co))
local function named() return debug.getinfo(1, "n").name, debug.getinfo(1, "n").namewhat end
local tbl = { field = named, method = function(self) return debug.getinfo(1, "n").name, debug.getinfo(1, "n").namewhat end }
print(named())
print((tbl.field()), (tbl:method()))
