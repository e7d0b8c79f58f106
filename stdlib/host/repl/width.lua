--- width: how many columns of a terminal a letter takes: 0 for marks above another, 2 for those of East Asia, 1 else.
local M = {}

-- first, last; sorted
local NONE = { { 0x300, 0x36F }, { 0x483, 0x489 }, { 0x591, 0x5BD }, { 0x610, 0x61A }, { 0x64B, 0x65F }, { 0x6D6, 0x6DC }, { 0x900, 0x902 },
  { 0xE31, 0xE31 }, { 0xE34, 0xE3A }, { 0xE47, 0xE4E }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { 0x200B, 0x200F }, { 0x202A, 0x202E },
  { 0x2060, 0x2064 }, { 0x20D0, 0x20FF }, { 0x302A, 0x302D }, { 0x3099, 0x309A }, { 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF },
  { 0x1F3FB, 0x1F3FF }, { 0xE0100, 0xE01EF } }
local TWO = { { 0x1100, 0x115F }, { 0x231A, 0x231B }, { 0x23E9, 0x23EC }, { 0x25FD, 0x25FE }, { 0x2614, 0x2615 }, { 0x2648, 0x2653 },
  { 0x26AA, 0x26AB }, { 0x26BD, 0x26BE }, { 0x26C4, 0x26C5 }, { 0x26CE, 0x26CE }, { 0x26D4, 0x26D4 }, { 0x26EA, 0x26EA }, { 0x26F2, 0x26F3 },
  { 0x26F5, 0x26F5 }, { 0x26FA, 0x26FA }, { 0x26FD, 0x26FD }, { 0x2705, 0x2705 }, { 0x270A, 0x270B }, { 0x2728, 0x2728 }, { 0x274C, 0x274C },
  { 0x274E, 0x274E }, { 0x2753, 0x2755 }, { 0x2757, 0x2757 }, { 0x2795, 0x2797 }, { 0x2B1B, 0x2B1C }, { 0x2B50, 0x2B50 }, { 0x2B55, 0x2B55 },
  { 0x2E80, 0x303E }, { 0x3041, 0x33FF }, { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xA000, 0xA4CF }, { 0xA960, 0xA97F }, { 0xAC00, 0xD7A3 },
  { 0xF900, 0xFAFF }, { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1F64F }, { 0x1F680, 0x1F6FF }, { 0x1F900, 0x1F9FF },
  { 0x1FA70, 0x1FAFF }, { 0x20000, 0x3FFFD } }

local function within(list, code)
  local low, high = 1, #list
  while low <= high do
    local middle = (low + high) // 2
    if code < list[middle][1] then high = middle - 1
    elseif code > list[middle][2] then low = middle + 1
    else return true end
  end
  return false
end

---@param code integer   of the letter
function M.of(code)
  if code < 0x300 then return 1 end
  if within(NONE, code) then return 0 end
  return within(TWO, code) and 2 or 1
end

---The columns of a text without control characters; a byte that is no UTF-8 takes one.
function M.text(text)
  local columns = 0
  for at, letter in M.letters(text) do
    columns = columns + (#letter == 1 and 1 or M.of(utf8.codepoint(text, at, at, true)))
  end
  return columns
end

---Iterates over position and letter; a byte that is no UTF-8 is a letter.
function M.letters(text)
  local at = 1
  return function()
    if at > #text then return nil end
    local from = at
    local letter = text:sub(at, at)
    for size = 2, letter:byte() >= 0xC2 and 4 or 1 do
      if utf8.len(text:sub(from, from + size - 1)) == 1 then
        letter = text:sub(from, from + size - 1)
        break
      end
    end
    at = from + #letter
    return from, letter
  end
end

return M
