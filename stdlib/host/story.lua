--- story: what a run did and why, in plain sentences. Pure: rows of host/report.lua in, lines out.
---
---     local lines = story.run { run = row, chain = {}, steps = rows, spend = rows, audit = rows, trigger = row }
---
--- With data.verbose the traceback of a failure is told too. The first lines are the cause chain, then every step, and the last line is the outcome.
local report = require "host.report"
local plain = require "host.print".plain
local M = {}

local DECISION = { allow = "allowed", deny = "refused", approve = "kept for approval", notify = "allowed, with a notice", settle = "settled" }
local CAUSES = {
  { "^command line(.*)$", "by the command line%s" },
  { "^schedule (.*)$", "by the schedule %s" },
  { "^(trigger row .*)$", "by %s" },
  { "^start by (.*)$", "with a start by %s" },
  { "^start(.*)$", "with a start%s" },
}

---"by the schedule every 5m, due 2026-…"
function M.cause(text)
  if not text then return "for a reason that was not recorded" end
  for _, rule in ipairs(CAUSES) do
    local rest = text:match(rule[1])
    if rest then return (rule[2]:format(plain(rest))) end
  end
  return "because of: " .. plain(text)
end

local function bare(path) return (path or ""):gsub("^/", "") end

---True when both name the same place in a run.
function M.is_same(a, b) return bare(a) == bare(b) end

