local out, report = require "host.print", require "host.report"
local OVER = { done = true, failed = true, cancelled = true }

-- why there is nothing to ask for
local function refusal(run)
  local function no(message, hint) return { code = "invalid", message = ("run %s %s"):format(run.run, message), hint = hint } end
  if not OVER[run.state] then
    return no(("is %s, not over"):format(run.state:gsub("_", " ")), ("`aios cancel %s` ends it and undoes what it did"):format(run.run))
  end
  if run.undone == "all" and run.state == "done" then return no "was undone already" end
  return no(("%s, and what it had finished was undone then"):format(run.state == "failed" and "failed" or "was cancelled"),
    ("`aios why %s` tells it"):format(run.run))
end

local function run(opts, operands)
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  local asked, why = require "aios.store".say_undo(require "aios.host".db_path(opts.db), found.run)
  if asked == nil then return nil, why end
  if not asked then return nil, refusal(found) end
  if opts.json then return out.json { run = found.run, undo = "asked" } end
  out.line(found.run)
  out.note(opts, ("its undo parts run, the last first, as soon as %s runs"):format(out.plain(found.program)))
end

return {
  name = "undo", group = "act", summary = "undoes what a run did that is over",
  operands = "RUN", min = 1, max = 1,
  about = "The undo parts of its finished steps and tools run in reverse order, each a step of the run, by the process that\n"
    .. "runs the program, now or when it next runs. A run is undone once; after `undo incomplete` what failed may be asked for\n"
    .. "again. A run that failed or was cancelled has undone its finished steps by itself.",
  examples = { { "aios undo last", "take back what the newest run did" } },
  run = run,
}
