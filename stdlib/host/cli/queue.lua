local out, report, limits = require "host.print", require "host.report", require "host.limits"

-- facts of a job that its program keeps in the database
local function facts_of(opts, limit, active, jobs)
  local facts = { now = require "aios.time".wall(), active = 0, by_key = {}, begun = {}, runs = false }
  for _, row in ipairs(active) do
    if row.program == limit.program and row.job == limit.job then
      facts.active = facts.active + row.runs
      if row.key then facts.by_key[row.key] = row.runs end
    end
  end
  local most = 0
  for _, rate in ipairs(limits.rates(limit.holds.throttles)) do most = math.max(most, rate[1]) end
  if most > 0 then
    for i, row in ipairs(report.rows(opts, "begun", { program = limit.program, job = limit.job, limit = most }) or {}) do facts.begun[i] = row.begun_ms end
  end
  for _, job in ipairs(jobs) do
    if job.name == limit.job and job.program == limit.program then facts.paused, facts.runs = (job.paused or 0) ~= 0, job.runs end
  end
  return facts
end

local function find(list, job, program)
  for _, limit in ipairs(list) do
    if limit.job == job and (not program or limit.program == program) then return limit end
  end
end

-- triggers named otherwise than their job
local function job_of(jobs, name)
  for _, job in ipairs(jobs) do
    if job.name == name then return name end
    for trigger in (job.spec or ""):gmatch "on trigger%.([%w_]+)" do if trigger == name then return job.name end end
  end
  return name
end

local function add(queue, limit, facts, item)
  facts.since, facts.key, facts.of_key = item.since_ms, item.key, item.key and facts.by_key[item.key] or 0
  local why, when = limits.why(limit, facts)
  item.why, item.job, item.program = why, limit.job, limit.program
  item.till = when and require "aios.time".iso(when) or nil
  queue[#queue + 1] = item
end

local function gather(opts, only)
  local data = {}
  for _, query in ipairs { "queue_rows", "queue_slots", "active", "jobs", "owners" } do
    local rows, err = report.listed(opts, query)
    if not rows then return nil, err end
    data[query] = rows
  end
  local list, err = limits.all(opts)
  if not list then return nil, err end
  for _, job in ipairs(data.jobs) do
    for _, owner in ipairs(data.owners) do
      if owner.program == job.program then job.runs = report.standing({ state = "running", pid = owner.pid, host = owner.host }).pid ~= nil end
    end
  end
  local queue = {}
  for _, row in ipairs(data.queue_rows) do
    local job = job_of(data.jobs, row.job)
    local limit = find(list, job, row.program)
    if not limit then
      queue[#queue + 1] = { job = row.job, program = row.program, row = row.row, since = row.since, why = "no program that has run declares this job" }
    elseif not only or only == job then
      add(queue, limit, facts_of(opts, limit, data.active, data.jobs), { row = row.row, since = row.since, since_ms = row.since_ms, key = limits.key_of(limit, row) })
    end
  end
  local now = require "aios.time".wall()
  for _, slot in ipairs(data.queue_slots) do
    local limit = slot.due_ms <= now and find(list, slot.job, slot.program)
    if limit and (not only or only == slot.job) then
      add(queue, limit, facts_of(opts, limit, data.active, data.jobs), { due = slot.due, since = slot.due })
    end
  end
  return queue
end

local function run(opts, operands)
  local queue, err = gather(opts, operands[1])
  if not queue then return nil, err end
  for _, item in ipairs(queue) do item.since_ms = nil end
  out.list(opts, queue, {
    { "JOB", "job" }, { "ROW", function(item) return item.row or "slot" end, right = true }, { "SINCE", "since" }, { "KEY", "key" },
    { "WAITS BECAUSE", "why" }, { "UNTIL", "till" },
  }, "nothing waits to begin")
end

return {
  name = "queue", group = "look", summary = "lists what waits to begin, and why",
  operands = "[NAME]", min = 0, max = 1,
  about = "Rows of triggers and events that no run has taken, and slots of schedules that are due. `aios limits` shows and changes\n"
    .. "what holds them back.",
  run = run,
}
