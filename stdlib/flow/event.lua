--- flow.event: what an event gives to the block that waits for it.
---
---     on file.created "~/Inbox/*.pdf" as file do
---       file:move("~/Archive/" .. file.name)
---     end
---
--- The values of files have methods; they are calls of tools, with the same needs and the same record.
local M = {}

local File = { __name = "file" }
File.__index = File

local function fs() return require "tool.face".namespace "fs" end

---Renames the file; from then on the value has the new path.
function File:move(to)
  to = tostring(to)
  fs().move(self.path, to)
  self.path, self.name = to, to:match "[^/]*$"
  return self
end

---Copies the file.
function File:copy(to) return fs().copy(self.path, tostring(to)) end

---The text of the file.
function File:read() return fs().read(self.path) end

---Removes the file.
function File:remove() return fs().remove(self.path) end

local function named(name)
  local found = require("flow").types[name]
  return type(found) == "string" and require("tool.schema").parse(found) or found
end

---What a parameter of this type takes of an event: the fields that its record names.
function M.narrowed(event, type_text)
  if type(event) ~= "table" or not type_text then return event end
  local schema = require("tool.schema").parse(type_text)
  local name = schema and schema["$ref"] and schema["$ref"]:match "^#/%$defs/(.*)$"
  if name then schema = named(name) end
  if not schema or not schema.properties then return event end
  local out = {}
  for field in pairs(schema.properties) do out[field] = event[field] end
  return setmetatable(out, getmetatable(event))
end

---The value for `as NAME`: of a file, with its methods.
---@param source string   the word behind `on`
---@param payload any
function M.value(source, payload)
  if source:find "^file%." and type(payload) == "table" then return setmetatable(payload, File) end
  return payload
end

return M
