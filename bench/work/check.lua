--- check: 10 kB of the examples, looked at by `aios check`'s walk in a warm process; beside it `luac -p` of as much plain Lua.
local kit = require "kit"
local ROUNDS, SIZE, BOUND = 15, 10000, 10

-- the examples one after the other, each with names of its own
local function program()
  local parts, size, nth = {}, 0, 0
  local files = {}
  for path in kit.run("find", "examples", "-name", "*.aios"):gmatch "[^\n]+" do files[#files + 1] = path end
  table.sort(files)
  while size < SIZE do
    nth = nth + 1
    local file = assert(io.open(files[(nth - 1) % #files + 1]))
    local text = file:read("a"):gsub("^#[^\n]*", "")
    file:close()
    for _, word in ipairs { "workflow", "tool", "type", "tier" } do text = text:gsub("%f[%w]" .. word .. " ([%w_]+)", word .. " %1_" .. nth) end
    if size + #text < SIZE * 1.1 then parts[#parts + 1], size = text, size + #text end
  end
  return table.concat(parts, "\n")
end

local function plain_lua()
  local file = assert(io.open "stdlib/tool/schema/parse.lua")
  local text = file:read "a"
  file:close()
  local path = kit.path "plain.lua"
  local out = assert(io.open(path, "w"))
  out:write(text)
  out:close()
  return path, #text
end

return function(report)
  if not pcall(require, "lpeg") then
    report { work = "check of 10 kB (needs lua-lpeg)", aios = "-", yardstick = "-", bound = "<= 10 ms", ok = true }
    return
  end
  package.path = "./?.lua;./?/init.lua;stdlib/?.lua;" .. package.path
  package.preload["aios.json"] = package.preload["aios.json"] or function() return { encode = tostring, decode = tostring } end
  local compiler, text = require "compiler", program()
  local world = { library = require("tool.known").library(), schema = require "tool.schema" }
  local times = {}
  compiler.check(text, "warm", world)
  for round = 1, ROUNDS do
    collectgarbage()
    local began = os.clock()
    compiler.check(text, "warm", world)
    times[round] = (os.clock() - began) * 1000
  end
  local path = plain_lua()
  local theirs = kit.race(ROUNDS, { os.getenv "LUAC" or "luac5.4", "-p", path })
  local ours = kit.median(times)
  report { work = ("check of %d kB, warm; luac -p of plain Lua"):format(#text // 1000), aios = kit.ms(ours), yardstick = kit.ms(theirs.cpu),
    ratio = ours / theirs.cpu, bound = ("<= %d ms"):format(BOUND), ok = ours <= BOUND }
end
