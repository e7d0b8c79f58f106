--- flow.people: what a run hears from outside: answers of people, signals, the end of other runs.
local run = require "aios.run"
local json = require "aios.json"
local flow = require "flow"
local names = require "tool.names"

local P = {}

local function tool(space, verb) return require("tool.face").namespace(space)[verb] end

---A wait for a letter: its payload, or nil when the time is over.
function P.letter(step, name, within)
  io.stdout:flush()
  local ok, text = run.receive(step, name, within)
  if not ok then flow.raise(text) end
  local value = json.decode(text)
  if value == json.null then return nil end
  return value
end

local function seconds(value, what)
  if value == nil then return nil end
  if type(value) ~= "number" or value ~= value or value < 0 then flow.fail("invalid", what .. ": `within` is a duration such as 2h") end
  return value
end

-- ------------------------------------------------------------------ signals
local Handle = { __name = "run" }
Handle.__index = Handle
P.Handle = Handle

local function id_of(value)
  local id = type(value) == "table" and value.id or value
  if type(id) == "string" then return id end
  flow.fail("invalid", "a run is meant by its id, or by what NAME:start() returned")
end

---Says something to a run.
function P.signal(to, name, payload)
  tool("signal", "signal")(id_of(to), name, payload)
end

---Waits for what somebody says to this run; nil when the time is over.
function P.receive(name, options)
  if type(name) ~= "string" then flow.fail("invalid", "receive: what is waited for has a name, such as \"paid\"") end
  local why = names.letter(name)
  if why then flow.fail("invalid", why) end
  if options ~= nil and type(options) ~= "table" then flow.fail("invalid", "receive: the time stands in a table: receive(name, { within = 2h })") end
  return P.letter("receive", name, seconds(options and options.within, "receive"))
end

-- ------------------------------------------------------------------ approvals
local FIELDS = { question = true, by = true, within = true, default = true, detail = true }

local function question_of(given)
  if type(given) ~= "table" or getmetatable(given) == flow.Template then return { question = tostring(given) } end
  local ask = { question = given.question or given[1] }
  for key, value in pairs(given) do
    if key ~= 1 and not FIELDS[key] then flow.fail("invalid", ("approve has no field %s"):format(tostring(key))) end
    if key ~= 1 and key ~= "question" then ask[key] = value end
  end
  if ask.question == nil then flow.fail("invalid", "approve: the question is missing") end
  ask.question = tostring(ask.question)
  seconds(ask.within, "approve")
  return ask
end

local function asked(ask)
  local put = tool("approve", "approve")(ask.question, { by = ask.by, within = ask.within, detail = ask.detail })
  local answer = P.letter("answer", "approval " .. put.id, ask.within)
  if not answer then
    if ask.default == nil then return false, { why = "no answer" } end
    return ask.default, { why = "no answer" }
  end
  if answer.digest ~= put.digest then flow.fail("corrupt", "the answer was given to another question than this one") end
  return answer.yes, { by = answer.by, at = answer.at, why = answer.why }
end

---Asks a person: whether the answer was yes (or the default), and { by, at, why }.
function P.approve(given)
  local ask = question_of(given)
  local text = flow.recorded(ask, "the question of", "approve")
  return flow.scope("approve", text, run.line(), 2, nil, function() return asked(ask) end)
end

-- ------------------------------------------------------------------ this run
---A field of `run`.
function P.field(_, key)
  if key == "attempt" or key == "missed" then return run.own()[key] or (key == "attempt" and 1 or 0) end
  if key == "cost" then return tool("run", "cost")() end
  local info = run.info()
  if key == "key" then return info.id end
  if key == "late" then return info.due and math.max(0, info.started - info.due) end
  return info[key]
end

---Which version of a piece of the program this run follows: a run that was begun before the piece was changed follows 1.
function P.version(name, newest)
  if type(name) ~= "string" or not name:find "^[%w_%-]+$" then flow.fail("invalid", "version: a name of letters, digits, `_` and `-`, and a number") end
  if math.type(newest) ~= "integer" or newest < 1 then flow.fail("invalid", "version: the newest version is a whole number from 1") end
  return run.version(name, newest)
end

---Ends this run; a new one of the same workflow, with the newest text of the program, goes on with these arguments.
function P.continue_with(args)
  if run.is_load() then flow.fail("invalid", "continue_with stands in a workflow; a file's top level is run again by `aios run`") end
  if args ~= nil and type(args) ~= "table" then flow.fail("invalid", "continue_with takes a list of arguments, or a table of named ones") end
  require("flow.answers").close()
  local cut = require("flow.children").settle()
  if cut then flow.raise(cut) end
  local id = tool("run", "go_on")(run.info().name, args)
  io.stdout:flush()
  run.continued(id)
end

-- ------------------------------------------------------------------ other runs
local OVER = { done = true, failed = true, cancelled = true, continued = true, skipped = true }

---Waits for the end of the run: true, or false when the time is over.
function Handle:wait(within)
  seconds(within, "wait")
  return flow.scope("run.wait", nil, run.line(), 1, nil, function()
    if OVER[tool("run", "watch")(id_of(self))] then return true end
    local ok, text = run.receive("end", "run " .. id_of(self), within)
    if not ok then flow.raise(text) end
    return OVER[tool("run", "result")(id_of(self)).state] == true
  end)
end

---Waits for the end of the run and gives its result; raises its error.
function Handle:result()
  self:wait()
  local got = tool("run", "result")(id_of(self))
  local next_run = got.state == "continued" and (got.reason or ""):match "^continued as (%S+)$"
  if next_run then return setmetatable({ id = next_run }, Handle):result() end
  if got.state == "done" or got.state == "skipped" then return got.output end
  local err = type(got.error) == "table" and got.error or {}
  flow.again { code = err.code or got.state, message = err.message or got.reason or ("the run is " .. got.state), run = id_of(self) }
end

function Handle:signal(name, payload) P.signal(self, name, payload) end
function Handle:cancel() tool("run", "cancel")(id_of(self)) end

return P
