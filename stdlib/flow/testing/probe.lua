--- flow.testing.probe: `expect` at run time: keeps the values of an expression's parts, and shows them when it is false.
local json = require "aios.json"
local flow = require "flow"
local M = {}

local SHOWN = 300                       -- bytes of a value

---A value as a person wants to see it.
---@return string
function M.show(value)
  local kind = type(value)
  local text
  if kind == "string" then text = ("%q"):format(value):gsub("\\\n", "\\n")
  elseif value == json.null then text = "null"
  elseif kind == "table" and not (getmetatable(value) or {}).__tostring then text = json.encode(value) or "a table that holds functions"
  elseif kind == "function" then text = "a function"
  else text = tostring(value) end
  if #text <= SHOWN then return text end
  return text:sub(1, (utf8.offset(text, 0, SHOWN) or SHOWN + 1) - 1) .. " ... (" .. #text .. " bytes)"
end

local function failed(line, source, names, kept)
  local path = debug.getinfo(3, "S").source:gsub("^@", "")
  local lines, told = { ("%s:%d: expect %s"):format(path, line, (source:gsub("%s*\n%s*", " "))) }, {}
  for id, name in ipairs(names) do
    local value = kept[id]
    if value and not told[name] then
      told[name] = true
      lines[#lines + 1] = ("  %s was %s"):format(name:gsub("%s*\n%s*", " "), M.show(value[1]))
    end
  end
  local problem = { code = "expect", message = table.concat(lines, "\n") }
  M.first = M.first or problem
  flow.again(problem)
end

---The keeper of one expectation: v(id, value …) returns its values; v(-1, value) forgets the others
---when the value is true; v(0, value) judges.
---@param line integer
---@param source string     the expression as written
---@param names string[]    its parts as written, by id
function M.probe(line, source, names)
  local kept = {}
  return function(id, ...)
    if id > 0 then
      kept[id] = { (...) }
      return ...
    elseif id < 0 then
      if (...) then kept = {} end
      return ...
    end
    if not (...) then failed(line, source, names, kept) end
  end
end

return M
