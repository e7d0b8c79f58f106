--- embed: compiles our Lua files and writes them as one C table.
-- usage: lua5.4 packaging/embed.lua OUT.c FILE.lua...
-- Module name: the path without "stdlib/" and ".lua", "/" as ".", "/init" dropped.
local out = assert(io.open(arg[1], "w"))
out:write('#include "lua/embed.h"\n')
local rows, id = {}, 0xcbf29ce484222325   -- FNV-1a over the texts: names this compiler in the cache of compiled programs
for i = 2, #arg do
  local path = arg[i]
  local file = assert(io.open(path))
  local text = file:read "a"
  if path:find "^compiler/" then for j = 1, #text do id = (id ~ text:byte(j)) * 1099511628211 end end
  local code = string.dump(assert(load(text, "=" .. path, "t")))
  file:close()
  local name = path:gsub("^stdlib/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
  local bytes = code:gsub(".", function(c) return c:byte() .. "," end)
  out:write(("static const unsigned char M%d[] = {%s};\n"):format(i, bytes))
  rows[#rows + 1] = ('  { "%s", M%d, sizeof M%d },\n'):format(name, i, i)
end
table.sort(rows)
out:write("const Embedded EMBEDDED[] = {\n", table.concat(rows), "  { 0, 0, 0 }\n};\n")
out:write(("const char EMBED_ID[] = \"%016x\";\n"):format(id))
out:close()
