--- redact: arguments as the audit may keep them: secrets taken out, long texts cut.
local json = require "aios.json"

local M = {}

local SECRET = { "password", "passwd", "token", "secret", "api_key", "apikey", "private_key", "credential", "authorization", "cookie" }
local LONGEST, DEEPEST = 400, 8

local function is_secret(key)
  key = tostring(key):lower():gsub("-", "_")
  for _, word in ipairs(SECRET) do if key:find(word, 1, true) then return true end end
end

local function redacted(value, depth)
  if type(value) == "string" then
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
