--- repl: from execve on a terminal until the prompt is shown.
local kit = require "kit"
local ROUNDS = 30

return function(report)
  local lua, aios = kit.run("python3", "bench/prompt.py", ROUNDS, kit.lua, "-i", ",", kit.bin):match "(%S+)\n(%S+)\n"
  report(kit.at_most("the prompt of a terminal", tonumber(aios), tonumber(lua), 3))
end
