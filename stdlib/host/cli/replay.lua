local out, report = require "host.print", require "host.report"
local STATES = { [7] = "done", [8] = "failed", [9] = "cancelled", [10] = "continued", [11] = "skipped" }

-- the first row of a step, by its path or by the only name it has; nil and why not
local function find_step(run, steps, word)
  local found
  for _, step in ipairs(steps) do
    if step.kind ~= "clock" and (step.path == word or step.path == "/" .. word) then return step end
  end
  for _, step in ipairs(steps) do
    if step.name == word and step.kind ~= "clock" then
      if found and found.path ~= step.path then
        return nil, { code = "invalid", message = ("there are several steps called %s; say which one by its path"):format(word) }
      end
      found = found or step
    end
  end
  if found then return found end
  return nil, { code = "not_found", message = ("run %s has no step '%s'"):format(run.run, word), hint = ("`aios trace %s` lists its steps"):format(run.run) }
end

-- what was recorded before the step began: its own calls stand before its result
local function before(steps, step)
  local list = {}
  for _, row in ipairs(steps) do
    if not step or row.path ~= step.path and row.path:sub(1, #step.path + 1) ~= step.path .. "/" then list[#list + 1] = row
    else break end
  end
  return list
end

local function differs(run, seen)
  if seen.how == "differs" then return report.message(require "aios.json".decode(seen.text) or seen.text, 2000) end
  if seen.how ~= "ended" then return nil end
  local state = STATES[seen.state]
  if run.state ~= state then return ("the run is %s, and its record leads to %s"):format(run.state, state) end
  local short = require "aios.json".encode
  if state == "done" and run.output ~= nil and short(run.output) ~= short(seen.output) then
    return ("the run gave %s, and its record leads to %s"):format(report.short(run.output), report.short(seen.output))
  end
end

local ENDS = { there = "it stands before step %s", open = "its record ends here; it is %s", ended = "it ends here: %s" }

local function told(run, seen, step)
  local lines, names = {}, {}
  local about = { there = step and step.path:gsub("^/", ""), open = run.state:gsub("_", " "), ended = run.state }
  lines[1] = ENDS[seen.how]:format(about[seen.how]) .. (seen.line > 0 and (", line %d"):format(seen.line) or "")
  for name in pairs(seen.locals or {}) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do lines[#lines + 1] = ("  %s = %s"):format(name, report.short(seen.locals[name], 200)) end
  return lines
end

local function run(opts, operands)
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  local steps, why = report.rows(opts, "steps", { id = found.id })
  if not steps then return nil, why end
  local step
  if opts["until"] then
    step, err = find_step(found, steps, opts["until"])
    if not step then return nil, err end
  end
  local seen
  seen, err = require "host.history.again"(opts, found, { step = step and step.path })
  if not seen then return nil, report.refused(err) end
  if step and seen.how ~= "there" and seen.how ~= "differs" then
    return nil, { code = "invalid", message = ("the record of run %s does not come to step %s by itself: it lies inside a step whose result is recorded")
      :format(found.run, step.path), hint = "stop before the step around it" }
  end
  local wrong = differs(found, seen)
  if wrong then return nil, { code = "diverged", message = ("run %s: %s"):format(found.run, wrong) } end
  local shown = report.trimmed(before(steps, step))
  if opts.json then
    return out.json { run = found.run, how = seen.how, step = step and step.path, line = seen.line, locals = seen.locals, output = seen.output, steps = out.array(shown) }
  end
  require "host.history.timeline"(opts, shown)
  out.line(table.concat(told(found, seen, step), "\n"))
end

return {
  name = "replay", group = "look", summary = "goes through a run again from its record, doing nothing",
  operands = "RUN", min = 1, max = 1,
  options = { { "until", "STEP", "stop before this step: its path, as `aios trace` shows it, or its name" } },
  about = [[
The program the run is pinned to is gone through with what was recorded; no tool is called, nothing is written. Prints the
timeline and what the variables of the program held where it stops: before STEP, or where the record ends.
When the record leads to another end than the run has, that is an error.]],
  examples = { { "aios replay last --until 4", "what the run knew before step 4" } },
  run = run,
}
