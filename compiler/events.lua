--- events: what stands behind `on`: which source, about what. All literal, so that it is known without running.
---
---     events.read [[file.created "~/Inbox/*.pdf"]]  -> { "file.created", "~/Inbox/*.pdf" }
---     events.read "trigger.deploy"                  -> { "trigger", "deploy" }
local source_of, words = require "compiler.source", require "compiler.words"
local lpeg = require "lpeg"
local M = {}

local P, S, C, Ct = lpeg.P, lpeg.S, lpeg.C, lpeg.Ct

-- the pattern is made when the first event is read
local made
local function pattern()
  if made then return made end
  local blank = S " \t\r\n\f\v" ^ 0
  local comment = P "--" * (P "[" * P "=" ^ 0 * P "[" * (1 - P "]]") ^ 0 * P "]]" + (1 - S "\r\n") ^ 0)
  local gap = (S " \t\r\n\f\v" + comment) ^ 0
  local name = C((lpeg.R("az", "AZ", "__")) * lpeg.R("az", "AZ", "09", "__") ^ 0)
  local function quoted(q) return P(q) * (P "\\" * 1 + (1 - S(q .. "\r\n"))) ^ 0 * q end
  local text = C(quoted '"' + quoted "'" + P "[[" * (1 - P "]]") ^ 0 * "]]")
  local list = P "(" * gap * Ct((text * (gap * "," * gap * text) ^ 0) ^ -1) * gap * ")"
  made = blank * Ct(name * (gap * "." * gap * name) ^ 0) * gap * (list + Ct(text)) ^ -1 * gap * -1
  return made
end

local function unquoted(list)
  for i, text in ipairs(list or {}) do list[i] = source_of.unquote(text) end
  return list or {}
end

---What an event's text says, or nil and why it says nothing: "unknown" (there is no such event), "text" (its texts are not what it takes).
---@return table? event { kind, subject, detail }
function M.read(text)
  local names, texts = pattern():match(text)
  if not names then
    local kind = text:match "^[%a_][%w_.]*"
    return nil, kind and words.events[kind] and "text" or "unknown", kind
  end
  local kind = table.concat(names, ".")
  if names[1] == "trigger" and #names == 2 and not texts then return { "trigger", names[2] } end
  local takes = words.events[kind]
  if not takes then return nil, "unknown", kind end
  texts = unquoted(texts)
  if #texts ~= takes then return nil, "text", kind end
  return { kind, table.unpack(texts) }
end

return M
