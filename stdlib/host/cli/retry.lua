local options, out, report = require "host.options", require "host.print", require "host.report"
local MAY = { failed = true, paused = true, diverged = true }

local function run(opts, operands)
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  if not MAY[found.state] then
    return nil, { code = "invalid", message = ("run %s is %s; only a run that failed is tried again"):format(found.run, found.state:gsub("_", " ")) }
  end
  if found.undone then
    return nil, { code = "invalid", message = ("run %s has undone what it had finished; there is nothing to go on from"):format(found.run),
      hint = ("`aios start %s` begins a new one"):format(out.plain(found.name)) }
  end
  local source
  if opts.code then
    source, err = require "host.history.source"(opts.code)
    if not source then return nil, err end
  elseif found.state == "diverged" then
    return options.usage("a run that diverged needs the program that fits its record", "aios retry RUN --code FILE")
  end
  local asked, step = require "aios.store".say_retry(require "aios.host".db_path(opts.db), found.run, source)
  if not asked then return nil, step end
  if opts.json then return out.json { run = found.run, step = step } end
  out.line(found.run)
  out.note(opts, ("it goes on %s as soon as %s runs"):format(step and "from step " .. step:gsub("^/", "") or "behind its last step", out.plain(found.program)))
end

return {
  name = "retry", group = "act", summary = "goes on with a run that failed",
  operands = "RUN", min = 1, max = 1,
  options = { { "code", "FILE", "with this text of the program, which must begin as the record does" } },
  about = "What it had finished stays; what failed last is done again. With the same program that helps when the world was at\n"
    .. "fault; a mistake in the program is mended in a FILE. When its record does not fit the FILE the run is `diverged`, nothing\n"
    .. "is done, and another FILE may be tried. A run that has undone what it had finished is not tried again.",
  examples = { { "aios retry last", "the world is well again" }, { "aios retry last --code fixed.aios", "the program is" } },
  run = run,
}
