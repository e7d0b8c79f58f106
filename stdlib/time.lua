--- time: instants, calendars and clocks. Pure; zones are those of the system's tz database.
---
---     local monday = time.start_of(now(), "week", "Europe/Berlin")
---     print(time.format(time.add(monday, { days = 1, hours = 9 }, "Europe/Berlin"), "%a %d %b %H:%M", "Europe/Berlin"))
---
--- A time is a number of seconds since 1970, as `now()` gives it, or an ISO 8601 text with an offset, as data has it; results are
--- numbers. `zone` is an IANA name, "UTC" or "local" (the default). Days, weeks, months and years are those of the calendar in the zone:
--- a day may have 23 or 25 hours. A clock time that is skipped in spring means the one as much later; of one that comes twice the first.
local M = {}

local function clock() return require "aios.zone" end

local MONTHS = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" }
local DAYS = { [0] = "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" }

local function invalid(...) return nil, { code = "invalid", message = (...):format(select(2, ...)) } end

-- a time as seconds; raises for anything else
local function seconds(t, level)
  if type(t) == "number" then return t end
  local found, err
  if type(t) == "string" then
    found, err = M.parse(t)
    if found then return found end
  end
  error(err and err.message or ("a time is a number of seconds or an ISO 8601 text, not a %s"):format(type(t)), (level or 1) + 2)
end

local function civil(t, zone)
  local offset = clock().offset(t, zone)
  local year, month, day, hour, minute, second, weekday = clock().civil(t + offset)
  return { year = year, month = month, day = day, hour = hour, minute = minute, second = second, weekday = weekday, offset = offset }
end

local function instant(c, zone)
  local days = clock().days(c.year, c.month, c.day)
  return (clock().instant(days * 86400 + c.hour * 3600 + c.minute * 60 + c.second, zone))
end

local function month_number(name)
  for i, month in ipairs(MONTHS) do if month:sub(1, 3):lower() == name:lower():sub(1, 3) then return i end end
end

local NAMED = { GMT = 0, UT = 0, UTC = 0, Z = 0, EST = -5, EDT = -4, CST = -6, CDT = -5, MST = -7, MDT = -6, PST = -8, PDT = -7 }

local function offset_of(text)
  local sign, hours, minutes = text:match "^([+-])(%d%d):?(%d%d)$"
  if sign then return (sign == "-" and -1 or 1) * (tonumber(hours) * 3600 + tonumber(minutes) * 60) end
  return NAMED[text:upper()] and NAMED[text:upper()] * 3600
end

local function possible(c)
  return c.month and c.month >= 1 and c.month <= 12 and c.day >= 1 and c.day <= clock().month_days(c.year, c.month) and c.hour < 24 and c.minute < 60 and c.second < 61
end

