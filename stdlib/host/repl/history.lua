--- history: what was typed, kept over starts in one file of the person's state directory, readable by nobody else.
---
---     local list = history.open()            -- oldest first
---     list:add "fs.list '.'"
---
--- The newest of equal entries counts. An entry that begins with a blank is not kept: it may hold a secret.
local host = require "aios.host"
local M = {}
local MOST = 2000

local History = {}
History.__index = History

local function directory()
  local base = host.env "XDG_STATE_HOME"
  if not base then
    local home = host.env "HOME"
    if not home then return nil end
    host.private_directory(home .. "/.local")
    base = home .. "/.local/state"
  end
  if not host.private_directory(base) and not host.exists(base) then return nil end
  return host.private_directory(base .. "/aios") and base .. "/aios" or nil
end

local function escaped(text) return (text:gsub("\\", "\\\\"):gsub("\n", "\\n")) end
local function unescaped(line) return (line:gsub("\\(.)", function(c) return c == "n" and "\n" or c end)) end

local function read(path)
  local out = {}
  if not path or not host.exists(path) then return out end
  for line in (host.read_file(path) or ""):gmatch "[^\n]+" do out[#out + 1] = unescaped(line) end
  return out
end

-- without an earlier entry of the same text, and no more than are kept
local function add(list, text)
  for i = #list, 1, -1 do if list[i] == text then table.remove(list, i) end end
  list[#list + 1] = text
  while #list > MOST do table.remove(list, 1) end
end

function M.open()
  local where = directory()
  local path = where and where .. "/history"
  return setmetatable({ path = path, list = read(path) }, History)
end

---Keeps an entry; what other sessions have added meanwhile stays.
function History:add(text)
  if text:find "^%s" or not text:find "%S" then return end
  add(self.list, text)
  if not self.path then return end
  local all = read(self.path)
  add(all, text)
  local lines = {}
  for i, entry in ipairs(all) do lines[i] = escaped(entry) end
  host.write_cache(self.path, table.concat(lines, "\n") .. "\n")
end

return M
