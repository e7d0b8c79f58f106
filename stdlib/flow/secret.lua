--- flow.secret: handles of secrets. The value itself never enters the program; the host puts it in where a tool or a model
--- that may see it is called.
---
---     needs secret "SMTP_PASSWORD"
---     http.get(url, { headers = { authorization = secret "TOKEN" } })
---     ask `Which account is this? ${secret("IBAN", "operational")}`
local run = require "aios.run"

local M = {}
local Secret = { __name = "secret" }

function Secret.__tostring(s) return ("(secret %s)"):format(s["$secret"]) end
function Secret.__concat() error("a secret cannot be joined with a text; give it to a tool, or to `ask` as a value of its own", 2) end

---A handle for the secret of that name.
---@param name string
---@param upto string?   the highest tier of models that may see it; without one, none
function M.secret(name, upto)
  if type(name) ~= "string" or name == "" then error("secret: the name of a secret is needed, such as secret \"TOKEN\"", 2) end
  if not run.allowed("secret", name) then
    require "flow".fail("denied", ("the grant secret %q is missing; declare `needs secret %q` in the program and let a person agree"):format(name, name))
  end
  return setmetatable({ ["$secret"] = name, upto = upto }, Secret)
end

return M
