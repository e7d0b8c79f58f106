--- flow.state: the table `state` of a program. Reading a field is a recorded step, setting one is written with its record.
---
---     state.count = (state.count or 0) + 1
---     for name, value in pairs(state) do print(name, value) end
local flow = require "flow"

local function tools() return require("tool.face").namespace "state" end

local function name_of(key)
  if type(key) == "string" and key ~= "" then return key end
  flow.fail("invalid", ("a field of `state` has a name, such as state.count; %s is none"):format(tostring(key)))
end

local Meta = { __name = "state", __metatable = false }

function Meta.__index(_, key) return tools().get(name_of(key)) end

function Meta.__newindex(_, key, value) return tools().set(name_of(key), value) end

function Meta.__pairs()
  local fields, at = tools().all(), 0
  return function()
    at = at + 1
    if fields[at] then return fields[at].name, fields[at].value end
  end
end

return setmetatable({}, Meta)
