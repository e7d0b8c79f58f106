--- outlook: what the calendar says about a schedule: that it never comes, or meets a change of the clock.
local time, host = require "aios.time", require "aios.host"
local M = {}

local DAY_MS = 86400000
local DAYS = 370                        -- every change of the clock comes once a year

local function offset(iso)
  local sign, hours, minutes = iso:match "([+-])(%d%d):(%d%d)$"
  if not sign then return 0 end
  return (hours * 60 + minutes) * (sign == "-" and -1 or 1)
end

-- the first minute of the new offset, between two instants
local function change_between(low, high, zone)
  local before = offset(time.iso(low, zone))
  while high - low > 60000 do
    local middle = (low + high) // 120000 * 60000
    if offset(time.iso(middle, zone)) == before then low = middle else high = middle end
  end
  return high
end

-- the changes of a zone's clock in the year to come: { date, from, to } in minutes of the day; a gap when `to` is later
local function changes(zone, now)
  local days = time.next("every day at 12:00", { after_ms = now, tz = zone, count = DAYS })
  local out = {}
  for i = 2, #(days or {}) do
    local before, after = offset(days[i - 1]), offset(days[i])
    if before ~= after then
      local at = change_between(time.parse(days[i - 1]), time.parse(days[i]), zone)
      local utc = at // 60000
      local wall = time.iso(at, zone)
      out[#out + 1] = { at = at, date = wall:sub(1, 10), from = (utc + before) % 1440, to = (utc + after) % 1440, gap = after > before }
    end
  end
  return out
end

-- minutes of the day that a schedule names; none for elapsed time and for patterns with wildcards
local function moments(spec)
  local out = {}
  local minute, hour = spec:match 'cron "(%d+) (%d+) '
  if minute then return { hour * 60 + minute } end
  if spec:find "cron" or spec:find "random" or spec:find "^every %d+%a" then return out end
  for h, m in spec:gmatch "(%d%d):(%d%d)" do out[#out + 1] = h * 60 + m end
  return out
end

local function clock_text(minutes) return ("%02d:%02d"):format(minutes // 60, minutes % 60) end

-- the first moment of the schedule that the clock skips or shows twice
local function met(spec, zone, now)
  local list = moments(spec)
  if #list == 0 then return nil end
  for _, change in ipairs(changes(zone, now)) do
    local low, high = math.min(change.from, change.to), math.max(change.from, change.to)
    for _, moment in ipairs(list) do
      local due = moment >= low and moment < high and time.next(spec, { after_ms = change.at - DAY_MS, tz = zone, count = 3 })
      for _, iso in ipairs(due or {}) do
        if iso:sub(1, 10) == change.date then
          local how = change.gap and "there is no %s, it runs at " .. iso:sub(12, 16) or "%s comes twice, it runs the first time only"
          return ("on %s " .. how):format(change.date, clock_text(moment))
        end
      end
    end
  end
end

---Looks at a schedule that can be read.
---@param spec string such as 'every day at 08:00'
---@return table? found { never =, advice =, clock = } sentences
function M.look(spec)
  local now = host.now_ms()
  local due = time.next(spec, { after_ms = now, count = 1, anchor_ms = now })
  if not due then return nil end
  if #due == 0 then return { never = spec:find "^at %d%d%d%d" and "the moment is past" or "no day is like that" } end
  return { advice = time.advice(spec), clock = met(spec, spec:match 'in "([^"]+)"' or "local", now) }
end

return M
