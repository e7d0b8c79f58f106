--- bytecode: what a function does, without where it stood: to compare two layouts of one program.
---
---     bytecode.without_lines(load "\n\nx = 1") == bytecode.without_lines(load "x = 1")
local M = {}

local HEADER = 4 + 1 + 1 + 6 + 1 + 1 + 1 + 8 + 8          -- of Lua 5.4; the number of upvalues follows
local NUMBER, SHORT, LONG = { [0x03] = true, [0x13] = true }, 0x04, 0x14

---@param fn function
---@return string code of the function and of those in it: constants, instructions and upvalues
function M.without_lines(fn)
  local dump = string.dump(fn, true)
  local at, parts = HEADER + 2, {}
  local function size()
    local value, byte = 0, 0
    repeat
      byte, at = dump:byte(at), at + 1
      value = value << 7 | byte & 0x7F
    until byte & 0x80 ~= 0
    return value
  end
  local function keep(count)
    parts[#parts + 1], at = dump:sub(at, at + count - 1), at + count
  end
  local function text()
    local length = size()
    parts[#parts + 1] = length .. ":"
    if length > 0 then keep(length - 1) end
  end
  local function constant()
    local kind = dump:byte(at)
    keep(1)
    if NUMBER[kind] then keep(8) elseif kind == SHORT or kind == LONG then text() end
  end
  local function body()
    text()
    size()                                                -- the lines where it begins
    size()                                                -- and ends
    keep(3)
    keep(size() * 4)
    for _ = 1, size() do constant() end
    keep(size() * 3)
    for _ = 1, size() do body() end
    for _ = 1, 4 do assert(size() == 0) end               -- nothing to debug with
  end
  body()
  assert(at == #dump + 1)
  return table.concat(parts, "|")
end

return M
