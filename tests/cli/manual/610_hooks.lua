-- section 6.10, hooks and binary code
-- run: --grant lua.unsafe --grant "fs.read ./**" --grant "fs.write ./**"
local lines, calls = 0, 0
debug.sethook(function(event) if event == "line" then lines = lines + 1 else calls = calls + 1 end end, "lc")
local sum = 0
for i = 1, 300000 do
  sum = sum + math.max(i, 3)
end
local hook, mask, count = debug.gethook()
debug.sethook()
print(sum, lines, calls, type(hook), mask, count, debug.gethook())
local twice = string.dump(function(x) return x * 2 end)
print(load(twice)(21), load(twice, "t", "b")(4), load(twice, "twice", "t"))
local at = 0
print(load(function() at = at + 1 return at <= #twice and twice:sub(at, at) or nil end, "pieces", "b")(8))
print(load("return 1", "text", "b"))
print(pcall(string.dump, print))
print(debug.getinfo(print, "S").what, debug.getinfo(io.open, "S").what, debug.getinfo(os.date, "S").what, debug.getinfo(load, "S").what)
local name = "./twice"
io.open(name, "wb"):write("# a comment\n", twice):close()
print(loadfile(name)(5), loadfile(name, "b", {})(6), select(2, loadfile(name, "t")):gsub("^.-: ", ""))
os.remove(name)
