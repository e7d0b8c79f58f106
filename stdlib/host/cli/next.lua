local options, out = require "host.options", require "host.print"

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
    start, err = require "host.moment".read(opts.from, opts.tz, "--from")
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
