--- model.class: what kind of failure a model call met. One table for all providers.
---
---     local problem = class.classify(429, { ["retry-after"] = "7" }, body)
---     problem.class "THROTTLED", problem.retry_after 7
---
--- | class | what the router does |
--- | TRANSIENT | the same deployment once or twice more with a pause, then another |
--- | THROTTLED | waits as told when there is time, else another; the deployment rests that long |
--- | MONEY | never repeats; the deployment rests until the stated reset; another provider |
--- | TOO_BIG | another deployment, never the same size to the same one |
--- | POLICY | nothing: the answer is refused, and no provider is shopped for a yes |
--- | CALLER | nothing: the request itself is wrong |
--- | AUTH | the deployment is out until the program starts again; another |
--- | SILENT | another at once |
--- | TRUNCATED | what came is thrown away; another, from the beginning |
local json = require "aios.json"

local M = {}

-- Words of error bodies, most telling first. `status` limits a row to one status.
local WORDS = {
  { "enforced_spend_limit_reached", "MONEY" }, { "contract_spend_limit_reached", "MONEY" },
  { "insufficient_quota", "MONEY" }, { "credit_balance_exhausted", "MONEY" }, { "billing_error", "MONEY" },
  { "billing_hard_limit_reached", "MONEY" }, { "credit balance is too low", "MONEY" }, { "specified api usage limits", "MONEY" },
  { "ramp_limit_exceeded", "THROTTLED" }, { "rate_limit_exceeded", "THROTTLED" }, { "rate_limit_error", "THROTTLED" },
  { "context_length_exceeded", "TOO_BIG" }, { "request_too_large", "TOO_BIG" }, { "prompt is too long", "TOO_BIG", status = 400 },
  { "maximum context length", "TOO_BIG", status = 400 },
  { "content_policy_violation", "POLICY" }, { "content_filter", "POLICY" }, { "responsibleaipolicyviolation", "POLICY" },
  { "authentication_error", "AUTH" }, { "permission_error", "AUTH" }, { "invalid_api_key", "AUTH" },
  { "overloaded_error", "TRANSIENT" }, { "api_error", "TRANSIENT" }, { "timeout_error", "TRANSIENT" }, { "server_error", "TRANSIENT" },
  { "server busy", "TRANSIENT" },
  { "invalid_request_error", "CALLER" }, { "not_found_error", "CALLER" },
}

local STATUS = {
  [400] = "CALLER", [401] = "AUTH", [402] = "MONEY", [403] = "AUTH", [404] = "CALLER", [408] = "TRANSIENT", [409] = "TRANSIENT",
  [413] = "TOO_BIG", [422] = "CALLER", [425] = "TRANSIENT", [429] = "THROTTLED",
}

-- The transport's words.
local TRANSPORT = {
  timeout = "SILENT", truncated = "TRUNCATED", offline = "TRANSIENT", io = "TRANSIENT", closed = "TRANSIENT", busy = "TRANSIENT",
  auth = "AUTH", too_big = "CALLER", invalid = "CALLER", limit = "CALLER", denied = "CALLER", cancelled = "CALLER", not_found = "CALLER",
}

-- Only error fields are searched: a prompt echoed in a body must not decide.
local function describe(body)
  local value = type(body) == "table" and body or (type(body) == "string" and body:match "^%s*{" and json.decode(body)) or nil
  if type(value) ~= "table" then return nil, type(body) == "string" and body or "" end
  local e = value.error
  if type(e) == "string" then return e:lower(), e end
  if type(e) ~= "table" then e = value end
  local words = {}
  for _, field in ipairs { "code", "type", "status", "message" } do
    if type(e[field]) == "string" then words[#words + 1] = e[field] end
  end
  local details = e.details
  if type(details) == "table" and type(details.error_code) == "string" then table.insert(words, 1, details.error_code) end
  return table.concat(words, " "):lower(), type(e.message) == "string" and e.message or table.concat(words, " ")
end

local DAYS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

---Seconds from 1970 of an HTTP date, in UTC.
local function http_date(text)
  local d, m, y, H, Mi, S = text:match "^%a+, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$"
  m = DAYS[m]
  if not m then return nil end
  y = m > 2 and tonumber(y) or tonumber(y) - 1
  local era = y // 400
  local yoe, doy = y - era * 400, (153 * (m + (m > 2 and -3 or 9)) + 2) // 5 + d - 1
  local days = era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468
  return math.tointeger(((days * 24 + H) * 60 + Mi) * 60 + S)
end

---How long the server asks to wait, in seconds.
---@param headers table   lower-case names
---@param now? number     seconds since 1970, for a date
function M.retry_after(headers, now)
  local ms = tonumber(headers["retry-after-ms"])
  if ms and ms >= 0 then return ms / 1000 end
  local text = headers["retry-after"]
  local seconds = tonumber(text)
  if seconds then return seconds >= 0 and seconds or nil end
  local at = text and http_date(text)
  return at and now and math.max(0, at - now) or nil
end

local function by_status(status)
  if STATUS[status] then return STATUS[status] end
  if status >= 500 then return "TRANSIENT" end
  return "CALLER"
end

local function by_words(words, status)
  for _, row in ipairs(WORDS) do
    if words:find(row[1], 1, true) and (not row.status or row.status == status or status == 200) then return row[2] end
  end
end

---Names the failure.
---@param status? integer   of the answer; nil when none came; 200 for an error inside a good answer
---@param headers? table    lower-case names
---@param body? string|table   text, or what was decoded from it
---@param err? table        { code, message } of the transport
---@param now? number       seconds since 1970
---@return table problem    { class, message, status?, retry_after?, code }
function M.classify(status, headers, body, err, now)
  headers = headers or {}
  if err then
    return { class = TRANSPORT[err.code] or "TRANSIENT", message = err.message or err.code, status = status, code = err.code }
  end
  local words, message = describe(body)
  local class = words and by_words(words, status)
  -- a server error stays transient whatever it calls itself, and a lost key stays a lost key
  if not class or (status >= 500 and class == "CALLER") or ((status == 401 or status == 403) and class == "CALLER") then
    class = status == 200 and "TRANSIENT" or by_status(status)
  end
  if class == "CALLER" and (status == 429 or status == 402 or status == 413) then class = by_status(status) end
  if headers["x-should-retry"] == "true" and class == "CALLER" then class = "TRANSIENT" end
  local once = headers["x-should-retry"] == "false" and class == "TRANSIENT" or nil
  message = (message or ""):sub(1, 400)
  if message == "" then message = ("HTTP status %d"):format(status) end
  return { class = class, message = message, status = status, retry_after = M.retry_after(headers, now), no_retry = once }
end

-- What the script's error is called when nothing is left to try.
M.CODE = {
  TRANSIENT = "offline", THROTTLED = "throttled", MONEY = "money", TOO_BIG = "too_big", POLICY = "policy", CALLER = "invalid",
  AUTH = "auth", SILENT = "timeout", TRUNCATED = "truncated",
}

return M
