--- limits: how many runs of a job at once and how often, as declared and as a person has set, and why what is queued waits.
---
---     local all = limits.all(opts)                    -- { { job, program, declared = {…}, set = {…}, holds = {…} }, … }
---     local why, when = limits.why(limit, facts)      -- pure: "2 of 2 at once are at work", nil
local report = require "host.report"
local M = {}

local FIELDS = { "at_once", "per_key", "settle", "start", "rates", "throttles" }

---"60/60000 5/1000" as { { 60, 60000 }, { 5, 1000 } }
function M.rates(text)
  local list = {}
  for most, ms in (text or ""):gmatch "(%d+)/(%d+)" do list[#list + 1] = { math.tointeger(most), math.tointeger(ms) } end
  return list
end

-- one row of the table in words of the commands: settle and start in ms; 0 and "" are no limit
local function said(row)
  local out = {}
  for _, field in ipairs(FIELDS) do out[field] = row[field] end
  return out
end

---Every job that any program has declared, with what holds for it.
---@return table[]? list
---@return Err? err
function M.all(opts)
  local rows, err = report.listed(opts, "limits")
  if not rows then return nil, err end
  local list, by = {}, {}
  for _, row in ipairs(rows) do
    local key = row.program .. "\0" .. row.job
    local one = by[key]
    if not one then
      one = { job = row.job, program = row.program, declared = {}, set = nil }
      list[#list + 1], by[key] = one, one
    end
    if row.is_set == 1 then one.set = said(row) else one.declared, one.key = said(row), row.key ~= "" and row.key or nil end
  end
  for _, one in ipairs(list) do
    one.holds = {}
    for _, field in ipairs(FIELDS) do
      local value = one.set and one.set[field]
      if value == nil then value = one.declared[field] end
      one.holds[field] = value
    end
  end
  return list
end

local UNITS = { { 604800000, "w" }, { 86400000, "d" }, { 3600000, "h" }, { 60000, "m" }, { 1000, "s" } }

---Milliseconds as the language writes them: 90000 is 90s.
function M.span(ms)
  for _, unit in ipairs(UNITS) do
    if ms >= unit[1] and ms % unit[1] == 0 then return ("%d%s"):format(ms // unit[1], unit[2]) end
  end
  return ms .. "ms"
end

---What holds, as the clauses of a heading: "limit 2 at once, throttle 10 per 1m".
function M.text(limit)
  local holds, out = limit.holds, {}
  local function add(form, ...) out[#out + 1] = form:format(...) end
  if (holds.at_once or 0) > 0 then add("limit %d at once", holds.at_once) end
  if (holds.per_key or 0) > 0 then add("limit %d at once per %s", holds.per_key, limit.key and limit.key:match "^%w+%.(%S+)" or "event") end
  for _, rate in ipairs(M.rates(holds.rates)) do add("limit %d per %s", rate[1], M.span(rate[2])) end
  for _, rate in ipairs(M.rates(holds.throttles)) do add("throttle %d per %s", rate[1], M.span(rate[2])) end
  if (holds.settle or 0) > 0 then add("settle %s", M.span(holds.settle)) end
  if (holds.start or 0) > 0 then add("start within %s", M.span(holds.start)) end
  return table.concat(out, ", ")
end

local function picked(input, place)
  local at = input
  for name in place:gmatch "[^.]+" do
    if type(at) ~= "table" then return nil end
    local value = at[name]
    if value == nil and name:find "^%d+$" then value = at[math.tointeger(name) + 1] end
    at = value
  end
  return at
end

---The key of a row of the queue, as runs keep it: JSON.
function M.key_of(limit, row)
  if not limit.key then return nil end
  local json = require "aios.json"
  local input = { args = row.args or {}, kwargs = row.kwargs or {}, event = row.event or { args = row.args or {}, kwargs = row.kwargs or {} } }
  for place in limit.key:gmatch "%S+" do
    local value = picked(input, place)
    if value ~= nil and value ~= json.null then return (json.encode(value)) end
  end
  return "null"
end

---Why something waits, and until when if a time is known.
---@param limit table      of M.all
---@param facts table      { now, since (ms), key, outrun, active, of_key, begun = ms list newest first, runs = is its program at work, paused }
---@return string why
---@return integer? until_ms
function M.why(limit, facts)
  local holds = limit.holds
  if not facts.runs then return "its program is not running" end
  if facts.paused then return "it is paused" end
  if (holds.settle or 0) > 0 and facts.since and facts.since + holds.settle > facts.now then
    return "it settles: no other of its key may come for " .. M.span(holds.settle), facts.since + holds.settle
  end
  if (holds.per_key or 0) > 0 and facts.of_key >= holds.per_key then
    return ("%d of %d at once for %s are at work"):format(facts.of_key, holds.per_key, facts.key)
  end
  local room = (holds.at_once or 0) > 0 and holds.at_once or (holds.per_key or 0) == 0 and 1
  if room and facts.active >= room then return ("%d of %d at once are at work"):format(facts.active, room) end
  for _, rate in ipairs(M.rates(holds.throttles)) do
    local oldest = facts.begun[rate[1]]
    if oldest and facts.now - oldest < rate[2] then return ("%d per %s have begun"):format(rate[1], M.span(rate[2])), oldest + rate[2] end
  end
  return "it is about to begin"
end

return M
