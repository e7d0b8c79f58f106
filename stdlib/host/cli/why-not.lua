local out, report, job = require "host.print", require "host.report", require "host.job"
local MINUTE, DAY = 60000, 86400000

local REASONS = {
  overlap = "the run before it was still at work, and `overlap` lets no other begin", missed = "nobody was there when it was due, and `missed` says not to make up for it",
  paused = "the schedule was paused", disabled = "it was disabled", limit = "its `limit` was reached",
  ["no-device"] = "its tags are not those of this device",
}

local function why(row) return row.reason and (REASONS[row.reason] or row.reason) or nil end

-- the slot nearest to the moment, at most a day away: it, and what became of it
local function slot_near(opts, schedule, at)
  local best
  for _, row in ipairs(report.rows(opts, "slots_of_job", { schedule = schedule.schedule, from = at - DAY, to = at + DAY }) or {}) do
    if not best or math.abs(row.due_ms - at) <= math.abs(best.due_ms - at) then best = row end
  end
  return best
end

local function of_schedule(opts, schedule, at, lines)
  local time = require "aios.time"
  local function say(text, ...) lines[#lines + 1] = text:format(...) end
  local slot = slot_near(opts, schedule, at)
  local due = not job.is_random(schedule.spec) and job.times(schedule, at - MINUTE, 1)[1]
  local is_due = due and due <= at + MINUTE
  if slot and slot.due_ms <= at + MINUTE and (not is_due or slot.due_ms >= at - MINUTE) then
    local when = time.iso(slot.due_ms, schedule.tz)
    if slot.state == "skipped" then say("The slot of %s was skipped: %s.", when, why(slot) or "no reason is recorded")
    else say("The slot of %s did run: %s is %s.", when, slot.run, slot.state) end
  end
  if not is_due then
    local following = job.times(schedule, at, 1)[1]
    say("`%s` was not due then%s.", schedule.spec, following and "; the next time is " .. time.iso(following, schedule.tz) or "")
  elseif schedule.anchor and due < schedule.anchor then
    say("At %s nobody knew the schedule yet: it was first enabled at %s.", time.iso(due, schedule.tz), time.iso(schedule.anchor, schedule.tz))
  elseif due > require "aios.host".now_ms() then say("It is due at %s: that is still to come.", time.iso(due, schedule.tz))
  elseif not slot then say("It was due at %s, and nothing is recorded: no process has looked at the schedule since.", time.iso(due, schedule.tz)) end
end

local function standing(row, lines)
  if row.enabled == 0 then lines[#lines + 1] = "It is disabled; `aios enable` lets it begin again." end
  if row.paused == 1 then lines[#lines + 1] = "It is paused; `aios resume` lets it go on." end
  if not row.pid then lines[#lines + 1] = ("No process runs %s."):format(out.plain(row.program or "its program")) end
end

local function run(opts, operands)
  local name = operands[1]
  local row, err = job.find(opts, name)
  if not row then return nil, err end
  local at, asked = require "aios.host".now_ms(), opts.at
  if asked then
    at, err = require "host.moment".read(asked, nil, "--at")
    if not at then return nil, err end
  end
  local lines = {}
  standing(row, lines)
  local schedules = job.schedules(opts, name) or {}
  for _, schedule in ipairs(schedules) do of_schedule(opts, schedule, at, lines) end
  local last = job.last(opts, name, asked and at or nil)
  if last and last.decision == "skipped" then lines[#lines + 1] = ("Last it was skipped, at %s: %s."):format(last.at, REASONS[last.why] or last.why)
  elseif last then lines[#lines + 1] = ("Last it ran at %s: %s is %s."):format(last.at, last.run, last.state)
  else lines[#lines + 1] = "It has never begun." .. (#schedules == 0 and row.spec and row.spec ~= "" and (" It waits for: %s."):format(row.spec) or "") end
  if opts.json then return out.json { name = name, lines = out.array(lines) } end
  for _, line in ipairs(lines) do out.line(out.plain(line)) end
end

return {
  name = "why-not", group = "look", summary = "tells why a workflow has not begun",
  operands = "NAME", min = 1, max = 1,
  options = { { "at", "TIME", "at that moment, instead of now" } },
  examples = { { "aios why-not backup --at '2026-03-02 08:00'", "what became of that slot" } },
  run = run,
}
