local options, out, report, limits = require "host.options", require "host.print", require "host.report", require "host.limits"

local NUMBERS = { at_once = true, per_key = true }
local SPANS = { settle = true, start = true }
local RATES = { rate = "rates", throttle = "throttles" }

local function millis(text)
  local seconds = options.duration(text)
  return seconds and math.floor(seconds * 1000 + 0.5)
end

-- NAME=VALUE as a field and what is stored of it; nil: no sense
local function read(word)
  local name, value = word:match "^([%w_]+)=(.+)$"
  if NUMBERS[name] then
    local number = value == "none" and 0 or math.tointeger(tonumber(value))
    return number and number >= 0 and number <= 10000 and (number > 0 or value == "none") and name, number
  elseif SPANS[name] then
    local ms = value == "none" and 0 or millis(value)
    return ms and name, ms
  elseif RATES[name] then
    if value == "none" then return RATES[name], "" end
    local most, per = value:match "^(%d+)/(.+)$"
    most = math.tointeger(most)
    local ms = per and millis(per)
    return most and most >= 1 and most <= 10000 and ms and ms >= 1 and RATES[name], most and ms and ("%d/%d"):format(most, ms)
  end
end

local function set(opts, limit, words)
  local want = {}
  for field, value in pairs(limit.set or {}) do want[field] = value end
  for _, word in ipairs(words) do
    local field, value = read(word)
    if not field then
      return options.usage(("'%s' is no limit"):format(word), "at_once=N  per_key=N  rate=N/DUR  throttle=N/DUR  settle=DUR  start=DUR, or =none")
    end
    want[field] = value
  end
  if want.per_key and want.per_key > 0 and not limit.key then
    return options.usage(("%s has no key"):format(limit.job), "`limit 1 at once per NAME` in its heading says what the key is")
  end
  return require "aios.store".say_limits(require "aios.host".db_path(opts.db), limit.program, limit.job, want)
end

local function named(list, name)
  local found = {}
  for _, limit in ipairs(list) do if limit.job == name then found[#found + 1] = limit end end
  if #found == 0 then return nil, { code = "not_found", message = ("no program has declared a job named '%s'"):format(name), hint = "`aios limits` lists them" } end
  if #found > 1 then return nil, { code = "invalid", message = ("several programs have a job named '%s': %s and %s"):format(name, found[1].program, found[2].program) } end
  return found[1]
end

local function show(opts, list)
  if opts.json then return out.json(out.array(list)) end
  out.list(opts, list, {
    { "JOB", "job" }, { "LIMITS", function(row) local text = limits.text(row) return text ~= "" and text or "as `overlap` says" end },
    { "SET", function(row) return row.set and "by a person" end }, { "PROGRAM", "program" },
  }, "no program has declared a job yet")
end

local function run(opts, operands)
  local list, err = limits.all(opts)
  if not list then return nil, err end
  if not operands[1] then return show(opts, list) end
  local limit
  limit, err = named(list, operands[1])
  if not limit then return nil, err end
  if operands[2] == "set" and operands[3] then
    local good
    good, err = set(opts, limit, table.move(operands, 3, #operands, 1, {}))
    if not good then return nil, err end
  elseif operands[2] == "reset" and not operands[3] then
    local good
    good, err = require "aios.store".say_limits(require "aios.host".db_path(opts.db), limit.program, limit.job)
    if not good then return nil, err end
  elseif operands[2] then
    return options.usage("behind the name stands `set` with limits, or `reset`")
  end
  list, err = limits.all(opts)
  if not list then return nil, err end
  limit, err = named(list, operands[1])
  if not limit then return nil, err end
  show(opts, { limit })
end

return {
  name = "limits", group = "look", summary = "shows how many runs of a job at once and how often, or changes it",
  operands = "[NAME [set LIMIT… | reset]]", min = 0, max = 20,
  about = "LIMIT is at_once=N, per_key=N, rate=N/DUR (what is more is skipped), throttle=N/DUR (what is more waits), settle=DUR or\n"
    .. "start=DUR (what could not begin so long is skipped); `none` for no limit. What is set holds at once, also while the\n"
    .. "program runs, and stays until `reset`: then the heading counts again.",
  examples = { { "aios limits import set at_once=1 throttle=10/1m", "one at a time, ten a minute" }, { "aios limits import reset", "as declared" } },
  run = run,
}
