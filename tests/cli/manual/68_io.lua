-- section 6.8
-- run: --grant "fs.read ./**" --grant "fs.write ./**"
local function show(...)
  local out = table.pack(...)
  for i = 1, out.n do out[i] = tostring(out[i]):gsub("0x%x+", "ADDRESS") end
  print(table.concat(out, "\t"))
end
local f = assert(io.open("a.txt", "w"))
show(io.type(f), io.type(5), io.type(io.stdout), f:write("line 1\n", 2, " ", 3.5, "\nlast") == f, f:seek(), f:seek("set", 2), f:seek("end"), f:close(), io.type(f))
show(pcall(f.write, f, "x"), pcall(io.close, f), tostring(f))
for line in io.lines "a.txt" do show(line) end
for line in io.lines("a.txt", "L") do show(#line) end
for a, b in io.lines("a.txt", 1, 3) do show(a, b) end
f = io.open "a.txt"
show(f:read "n", f:read "l", f:read("n", "n"), f:read "L", f:read "a", f:read "a", f:read "l", f:read(0), f:read "n")
show(f:seek "set", f:read(4), f:read(0), f:read(100), f:read(1), pcall(f.read, f, "x"), f:seek("cur", -2), f:read "a")
show(f:close(), pcall(f.read, f))
show(io.open "not there", io.open("none/x", "w"), pcall(io.open, "a.txt", "rz"), pcall(io.lines, "not there"))
f = io.open("b.bin", "wb")
f:setvbuf("full", 100) f:write(("x"):rep(10000), "\0\255") f:flush() f:close()
f = io.open("b.bin", "rb")
show(#f:read "a", f:seek("set", 10000), f:read(2):byte(1, 2))
f:close()
f = io.open("a.txt", "a+") f:write "appended" f:seek "set" show(f:read "a") f:close()
f = io.open("a.txt", "r+") f:write "LINE" f:seek "set" show(f:read "l") f:close()
f = io.open("numbers", "w") f:write "0x1F -5 .5 1e2 nan 12abc 99999999999999999999 0x1p4 - 5" f:close()
f = io.open "numbers"
show(f:read("n", "n", "n", "n", "n"))
show(f:read(4), f:read "n", f:read(3), f:read("n", "n", "n"))
f:close()
do local g <close> = io.open "a.txt" show(io.type(g)) end
io.output "c.txt" io.write "by default" io.close() io.output(io.stdout)
io.input "c.txt" show(io.read "a") io.close(io.input()) io.input(io.stdin)
show(io.read "l", io.read "n", io.read(1), io.read "a", io.read "l")
show(tostring(io.stdout):match "^file", pcall(io.output, {}), io.output() == io.stdout, pcall(io.close, 5))
io.write("a", 1, 2.5, "\n")
io.stdout:write("b", "\n"):write("c\n")
show(pcall(io.write, {}), pcall(io.read, "x"))
