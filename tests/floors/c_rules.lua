--- c_rules: what one file of vm/ may include, call and weigh.
---
---     c_rules.check("vm/os/file.c", lines, function(line, message) ... end)
local M = {}

M.FLOOR = { base = 0, time = 1, os = 1, db = 1, net = 1, store = 2, work = 3, lua = 4, host = 5 }

-- a library's face, and the rooms that may see it
local HOME = {
  lua = "lua", lauxlib = "lua", lualib = "lua", ["lua-lpeg"] = "lua", ["curl/curl"] = "net", sqlite3 = "db", sodium = "base",
  uv = "os net db work lua host",
}

-- calls that belong to a few places: pattern, where (a pattern for the path), what to do instead
local CALLS = {
  { "f?open[a-z0-9]*", { "^vm/os/", "^vm/db/" }, "files are opened by vm/os and vm/db", { open = 1, fopen = 1, openat = 1, freopen = 1 } },
  { "creat", { "^vm/os/" }, "files are made by vm/os" },
  { "lua_yieldk?", { "^vm/lua/await%.c$", "^vm/lua/fiber%.c$", "^vm/lua/lua_coroutine%.c$" }, "only await.c, fiber.c and lua_coroutine.c yield" },
  { "lua_resume", { "^vm/lua/fiber%.c$", "^vm/lua/lua_coroutine%.c$" }, "only fiber.c and lua_coroutine.c resume" },
  { "system", {}, "no shell: os/proc.h runs an argv" },
  { "popen", {}, "no shell: os/proc.h runs an argv" },
  { "strcpy", {}, "no bound: use Buf or snprintf" },
  { "strcat", {}, "no bound: use Buf or snprintf" },
  { "sprintf", {}, "no bound: use snprintf" },
  { "gets", {}, "no bound" },
  { "luaL_dofile", {}, "text chunks only: load with mode \"t\"" },
  { "luaL_loadbuffer", { "^vm/lua/lua_stock" }, "text chunks only: luaL_loadbufferx with mode \"t\"" },
}

---The text of the lines without comments and string contents, line for line.
---@param lines string[]
---@return string[]
function M.code_of(lines)
  local out, inside = {}, false
  for i, line in ipairs(lines) do
    local code = line:gsub('\\.', "__"):gsub("'[^']*'", "' '"):gsub('"[^"]*"', '""')
    if inside then
      local _, stop = code:find("*/", 1, true)
      code, inside = stop and code:sub(stop + 1) or "", not stop
    end
    code = code:gsub("/%*.-%*/", " "):gsub("//.*", "")
    local open = code:find("/*", 1, true)
    if open then code, inside = code:sub(1, open - 1), true end
    out[i] = code
  end
  return out
end

local function check_include(room, line, report)
  local target = line:match '^#include "([^"/]+)/'
  local floor, own = M.FLOOR[target], M.FLOOR[room]
  if line:match '^#include "' and not floor then
    report(("includes name the room: \"%s/...\""):format(room))
  elseif floor and floor > own then
    report(("%s (floor %d) reaches up to %s (floor %d)"):format(room, own, target, floor))
  elseif floor and target ~= room and floor == own then
    report(("neighbours %s and %s must not know each other"):format(room, target))
  end
  local library = line:match "^#include <(.+)%.h>"
  local rooms = HOME[library]
  if rooms and not (" " .. rooms .. " "):find(" " .. room .. " ", 1, true) then
    report(("%s.h is not for vm/%s (only %s)"):format(library, room, rooms))
  end
end

local function check_calls(path, code, report)
  for _, rule in ipairs(CALLS) do
    for before, name in code:gmatch("(.?.?)%f[%w_](" .. rule[1] .. ")%s*%(") do
      local fine = rule[4] and not rule[4][name] or before:match "[>.]$"       -- a slot of a table of functions
      for _, place in ipairs(rule[2]) do fine = fine or path:match(place) ~= nil end
      if not fine then report(("calls %s: %s"):format(name, rule[3])) end
    end
  end
end

---Calls each(name, first_line, line_count) for the functions of a C file.
function M.each_function(code, each)
  local head, name
  for n, line in ipairs(code) do
    if not head and line:match "^%a" and not line:match "^typedef" and line:find("(", 1, true) then
      head, name = n, line:match "([%w_]+)%s*%("
    end
    if head and line:match "^}" then
      each(name, head, n - head + 1)
      head = nil
    elseif head and (line:match "[;}]%s*$" and not line:match "^%s" or line:match "=%s*{%s*$" and not line:match "^%s") then
      head = nil
    elseif head and line:match "^%s.*%);%s*$" and not code[head]:find("{", 1, true) and not M.opened(code, head, n) then
      head = nil
    end
  end
end

---True when a line ending with "{" lies between the two.
function M.opened(code, from, to)
  for i = from, to do if code[i]:match "{%s*$" then return true end end
  return false
end

local function check_face(path, lines, report)
  local file = path:match "[^/]+$"
  if not (lines[1] or ""):match("^/%* " .. file:gsub("%p", "%%%0") .. " %- ") then report(1, "a header begins with /* " .. file .. " - what it is") end
  local once = false
  for _, line in ipairs(lines) do once = once or line == "#pragma once" end
  if not once then report(1, "no #pragma once") end
end

---@param path string      "vm/room/file.c"
---@param lines string[]
---@param report fun(line: integer, message: string, key?: string)   key names a function that may be on the list of exceptions
function M.check(path, lines, report)
  local room = path:match "^vm/(%w+)/"
  if not M.FLOOR[room] then return report(1, "no such room: give it a floor in ARCHITECTURE and here") end
  local code = M.code_of(lines)
  for n, line in ipairs(lines) do
    local function here(message) report(n, message, path) end
    check_include(room, line, here)
    check_calls(path, code[n], here)
  end
  if path:match "%.h$" then check_face(path, lines, report) end
  M.each_function(code, function(name, first, count)
    if count > 50 then report(first, ("%s has %d lines, the limit is 50"):format(name, count), path .. ":" .. tostring(name)) end
  end)
end

---Reports include cycles among headers: includes = { [path] = { path... } }.
---@param includes table<string, string[]>
---@param report fun(path: string, message: string)
function M.check_cycles(includes, report)
  local state = {}
  local function visit(path, trail)
    if state[path] == "done" then return end
    if state[path] == "open" then return report(path, "include cycle: " .. trail) end
    state[path] = "open"
    for _, target in ipairs(includes[path] or {}) do visit(target, trail .. " -> " .. target) end
    state[path] = "done"
  end
  local all = {}
  for path in pairs(includes) do all[#all + 1] = path end
  table.sort(all)
  for _, path in ipairs(all) do visit(path, path) end
end

return M
