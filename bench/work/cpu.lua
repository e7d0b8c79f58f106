--- cpu: the same Lua program under aios and under lua5.4; user time without what a hello takes.
local kit = require "kit"
local ROUNDS, BOUND = 25, 1.03
local PROGRAMS = { "fib", "string", "table", "sort", "coroutine" }

---Instructions of a command, counted by valgrind.
local function instructions(...)
  local out = kit.path "callgrind"
  kit.run("valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=" .. out, ...)
  local file = assert(io.open(out))
  local total = file:read "a":match "totals: (%d+)"
  file:close()
  return tonumber(total)
end

local function count(report, path, name)
  local hello = kit.programs .. "hello.lua"
  local aios = instructions(kit.bin, "run", path) - instructions(kit.bin, "run", hello)
  local lua = instructions(kit.lua, path) - instructions(kit.lua, hello)
  report { work = "  instructions of " .. name, aios = ("%.0f M"):format(aios / 1e6), yardstick = ("%.0f M"):format(lua / 1e6),
    ratio = aios / lua, bound = "<= 1.03x", ok = aios / lua <= BOUND }
end

return function(report, options)
  local hello = kit.programs .. "hello.lua"
  for _, name in ipairs(PROGRAMS) do
    local path = kit.programs .. name .. ".lua"
    local lua, aios, lua_start, aios_start = kit.race(ROUNDS, { kit.lua, path }, { kit.bin, "run", path },
      { kit.lua, hello }, { kit.bin, "run", hello })
    report(kit.at_most("CPU-bound Lua: " .. name, aios.cpu - aios_start.cpu, lua.cpu - lua_start.cpu, BOUND))
    if options.instructions then count(report, path, name) end
  end
end