local function of_path(rows, path)
  local list = {}
  for _, row in ipairs(rows or {}) do if M.is_same(row.path, path) then list[#list + 1] = row end end
  return list
end

---One call of a model: tier, model, tokens, cost, and why it went there.
---@return string
function M.ask(row)
  local parts = { "tier " .. plain(row.tier) }
  if row.model then parts[#parts + 1] = plain((row.provider and row.provider .. " " or "") .. row.model) end
  if row.tokens_in then parts[#parts + 1] = ("%d tokens in and %d out"):format(row.tokens_in, row.tokens_out or 0) end
  parts[#parts + 1] = row.cost > 0 and report.money(row.cost) or "no cost"
  if row.took_ms then parts[#parts + 1] = report.lasting(row.took_ms) end
  local ended = row.outcome == "ok" and "answered" or plain(row.outcome) .. (row.class and " (" .. plain(row.class) .. ")" or "")
  return ("%s: %s%s"):format(table.concat(parts, ", "), ended, row.why and "; because " .. plain(row.why) or "")
end

local function verdict(attempt)
  local cost = (attempt.cost or 0) > 0 and (", " .. report.money(attempt.cost)) or ""
  return ("     tier %s%s%s: %s%s"):format(plain(attempt.tier or "?"), attempt.model and ", " .. plain(attempt.model) or "", cost,
    plain(attempt.verdict or "?"), attempt.why and ", because " .. plain(attempt.why) or "")
end

---Who decided, what was tried before, and how it turned out.
---@return string[]
function M.decided(row)
  local by = row.tier == "rule" and "by " .. plain(row.why) or row.tier == "otherwise" and "by `otherwise`" or row.tier and "by tier " .. plain(row.tier)
  local lines = { ("     %s was %s%s"):format(plain(row.name), by and "decided " .. by or "not decided",
    row.outcome and "; it turned out " .. plain(row.outcome) or "") }
  for _, attempt in ipairs(type(row.attempts) == "table" and row.attempts or {}) do lines[#lines + 1] = verdict(attempt) end
  return lines
end

---One decision of the gate: the need, what was decided, and why.
---@return string
function M.permission(row)
  local decided = DECISION[row.decision] or plain(row.decision)
  return ("a%d: %s was %s%s"):format(row.audit, row.need and "the need " .. plain(row.need) or plain(row.tool), decided,
    row.reason and ", because " .. plain(row.reason) or "")
end

local function ended(step)
  local after = step.took_us and " after " .. report.lasting(step.took_us / 1000) or ""
  if step.kind == "intent" then return "began at " .. step.time .. "; how it ended is not recorded" end
  if step.kind == "retry" then return "may be done again, a person said at " .. step.time end
  if step.kind == "timer" then return "waits until " .. step.time end
  if step.kind == "letter" then return "waits since " .. step.time end
  if step.kind == "cancel" then return "was asked to end at " .. step.time end
  if step.status == "error" then return ("failed%s: %s"):format(after, report.message(step.value)) end
  if step.value == nil and step.bytes and step.bytes > 0 then return ("ended well%s with %d bytes"):format(after, step.bytes) end
  if step.value == nil or step.value == require "aios.json".null then return "ended well" .. after end
  return ("ended well%s with %s"):format(after, report.short(step.value))
end

local ANSWERS = { approved = "was answered with yes", denied = "was answered with no", expired = "was not answered in time" }

-- a question that the step asked: of a person
local function question(row)
  if row.state == "open" then return "     asks: " .. report.cut(row.question, 200) end
  return ("     %s %s%s%s"):format(report.cut(row.question, 200), ANSWERS[row.state], row.answered_by and " by " .. plain(row.answered_by) or "",
    row.why and ", because " .. plain(row.why) or "")
end

---The lines about one step.
---@return string[]
function M.step(data, step)
  local tries = step.attempt and step.attempt > 1 and (", at try %d,"):format(step.attempt) or ""
  local lines = { ("%s  %s%s%s %s"):format(plain(bare(step.path)), plain(step.name),
    step.line and step.line > 0 and (" (line %d)"):format(step.line) or "", tries, ended(step)) }
  for _, row in ipairs(of_path(data.decisions, step.path)) do
    if step.name == "decision.record" then return M.decided(row) end
  end
  for _, row in ipairs(of_path(data.approvals, step.path)) do lines[#lines + 1] = question(row) end
  for _, row in ipairs(of_path(data.audit, step.path)) do lines[#lines + 1] = "     " .. M.permission(row) end
  for _, row in ipairs(of_path(data.spend, step.path)) do lines[#lines + 1] = "     " .. M.ask(row) end
  return lines
end

-- what is worth a line: not the clock, and not the beginning of what has ended
local function told(steps)
  local over, list = {}, {}
  for _, step in ipairs(steps) do if step.kind == "result" then over[step.path] = true end end
  for _, step in ipairs(steps) do
    if step.kind == "result" or (step.kind ~= "clock" and not over[step.path]) then list[#list + 1] = step end
  end
  return list
end

-- decisions and calls that never became a step: refusals, answers lost in a crash
local function loose(data, lines)
  local known = {}
  for _, step in ipairs(data.steps) do known[bare(step.path)] = true end
  for _, row in ipairs(data.audit or {}) do
    if row.decision == "settle" and not row.path then lines[#lines + 1] = M.permission(row)
    elseif not known[bare(row.path)] then
      lines[#lines + 1] = ("%s  %s is not recorded as done"):format(plain(bare(row.path)), plain(row.tool))
      lines[#lines + 1] = "     " .. M.permission(row)
    end
  end
  for _, row in ipairs(data.spend or {}) do
    if not known[bare(row.path)] then lines[#lines + 1] = "     " .. M.ask(row) end
  end
end

---The last line: how it stands.
---@return string
function M.outcome(run)
  local took = run.finished_ms and run.started_ms and " after " .. report.lasting(run.finished_ms - run.started_ms) or ""
  local why = run.reason and ": " .. plain(run.reason) or ""
  local cost = (run.cost or 0) > 0 and "; it cost " .. report.money(run.cost) or ""
  if run.state == "done" then
    local gave = run.output ~= nil and run.output ~= require "aios.json".null
    local with = gave and " with " .. report.short(run.output, 200) or run.output == nil and run.output_bytes and (" with %d bytes"):format(run.output_bytes)
    return ("Outcome: done%s%s%s%s."):format(took, with or "", cost,
      run.undone and "; later: " .. plain(run.reason or "undone") or "")
  end
  if run.error ~= nil then why = ": " .. report.message(run.error) .. (run.reason and run.undone and "; " .. plain(run.reason) or "") end
  if run.state == "waiting" then
    return ("Outcome: none yet; it waits%s%s%s."):format(run.wait_on and " (" .. plain(run.wait_on) .. ")" or "",
      run.wake and " until " .. run.wake or "", cost)
  end
  if run.state == "queued" then return "Outcome: none yet; it waits for its program to take it up." end
  if run.state == "interrupted" then
    return "Outcome: none yet; its process ended first. It goes on when " .. plain(run.program) .. " is started again."
  end
  if run.state == "running" then return "Outcome: none yet; it is running." end
  return ("Outcome: %s%s%s%s."):format(run.state:gsub("_", " "), took, why, cost)
end

---The first lines: what it is and what started it, back to the first cause.
---@return string[]
function M.chain(data)
  local run = data.run
  local version = run.version and run.version ~= "" and ", version " .. run.version:sub(1, 8) or ""
  local lines = { ("Run %s of `%s` in %s%s."):format(plain(run.run), plain(run.name), plain(run.program), version) }
  lines[2] = ("It was started at %s %s."):format(run.started or run.created, M.cause(run.cause))
  if data.trigger then
    lines[#lines + 1] = ("Trigger row %d asked for `%s` at %s with %s %s."):format(data.trigger.row, plain(data.trigger.job or "?"),
      data.trigger.created or "an unknown time", report.short(data.trigger.args), report.short(data.trigger.kwargs))
  end
  local child = run
  for _, parent in ipairs(data.chain or {}) do
    local place = child.parent_path and ("It belongs to step %s of run"):format(plain(bare(child.parent_path))) or "The program was loaded by run"
    lines[#lines + 1] = ("%s %s (`%s`), which was started at %s %s."):format(
      place, plain(parent.run), plain(parent.name), parent.started or parent.created, M.cause(parent.cause))
    if child.on_end then
      lines[#lines] = lines[#lines] .. (child.on_end == "wait" and " That one waits for its end." or " It is cancelled when that one is over.")
    end
    child = parent
  end
  return lines
end

---The whole story of a run.
---@return string[]
function M.run(data)
  local lines = M.chain(data)
  for _, step in ipairs(told(data.steps)) do
    for _, line in ipairs(M.step(data, step)) do lines[#lines + 1] = line end
  end
  loose(data, lines)
  local trace = data.verbose and type(data.run.error) == "table" and data.run.error.traceback
  for line in tostring(trace or ""):gmatch "[^\n]+" do lines[#lines + 1] = "     " .. plain(line) end
  lines[#lines + 1] = M.outcome(data.run)
  return lines
end

return M
