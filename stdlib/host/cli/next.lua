local options, out = require "host.options", require "host.print"

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

-- without an offset it is a moment of the schedule's zone: `at` finds the instant
local function from(text, zone)
  local time = require "aios.time"
  local ms = instant(text)
  if ms then return ms end
  local clock = text:gsub("^(%d+%-%d+%-%d+)T", "%1 ")
  local list = clock:find "^%d+%-%d+%-%d+" and time.next("at " .. clock, { after_ms = -1 << 52, tz = zone, count = 1 })
  if list and list[1] then return instant(list[1]) end
  return options.usage(("--from: '%s' is no date and time"):format(text), "write 2026-03-02, '2026-03-02 08:00' or 2026-03-02T08:00:00+01:00")
end

-- the words as they are, then as words behind `every`, then behind `at`
local function times(text, how)
  local time = require "aios.time"
  local list, err = time.next(text, how)
  if list or text:find "^every%s" or text:find "^at%s" or text:find "^in%s" then return list, err end
  local every, why = time.next("every " .. text, how)
  if every then return every end
  return time.next("at " .. text, how), text:find "^[%d*@]" and err or why
end

local function run(opts, words)
  local start, err
  if opts.from then
    start, err = from(opts.from, opts.tz)
    if not start then return nil, err end
  end
  local count = opts.count or 5
  if count < 1 or count > 10000 then return options.usage "--count is between 1 and 10000" end
  local list, why = times(table.concat(words, " "), { after_ms = start or require "aios.host".now_ms(), tz = opts.tz, count = count })
  if not list then return options.usage(why.message, why.hint) end
  if opts.json then return out.json(out.array(list)) end
  if #list == 0 then out.note(opts, "never again") end
  for _, iso in ipairs(list) do out.line(iso) end
end

return {
  name = "next", group = "programs", summary = "prints when a schedule is due next",
  operands = "SCHEDULE", min = 1,
  options = {
    { "tz", "ZONE", "time zone of the schedule, such as Europe/Berlin; else this machine's" },
    { "from", "TIME", "times after this one, instead of now" },
    { "count", "N", "how many, 5 if not said" },
  },
  about = "SCHEDULE is a cron pattern, or the words behind `every` or `at` of the language.\nPrints one time a line, ISO 8601 with offset.",
  examples = {
    { "aios next 'weekday at 08:00' --tz Europe/London", "the words of the language" },
    { "aios next '*/15 9-17 * * mon-fri' --count 3", "a cron pattern" },
  },
  run = run,
}
