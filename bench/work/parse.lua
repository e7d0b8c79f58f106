--- parse: 9 MB of plain Lua, recognised by the compiler's grammar, against Lua's own loader (luaL_loadbuffer).
local kit = require "kit"
local ROUNDS, SIZE, BOUND = 3, 9e6, 0.4

---The project's own Lua files, again and again, each in a function of its own.
local function nine_megabytes()
  local files, parts, size = {}, {}, 0
  for path in kit.run("find", "compiler", "stdlib", "-name", "*.lua"):gmatch "[^\n]+" do
    local file = assert(io.open(path))
    -- the one name that the language keeps for itself
    files[#files + 1] = file:read("a"):gsub("__aios", "aios_")
    file:close()
  end
  table.sort(files)
  while size < SIZE do
    for _, text in ipairs(files) do
      parts[#parts + 1] = "(function()\n" .. text .. "\nend)();\n"
      size = size + #text
    end
  end
  return table.concat(parts)
end

local function seconds(fn, ...)
  collectgarbage()
  local began = os.clock()
  assert(fn(...))
  return os.clock() - began
end

return function(report)
  if not pcall(require, "lpeg") then
    report { work = "parse of 9 MB (needs lua-lpeg)", aios = "-", yardstick = "-", bound = ">= 0.4x", ok = true }
    return
  end
  package.path = "./?.lua;./?/init.lua;" .. package.path
  local grammar, text = require "compiler.grammar", nine_megabytes()
  grammar.events "local warm = true"
  local ours, theirs = {}, {}
  for round = 1, ROUNDS do
    theirs[round] = seconds(load, text, "=text", "t")
    ours[round] = seconds(grammar.events, text)
  end
  local fast, plain = #text / 1e6 / kit.median(ours), #text / 1e6 / kit.median(theirs)
  report { work = "parse of 9 MB, against Lua's loader", aios = ("%.1f MB/s"):format(fast), yardstick = ("%.1f MB/s"):format(plain),
    ratio = fast / plain, bound = ">= 0.4x", ok = fast / plain >= BOUND }
end
