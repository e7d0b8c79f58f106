local options, out, report, job = require "host.options", require "host.print", require "host.report", require "host.job"
local SLOTS_MOST = 10000
local UTC = "UTC"

-- the slots of a schedule from one instant to another
local function slots(schedule, from, to)
  local list = {}
  for _, ms in ipairs(job.times(schedule, from - 1, SLOTS_MOST)) do
    if ms > to then break end
    list[#list + 1] = ms
  end
  return list
end

-- what became of each slot: { done =, rows = }
local function known(opts, schedule, from, to)
  local out_of = {}
  for _, row in ipairs(report.rows(opts, "slots_of_job", { schedule = schedule.schedule, from = from, to = to }) or {}) do
    local slot = out_of[row.due_ms] or { rows = 0 }
    slot.rows = slot.rows + 1
    slot.done = slot.done or row.state == "done" or row.state == "queued" or row.state == "running" or row.state == "waiting"
    out_of[row.due_ms] = slot
  end
  return out_of
end

-- the name of the run of a slot; of a second one for it with a number behind
local function uid_of(schedule, ms, rows)
  local iso = require "aios.time".iso(ms, UTC):sub(1, 19)
  return ("%s@%sZ%s"):format(schedule.schedule, iso, rows > 0 and "!" .. rows + 1 or "")
end

local function fill(opts, name, schedule, from, to)
  local host, store = require "aios.host", require "aios.store"
  local slot_of, count = known(opts, schedule, from, to), 0
  for _, ms in ipairs(slots(schedule, from, to)) do
    local slot = slot_of[ms] or { rows = 0 }
    if not slot.done or opts.all then
      local id, err = store.fill(host.db_path(opts.db), name, uid_of(schedule, ms, slot.rows), ms)
      if not id then return nil, err end
      count = count + 1
    end
  end
  return count
end

local function run(opts, operands)
  local moment = require "host.moment"
  local name = operands[1]
  local found, err = job.find(opts, name)
  if not found then return nil, err end
  if not opts.from or not opts.to then return options.usage("from when, and to when?", "--from 2026-03-01 --to 2026-03-08") end
  local total, schedules = 0, job.schedules(opts, name)
  for _, schedule in ipairs(schedules or {}) do
    if job.is_random(schedule.spec) then
      return nil, { code = "invalid", message = ("'%s' is random: its slots have no times that could be made up for"):format(schedule.spec) }
    end
    local from, to, why
    from, why = moment.read(opts.from, schedule.tz, "--from")
    if from then to, why = moment.read(opts.to, schedule.tz, "--to") end
    if not to then return nil, why end
    local count
    count, err = fill(opts, name, schedule, from, to)
    if not count then return nil, err end
    total = total + count
  end
  if #(schedules or {}) == 0 then return nil, { code = "invalid", message = ("'%s' has no schedule"):format(name) } end
  if opts.json then return out.json { name = name, slots = total } end
  out.line(("%d"):format(total))
  if total > 0 and not found.pid then out.note(opts, ("they begin when %s next runs"):format(out.plain(found.program))) end
end

return {
  name = "backfill", group = "act", summary = "makes up for slots of a schedule that have no run",
  operands = "NAME", min = 1, max = 1,
  options = {
    { "from", "TIME", "the first moment, such as 2026-03-01 or '2026-03-01 08:00'" },
    { "to", "TIME", "the last moment" },
    { "all", nil, "also slots that have run" },
  },
  about = "Each slot without a run that is done or on its way becomes a row of the trigger table; run.due is the slot. They run one after\n"
    .. "the other. Prints how many.",
  examples = { { "aios backfill report --from 2026-03-01 --to 2026-03-08", "a week" } },
  run = run,
}
