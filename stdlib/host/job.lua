--- job: what the database knows of one declared workflow: its schedules, when they are due, what became of their slots.
local report = require "host.report"
local M = {}

---The row of a job by its name; nil and an error with a near name in it.
function M.find(opts, name)
  local rows, err = report.rows(opts, "jobs")
  if not rows then return nil, err end
  for _, row in ipairs(rows) do if row.name == name then return report.standing(row) end end
  local near = report.near_job(opts, name)
  return nil, { code = "not_found", message = ("no program that ran on this database declares a workflow named '%s'"):format(name),
    hint = near and ("did you mean %s?"):format(near) or "`aios jobs` lists them" }
end

local function is_random(spec) return spec:find " random" or spec:find "%d%l+ to %d" end

---Times of a schedule after an instant: milliseconds. Of random ones only the planned one is known.
function M.times(schedule, after_ms, count)
  local time = require "aios.time"
  if is_random(schedule.spec) or schedule.spec:find "^in " then
    return schedule.next_ms and schedule.next_ms > after_ms and { schedule.next_ms } or {}
  end
  local list = time.next(schedule.spec, { after_ms = after_ms, tz = schedule.tz, count = count, anchor_ms = schedule.anchor or after_ms })
  local out = {}
  for i, iso in ipairs(list or {}) do out[i] = time.parse(iso) end
  return out
end

M.is_random = is_random

---The schedules of a job.
function M.schedules(opts, name) return report.rows(opts, "schedules_of_job", { name = name }) end

---The next times of a job, of all its schedules.
function M.next(opts, name, count)
  local now, all = require "aios.host".now_ms(), {}
  for _, schedule in ipairs(M.schedules(opts, name) or {}) do
    if schedule.next_ms and schedule.next_ms > 0 then
      table.move(M.times(schedule, math.max(now, schedule.next_ms - 1), count), 1, count, #all + 1, all)
    end
  end
  table.sort(all)
  return { table.unpack(all, 1, math.min(count, #all)) }
end

---The last decision about a job: "ran, done", "skipped, overlap", and when.
function M.last(opts, name, before_ms)
  local row = (report.rows(opts, "last_of_job", { name = name, before = before_ms }) or {})[1]
  if not row then return nil end
  local what = row.state == "skipped" and "skipped" or "ran"
  return { decision = what, why = row.reason or row.state, state = row.state, run = row.run, at = row.created, due_ms = row.due_ms }
end

return M
