--- save: what succeeded at the prompt as a program.
---
--- An expression becomes print(…), a name that was declared again keeps its newest declaration, and what the person
--- allowed stands first as needs.
local host = require "aios.host"
local say = require "host.repl.say"
local M = {}

local KINDS = { "workflows", "tools", "types", "tiers", "decisions", "agents" }

local function declared(made)
  local names = {}
  for _, kind in ipairs(KINDS) do
    for _, one in ipairs(made.decls[kind] or {}) do if one.name then names[#names + 1] = one.name end end
  end
  return names
end

-- entries whose every declaration comes again later are left out
local function newest(kept)
  local later, out = {}, {}
  for i = #kept, 1, -1 do
    local names, needed = declared(kept[i].made), false
    for _, name in ipairs(names) do needed = needed or not later[name] end
    for _, name in ipairs(names) do later[name] = true end
    if needed or not names[1] then table.insert(out, 1, kept[i]) end
  end
  return out
end

local function loads(text)
  return load(text, "=saved", "t") ~= nil or (require("compiler").compile("\n" .. text, "saved"))         -- a first line may begin with # ~= nil
end

-- an entry as statements
local function statements(entry)
  local text = entry.text
  local value = text:match "^%s*return%f[%W]%s*(.-)%s*;?%s*$"
  if value then return value == "" and "" or ("print(%s)"):format(value) end
  if not entry.made.is_value or loads(text) then return text end
  text = text:gsub("%s*;%s*$", "")
  return text:find "%-%-" and ("print(%s\n)"):format(text) or ("print(%s)"):format(text)
end

---The program that the entries of a session make.
---@param kept table[]      { text, made }
---@param granted table[]   { need, resource }
---@return string
function M.text(kept, granted)
  local out = {}
  for _, need in ipairs(granted) do
    out[#out + 1] = need[2] == "" and "needs " .. need[1] or ("needs %s %q"):format(need[1], need[2])
  end
  if out[1] then out[#out + 1] = "" end
  for _, entry in ipairs(newest(kept)) do
    local text = statements(entry)
    if text ~= "" then out[#out + 1] = text end
  end
  return table.concat(out, "\n") .. "\n"
end

---`:save FILE`.
function M.write(prompt, name)
  local path = host.plain(name)
  if not name:find "%.%w+$" then path = path .. ".aios" end
  if host.exists(path) then return say.error(path .. " is there already; nothing was written", "choose another name") end
  local text = M.text(prompt.kept, prompt.granted)
  local good, err = host.write_cache(path, text)
  if not good then return say.error(err.message) end
  say.line(("%d entries in %s"):format(#prompt.kept, path))
  local made, problems = require("host.compile").compile(text, path)
  if not made then say.line(require("host.compile").problems_text(problems, text, path)) end
end

return M
