--- toml: TOML 1.0 as tables and back.
---
---     local settings = toml.decode(fs.read "settings.toml")
---     print(settings.server.port)
---
--- Dates and times are texts as they are written (`time.parse` reads them); integers are exact; every mistake is told with its
--- line. Pure.
local M = {}

---Reads a document.
---
---    toml.decode 'title = "Plan"\n[server]\nport = 8080'   --> { title = "Plan", server = { port = 8080 } }
---@param text string
---@return table? value
---@return table? err   with the line
function M.decode(text)
  if type(text) ~= "string" then error("a text is needed", 2) end
  return require "toml.read".document(text)
end

---Writes a table as a document: values first, then tables, by name. What TOML cannot hold (null, functions, a list with
---holes) is an error with its place.
---
---    toml.encode { title = "Plan", server = { port = 8080 } }   --> 'title = "Plan"\n\n[server]\nport = 8080\n'
---@param value table
---@return string? text
---@return table? err
function M.encode(value) return require "toml.write".document(value) end

return M
