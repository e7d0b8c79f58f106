--- plain: the prompt where lines cannot be drawn: from a pipe or file, or on a terminal that says it is dumb.
---
--- The same face as host.repl.screen. A pipe sees no prompts.
local session = require "aios.session"
local M = {}
local Plain = {}
Plain.__index = Plain

function M.new(owner, has_prompt)
  return setmetatable({ owner = owner, has_prompt = has_prompt, rest = "" }, Plain)
end

function Plain:ask(prompt) if self.has_prompt then session.say(prompt) end end

-- the next whole line, or what is left of the input; nil when more must come
function Plain:line()
  local line, after = self.rest:match "^([^\n]*)\r?\n()"
  if line then
    self.rest = self.rest:sub(after)
    return (line:gsub("\r$", ""))
  end
  if self.at_end and self.rest ~= "" then
    line, self.rest = self.rest, ""
    return line
  end
end

-- an event; the end of the read when it returns something
function Plain:hear(event, o)
  if event.kind == "bytes" then self.rest = self.rest .. event.text
  elseif event.kind == "end" then self.at_end = true
  elseif event.kind == "interrupt" then
    self:ask "\n"
    return "interrupt"
  elseif event.kind ~= "hidden" then self.owner:on(event) end
  if o.is_gone and o.is_gone() then return "gone" end
end

function Plain:read(o)
  local text, over = "", nil
  session.keys(true)
  self:ask(o.prompt)
  while not over do
    local line = self:line()
    if line then
      text = text == "" and line or text .. "\n" .. line
      if o.editor.finished(text) or line == "" then return text end
      self:ask(o.more or "")
    elseif self.at_end then
      if text ~= "" then return text end
      self:ask "\n"
      over = "end"
    else
      over = self:hear(session.next(), o)
      if not over then session.keys(true) end
    end
  end
  return nil, over
end

function Plain:hold(bytes) self.rest = self.rest .. bytes end

return M
