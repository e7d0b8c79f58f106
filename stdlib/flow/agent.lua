--- flow.agent: a model with tools and a goal: it is asked, what it wants called is called through the gate, and it is asked
--- again, until it answers.
---
--- Every question and every call is a step of the run: after a crash the recorded ones return what they returned, and
--- only what was under way is done again.
local json = require "aios.json"
local flow = require "flow"
local ask = require "model.ask"
local declare = require "flow.declare"
local purse = require "flow.purse"
local toolbox = require "flow.toolbox"

local M = {}

local ROUNDS = 10
local FUTILE = 3                        -- the same call with the same result, so often, ends the loop
local SLIPS = 2                         -- calls in a row that cannot be made, before the next tier takes over

local Loop = {}
Loop.__index = Loop

-- a result is data: marked so that nothing in it can pass for the mark
local function fenced(text)
  local n = 1
  while text:find("data-" .. n, 1, true) do n = n + 1 end
  return ("<data-%d>\n%s\n</data-%d>"):format(n, text, n)
end

-- the same call with the same result again and again leads nowhere
local function is_futile(self, call, text)
  local key = json.encode { call.name, call.arguments or call.wrong or "", text }
  self.seen[key] = (self.seen[key] or 0) + 1
  return self.seen[key] >= FUTILE
end

-- the next tier goes on with the same conversation
local function escalate(self)
  self.slips = 0
  if #self.tiers > 1 then table.remove(self.tiers, 1) end
end

local function ask_model(self, last)
  local args = ask.around(flow, { prompt = self.prompt, system = self.system, tiers = self.tiers, messages = #self.messages > 0 and self.messages or nil,
    tools = not last and self.box:told() or nil, schema = last and self.schema or nil, timeout = self.options.timeout,
    temperature = self.options.temperature, max_tokens = self.options.max_tokens })
  return flow.call(ask.tool(), args)
end

local function make_calls(self, answer)
  self.messages[#self.messages + 1] = { role = "assistant", text = answer.text, calls = json.array(answer.calls) }
  for _, call in ipairs(answer.calls) do
    local text, good = self.box:call(call)
    self.slips = not good and (not self.box.by_name[call.name] or text:find "^the arguments" ) and self.slips + 1 or 0
    if is_futile(self, call, text) then
      flow.fail("limit", ("%s called %s %d times with the same result and was stopped"):format(self.name, call.name, FUTILE), self.name)
    end
    self.messages[#self.messages + 1] = { role = "tool", id = call.id, name = call.name, text = fenced(text), failed = not good or nil }
  end
  if self.slips >= SLIPS then escalate(self) end
end

-- the end of the conversation as a value of the type
local function typed(self, answer)
  local good, value = require "model.expect".read(answer.text, self.schema)
  if good and require "tool.schema".check(value, self.schema, self.schema["$defs"]) then return value end
  self.messages[#self.messages + 1] = { role = "assistant", text = answer.text }
  self.messages[#self.messages + 1] = { role = "user", text = "Give your result now, as the JSON value that was asked for." }
  return ask_model(self, true).value
end

---Asks until there is an answer.
local function converse(self)
  for _ = 1, self.rounds do
    local answer = ask_model(self)
    if not answer.calls then
      if self.schema then return typed(self, answer) end
      if answer.text == "" then flow.fail("failed", self.name .. " ended without an answer", self.name) end
      return answer.text
    end
    make_calls(self, answer)
  end
  flow.fail("limit", ("%s has used its %d rounds without an answer; give it more with `rounds`"):format(self.name, self.rounds), self.name)
end

local function loop(name, env, prompt, patterns, options, expected)
  return setmetatable({ name = name, prompt = prompt, options = options, system = options.system, rounds = options.rounds or ROUNDS,
    tiers = options.tiers or options.tier and { options.tier } or nil, messages = json.array {}, seen = {}, slips = 0,
    schema = expected and ask.schema_of(flow, expected) or nil, box = toolbox.new(env, patterns, name) }, Loop)
end

---`ask { prompt, tools = { "fs.*" } }`: the loop in place.
function M.ask(options, prompt, expected)
  local self = loop("ask", options.tools.env or {}, prompt, options.tools, options, expected)
  self.tiers = self.tiers or table.move(ask.TIERS, 1, #ask.TIERS, 1, {})
  local value = purse.around({ label = "ask", budget = options.budget and { cap = purse.micro(options.budget) } or nil }, converse, self)
  if options.accept then
    local accepted, why = options.accept(value)
    if not accepted then flow.fail("abstained", "the answer was not accepted" .. (type(why) == "string" and ": " .. why or ""), "ask") end
  end
  return value
end

-- the goal and the task of one call, with the data in them apart
local function prompt_of(decl, task, event)
  local parts = json.array {}
  local goal = decl.goal and decl.goal(event)
  if getmetatable(goal) == flow.Template then parts = ask.parts_of(flow, goal, 0)
  elseif goal ~= nil then parts[1] = tostring(goal) end
  if #parts % 2 == 0 then parts[#parts + 1] = "" end
  if task ~= nil then
    parts[#parts] = parts[#parts] .. (goal ~= nil and "\n\nThe task:" or "Do this task:")
    parts[#parts + 1] = task
  elseif event ~= nil and goal == nil then
    parts[#parts] = parts[#parts] .. "Deal with this:"
    parts[#parts + 1] = event
  end
  return parts
end

---Declares an agent: a workflow whose body is a model with tools. Called by name it is given a task.
function M.agent(env, name, decl)
  decl.agent, decl.params = true, { { "task", "any?" } }
  decl.where = decl.where
  local budget, tier = decl.budget, decl.tier
  decl.budget, decl.tier = nil, nil
  return declare.workflow(env, name, decl, function(task, event, expected)
    local self = loop(name, env, prompt_of(decl, task, event), decl.tools or {}, { rounds = decl.rounds, system = decl.about }, expected)
    self.tiers = tier and ask.climb(tier[1], tier[2]) or table.move(ask.TIERS, 1, #ask.TIERS, 1, {})
    return purse.around({ label = "agent " .. name, budget = budget }, converse, self)
  end)
end

return M