-- mail and feeds: "Sun, 06 Nov 1994 08:49:37 GMT"
local function parse_mail(text)
  local day, month, year, clock_text, zone = text:match "^%s*%a*,?%s*(%d%d?)[ -](%a%a%a)%a*[ -](%d%d%d?%d?)%s+(%d%d?:%d%d:?%d*)%s*([%a+:%d-]*)"
  if not day then return nil end
  local hour, minute, second = clock_text:match "^(%d+):(%d+):?(%d*)$"
  year = tonumber(year)
  if year < 50 then year = year + 2000 elseif year < 100 then year = year + 1900 end
  local c = { year = year, month = month_number(month), day = tonumber(day), hour = tonumber(hour or 99), minute = tonumber(minute or 99),
    second = tonumber(second) or 0 }
  local offset = zone == "" and 0 or offset_of(zone)
  if not offset or not possible(c) then return nil end
  return clock().days(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second - offset
end

-- a date, or a date and a clock time, without an offset: what the clocks of the zone show
local function parse_local(text, zone)
  local year, month, day, rest = text:match "^(%d%d%d%d)-(%d%d)-(%d%d)(.*)$"
  if not year then return nil end
  local hour, minute, second, fraction = rest:match "^[T ](%d%d):(%d%d):?(%d*)(%.?%d*)$"
  if rest ~= "" and not hour then return nil end
  local c = { year = tonumber(year), month = tonumber(month), day = tonumber(day), hour = tonumber(hour or 0), minute = tonumber(minute or 0),
    second = tonumber(second) or 0 }
  if not possible(c) then return nil end
  local at = instant(c, zone)
  return fraction and #fraction > 1 and at + tonumber("0" .. fraction) or at
end

---The instant that a text names: ISO 8601 with an offset; a date or a date and time as the clocks of `zone` show it; a date of mail
---and web ("Sun, 06 Nov 1994 08:49:37 GMT").
---
---    time.parse "2026-03-02T08:00:00+01:00"                --> 1772434800
---    time.parse("2026-03-29 02:30", "Europe/Berlin")       --> 1774747800, which is 03:30: 02:30 does not exist on that day
---@param text string
---@param zone string?   for a text without an offset
---@return number? seconds
---@return table? err
function M.parse(text, zone)
  if type(text) ~= "string" then error("a text is needed, such as \"2026-03-02T08:00:00+01:00\"", 2) end
  local found = parse_local(text, zone) or clock().parse(text) or parse_mail(text)
  if found then return found end
  return invalid('%q is no time; write 2026-03-02, "2026-03-02 08:00" or 2026-03-02T08:00:00+01:00', text:sub(1, 60))
end

local function week_of(c)
  local z = clock()
  local days = z.days(c.year, c.month, c.day)
  local thursday = days - (c.weekday + 6) % 7 + 3
  local year = z.civil(thursday * 86400)
  return (thursday - z.days(year, 1, 1)) // 7 + 1, year
end

local function offset_text(offset, colon)
  local minutes = math.abs(offset) // 60
  return ("%s%02d%s%02d"):format(offset < 0 and "-" or "+", minutes // 60, colon, minutes % 60)
end

local CODES = {
  Y = function(c) return ("%04d"):format(c.year) end, y = function(c) return ("%02d"):format(c.year % 100) end,
  m = function(c) return ("%02d"):format(c.month) end, d = function(c) return ("%02d"):format(c.day) end, e = function(c) return ("%2d"):format(c.day) end,
  H = function(c) return ("%02d"):format(c.hour) end, I = function(c) return ("%02d"):format((c.hour + 11) % 12 + 1) end,
  M = function(c) return ("%02d"):format(c.minute) end, S = function(c) return ("%02d"):format(c.second) end,
  p = function(c) return c.hour < 12 and "AM" or "PM" end,
  B = function(c) return MONTHS[c.month] end, b = function(c) return MONTHS[c.month]:sub(1, 3) end,
  A = function(c) return DAYS[c.weekday] end, a = function(c) return DAYS[c.weekday]:sub(1, 3) end,
  u = function(c) return ("%d"):format((c.weekday + 6) % 7 + 1) end, w = function(c) return ("%d"):format(c.weekday) end,
  j = function(c) return ("%03d"):format(clock().days(c.year, c.month, c.day) - clock().days(c.year, 1, 1) + 1) end,
  V = function(c) return ("%02d"):format((week_of(c))) end, G = function(c) return ("%04d"):format((select(2, week_of(c)))) end,
  z = function(c) return offset_text(c.offset, "") end, L = function(c) return ("%03d"):format(c.ms) end, s = function(c) return ("%d"):format(c.at) end,
  ["%"] = function() return "%" end,
}
local SHORT = { F = "%Y-%m-%d", T = "%H:%M:%S", R = "%H:%M", D = "%m/%d/%y" }

---A time as text: ISO 8601 with the offset of the zone, or by a pattern of codes as in `os.date` and strftime (names are English):
---%Y %m %d %H %M %S, %y %e %I %p, %A %a %B %b, %j (day of the year), %u %w (weekday), %V %G (ISO week), %z, %L (milliseconds), %s, %F %T %R %D, %%.
---
---    time.format(0, nil, "UTC")                              --> "1970-01-01T00:00:00+00:00"
---    time.format(1774747800, "%A, %H:%M", "Europe/Berlin")   --> "Sunday, 03:30"
---@param t number|string
---@param pattern string?
---@param zone string?
---@return string
function M.format(t, pattern, zone)
  t = seconds(t)
  if pattern == nil then return clock().iso(t, zone) end
  local ms = math.floor(t * 1000 + 0.5)
  local c = civil(ms // 1000, zone)
  c.ms, c.at = ms % 1000, ms // 1000
  pattern = pattern:gsub("%%([FTRD])", SHORT)
  return (pattern:gsub("%%(.?)", function(code)
    if not CODES[code] then error(("%%%s is no code of time.format; %%%% is a percent sign"):format(code), 4) end
    return CODES[code](c)
  end))
end

local UNITS = { years = true, months = true, weeks = true, days = true, hours = 3600, minutes = 60, seconds = 1 }

local function check_amount(amount)
  for name, value in pairs(amount) do
    if not UNITS[name] then error(("there is no unit %s; there are years, months, weeks, days, hours, minutes and seconds"):format(tostring(name)), 3) end
    if type(value) ~= "number" then error(("%s must be a number"):format(name), 3) end
    if UNITS[name] == true and not math.tointeger(value) then error(("%s must be a whole number; add hours instead"):format(name), 3) end
  end
end

---A time later by a number of seconds (or `5m`, `2h`), or by units of the calendar, the largest first; negative ones go back. A day
---that the month does not have becomes its last.
---
---    time.add("2026-01-31T12:00:00Z", { months = 1 }, "UTC")                 --> 1772280000, 28 February
---    time.add("2026-03-28T12:00:00+01:00", { days = 1 }, "Europe/Berlin")    --> noon again, 23 hours later
---@param t number|string
---@param amount number|table
---@param zone string?
---@return number
function M.add(t, amount, zone)
  t = seconds(t)
  if type(amount) == "number" then return t + amount end
  if type(amount) ~= "table" then error("add what? A number of seconds or a table such as { days = 1 }", 2) end
  check_amount(amount)
  local whole = math.floor(t)
  local fraction = t - whole
  if amount.years or amount.months or amount.weeks or amount.days then
    local c, z = civil(whole, zone), clock()
    local months = c.year * 12 + c.month - 1 + math.tointeger(amount.years or 0) * 12 + math.tointeger(amount.months or 0)
    c.year, c.month = months // 12, months % 12 + 1
    c.day = math.min(c.day, z.month_days(c.year, c.month)) + math.tointeger(amount.weeks or 0) * 7 + math.tointeger(amount.days or 0)
    whole = instant(c, zone)
  end
  local out = whole + (amount.hours or 0) * 3600 + (amount.minutes or 0) * 60 + (amount.seconds or 0)
  return fraction ~= 0 and out + fraction or math.tointeger(out) or out
end

local COUNTED = { days = { days = 1 }, weeks = { weeks = 1 }, months = { months = 1 }, years = { years = 1 } }
local ABOUT = { days = 86400, weeks = 604800, months = 2629746, years = 31556952 }

---How long it is from one time to another: in seconds, or in "minutes", "hours" (with a fraction), or in whole "days", "weeks", "months",
---"years" of the calendar.
---
---    time.diff("2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00")                            --> 82800
---    time.diff("2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00", "days", "Europe/Berlin")   --> 1
---@param from number|string
---@param to number|string
---@param unit string?
---@param zone string?
---@return number
function M.diff(from, to, unit, zone)
  from, to = seconds(from), seconds(to)
  unit = unit or "seconds"
  if not UNITS[unit] then error(("there is no unit %s; there are years, months, weeks, days, hours, minutes and seconds"):format(tostring(unit)), 2) end
  if UNITS[unit] ~= true then
    local out = (to - from) / UNITS[unit]
    return math.tointeger(out) or out
  end
  if to < from then return -M.diff(to, from, unit, zone) end
  local count, step = (to - from) // ABOUT[unit], next(COUNTED[unit])
  count = math.tointeger(count)
  while count > 0 and M.add(from, { [step] = count }, zone) > to do count = count - 1 end
  while M.add(from, { [step] = count + 1 }, zone) <= to do count = count + 1 end
  return count
end

local STARTS = {
  minute = function(c) c.second = 0 end,
  hour = function(c) c.minute, c.second = 0, 0 end,
  day = function(c) c.hour, c.minute, c.second = 0, 0, 0 end,
  week = function(c) c.day, c.hour, c.minute, c.second = c.day - (c.weekday + 6) % 7, 0, 0, 0 end,
  month = function(c) c.day, c.hour, c.minute, c.second = 1, 0, 0, 0 end,
  quarter = function(c) c.month, c.day, c.hour, c.minute, c.second = (c.month - 1) // 3 * 3 + 1, 1, 0, 0, 0 end,
  year = function(c) c.month, c.day, c.hour, c.minute, c.second = 1, 1, 0, 0, 0 end,
}

---The start of the "minute", "hour", "day", "week" (Monday), "month", "quarter" or "year" that holds a time.
---
---    time.start_of("2026-10-25T12:00:00+01:00", "day", "Europe/Berlin")   --> 1792879200, midnight was at +02:00
---@param t number|string
---@param unit string
---@param zone string?
---@return integer
function M.start_of(t, unit, zone)
  t = math.floor(seconds(t))
  local start = STARTS[unit]
  if not start then error(("there is no start of a %s; there are minute, hour, day, week, month, quarter and year"):format(tostring(unit)), 2) end
  local c = civil(t, zone)
  if unit == "minute" then return t - c.second end
  if unit == "hour" then return t - c.second - c.minute * 60 end      -- of the hour that comes twice, the one it is in
  start(c)
  return instant(c, zone)
end

---The fields of a time on the clocks of a zone: year month day hour minute second, weekday (1 Monday to 7 Sunday), yearday, week (ISO).
---
---    time.fields(0, "UTC").weekday   --> 4
---@param t number|string
---@param zone string?
---@return table
function M.fields(t, zone)
  local c = civil(math.floor(seconds(t)), zone)
  return { year = c.year, month = c.month, day = c.day, hour = c.hour, minute = c.minute, second = c.second, weekday = (c.weekday + 6) % 7 + 1,
    yearday = clock().days(c.year, c.month, c.day) - clock().days(c.year, 1, 1) + 1, week = (week_of(c)) }
end

---What is known of a zone at a time: its IANA name ("" when the system does not say), its offset in seconds east of UTC, and that as text.
---
---    time.zone("Asia/Tokyo", 0)   --> { name = "Asia/Tokyo", offset = 32400, text = "+09:00" }
---@param zone string?
---@param t number|string   e.g. now()
---@return { name: string, offset: integer, text: string }
function M.zone(zone, t)
  local offset = clock().offset(seconds(t), zone)
  return { name = clock().name(zone), offset = offset, text = offset_text(offset, ":") }
end

---A length of time as seconds: 1h30m, 500ms, 2w.
---
---    time.duration "1h30m"   --> 5400
---@param text string
---@return number? seconds
---@return table? err
function M.duration(text) return clock().duration(text) end

---Seconds as people write a length of time.
---
---    time.length(5400)   --> "1h30m"
---@param s number
---@return string
function M.length(s) return clock().length(s) end

return M
