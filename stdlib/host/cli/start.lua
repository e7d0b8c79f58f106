local options, out, report = require "host.options", require "host.print", require "host.report"

local function run(opts, operands)
  local name, text = operands[1], operands[2]
  if text then
    local value, err = require "aios.json".decode(text)
    if value == nil then return options.usage("the input is no JSON: " .. err.message) end
  end
  local host, store = require "aios.host", require "aios.store"
  local run_id, err = store.start(host.db_path(opts.db), name, text, opts.id)
  if not run_id then
    local near = err.code == "not_found" and report.near_job(opts, name)
    return nil, { code = err.code, message = err.message, hint = near and ("did you mean %s?"):format(near) or err.hint }
  end
  if opts.json then return out.json { run = run_id, name = name } end
  out.line(run_id)
  out.note(opts, ("`aios why %s` tells how it goes"):format(run_id))
end

return {
  name = "start", group = "act", summary = "starts a workflow",
  operands = "NAME [JSON]", min = 1, max = 2,
  options = { { "id", "KEY", "name of this start: the same KEY never starts twice" } },
  about = "The start is written to the database; the process that runs the program takes it up, now or when\nit next runs. Prints the id of the run.",
  examples = { { "aios start digest '{\"day\":\"monday\"}' --id monday", "once, however often it is said" } },
  run = run,
}
