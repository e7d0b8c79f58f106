--- log: lines for whoever looks later, on stderr and as rows of the logs.
---
---     log.info("import finished", { rows = 120, file = "a.csv" })
---
--- A line is journaled lazily like a read, so a program never waits for it and a resumed run does not say it twice.
local M = { name = "log", tools = {} }

---One line whatever the text holds: control characters would let it forge other lines or drive the terminal.
local function one_line(text)
  return (text:gsub("[%c\127]", function(c)
    if c == "\n" then return "\\n" elseif c == "\t" then return "  " end
    return ("\\x%02x"):format(c:byte())
  end))
end

---" key=value" for each field, sorted; texts with spaces are quoted.
local function shown(fields, json)
  local keys, out = {}, {}
  for key in pairs(fields) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  for i, key in ipairs(keys) do
    local value = fields[key]
    if type(value) ~= "string" then value = json.encode(value) or tostring(value)
    elseif value == "" or value:find "[%s\"=]" then value = ("%q"):format(value):gsub("\\\n", "\\n") end
    out[i] = " " .. key .. "=" .. value
  end
  return table.concat(out)
end

---The line as people see it.
---@param level string
---@param text string
---@param fields table?
---@param when integer    seconds since the epoch
---@param json table      `aios.json`
---@return string
function M.line(level, text, fields, when, json)
  local line = ("%s [%s] %s%s"):format(os.date("%Y-%m-%d %H:%M:%S", when), level:upper(), text, fields and shown(fields, json) or "")
  return one_line(line)
end

---Prints and keeps one line; `request` says whose it is.
---@param level string
---@param text string
---@param fields table?
---@param request table?
---@return true
function M.write(level, text, fields, request)
  local json, store = require "aios.json", require "aios.store"
  request = request or {}
  io.stderr:write(M.line(level, text, fields, os.time(), json), "\n")
  store.log(level, text, fields and json.encode(fields), request.run_name, request.run)
  return true
end

local ABOUT = {
  debug = "Says what helps to find a mistake.",
  info = "Says what happened.",
  warn = "Says what should not have happened and was coped with.",
  error = "Says what went wrong.",
}

for level, about in pairs(ABOUT) do
  M.tools[level] = {
    about = about,
    params = { { "text", "string" }, { "fields", "{ [string]: any }", optional = true } },
    returns = "boolean",
    effect = "reads",
    risk = "low",
    example = ([[log.%s("import finished", { rows = 120 })]]):format(level),
    run = function(args, request) return M.write(level, args.text, args.fields, request) end,
  }
end

return M
