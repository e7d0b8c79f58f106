--- consent: a need that nobody has granted is asked for when something first needs it, and granted for the session.
local engine = require "aios.engine"
local session = require "aios.session"
local M = {}

---From the doors: a tool needs what is not granted. Waits for the person.
function M.of_tool(need, resource)
  return session.consent(need, resource)
end

---Grants what the person has agreed to.
---@param answer string   y, a (anything of this need) or something else
---@return boolean
function M.settle(answer, need, resource)
  answer = answer:lower():match "^%s*(%a?)"
  if answer ~= "y" and answer ~= "a" then return false end
  engine.grant(need, answer == "a" and "" or resource)
  return true
end

---The question as it is put.
function M.question(need, resource)
  local words = require("host.consent").in_words(need, resource)
  return ("allow to %s? [y]es, [a]lways for this need, [N]o "):format(words)
end

return M
