--- model.base64: bytes as text, for pictures on the wire. Pure.
local M = {}

local DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local PIECE = 3 * 1024

local function piece(bytes, from, to, out)
  for i = from, to, 3 do
    local a, b, c = bytes:byte(i, math.min(i + 2, to))
    local n = (a << 16) | ((b or 0) << 8) | (c or 0)
    for shift = 18, 0, -6 do
      local at = (n >> shift & 63) + 1
      out[#out + 1] = DIGITS:sub(at, at)
    end
    if not c then out[#out] = "=" end
    if not b then out[#out - 1] = "=" end
  end
end

---@param bytes string
---@return string
function M.encode(bytes)
  local parts = {}
  for from = 1, #bytes, PIECE do
    local out = {}
    piece(bytes, from, math.min(from + PIECE - 1, #bytes), out)
    parts[#parts + 1] = table.concat(out)
  end
  return table.concat(parts)
end

return M
