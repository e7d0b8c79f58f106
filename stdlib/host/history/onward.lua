--- onward: `aios resume RUN --code FILE`: a run goes on with another text of its program, when that fits its record.
local out, report = require "host.print", require "host.report"
local MAY = { diverged = true, failed = true, paused = true }

local function check(opts, run)
  if not MAY[run.state] then
    return nil, { code = "invalid", message = ("run %s is %s; a run that diverged, failed or is paused is resumed"):format(run.run, run.state:gsub("_", " ")) }
  end
  if run.undone then
    return nil, { code = "invalid", message = ("run %s has undone what it had finished; there is nothing to go on from"):format(run.run) }
  end
  return true
end

---Goes through the record with the new text first, doing nothing.
return function(opts, operands)
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  local good, why = check(opts, found)
  if not good then return nil, why end
  local source, wrong = require "host.history.source"(opts.code)
  if not source then return nil, wrong end
  local seen
  seen, err = require "host.history.again"(opts, found, { source = source })
  if not seen then return nil, report.refused(err) end
  if seen.how == "differs" then
    return nil, { code = "diverged", message = ("%s does not fit the record of run %s: %s"):format(opts.code, found.run,
      report.message(require "aios.json".decode(seen.text) or seen.text, 2000)), hint = "nothing was changed; `aios fork` and `aios runs truncate` go back behind the step" }
  end
  local asked, step = require "aios.store".say_retry(require "aios.host".db_path(opts.db), found.run, source)
  if not asked then return nil, step end
  if opts.json then return out.json { run = found.run, step = step } end
  out.line(found.run)
  out.note(opts, ("it goes on with %s as soon as %s runs"):format(opts.code, out.plain(found.program)))
end
