--- redact: arguments as the audit may keep them: secrets taken out, long texts cut.
local json = require "aios.json"

local M = {}

local SECRET = { "password", "passwd", "token", "secret", "api_key", "apikey", "private_key", "credential", "authorization", "cookie" }
local LONGEST, DEEPEST = 400, 8

local known, known_count, KNOWN_MOST = {}, 0, 1000      -- names that were looked at already

local function looks_secret(name)
  name = name:lower():gsub("-", "_")
  for _, word in ipairs(SECRET) do if name:find(word, 1, true) then return true end end
  return false
end

local function is_secret(key)
  if type(key) ~= "string" then return false end
  if known[key] == nil then
    if known_count == KNOWN_MOST then known, known_count = {}, 0 end
    known[key], known_count = looks_secret(key), known_count + 1
  end
  return known[key]
end

-- "https://ada:secret@host/" keeps no name and no password
local function without_user(text)
  return text:find("://", 1, true) and text:gsub("(%a[%w+.-]*://)[^/%s@?#]*@", "%1[redacted]@") or text
end

local function redacted(value, depth)
  if type(value) == "string" then
    value = without_user(value)
    return #value > LONGEST and ("%s… (%d bytes)"):format(value:sub(1, LONGEST):gsub("[\x80-\xff]+$", ""), #value) or value
  end
  if type(value) ~= "table" then return value end
  if depth > DEEPEST then return "…" end
  local copy = getmetatable(value) and json.array {} or {}
  for k, v in pairs(value) do copy[k] = is_secret(k) and "[redacted]" or redacted(v, depth + 1) end
  return copy
end

---A copy without what a log must not keep.
---
---     redact.value { url = "https://x", headers = { Authorization = "Bearer 1" } }   -- headers.Authorization = "[redacted]"
function M.value(value) return redacted(value, 0) end

return M
