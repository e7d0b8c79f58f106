--- writer: copies a source with replacements in place; no newline is ever moved.
---
---     local w = writer.new(source)
---     w:copy_to(12)  w:put "text"  w:skip_to(20)       -- bytes 12..19 go, their newlines stay
---     w:finish() -> text
local lpeg = require "lpeg"
local Writer = {}
Writer.__index = Writer
local M = {}

-- newlines of a text, each as it was spelled, apart so that two never become one
local newlines = lpeg.Cs((lpeg.P "\r\n" / "\r\n " + lpeg.P "\n\r" / "\n\r " + lpeg.S "\r\n" / "%0 " + lpeg.P(1) / "") ^ 0)

function M.new(source) return setmetatable({ source = source, at = 1, out = {} }, Writer) end

function Writer:copy_to(pos)
  if pos <= self.at then return end
  self.out[#self.out + 1] = self.source:sub(self.at, pos - 1)
  self.at = pos
end

function Writer:put(text) self.out[#self.out + 1] = text end

---Leaves out the source up to `pos`, keeping its newlines.
function Writer:skip_to(pos)
  if pos <= self.at then return end
  local kept = newlines:match(self.source:sub(self.at, pos - 1))
  if kept ~= "" then self.out[#self.out + 1] = kept end
  self.at = pos
end

---Puts `text` for the source up to `pos`; the text has the newlines itself.
function Writer:replace(pos, text)
  self:put(text)
  self.at = pos
end

---Puts a number for the literal [from, to), apart from its neighbours.
function Writer:number(from, to, text)
  self:copy_to(from)
  if self.source:find("^[%w_]", from - 1) and from > 1 then text = " " .. text end
  if self.source:find("^[.%w_]", to) then text = text .. " " end
  self:replace(to, text)
end

function Writer:finish()
  self:copy_to(#self.source + 1)
  return table.concat(self.out)
end

return M
