local options, out, report = require "host.options", require "host.print", require "host.report"
local ANSWERS = { "done", "retry", "fail" }

---The call that had begun when the process died: the first intent that nothing came of.
---@return table? step
local function open_call(steps)
  local open
  for _, step in ipairs(steps) do
    if step.kind == "intent" and not open then open = step
    elseif open and step.path == open.path then open = nil end
  end
  return open
end

-- what the script gets, as JSON: the tool's promise holds for a person's word too
local function value_of(opts, step)
  local json, schema = require "aios.json", require "tool.schema"
  local value, err = json.null, nil
  if opts.result then
    value, err = json.decode(opts.result)
    if value == nil then return options.usage("--result is no JSON: " .. err.message) end
  end
  local tool = require "host.doors".find(step.name)
  if tool and tool.returns then
    local checked = value ~= json.null and value or nil
    local good, why = schema.check(checked, schema.parse(tool.returns), {})
    if not good then
      return options.usage(("%s gives %s%s"):format(step.name, tool.returns, opts.result and "; " .. why or ""),
        "say what it gave: --result JSON")
    end
  end
  return json.encode(value)
end

local function error_of(opts, step)
  return (require "aios.json".encode { code = "in_doubt", tool = step.name,
    message = opts.reason or "it had begun when the process died; a person said that it failed" })
end

local function check(opts, answer)
  for _, word in ipairs(ANSWERS) do
    if word == answer then
      if opts.result and answer ~= "done" then return options.usage(("--result is for `done`, not for `%s`"):format(answer)) end
      if opts.reason and answer ~= "fail" then return options.usage(("--reason is for `fail`, not for `%s`"):format(answer)) end
      return true
    end
  end
  local near = options.nearest(answer, ANSWERS)
  return options.usage(("'%s' is no answer"):format(answer), near and ("did you mean %s?"):format(near) or "say done, retry or fail")
end

-- the command that goes on with it
local function again(run)
  local words = { "aios", "run", run.program }
  for _, arg in ipairs(type(run.input) == "table" and run.input or {}) do words[#words + 1] = tostring(arg) end
  return out.plain(table.concat(words, " "))
end

local function find(opts, word)
  local run, err = report.run(opts, word)
  if not run then return nil, err end
  if run.state ~= "in_doubt" then
    return nil, { code = "invalid", message = ("run %s is %s, not in doubt"):format(run.run, run.state),
      hint = run.state == "interrupted" and "run its program again: it goes on, or says what is in doubt"
        or "`aios runs --state in_doubt` lists those that are" }
  end
  local steps, why = report.rows(opts, "steps", { id = run.id })
  if not steps then return nil, why end
  local step = open_call(steps)
  if step then return run, nil, step end
  return nil, { code = "corrupt", message = ("run %s is in doubt, but its journal holds no call that had begun"):format(run.run),
    hint = "`aios db check` looks for damage" }
end

local function run(opts, operands)
  local answer = operands[2]
  local good, err = check(opts, answer)
  if not good then return nil, err end
  local found, why, step = find(opts, operands[1])
  if not found then return nil, why end
  local value
  if answer == "done" then value, err = value_of(opts, step) else value = error_of(opts, step) end
  if not value then return nil, err end
  good, err = require "aios.store".settle(require "aios.host".db_path(opts.db), found.run, step.seq, answer, value)
  if not good then
    return nil, { code = err.code, message = err.message, hint = err.code == "taken" and "the answer is not recorded" or err.hint }
  end
  if opts.json then return out.json { run = found.run, step = step.path, name = step.name, answer = answer } end
  out.line(("step %s of run %s (%s): %s"):format(out.plain(step.path), found.run, out.plain(step.name), answer))
  out.note(opts, "the run goes on with: " .. again(found))
end

return {
  name = "doubt", group = "act", summary = "says what became of a call that a crash left in doubt",
  operands = "RUN done|retry|fail", min = 2, max = 2,
  options = {
    { "result", "JSON", "with `done`: what the call gave; needed when its tool promises a value" },
    { "reason", "TEXT", "with `fail`: the message of the error that the program gets" },
  },
  about = "A call that must not be repeated had begun when the process died, and whether it happened is not known.\n"
    .. "Look for yourself, then say it. done: it happened; the program gets the result. retry: it did not happen;\n"
    .. "it is made again. fail: the program gets an error. The answer is recorded, and the run goes on when its\n"
    .. "program is run again. While the program is running no answer is taken: stop it first.",
  examples = {
    { "aios doubt last retry", "make the call again" },
    { "aios doubt last done --result '{\"bytes\":5}'", "it did happen" },
  },
  run = run,
}
