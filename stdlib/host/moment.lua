--- moment: the moments that people write on the command line.
---
---     local ms, err = moment.read("2026-03-02 08:00", "Europe/Berlin", "--from")
local options = require "host.options"
local M = {}

local function days(year, month, day)
  year = month <= 2 and year - 1 or year
  local era = year // 400
  local in_era = year - era * 400
  local in_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
  return era * 146097 + in_era * 365 + in_era // 4 - in_era // 100 + in_year - 719468
end

-- "2026-03-02T08:00:00+01:00" -> milliseconds; nil without an offset
local function instant(text)
  local y, mo, d, h, mi, rest = text:match "^(%d%d%d%d)%-(%d%d)%-(%d%d)[T ](%d%d):(%d%d)(.*)$"
  if not y then return nil end
  local s, zone = rest:match "^:(%d%d)[.%d]*(.+)$"
  zone = zone or rest
  local sign, zh, zm = zone:match "^([+-])(%d%d):?(%d%d)$"
  if zone ~= "Z" and not sign then return nil end
  local shift = sign and (zh * 60 + zm) * (sign == "-" and -1 or 1) or 0
  return ((days(tonumber(y), tonumber(mo), tonumber(d)) * 24 + h) * 60 + mi - shift) * 60000 + (s or 0) * 1000
end

---Milliseconds of a moment. Without an offset it is one of that zone (nil: this machine's).
---@param option string   how the option is called, for the message
function M.read(text, zone, option)
  local time = require "aios.time"
  local ms = instant(text)
  if ms then return ms end
  local clock = text:gsub("^(%d+%-%d+%-%d+)T", "%1 ")
  local list = clock:find "^%d+%-%d+%-%d+" and time.next("at " .. clock, { after_ms = -1 << 52, tz = zone, count = 1 })
  if list and list[1] then return instant(list[1]) end
  return options.usage(("%s: '%s' is no date and time"):format(option, text), "write 2026-03-02, '2026-03-02 08:00' or 2026-03-02T08:00:00+01:00")
end

return M
