--- host.test.lines: which lines of a chunk can be executed at all, read from its bytecode (Lua 5.4).
---
--- `debug.getinfo` knows it only for functions that exist; functions inside functions that never ran do not.
local M = {}

local RETURN_WORDS = "^%s*end[%s%)%],;}]*$"

local Reader = {}
Reader.__index = Reader

function Reader:byte()
  local b = self.text:byte(self.at)
  self.at = self.at + 1
  return b
end

-- seven bits a byte, highest first; the last byte has its top bit set
function Reader:number()
  local n = 0
  while true do
    local b = self:byte()
    n = n << 7 | b & 0x7f
    if b & 0x80 ~= 0 then return n end
  end
end

function Reader:skip(n) self.at = self.at + n end

function Reader:string()
  local size = self:number()
  if size > 0 then self:skip(size - 1) end
end

local CONSTANT = { [0x03] = 8, [0x13] = 8 }             -- integer, float

function Reader:constants()
  for _ = 1, self:number() do
    local kind = self:byte()
    if kind == 0x04 or kind == 0x14 then self:string() else self:skip(CONSTANT[kind] or 0) end
  end
end

-- the line of each instruction: steps from the one before, or given whole where a step is too long
function Reader:lines(first_line)
  local steps = {}
  for i = 1, self:number() do steps[i] = self:byte() end
  local whole = {}
  for _ = 1, self:number() do
    local pc = self:number()
    whole[pc + 1] = self:number()
  end
  local line, out = first_line, {}
  for i, step in ipairs(steps) do
    if step == 0x80 then line = whole[i] else line = line + (step < 0x80 and step or step - 256) end
    out[i] = line
  end
  return out
end

function Reader:names()
  for _ = 1, self:number() do
    self:string()
    self:number()
    self:number()
  end
  for _ = 1, self:number() do self:string() end
end

function Reader:func(found)
  self:string()
  local first_line = self:number()
  self:number()
  self:byte()
  local is_vararg = self:byte() ~= 0
  self:byte()
  self:skip(self:number() * 4)
  self:constants()
  self:skip(self:number() * 3)
  for _ = 1, self:number() do self:func(found) end
  local lines = self:lines(first_line)
  for i = is_vararg and 2 or 1, #lines do found[lines[i]] = true end
  self:names()
end

---The lines of `lua` that can be executed, but for those that only close a block.
---@param lua string       what runs
---@param source string    as written
---@return table<integer, boolean>
function M.of(lua, source)
  local chunk = assert(load(lua, "=x", "t"))
  local text = string.dump(chunk)
  local number = #string.pack("n", 0)
  local header = 4 + 1 + 1 + 6 + 1 + 1 + 1 + number + number
  local reader = setmetatable({ text = text, at = header + 2 }, Reader)
  local found, n = {}, 0
  reader:func(found)
  for line in (source .. "\n"):gmatch "(.-)\n" do
    n = n + 1
    if line:find(RETURN_WORDS) or line:find "^%s*$" or line:find "^%s*%-%-" or line:find "^#" then found[n] = nil end
  end
  for line in pairs(found) do if line > n or line < 1 then found[line] = nil end end
  return found
end

return M
