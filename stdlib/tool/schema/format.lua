--- format: what texts of a format look like. See tool.schema.
local M = {}

local FORMATS = {}
local DAYS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

function FORMATS.date(v)
  local y, m, d = v:match "^(%d%d%d%d)%-(%d%d)%-(%d%d)$"
  y, m, d = tonumber(y), tonumber(m), tonumber(d)
  if not y or not DAYS[m] or d < 1 or d > DAYS[m] then return false end
  return not (m == 2 and d == 29) or (y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0))
end

local function is_clock(text)
  local h, m, s = text:match "^(%d%d?):(%d%d)$"
  if not h then h, m, s = text:match "^(%d%d?):(%d%d):(%d%d)%f[.\0]%.?%d*$" end
  return h ~= nil and tonumber(h) < 24 and tonumber(m) < 60 and tonumber(s or 0) < 61
end

FORMATS["date-time"] = function(v)
  local date, clock, zone = v:match "^(%d%d%d%d%-%d%d%-%d%d)[Tt ]([%d:.]+)([Zz+-]?[%d:]*)$"
  if not date or not FORMATS.date(date) or not is_clock(clock) then return false end
  return zone:match "^[Zz]$" ~= nil or zone:match "^[+-]%d%d:?%d%d$" ~= nil
end

function FORMATS.moment(v) return is_clock(v) or FORMATS["date-time"](v) end
function FORMATS.uri(v) return v:match "^%a[%w+.-]*://[^%s/?#]+[^%s]*$" ~= nil or v:match "^mailto:%S+@%S+$" ~= nil or v:match "^file:///" ~= nil end
function FORMATS.email(v) return #v <= 254 and v:match "^[^%s@]+@[%w.-]*%w$" ~= nil and not v:find("..", 1, true) end
function FORMATS.uuid(v) return v:match "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$" ~= nil end

function FORMATS.ipv4(v)
  local parts = { v:match "^(%d+)%.(%d+)%.(%d+)%.(%d+)$" }
  for _, part in ipairs(parts) do
    if #part > 3 or tonumber(part) > 255 or part:find "^0%d" then return false end
  end
  return #parts == 4
end

function FORMATS.path(v) return v ~= "" and not v:find("\0", 1, true) end

local EXAMPLES = {
  date = "2026-03-02", moment = "09:30 or 2026-03-02T08:00:00+01:00", ["date-time"] = "2026-03-02T08:00:00+01:00",
  uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", ipv4 = "192.0.2.1", uri = "https://example.org/x", email = "ada@example.org", path = "/tmp/a.txt",
}

M.CHECKS, M.EXAMPLES = FORMATS, EXAMPLES

return M
