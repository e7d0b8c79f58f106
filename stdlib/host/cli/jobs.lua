local out, report, job = require "host.print", require "host.report", require "host.job"
local TIMES = 5

local function standing(row)
  if row.enabled == 0 then return "disabled" end
  return row.paused == 1 and "paused" or row.status
end

local function filled(opts, rows)
  local time = require "aios.time"
  for _, row in ipairs(rows) do
    row.status = standing(row)
    row.next_times = out.array {}
    for i, ms in ipairs(job.next(opts, row.name, TIMES)) do row.next_times[i] = time.iso(ms) end
    row.last = job.last(opts, row.name)
    if row.last then row.last.due_ms = nil end
    row.pid, row.last_reason = nil, nil
  end
  return rows
end

local function last(row) return row.last and ("%s: %s"):format(row.last.decision, row.last.why) end

-- one job, with everything
local function show(opts, name)
  local row, err = job.find(opts, name)
  if not row then return nil, err end
  filled(opts, { row })
  report.trimmed { row }
  if opts.json then return out.json(row) end
  local function line(label, text) if text then out.line(("%-9s%s"):format(label, out.plain(tostring(text)))) end end
  line("job", row.title and ("%s, %s"):format(row.name, row.title) or row.name)
  line("when", row.spec or row.kind)
  line("stands", row.status)
  line("program", row.program and ("%s:%d"):format(row.program, row.line or 0))
  for i, iso in ipairs(row.next_times) do line(i == 1 and "next" or "", iso) end
  line("last", row.last and ("%s, %s, at %s"):format(last(row), row.last.run, row.last.at))
end

local function run(opts, operands)
  if operands[1] then return show(opts, operands[1]) end
  local rows, err = report.listed(opts, "jobs")
  if not rows then return nil, err end
  out.list(opts, report.trimmed(filled(opts, rows)), {
    { "NAME", "name" }, { "WHEN", function(row) return row.spec or row.kind end }, { "NEXT", function(row) return row.next_times[1] or row.next end },
    { "STANDS", "status" }, { "LAST", last }, { "AT", function(row) return row.last and row.last.at end },
    { "PROGRAM", function(row) return row.program and (row.line and row.program .. ":" .. row.line or row.program) end },
  }, "no program has declared a job yet")
end

return {
  name = "jobs", group = "look", summary = "lists declared workflows, when they are due and what was decided last", operands = "[NAME]", max = 1,
  about = "With a name: that one, with its next five times, and the last decision about it: ran or skipped, and why.",
  examples = { { "aios jobs backup", "one workflow" } },
  run = run,
}
