local options, out, report = require "host.options", require "host.print", require "host.report"
local STATES = { "queued", "running", "waiting", "paused", "diverged", "in_doubt", "done", "failed", "cancelled",
  "continued", "skipped" }

-- what can be done with runs: its words, and the options it takes
local ACTIONS = {
  list = { most = 0, name = true, state = true, limit = true },
  prune = { most = 0, name = true, state = true, older = true, keep = true, dry_run = true },
  export = { least = 1, words = "one or more runs" },
  upgrade = { most = 1, dry_run = true },
  truncate = { least = 1, most = 1, words = "a run", at = true, yes = true },
  import = { least = 1, most = 1, words = "a file, or - for standard input" },
}
local OWN = { "name", "state", "limit", "older", "keep", "dry_run", "at", "yes" }

local function known_state(state)
  for _, word in ipairs(STATES) do if word == state then return true end end
  local near = options.nearest(state, STATES)
  return options.usage(("--state: there is no state '%s'"):format(state),
    near and ("did you mean %s?"):format(near) or "states are " .. table.concat(STATES, ", "))
end

local function took(row)
  local stop = row.finished_ms
  return stop and row.started_ms and report.lasting(stop - row.started_ms) or nil
end

local function list(opts)
  local rows, err = report.listed(opts, "runs", { name = opts.name, state = opts.state, limit = opts.limit or 20 })
  if not rows then return nil, err end
  for _, row in ipairs(rows) do
    report.standing(row).took = took(row)
    row.pid = nil
  end
  out.list(opts, report.trimmed(rows), {
    { "RUN", "run" }, { "NAME", "name" }, { "STATE", "state" }, { "STARTED", function(row) return row.started or row.created end },
    { "TOOK", "took", right = true }, { "CAUSE", "cause" },
    { "ERROR", function(row) return row.error and report.message(row.error, 60) or "" end },
  }, "no such runs")
end

local function action_of(word)
  if not word then return "list" end
  if ACTIONS[word] and word ~= "list" then return word end
  local names = {}
  for name in pairs(ACTIONS) do if name ~= "list" then names[#names + 1] = name end end
  table.sort(names)
  local near = options.nearest(word, names)
  return options.usage(("`aios runs` cannot '%s'"):format(word), near and ("did you mean `aios runs %s`?"):format(near)
    or "it lists runs, or does this with them: " .. table.concat(names, ", "))
end

-- the action, when its words and options are those it takes
local function check(opts, operands)
  local action, err = action_of(operands[1])
  if not action then return nil, err end
  local takes = ACTIONS[action]
  local called = action == "list" and "aios runs" or "aios runs " .. action
  for _, name in ipairs(OWN) do
    if opts[name] ~= nil and not takes[name] then return options.usage(("`%s` takes no --%s"):format(called, name:gsub("_", "-"))) end
  end
  local words = #operands - (action == "list" and 0 or 1)
  if words < (takes.least or 0) then return options.usage(("`%s` needs %s"):format(called, takes.words)) end
  if words > (takes.most or math.huge) then return options.usage(("`%s` does not know what to do with '%s'"):format(called, operands[#operands])) end
  return action
end

local function run(opts, operands)
  local action, err = check(opts, operands)
  if not action then return nil, err end
  if opts.state then
    local good, why = known_state(opts.state)
    if not good then return nil, why end
  end
  if action == "list" then return list(opts) end
  return require("host.history." .. action)(opts, table.move(operands, 2, #operands, 1, {}))
end

return {
  name = "runs", group = "look", summary = "lists runs, newest first; prunes, moves and mends them",
  operands = "[prune | export RUN… | import FILE | truncate RUN | upgrade [NAME]]",
  options = {
    { "name", "NAME", "only runs of this workflow" },
    { "state", "STATE", "only runs in this state" },
    { "limit", "N", "how many, 20 if not said", short = "n" },
    { "older", "DUR", "prune: only those that ended longer ago; 30d if neither this nor --keep is said" },
    { "keep", "N", "prune: the newest N of each workflow stay" },
    { "at", "STEP", "truncate: the first step that is forgotten" },
    { "yes", nil, "truncate: what was done from there on may be done again" },
    { "dry-run", nil, "prune, upgrade: only say what would be done" },
  },
  about = [[
prune removes runs that are over, their journals, and the values and program texts that no other run
has. The program may be running meanwhile. Runs that are not over stay, and so does the load run that
they, or what the program begins now, belong to. What tools did stays in the audit log.

export writes runs with their programs, journals and values as lines of JSON; import brings them into
another database, all of them or none. Secrets are as they were recorded: taken out. A run that was not
over arrives paused, and `aios retry` goes on with it.

truncate makes a run that failed, diverged or is paused forget what it recorded from a step on, and go on
from there. `aios fork` does that in a new run, which is mostly better.

upgrade lets unfinished runs follow the text that their program's file has now, those whose record fits it;
it says why the others stay with the text they began with. The program must not be running.]],
  examples = {
    { "aios runs --state failed", "what went wrong" },
    { "aios runs prune --older 90d --keep 100 --dry-run", "what would go" },
    { "aios runs export last >run.jsonl", "keep it, or send it" },
  },
  run = run,
}
