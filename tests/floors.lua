--- floors: fails when a line is in the wrong room or a file grows too big.
--- usage: lua5.4 tests/floors.lua [BUILD]     from the project's root; with BUILD also the compiled rooms and the binary
local here = arg[0]:match "^(.*)/[^/]+$" or "."
package.path = here .. "/floors/?.lua;" .. package.path
local c_rules, lua_rules, object_rules = require "c_rules", require "lua_rules", require "object_rules"

local LINES = 300

-- exceptions, each with its reason; one that is no longer needed is a finding itself.
-- "file", "file:function" for size, "file -> module" for a require
local ALLOWED = {
  ["vm/time/zone_open.c"] = "reads one TZif file; vm/time may not know vm/os, its neighbour",
  ["vm/store/owner.c"] = "locks the database's own file, which only the store knows",
}

local ALLOWED_OBJECTS = {
  ["tty.o: current"] = "a signal handler finds the terminal to restore no other way",
  ["lua_stock_call.o: running"] = "a signal handler finds the Lua state no other way",
}

local used, findings = {}, 0

local function finding(path, line, message, key)
  if key and (ALLOWED[key] or ALLOWED_OBJECTS[key]) then used[key] = true return end
  findings = findings + 1
  print(("%s:%d: %s"):format(path, line, message))
end

local function output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  pipe:close()
  return text
end

local function read(path)
  local lines = {}
  for line in io.lines(path) do lines[#lines + 1] = line end
  return lines
end

local function check_text(path, lines)
  if #lines > LINES then finding(path, #lines, ("%d lines, the limit is %d: cut where a new noun begins"):format(#lines, LINES), path) end
  for n, line in ipairs(lines) do
    local word = line:match "%f[%w]TODO%f[%W]" or line:match "%f[%w]FIXME%f[%W]" or line:match "%f[%w]XXX%f[%W]"
    if word then finding(path, n, word .. ": finish it or file it") end
    if line:match "[ \t]$" then finding(path, n, "blank at the end of the line") end
    if line:match "\t" and not line:match '"[^"]*\t' then finding(path, n, "a tab") end
  end
end

local function check_c()
  local includes = {}
  for path in output("find vm -name '*.[ch]' | sort"):gmatch "[^\n]+" do
    local lines = read(path)
    check_text(path, lines)
    c_rules.check(path, lines, function(n, message, key) finding(path, n, message, key) end)
    includes[path] = {}
    for _, line in ipairs(lines) do
      local target = line:match '^#include "([^"]+)"'
      if target then table.insert(includes[path], "vm/" .. target) end
    end
  end
  c_rules.check_cycles(includes, function(path, message) finding(path, 1, message) end)
end

local function check_lua()
  for path in output("find compiler stdlib -name '*.lua' -not -path 'stdlib/meta/*' | sort"):gmatch "[^\n]+" do
    local lines = read(path)
    check_text(path, lines)
    lua_rules.check(path, lines, function(n, message, key) finding(path, n, message, key) end)
    local listing = output("luac5.4 -l -l -p '" .. path .. "' 2>&1")
    if listing:find("^luac") then finding(path, 1, (listing:gsub("\n.*", ""))) end
    lua_rules.check_globals(listing, function(n, message) finding(path, n, message) end)
  end
end

local LIBRARIES = "liblua5.4-lpeg.a liblua5.4.a libuv_a.a libsqlite3.a libsodium.a"

local function check_objects(build)
  local rooms = object_rules.names(output("nm -g --defined-only " .. build .. "/lib*.a 2>/dev/null"))
  for library in LIBRARIES:gmatch "%S+" do
    local theirs = object_rules.names(output("nm -g --defined-only \"$(gcc -print-file-name=" .. library .. ")\" 2>/dev/null"))
    if not next(theirs) then finding(library, 0, "nm finds no names in it") end
    for _, name in ipairs(object_rules.clashes(rooms, theirs)) do finding(build, 0, name .. " is a name of " .. library .. " as well") end
  end
  local exported = object_rules.names(output("nm -D --defined-only " .. build .. "/aios"))
  if not exported.lua_gettop then finding(build .. "/aios", 0, "does not export Lua's interface, which C modules need") end
  for _, name in ipairs(object_rules.foreign(exported)) do finding(build .. "/aios", 0, "exports " .. name .. "; only Lua's interface may be seen") end
  for _, what in ipairs(object_rules.mutable(output("objdump -t " .. build .. "/lib*.a"))) do
    finding(build, 0, what .. " is state at file level: hang it from a struct", what)
  end
end

check_c()
check_lua()
if arg[1] then check_objects(arg[1]) end
for _, list in ipairs { ALLOWED, arg[1] and ALLOWED_OBJECTS or {} } do
  for key in pairs(list) do
    if not used[key] then finding("tests/floors.lua", 1, "the exception for " .. key .. " is not needed any more") end
  end
end
print(findings == 0 and "floors: every line is in its room" or ("floors: %d findings"):format(findings))
os.exit(findings == 0)
