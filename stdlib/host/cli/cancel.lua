local out, report = require "host.print", require "host.report"

local function run(opts, operands)
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  local asked
  asked, err = require "aios.store".say_cancel(require "aios.host".db_path(opts.db), found.run)
  if not asked then return nil, report.refused(err) end
  if opts.json then return out.json { run = found.run, cancel = "asked" } end
  out.line(found.run)
  if not found.pid then out.note(opts, ("it ends when %s next runs"):format(out.plain(found.program))) end
end

return {
  name = "cancel", group = "act", summary = "ends a run, and undoes what it had finished",
  operands = "RUN", min = 1, max = 1,
  about = "The run gets the error `cancelled` where it waits, or when it next waits. What it catches, it may tidy up; the undo\n"
    .. "parts of its finished steps and tools run. A run that diverged or is in doubt ends at once, and nothing is undone.",
  examples = { { "aios cancel last", "end the newest run" } },
  run = run,
}
