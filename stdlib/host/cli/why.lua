local out, report, story = require "host.print", require "host.report", require "host.story"
local CHAIN_MAX = 50

-- the run with its cause: the trigger row, and the runs that called it
local function caused(opts, run)
  local data = { run = run, chain = {} }
  data.trigger = (report.rows(opts, "trigger_of_run", { run = run.run }) or {})[1]
  local child = run
  while child.parent and #data.chain < CHAIN_MAX do
    child = report.run(opts, child.parent)
    if not child then break end
    data.chain[#data.chain + 1] = child
  end
  return data
end

local function gather(opts, run)
  local data, err = caused(opts, run), nil
  local queries = { steps = "steps", spend = "spend", decisions = "decisions", audit = "audit_of_run", approvals = "approvals_of_run" }
  for field, query in pairs(queries) do
    data[field], err = report.rows(opts, query, { id = run.id, run = run.run })
    if not data[field] then return nil, err end
  end
  return data
end

local function show(opts, data, lines)
  if not opts.json then return out.line(table.concat(lines, "\n")) end
  local lists = { { data.run }, data.chain, { data.trigger } }
  for _, name in ipairs { "steps", "spend", "decisions", "audit", "approvals" } do lists[#lists + 1] = data[name] or {} end
  for _, list in ipairs(lists) do report.trimmed(list) end
  for _, name in ipairs { "chain", "steps", "spend", "decisions", "audit", "approvals" } do if data[name] then out.array(data[name]) end end
  out.json(data)
end

local function why_action(opts, number)
  local rows, err = report.rows(opts, "audit_by_id", { id = number })
  if not rows then return nil, err end
  local row = rows[1]
  if not row then return nil, { code = "not_found", message = ("no action a%d"):format(number) } end
  local lines = { ("Action a%d at %s: %s %s%s."):format(number, row.time, out.plain(row.tool), report.short(row.args, 300),
    row.status and ", " .. out.plain(row.status) or ""), story.permission(row) }
  local run = row.run and report.run(opts, row.run)
  local data = run and caused(opts, run) or { chain = {} }
  data.audit = { row }
  if run then
    table.move(story.chain(data), 1, 100, #lines + 1, lines)
    lines[#lines + 1] = ("It is step %s of that run."):format(out.plain(row.path or "?"))
  end
  return show(opts, data, lines)
end

local function why_step(opts, run, path)
  local data, err = gather(opts, run)
  if not data then return nil, err end
  local lines, found = story.chain(data), {}
  for _, step in ipairs(data.steps) do
    if story.is_same(step.path, path) then
      found[#found + 1] = step
      for _, line in ipairs(story.step(data, step)) do lines[#lines + 1] = line end
      if step.value == nil and (step.bytes or 0) > 0 then
        step.value = (report.rows(opts, "step_value", { id = run.id, seq = step.seq }) or { {} })[1].value
      end
      if step.value ~= nil then lines[#lines + 1] = "     value: " .. report.short(step.value, 4000) end
    end
  end
  if #found == 0 then
    return nil, { code = "not_found", message = ("run %s has no step '%s'"):format(run.run, path),
      hint = ("`aios trace %s` lists its steps"):format(run.run) }
  end
  data.steps = found
  return show(opts, data, lines)
end

local function run(opts, operands)
  local word = operands[1]
  local action = word:match "^a(%d+)$"
  if action and #action < 16 then return why_action(opts, math.tointeger(tonumber(action))) end
  local whole, err = report.run(opts, word)
  if whole then
    local data, why = gather(opts, whole)
    if not data then return nil, why end
    data.verbose = not opts.json and opts.verbose or nil
    return show(opts, data, story.run(data))
  end
  for left, right in word:gmatch "()/()" do            -- RUN/PATH; an id may hold a slash itself
    local found = left > 1 and report.run(opts, word:sub(1, left - 1))
    if found then return why_step(opts, found, word:sub(right)) end
  end
  return nil, err
end

return {
  name = "why", group = "look", summary = "tells why a run, a step or an action happened",
  operands = "RUN | RUN/STEP | ACTION", min = 1, max = 1,
  about = "RUN is an id, the beginning of one (6 characters or more), or `last`. STEP is a path of `aios trace`.\n"
    .. "ACTION is a number of the audit log, such as a12. The last line about a run is its outcome; -v adds the traceback of a failure.",
  examples = { { "aios why last", "the newest run" }, { "aios why last/3", "its step 3" } },
  run = run,
}
