local options = require "host.options"

-- an answer for every need, some of them, or none: not all at once
local function check(opts)
  if opts.deny_all and (opts.yes or opts.grant) then
    return options.usage "--deny-all and --yes or --grant say opposite things"
  end
  if opts.once_json then
    local value, err = require "aios.json".decode(opts.once_json)
    if value == nil then return options.usage(("the JSON after --once %s: %s"):format(opts.once, err.message)) end
  end
  return true
end

local function run(opts, operands)
  local good, err = check(opts)
  if not good then return nil, err end
  return require "aios.host".run {
    file = operands[1], args = table.move(operands, 2, #operands, 1, {}),
    db = opts.db, json = opts.json, quiet = opts.quiet, verbose = opts.verbose,
    for_seconds = opts["for"], until_idle = opts.until_idle, id = opts.id, listen = opts.listen, memory = opts.memory, record = opts.record,
    once = opts.once and { name = opts.once, json = opts.once_json },
    yes = opts.yes, grants = opts.grant or {}, deny_all = opts.deny_all,
  }
end

return {
  name = "run", group = "programs", summary = "runs a program",
  operands = "FILE [ARGS]", min = 1, rest = true,
  options = {
    { "for", "DUR", "stop after this time" },
    { "until-idle", nil, "stop when nothing is left to do" },
    { "once", "NAME", "run this workflow now, with the JSON as its input, and stop", also = "JSON" },
    { "id", "KEY", "name of this start: the same KEY never starts twice" },
    { "yes", nil, "grant everything the program says it needs, for this run" },
    { "grant", "NEED", "grant one need, such as 'fs.read \"/var/log/**\"'; may be repeated", many = true },
    { "deny-all", nil, "grant nothing, ask nobody" },
    { "listen", "ADDR", "where webhooks are taken, 127.0.0.1:8484 if not said" },
    { "memory", "SIZE", "most memory the program may use" },
    { "record", "SIZE", "most that one run may record, 256MiB if not said (AIOS_RECORD)" },
  },
  about = [[
FILE is an .aios or .lua file, or - for standard input. A file with schedules or triggers stays
until it is stopped; others end when their last run ends. Options may also stand directly behind
FILE; the first other word, or --, begins the arguments of the program.]],
  examples = {
    { "aios report.aios", "run it" },
    { "aios run jobs.aios --for 10m", "run its schedules for ten minutes" },
    { "aios run jobs.aios --once digest '{\"day\":\"monday\"}'", "run one workflow now" },
    { "aios run tool.lua -- --port 80", "give --port 80 to the program" },
  },
  run = run,
}
