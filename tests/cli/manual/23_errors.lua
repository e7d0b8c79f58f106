-- section 2.3: errors, their objects, levels and handlers
local function report(...)
  local out = table.pack(...)
  for i = 1, out.n do out[i] = tostring(out[i]):gsub("0x%x+", "ADDRESS") end
  print(table.concat(out, "\t"))
end
local function raise(value, level) return function() error(value, level) end end
for _, level in ipairs { 0, 1, 2 } do report(pcall(raise("text", level))) end
report(pcall(raise(nil)))
report(pcall(raise(42)))
report(pcall(raise(true)))
report(pcall(raise(setmetatable({}, { __tostring = function() return "object" end }))))
report(pcall(error))
report(xpcall(raise "x", function(m) return "handled " .. m:match "x$" end))
report(xpcall(function(...) return select("#", ...), ... end, print, 1, nil, 3))
report(xpcall(raise "x", function() error "again" end))
report(pcall(pcall))
report(pcall(xpcall))
report(pcall(assert, false))
report(pcall(assert, nil, "message"))
report(pcall(assert, false, { 1 }))
report(assert(1, 2, 3))
local t = {}
for _, code in ipairs { "return nothing.x", "local a; a.b = 1", "local a = {}; a.b.c = 1", "return ('x').y.z", "return 1 < 'x'", "return {} < {}", "return {} .. 'x'",
  "local s = 'x'; return s + 1", "return 2^53 | 0.5", "return 1 // 0", "return 1 % 0", "return #5", "return -{}", "local t = {}; t[nil] = 1", "local t = {}; t[0/0] = 1",
  "for i = 1, 10, 0 do end", "for i = 'a', 2 do end", "for i = 1, {} do end", "return math.maxinteger < {}", "local f = 5; f()", "local t = {}; t:method()", "return t.x.y",
  "t.field()", "string.rep()", "('x'):rep(1e10)", "('x'):bad()", "return 1 & 1.5", "return '1.5' | 0", "return 'a' | 0", "error()", "return ~{}", "return math.floor('x')",
  "setmetatable(1, {})", "return ipairs()", "return select(0)", "local a <close> = 5", "coroutine.resume(1)" } do
  report(code, pcall(assert(load(code, "=code", "t", { math = math, string = string, t = t, error = error, setmetatable = setmetatable, ipairs = ipairs, select = select,
    coroutine = coroutine }))))
end
local deep = function(n, f) if n == 0 then error("deep", 2) end f(n - 1, f) return 1 end
report(pcall(deep, 5, deep))
report(select("#", pcall(error, nil)))
local function overflow() return 1 + overflow() end
print((select(2, pcall(overflow)):match "stack overflow"))
