--- truncate: `aios runs truncate`: a run forgets what it recorded from a step on.
local options, out, report = require "host.options", require "host.print", require "host.report"

return function(opts, operands)
  local run, err = report.run(opts, operands[1])
  if not run then return nil, err end
  if not opts.at then return options.usage("`aios runs truncate` needs the step: --at STEP", ("`aios trace %s` lists its steps"):format(run.run)) end
  if not opts.yes then
    return options.usage("what the run did from that step on is done again, and what it recorded of it is lost",
      "--yes says that this is meant; `aios fork` leaves the run as it is")
  end
  local good, path = require "aios.store".truncate(require "aios.host".db_path(opts.db), run.run, opts.at)
  if not good then return nil, report.refused(path) end
  if opts.json then return out.json { run = run.run, step = path } end
  out.line(run.run)
  out.note(opts, ("it goes on from step %s as soon as %s runs"):format(path:gsub("^/", ""), out.plain(run.program)))
end
