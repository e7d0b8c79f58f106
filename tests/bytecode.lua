--- bytecode: what a function does without where it stood, and where it stands without what it does: to compare two layouts
--- of one program, and one layout of two programs.
---
---     bytecode.without_lines(load "\n\nx = 1") == bytecode.without_lines(load "x = 1")
---     bytecode.lines(load "function f()\nend") == bytecode.lines(load "local function g()\nend")
local M = {}

local HEADER = 4 + 1 + 1 + 6 + 1 + 1 + 1 + 8 + 8          -- of Lua 5.4; the number of upvalues follows
local NUMBER, SHORT, LONG = { [0x03] = true, [0x13] = true }, 0x04, 0x14

-- reads a dump: calls keep(text) for what a function does, and each(first, last, lines) for where it and those in it stand
local function read(dump, keep, each)
  local at = HEADER + 2
  local function size()
    local value, byte = 0, 0
    repeat
      byte, at = dump:byte(at), at + 1
      value = value << 7 | byte & 0x7F
    until byte & 0x80 ~= 0
    return value
  end
  local function bytes(count)
    at = at + count
    return dump:sub(at - count, at - 1)
  end
  local function text()
    local length = size()
    return length .. ":" .. (length > 0 and bytes(length - 1) or "")
  end
  local function constant()
    local kind = bytes(1):byte()
    keep(string.char(kind))
    if NUMBER[kind] then keep(bytes(8)) elseif kind == SHORT or kind == LONG then keep(text()) end
  end
  local function debug_part(first, last)
    local lines = bytes(size())
    for _ = 1, size() do size() size() end                -- lines far from the one before
    for _ = 1, size() do text() size() size() end         -- names of locals
    for _ = 1, size() do text() end                       -- names of upvalues
    each(first, last, lines)
  end
  local function body()
    text()
    local first, last = size(), size()
    keep(bytes(3))
    keep(bytes(size() * 4))
    for _ = 1, size() do constant() end
    keep(bytes(size() * 3))
    for _ = 1, size() do body() end
    debug_part(first, last)
  end
  body()
  assert(at == #dump + 1)
end

local function nothing() end

---@param fn function
---@return string code of the function and of those in it: constants, instructions and upvalues
function M.without_lines(fn)
  local parts = {}
  read(string.dump(fn, true), function(text) parts[#parts + 1] = text end, nothing)
  return table.concat(parts, "|")
end

---@param fn function a whole file
---@return string the lines of each function in it, and of their instructions
function M.lines(fn)
  local parts = {}
  read(string.dump(fn), nothing, function(first, last, lines)
    if last > 0 then parts[#parts + 1] = ("%d-%d:%s"):format(first, last, lines) end
  end)
  return table.concat(parts, "|")
end

return M
