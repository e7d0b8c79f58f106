-- the rules of tests/floors.lua find what they are there for, and nothing else
local t = require "tests.tap"
package.path = "tests/floors/?.lua;" .. package.path
local c_rules, lua_rules, object_rules = require "c_rules", require "lua_rules", require "object_rules"

local function lines_of(text)
  local out = {}
  for line in (text .. "\n"):gmatch "(.-)\n" do out[#out + 1] = line end
  return out
end

local function run(rules, path, text)
  local out = {}
  rules.check(path, lines_of(text), function(n, message) out[#out + 1] = n .. ": " .. message end)
  return table.concat(out, "; ")
end

local C = {
  { "a lower room may be included", "vm/store/a.c", '#include "db/db.h"', "" },
  { "an upward include is found", "vm/os/a.c", 'int x;\n#include "lua/vm.h"', "2: os %(floor 1%) reaches up to lua" },
  { "a neighbour is found", "vm/os/a.c", '#include "net/url.h"', "neighbours os and net" },
  { "an include without its room is found", "vm/os/a.c", '#include "file.h"', "includes name the room" },
  { "lua.h outside vm/lua is found", "vm/work/a.c", "#include <lua.h>", "lua.h is not for vm/work" },
  { "lua.h inside vm/lua is fine", "vm/lua/a.c", "#include <lua.h>", "" },
  { "an unknown room is found", "vm/misc/a.c", "", "no such room" },
  { "fopen outside vm/os is found", "vm/work/a.c", "  f = fopen(p, m);", "calls fopen" },
  { "open as a slot of a table is fine", "vm/work/a.c", "  s->open(p); t.open(p); reopen(p);", "" },
  { "a call in a comment or a string is fine", "vm/work/a.c", '/* open(x) */\n/* a\n open(x)\n*/ say("open(x)"); // open(x)', "" },
  { "a call after a comment is found", "vm/work/a.c", "/* a */ open(x); /* b */", "calls open" },
  { "a second lua_resume is found", "vm/lua/a.c", "  lua_resume(L, 0, 0, &n);", "calls lua_resume" },
  { "a header without its face is found", "vm/os/a.h", "int x;", "a header begins with" },
  { "a header without a guard is found", "vm/os/a.h", "/* a.h - this */", "no #pragma once" },
  { "a good header is fine", "vm/os/a.h", "/* a.h - this */\n#pragma once", "" },
  { "a function of 50 lines is fine", "vm/os/a.c", "int f(int a,\n      int b) {\n" .. ("  x();\n"):rep(47) .. "}", "" },
  { "a function of 51 lines is found", "vm/os/a.c", "int f(int a,\n      int b) {\n" .. ("  x();\n"):rep(48) .. "}", "1: f has 51 lines" },
  { "a table and a prototype are no functions", "vm/os/a.c", "int g(int a,\n      int b);\nstatic const int T[] = {\n" .. ("  1,\n"):rep(60) .. "};", "" },
}
for _, row in ipairs(C) do
  t.test("C: " .. row[1], function()
    local got = run(c_rules, row[2], row[3])
    if row[4] == "" then t.eq(got, "") else t.match(got, row[4]) end
  end)
end

local LUA = {
  { "a lower room of the compiler may be required", "compiler/emit/init.lua", '--- x\nlocal a = require "compiler.tree"', "" },
  { "a higher room of the compiler is found", "compiler/tree.lua", '--- x\nlocal a = require "compiler.grammar.kit"', "2: tree must not require grammar" },
  { "a room of the compiler without rank is found", "compiler/x.lua", '--- x\nlocal a = require "compiler.tree"', "no rank for compiler/x" },
  { "the compiler requires nothing of the house", "compiler/tree.lua", '--- x\nlocal a = require("aios.fs")', "the compiler is pure" },
  { "a script's module must not require the host", "stdlib/text.lua", '--- x\nlocal a = require "host.print"', "host state only" },
  { "a tool must not require a raw module when it loads", "stdlib/tools/a.lua", '--- x\nlocal a = require "aios.fs"', "inside `run`" },
  { "a tool may require a raw module when it runs", "stdlib/tools/a.lua", '--- x\nlocal function raw() return require "aios.fs" end', "" },
  { "the host requires what it wants", "stdlib/host/a.lua", '--- x\nlocal a = require "compiler"', "" },
  { "a comment requires nothing", "stdlib/a.lua", '--- x\n---     local a = require "host.print"', "" },
  { "a module without a face is found", "stdlib/a.lua", "local M = {}", "1: a module begins" },
  { "a function of 51 lines is found", "stdlib/a.lua", "--- x\nfunction M.f()\n" .. ("  x()\n"):rep(49) .. "end", "2: M.f has 51 lines" },
  { "the word function in a string is no function", "stdlib/a.lua", '--- x\nlocal a = "function"\n' .. ("x()\n"):rep(60) .. "end", "" },
}
for _, row in ipairs(LUA) do
  t.test("Lua: " .. row[1], function()
    local got = run(lua_rules, row[2], row[3])
    if row[4] == "" then t.eq(got, "") else t.match(got, row[4]) end
  end)
end

t.test("Lua: a global set or misspelt is found in the listing", function()
  local out = {}
  lua_rules.check_globals('\t1\t[3]\tSETTABUP \t0 0 1k\t; _ENV "count" 1\n\t2\t[4]\tGETTABUP \t0 0 0\t; _ENV "pirnt"\n\t3\t[5]\tGETTABUP \t0 0 2\t; _ENV "print"\n',
    function(n, message) out[#out + 1] = n .. ": " .. message end)
  t.eq(out, { "3: sets the global count", "4: reads the global pirnt, which nobody sets" })
end)

t.test("headers that include each other are found", function()
  local out = {}
  c_rules.check_cycles({ a = { "b" }, b = { "c" }, c = { "a" }, d = { "a" } }, function(path, message) out[#out + 1] = path .. " " .. message end)
  t.eq(out, { "a include cycle: a -> b -> c -> a" })
end)

t.test("a name of ours that a library has too is found", function()
  local ours = object_rules.names "00a0 T match\n                 U compile\n0010 T file_open\n"
  t.eq(object_rules.clashes(ours, object_rules.names "0000 T match\n0000 T compile\n"), { "match" })
end)

t.test("an exported name that is not Lua's is found", function()
  t.eq(object_rules.foreign(object_rules.names "0 T lua_gettop\n0 T luaL_ref\n0 T luaopen_io\n0 B stdout@GLIBC_2.2.5\n0 T match\n0 B __bss_start\n"), { "match" })
end)

t.test("a variable at file level is found in the symbol table, a constant is not", function()
  local listing = "a.o:     file format elf64\n0000 l     O .bss\t0000000000000004 count\n0000 l     O .rodata\t0000000000000004 K\n"
    .. "0000 l     O .data.rel.ro.local\t0000000000000008 T\n0000 g     O .data\t0000000000000008 box\n"
  t.eq(object_rules.mutable(listing), { "a.o: box", "a.o: count" })
end)

t.done()
