-- plain Lua: what the language's headings do, written as functions
local aios = require "aios"
local M = {}
aios.needs("fs.read", "/etc/hostname")
aios.type("Mail", "{ to: email, text: string(..20) }")
M.send = aios.tool { name = "post.send", about = "Sends.", params = { { "mail", "Mail" }, { "copies", "integer(0..5)?" } }, returns = "{ id: string }",
  effect = "idempotent", risk = "high", needs = { "fs.read", "/etc/hostname" }, run = function(mail, copies) return { id = mail.to .. "/" .. (copies or 1) } end }
M.report = aios.workflow { name = "report", title = "Report", params = { { "n", "integer" } }, returns = "string", retry = { times = 2, every = 1 },
  run = function(n)
    local first = aios.step("first", function() return n + 1 end)
    local a, b = aios.step("pair", function() return first, first * 2 end, { values = 2 })
    aios.wait(1)
    return a .. " " .. b
  end }
M.aios = aios
return M
