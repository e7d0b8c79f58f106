local t = require "tests.tap"
local fake = require "tests.cli.fake"
package.loaded["aios.json"] = fake.json
local story = require "host.story"

local function run_of(fields)
  local run = { run = "01ARZ3", name = "report", program = "/p.aios", version = "0a0b0c0d0e0f", state = "done", cause = "command line",
    created = "T0", started = "T1", started_ms = 0, finished_ms = 1500, cost = 0, output = { n = 1 } }
  for k, v in pairs(fields or {}) do run[k] = v end
  return run
end

local STEP = { seq = 1, kind = "result", path = "/1", name = "fs.read", status = "ok", line = 4, took_us = 2000, value = "text", bytes = 6,
  attempt = 1, time = "T2" }

local function step_of(fields)
  local step = {}
  for k, v in pairs(STEP) do step[k] = v end
  for k, v in pairs(fields) do step[k] = v end
  return step
end

local function told(data)
  data.run = data.run or run_of()
  data.steps = data.steps or {}
  return story.run(data)
end

for _, case in ipairs {
  { "command line", "by the command line" }, { "schedule every 5m, due X", "by the schedule every 5m, due X" },
  { "trigger row 3", "by trigger row 3" }, { "start by root", "with a start by root" },
  { "full moon", "because of: full moon" }, { nil, "for a reason that was not recorded" },
} do
  t.test(("the cause '%s' is a plain sentence"):format(case[1]), function() t.eq(story.cause(case[1]), case[2]) end)
end

t.test("the story begins with the run and what started it, and ends with the outcome", function()
  t.eq(told {}, { "Run 01ARZ3 of `report` in /p.aios, version 0a0b0c0d.", "It was started at T1 by the command line.",
    'Outcome: done after 1.5 s with {"n":1}.' })
end)

t.test("a step is told with its decision and its model", function()
  local lines = told { steps = { STEP },
    audit = { { audit = 11, path = "1", tool = "fs.read", need = "fs.read /x", decision = "allow", reason = "--yes" } },
    spend = { { path = "/1", tier = "operational", provider = "openai", model = "m", tokens_in = 8, tokens_out = 2, cost = 213,
      took_ms = 812, outcome = "ok", why = "cheapest" } } }
  t.eq(table.move(lines, 3, 5, 1, {}), { '1  fs.read (line 4) ended well after 2 ms with "text"',
    "     a11: the need fs.read /x was allowed, because --yes",
    "     tier operational, openai m, 8 tokens in and 2 out, $0.000213, 812 ms: answered; because cheapest" })
end)

t.test("the beginning of a step that has ended is not told, nor is the clock", function()
  local lines = told { steps = { step_of { kind = "intent" }, STEP, step_of { kind = "clock", path = "/2" } } }
  t.eq(#lines, 4)
end)

t.test("a step that began and has no end is told as such", function()
  t.match(told({ steps = { step_of { kind = "intent" } } })[3], "began at T2; how it ended is not recorded")
end)

t.test("a step and a run without a value are told without one", function()
  local lines = told { run = run_of { output = fake.json.null }, steps = { step_of { value = fake.json.null } } }
  t.eq({ lines[3], lines[4] }, { "1  fs.read (line 4) ended well after 2 ms", "Outcome: done after 1.5 s." })
end)

t.test("the traceback of a failure is told when asked for, before the outcome", function()
  local err = { message = "boom", traceback = "stack traceback:\n\ta.lua:1" }
  local quiet, verbose = told { run = run_of { state = "failed", error = err } }, told { verbose = true, run = run_of { state = "failed", error = err } }
  t.eq(#verbose - #quiet, 2)
  t.match(verbose[#verbose - 1], "a.lua:1")
  t.eq(verbose[#verbose], quiet[#quiet])
end)

t.test("a failed step is told with its message", function()
  t.match(told({ steps = { step_of { status = "error", value = { code = "denied", message = "no grant" } } } })[3], "failed after 2 ms: no grant$")
end)

t.test("a value too long for a report is told by its size", function()
  local step = step_of { bytes = 20000 }
  step.value = nil
  t.match(told({ steps = { step } })[3], "ended well after 2 ms with 20000 bytes$")
end)

t.test("a refusal that never became a step is told", function()
  local lines = told { audit = { { audit = 12, path = "1", tool = "fs.write", decision = "deny", reason = "nobody granted it" } } }
  t.eq(lines[4], "     a12: fs.write was refused, because nobody granted it")
end)

t.test("the chain goes back through the runs that called it", function()
  local lines = told { run = run_of { parent_path = "/3", cause = "start by 01AAA" }, chain = { run_of { run = "01AAA", cause = "trigger row 3" } } }
  t.eq(lines[3], "It belongs to step 3 of run 01AAA (`report`), which was started at T1 by trigger row 3.")
end)

for _, case in ipairs {
  { { state = "failed", error = { message = "boom" } }, "Outcome: failed after 1.5 s: boom." },
  { { state = "waiting", wait_on = "sleeps", wake = "T9" }, "Outcome: none yet; it waits (sleeps) until T9." },
  { { state = "queued" }, "Outcome: none yet; it waits for its program to take it up." },
  { { state = "running" }, "Outcome: none yet; it is running." },
  { { state = "skipped", reason = "overlap" }, "Outcome: skipped after 1.5 s: overlap." },
  { { state = "in_doubt", reason = "mail.send" }, "Outcome: in doubt after 1.5 s: mail.send." },
  { { cost = 1500000 }, 'Outcome: done after 1.5 s with {"n":1}; it cost $1.50.' },
} do
  t.test("the outcome is plain: " .. case[2], function() t.eq(story.outcome(run_of(case[1])), case[2]) end)
end

t.done()
