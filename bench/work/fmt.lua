--- fmt: a megabyte of the project's own Lua laid out by `aios fmt`, start of the process and all, against `luac5.4 -p`,
--- which only reads it. Everything has to be laid out anew: the text comes without indentation.
local kit = require "kit"
local ROUNDS, SIZE, BOUND = 7, 1e6, 500

local function megabyte()
  local parts, size = {}, 0
  while size < SIZE do
    for path in kit.run("find", "compiler", "stdlib", "-name", "*.lua"):gmatch "[^\n]+" do
      local file = assert(io.open(path))
      local text = "do\n" .. file:read "a" .. "\nend\n"
      file:close()
      text = text:gsub("\n +", "\n"):gsub(" == ", "==")
      if load(text) and size < SIZE then parts[#parts + 1], size = text, size + #text end
    end
  end
  return table.concat(parts)
end

return function(report)
  local path = kit.path "fmt.lua"
  local file = assert(io.open(path, "wb"))
  file:write(megabyte())
  file:close()
  -- a file that differs ends --check with 1: that is the answer here
  local script = kit.path "fmt.sh"
  file = assert(io.open(script, "w"))
  file:write(("'%s' fmt -q --check '%s' >/dev/null; [ $? = 1 ]\n"):format(kit.bin, path))
  file:close()
  local ours, theirs = kit.race(ROUNDS, { "sh", script }, { "luac5.4", "-p", path })
  report { work = "fmt of 1 MB, against luac -p", aios = kit.ms(ours.wall), yardstick = kit.ms(theirs.wall), ratio = ours.wall / theirs.wall,
    bound = ("<= %d ms"):format(BOUND), ok = ours.wall <= BOUND }
end
