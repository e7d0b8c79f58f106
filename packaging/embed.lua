--- embed: compiles our Lua files and writes them as one C table.
-- usage: lua5.4 packaging/embed.lua OUT.c FILE.lua...
-- Module name: the path without "stdlib/" and ".lua", "/" as ".", "/init" dropped.
local out = assert(io.open(arg[1], "w"))
out:write('#include "lua/embed.h"\n')
local rows = {}
for i = 2, #arg do
  local path = arg[i]
  local file = assert(io.open(path))
  local code = string.dump(assert(load(file:read "a", "=" .. path, "t")))
  file:close()
  local name = path:gsub("^stdlib/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
  local bytes = code:gsub(".", function(c) return c:byte() .. "," end)
  out:write(("static const unsigned char M%d[] = {%s};\n"):format(i, bytes))
  rows[#rows + 1] = ('  { "%s", M%d, sizeof M%d },\n'):format(name, i, i)
end
table.sort(rows)
out:write("const Embedded EMBEDDED[] = {\n", table.concat(rows), "  { 0, 0, 0 }\n};\n")
out:close()
