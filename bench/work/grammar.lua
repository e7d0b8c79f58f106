--- grammar: the whole grammar of the run mode is built, against the time in which Lua compiles its sources.
local kit = require "kit"
local ROUNDS, BOUND = 30, 3

local function milliseconds(fn)
  local times = {}
  for round = 1, ROUNDS do
    collectgarbage()
    collectgarbage "stop"
    local began = os.clock()
    fn()
    times[round] = (os.clock() - began) * 1000
    collectgarbage "restart"
  end
  return kit.median(times)
end

return function(report)
  if not pcall(require, "lpeg") then
    report { work = "build of the grammar (needs lua-lpeg)", aios = "-", yardstick = "-", bound = "<= 3 ms", ok = true }
    return
  end
  package.path = "./?.lua;./?/init.lua;" .. package.path
  local grammar, sources = require "compiler.grammar", {}
  for path in kit.run("find", "compiler/grammar", "-name", "*.lua"):gmatch "[^\n]+" do
    local file = assert(io.open(path))
    sources[#sources + 1] = file:read "a"
    file:close()
  end
  local ours = milliseconds(function() grammar.build "run" end)
  local theirs = milliseconds(function() for _, text in ipairs(sources) do assert(load(text)) end end)
  report { work = "build of the whole grammar, against its load", aios = kit.ms(ours), yardstick = kit.ms(theirs), ratio = ours / theirs,
    bound = ("<= %d ms"):format(BOUND), ok = ours <= BOUND }
end
