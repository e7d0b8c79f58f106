--- start: a whole process that says hello, from execve to exit.
local kit = require "kit"
local ROUNDS = 50

return function(report)
  local plain, program = kit.programs .. "hello.lua", kit.programs .. "hello.aios"
  -- a file of another name is another entry of the cache: each round compiles
  for round = 0, ROUNDS - 1 do kit.copy(program, kit.path(("hello.%d.aios"):format(round))) end
  local lua, same, cold, cached = kit.race(ROUNDS, { kit.lua, plain }, { kit.bin, "run", plain },
    { kit.bin, "run", kit.path "hello.{n}.aios" }, { kit.bin, "run", program })
  report(kit.at_most("hello, plain Lua", same.wall, lua.wall, 2.5))
  report(kit.at_most("hello, the language, compiled now", cold.wall, lua.wall, 5))
  report(kit.at_most("hello, the language, from the cache", cached.wall, lua.wall, 5))
end
