--- flow.testing: what a block `test that` has at hand: the clock, fakes, events, and what the program did.
---
--- Loaded only in a process that `aios test` began for one test. That test is a run of its own beside the
--- program's schedules; it stays in memory, and only `advance` and `clock.set` move the clock.
local run = require "aios.run"
local json = require "aios.json"
local flow = require "flow"
local declare = require "flow.declare"
local fakes = require "flow.testing.fakes"
local probe = require "flow.testing.probe"
local T = { probe = probe.probe }

local history = {}                      -- of workflows, by name: runs, last, ids
local printed = {}
local ended                             -- the entry of the run that was over last

-- ------------------------------------------------------------------ runs of workflows
local function told(name)
  history[name] = history[name] or { runs = 0, ids = {}, seen = 0 }
  return history[name]
end

local function is_test_name(name) return name == "test:" .. run.testing() end

---From flow.declare: a run of a workflow begins, or goes on after it has slept.
function T.began(name)
  local h, id = told(name), run.info().id
  if is_test_name(name) or h.ids[id] then return end
  h.runs = h.runs + 1
  h.last = { id = id, state = "running" }           -- the clock is not read: that would be a step of the run
  h.ids[id] = h.last
end

---From flow.declare: it is over.
function T.ended(name, good, value)
  local h = told(name)
  local entry = h.ids[run.info().id]
  if not entry then return end
  entry.state = good and "done" or "failed"
  if good then entry.result = value else entry.error = value end
  if not good then h.failed = h.failed or entry end
  ended = entry
end

local function workflow_field(self, key)
  if key == "runs" then return told(self.name).runs end
  if key == "last" then
    told(self.name).failed = nil
    return told(self.name).last or {}
  end
  return rawget(getmetatable(self), key)
end

-- a run that failed and that nobody looked at is a failure of the test
local function check_runs()
  local names = {}
  for name, h in pairs(history) do if h.failed then names[#names + 1] = name end end
  table.sort(names)
  local name = names[1]
  if not name then return end
  local err = history[name].failed.error
  flow.fail("run_failed", ("a run of %s failed: %s%s\n  (a test that expects this looks at the workflow's `last.error`)")
    :format(name, err.tool and err.tool .. ": " or "", err.message))
end

-- ------------------------------------------------------------------ the test itself
---`test that`: declares the one block that this process is for.
function T.test(env, _, line, fn)
  if line ~= run.testing() then return end
  local own = declare.workflow(env, "test:" .. line, { line = line }, function()
    fn()
    if probe.first then flow.again(probe.first) end          -- also one that a pcall has swallowed
    check_runs()
  end)
  local list = declare.list(env)
  if list[#list] == own then list[#list] = nil end
end

---`advance 5m`
T.advance = run.advance

local function is_test() return is_test_name(run.info().name) end

---May this run set up fakes? The file's top level (once) and the test may; when the top level is repeated for
---another run nothing happens, and a workflow must not.
local function may(what)
  if run.is_load() or is_test() then return true end
  if run.muted() then return false end
  flow.fail("invalid", ("%s belongs to a test, not to a workflow"):format(what))
end

-- ------------------------------------------------------------------ clock
-- seconds since the epoch of a date and time in UTC
local function utc(p)
  local year, month = p.month <= 2 and p.year - 1 or p.year, (p.month + 9) % 12
  local days = year * 365 + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + p.day - 1 - 719468
  return ((days * 24 + p.hour) * 60 + p.min) * 60 + p.sec
end

local function instant(text)
  if type(text) == "number" then return text end
  local y, mo, d, rest = tostring(text):match "^(%d%d%d%d)%-(%d%d)%-(%d%d)(.*)$"
  local h, mi, s, zone = "0", "0", "0", ""
  if y and rest ~= "" then h, mi, s, zone = rest:match "^[ T](%d%d?):(%d%d):?(%d*)(.*)$" end
  if not y or not h then error('clock.set: an instant such as "2026-03-02 07:59" or "2026-03-02T07:59:00+01:00"', 3) end
  local parts = { year = tonumber(y), month = tonumber(mo), day = tonumber(d), hour = tonumber(h), min = tonumber(mi), sec = tonumber(s) or 0 }
  if zone == "" then return os.time(parts) end
  local sign, oh, om = zone:match "^([+-])(%d%d):?(%d%d)$"
  if not sign and zone ~= "Z" then error("clock.set: after the time stands Z or an offset such as +01:00", 3) end
  local offset = sign and (tonumber(oh) * 60 + tonumber(om)) * 60 * (sign == "-" and -1 or 1) or 0
  return utc(parts) - offset
end

local function make_clock()
  local clock = {}
  function clock.set(text)
    may "clock.set"
    run.set_clock(instant(text))
  end
  clock.now = run.now
  return clock
end

-- ------------------------------------------------------------------ events
local function fire_run(name, payload)
  run.fire(name, json.encode { event = payload == nil and json.null or payload }, "an event of the test")
  run.advance(0)
  local h = told(name)
  return h.last and h.last.result
end

local function fire_event(kind, subject, payload)
  ended = nil
  run.happen(kind, subject, (json.encode(payload == nil and json.null or payload)))
  run.advance(0)
  return ended and ended.result
end

-- fire(workflow, payload) gives one workflow an event; fire("webhook.post", "/hooks/x", payload) tells it to all who wait for it
local function fire(what, ...)
  may "fire"
  run.advance(0)                        -- what is declared listens from the first moment on
  if type(what) == "table" then return fire_run(what.name, (...)) end
  if type(what) ~= "string" or type((...)) ~= "string" then
    error('fire: a workflow and what happened, or an event such as fire("file.created", "/tmp/a.pdf", { size = 1 })', 2)
  end
  return fire_event(what, ...)
end

local function row(name, ...)
  may "trigger"
  local only = ...
  run.advance(0)
  local named = select("#", ...) == 1 and type(only) == "table" and #only == 0
  run.row(name, named and "[]" or json.encode(json.array { ... }), named and json.encode(only) or "{}")
  run.advance(0)
end

-- ------------------------------------------------------------------ globals
local function keep_lines(text)
  printed.rest = (printed.rest or "") .. text
  for line in printed.rest:gmatch "([^\n]*)\n" do printed[#printed + 1] = line end
  printed.rest = printed.rest:match "[^\n]*$"
end

local function listen(env)
  local tostring, print, write = env.tostring, env.print, env.io.write
  env.print = function(...)
    local out = table.pack(...)
    for i = 1, out.n do out[i] = tostring(out[i]) end
    if not run.muted() then keep_lines(table.concat(out, "\t", 1, out.n) .. "\n") end
    return print(...)
  end
  env.say = env.print
  env.io = setmetatable({ write = function(...)
    if not run.muted() then keep_lines(table.concat({ ... })) end
    return write(...)
  end }, { __index = env.io })
end

---Gives an activation of the program what a test has, and hears what it says.
function T.env(env)
  env.mock, env.clock, env.sent, env.fire = fakes.mock(env, may), make_clock(), fakes.sent, fire
  env.printed = setmetatable({}, { __index = printed, __len = function() return #printed end })
  env.trigger = setmetatable({}, { __index = function(_, name) return function(...) row(name, ...) end end })
  env.workflows = setmetatable({}, { __index = function(_, key) return declare.list(env)[key] end, __len = function() return #declare.list(env) end })
  fakes.place(env)
  listen(env)
end

declare.watch(T, workflow_field, fakes.of)
flow.fake = fakes.answer
return T
