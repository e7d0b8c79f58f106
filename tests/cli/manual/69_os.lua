-- section 6.9
-- run: --grant "fs.read ./**" --grant "fs.write ./**" --grant "fs.read /tmp/**" --grant "fs.write /tmp/**"
print(os.time { year = 2026, month = 3, day = 2, hour = 8, min = 30, sec = 15 }, os.time { year = 2026, month = 14, day = -3, hour = 0 }, os.time { year = "2026", month = "1", day = 1.0, isdst = false })
local t = { year = 2026, month = 13, day = 32, hour = 25, min = 61, sec = 61 }
print(os.time(t), t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst)
print(pcall(os.time, {}), pcall(os.time, { year = 2026, month = "x", day = 1 }), pcall(os.time, { year = 2026, month = 1.5, day = 1 }), pcall(os.time, { year = 1 << 40, month = 1, day = 1 }))
print(os.date("!%Y-%m-%d %H:%M:%S", 0), os.date("!%A %B %d %j %p %y %%", 1e9 // 1), os.date("!%c", 0), os.date("!%x %X %D %F %T %R", 0), pcall(os.date, "%Ez", 0), pcall(os.date, "%Q", 0))
local d = os.date("!*t", 1772438400)
print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst, os.time(d))
print(type(os.time()), type(os.clock()), os.difftime(10, 5), os.getenv "HOME" ~= nil, os.getenv "not there", os.setlocale "C", os.setlocale(nil, "all"), os.setlocale "no such", pcall(os.setlocale, "C", "x"))
local f = io.open("old", "w") f:write "x" f:close()
print(os.rename("old", "new"), io.open "old", io.open("new"):read "a", os.remove "new", os.remove "new", os.rename("no", "where"))
local name = os.tmpname()
print(type(name), io.open(name) ~= nil, os.remove(name))
print(pcall(os.date, "*t", 2 ^ 60), pcall(os.date, "%"), os.date("", 0) == "")
