--- keys: the bytes of a terminal as keys.
---
---     local decoder = keys.decoder()
---     decoder:feed "a\27[A"                  --> { { name = "text", text = "a" }, { name = "up" } }
---
--- A sequence may come in pieces; what is pasted is one key, { name = "paste", text = … }. Keys nobody has heard of are left out.
local M = {}

local CONTROL = {
  [1] = "home", [2] = "left", [3] = "interrupt", [4] = "end_of_input", [5] = "end", [6] = "right", [7] = "cancel", [8] = "erase", [9] = "tab",
  [10] = "enter", [11] = "kill_right", [12] = "clear", [13] = "enter", [14] = "down", [16] = "up", [18] = "search", [21] = "kill_left",
  [23] = "kill_word", [25] = "yank", [26] = "suspend", [31] = "undo", [127] = "erase",
}
local META = { b = "word_left", f = "word_right", d = "kill_word_right", ["\127"] = "kill_word", ["\8"] = "kill_word", ["\r"] = "newline", ["\n"] = "newline" }
local LETTER = { A = "up", B = "down", C = "right", D = "left", H = "home", F = "end", Z = "back_tab" }
local TILDE = { ["1"] = "home", ["7"] = "home", ["4"] = "end", ["8"] = "end", ["3"] = "delete", ["200"] = "paste" }
local WITH_CONTROL = { left = "word_left", right = "word_right" }

local Decoder = {}
Decoder.__index = Decoder

local PASTE_END = "\27[201~"

-- a CSI or SS3 sequence at the start of `bytes`: its key (or nil) and length; false when more must come
local function sequence(bytes)
  local kind = bytes:sub(2, 2)
  if kind == "" then return false end
  if kind == "O" then
    local letter = bytes:sub(3, 3)
    if letter == "" then return false end
    return LETTER[letter], 3
  end
  if kind ~= "[" then return META[kind], 2 end
  local numbers, final, after = bytes:match "^\27%[([%d;?]*)([%a~])()"
  if not after then
    if #bytes > 32 or bytes:find("^\27%[[^%d;?%a~]") then return nil, 2 end
    return false
  end
  local name = final == "~" and TILDE[numbers:match "^%d+"] or LETTER[final]
  local modifier = tonumber(numbers:match ";(%d+)$")
  if modifier and (modifier == 5 or modifier == 3) then name = WITH_CONTROL[name] or name end
  return name, after - 1
end

local function add(out, name, text) out[#out + 1] = { name = name, text = text } end

local function add_text(out, text)
  local last = out[#out]
  if last and last.name == "text" then last.text = last.text .. text else add(out, "text", text) end
end

function Decoder:take_paste(out)
  local stop = self.rest:find(PASTE_END, 1, true)
  if not stop then return false end
  add(out, "paste", (self.rest:sub(1, stop - 1):gsub("\r\n?", "\n")))
  self.rest, self.pasting = self.rest:sub(stop + #PASTE_END), false
  return true
end

function Decoder:take_escape(out)
  local name, size = sequence(self.rest)
  if name == false then return false end
  self.rest = self.rest:sub(size + 1)
  if name == "paste" then self.pasting = true
  elseif name then add(out, name) end
  return true
end

-- one letter, whole
function Decoder:take_letter(out)
  local byte = self.rest:byte()
  local size = byte < 0xC2 and 1 or byte < 0xE0 and 2 or byte < 0xF0 and 3 or byte < 0xF5 and 4 or 1
  if #self.rest < size and not self.rest:find("[^\x80-\xBF]", 2) then return false end
  local letter = self.rest:sub(1, size)
  if not utf8.len(letter) then letter, size = self.rest:sub(1, 1), 1 end
  self.rest = self.rest:sub(size + 1)
  if CONTROL[byte] then add(out, CONTROL[byte])
  elseif byte >= 32 and utf8.len(letter) then add_text(out, letter) end
  return true
end

---@param bytes string
---@return table[] keys
function Decoder:feed(bytes)
  self.rest = self.rest .. bytes
  local out, going = {}, true
  while going and self.rest ~= "" do
    if self.pasting then going = self:take_paste(out)
    elseif self.rest:byte() == 27 then going = self:take_escape(out)
    else going = self:take_letter(out) end
  end
  return out
end

function M.decoder() return setmetatable({ rest = "", pasting = false }, Decoder) end

return M
