--- flow.decide: decisions: rules first, then tiers from the cheapest up, then what was said to do without an answer.
---
--- The compiler writes a decision as its heading and its rungs in the order of the text:
---     { "rule", line, fn, is_statement }  { "prompt", line, fn }  { "accept", line, { { text, fn }, … } }
---     { "try", line, tier, { { text, fn }, … }, most, margins }  { "otherwise", line, fn }
--- A test gets the parameters, then `answer`, `margin` and `agree`. The whole call is a scope of the run.
local json = require "aios.json"
local flow = require "flow"
local ask = require "model.ask"
local declare = require "flow.declare"
local purse = require "flow.purse"

local M = {}
local Decision = { __name = "decision" }
Decision.__index = Decision
M.Decision = Decision

local SAMPLES = 3                       -- answers that stand for probabilities where a provider tells none

-- ------------------------------------------------------------------ one try: an answer and how sure it is
local Try = {}
Try.__index = Try

-- only what is decided is compared: choices, numbers, yes and no. A text alone is compared as a whole.
local function decided_part(value, schema, defs)
  local name = type(schema["$ref"]) == "string" and schema["$ref"]:match "^#/%$defs/(.+)$"
  if name and defs and defs[name] then return decided_part(value, defs[name], defs) end
  if type(value) ~= "table" or type(schema.properties) ~= "table" then return value end
  local out, any = {}, false
  for field, of in pairs(schema.properties) do
    local free = of.type == "string" and not of.enum and of.const == nil
    if not free then out[field], any = decided_part(value[field], of, defs), true end
  end
  return any and out or value
end

function Try:key(answer)
  return (json.encode(decided_part(answer.value, self.args.schema, self.args.schema["$defs"])))
end

---Answer number `n`; the first is the one that is judged.
function Try:sample(n)
  if n == 1 then return self.answer end
  self.samples[n] = self.samples[n] or (function()
    local args = {}
    for k, v in pairs(self.args) do args[k] = v end
    args.sample, args.logprobs, args.tiers = n, nil, { self.answer.tier }
    local answer = flow.call(ask.tool(), args)
    self.cost = self.cost + (answer.cost or 0)
    return answer
  end)()
  return self.samples[n]
end

---Whether `n` answers say the same.
function Try:agree(n)
  if math.type(n) ~= "integer" or n < 2 then error("agree: how many answers must say the same, such as agree(2)", 0) end
  local first = self:key(self.answer)
  for i = 2, n do if self:key(self:sample(i)) ~= first then return false end end
  return true
end

-- how many of the samples say of a field what the answer says, less those of the next best
local function share(self, field)
  local counts, best, second = {}, 0, 0
  for i = 1, SAMPLES do
    local value = self:sample(i).value
    local key = json.encode(type(value) == "table" and value[field] or value) or "null"
    counts[key] = (counts[key] or 0) + 1
  end
  for _, n in pairs(counts) do
    if n > best then best, second = n, best elseif n > second then second = n end
  end
  local value = self.answer.value
  local own = counts[json.encode(type(value) == "table" and value[field] or value) or "null"]
  return own == best and (best - second) / SAMPLES or 0
end

---How sure the answer is of a field, 0 to 1: by the probabilities of its tokens, else by asking again.
function Try:margin(field)
  field = field or "value"
  local value = self.answer.value
  if type(value) == "table" and value[field] == nil then error(("margin: the answer has no field %s"):format(tostring(field)), 0) end
  local told = self.answer.margins and self.answer.margins[field]
  if told then return told end
  if self.answer.tier == "reactive" then return 1 end
  self.sampled = true
  return share(self, field)
end

-- ------------------------------------------------------------------ a call
local Call = {}
Call.__index = Call

local function values_of(self) return table.unpack(self.values, 1, self.count) end

-- the tests of a rung, then those of the whole decision; the reason of the first that does not hold
local function turned_down(self, try, tests)
  local function margin(field) return try:margin(field) end
  local function agree(n) return try:agree(n) end
  for _, list in ipairs { tests, self.tests } do
    for _, test in ipairs(list) do
      local args = table.pack(values_of(self))
      args[self.count + 1], args[self.count + 2], args[self.count + 3] = try.answer.value, margin, agree
      if not test[2](table.unpack(args, 1, self.count + 3)) then
        return ("`accept %s` did not hold%s"):format(test[1], try.sampled and (" (judged by %d answers)"):format(SAMPLES) or "")
      end
    end
  end
end

local function settled(self, value, tier, model, why)
  local decl = self.decision.decl
  ask.decided { name = decl.name, line = decl.line, tier = tier, model = model, chosen = value, why = why,
    attempts = #self.attempts > 0 and self.attempts or nil }
  return value
end

local climb = {}

function climb.rule(self, rung)
  local value = rung[3](values_of(self))
  if value == nil or (value == false and not rung[4]) then return false end
  flow.checked(self.decision.decl.returns, value, ("the answer of the rule in line %d of %s"):format(rung[2], self.decision.name))
  settled(self, value, "rule", nil, ("the rule in line %d"):format(rung[2]))
  return true, value
end

function climb.prompt(self, rung) self.prompt = ask.parts_of(flow, rung[3](values_of(self)), 0) return false end
function climb.accept() return false end

local function ask_tier(self, rung)
  local args = ask.around(flow, { prompt = self.prompt, tiers = { rung[3] }, rejected = #self.reasons > 0 and self.reasons or nil,
    schema = self.schema, logprobs = rung[6] or nil })
  local good, answer = pcall(flow.call, ask.tool(), args)
  if not good then
    if type(answer) ~= "table" or answer.code == "cancelled" then error(answer, 0) end
    self.stop = answer.code == "policy"                 -- a refusal is not shopped around
    self.attempts[#self.attempts + 1] = { tier = rung[3], verdict = "failed", why = tostring(answer.message), cost = answer.cost }
    self.failed = answer
    return nil
  end
  return setmetatable({ args = args, answer = answer, samples = {}, cost = answer.cost or 0 }, Try)
end

-- money that runs out while a test asks again: what was asked counts as turned down
local function judged(self, try, rung)
  local good, why = pcall(turned_down, self, try, rung[4])
  if good then return why end
  if type(why) == "table" and (why.code == "money" or why.code == "offline" or why.code == "timeout" or why.code == "throttled") then
    return "the tests could not be made: " .. tostring(why.message)
  end
  error(why, 0)
end

climb["try"] = function(self, rung)
  if self.stop then return false end
  return purse.around({ label = ("try %s of %s"):format(rung[3], self.decision.name), budget = rung[5] and { cap = rung[5] } or nil }, function()
    local try = ask_tier(self, rung)
    if not try then return false end
    local why = judged(self, try, rung)
    self.attempts[#self.attempts + 1] = { tier = try.answer.tier, model = try.answer.model, cost = try.cost,
      verdict = why and "rejected" or "accepted", why = why }
    if why then
      self.reasons[#self.reasons + 1] = ("the answer of tier %s was not accepted: %s"):format(try.answer.tier, why)
      return false
    end
    settled(self, try.answer.value, try.answer.tier, try.answer.model)
    return true, try.answer.value
  end)
end

function climb.otherwise(self, rung)
  local value = rung[3](values_of(self))
  flow.checked(self.decision.decl.returns, value, ("what `otherwise` says in line %d of %s"):format(rung[2], self.decision.name))
  settled(self, value, "otherwise", nil, self.reasons[1] and table.concat(self.reasons, "; ") or "no rule and no tier decided")
  return true, value
end

local function decide(decision, values)
  local self = setmetatable({ decision = decision, values = values, count = values.n, tests = {},
    reasons = json.array {}, attempts = json.array {}, schema = ask.schema_of(flow, decision.decl.returns) }, Call)
  for _, rung in ipairs(decision.rungs) do
    if rung[1] == "accept" then table.move(rung[3], 1, #rung[3], #self.tests + 1, self.tests) end
  end
  for _, rung in ipairs(decision.rungs) do
    local done, value = climb[rung[1]](self, rung)
    if done then return value end
  end
  local told = {}
  for _, attempt in ipairs(self.attempts) do told[#told + 1] = ("tier %s: %s"):format(attempt.tier, attempt.why) end
  local why = ("%s decided nothing: %s"):format(decision.name, #told > 0 and table.concat(told, "; ") or "no rule applies")
  settled(self, nil, nil, nil, why)
  flow.fail("abstained", why, decision.name)
end

function Decision:__call(...)
  local decl = self.decl
  local values, given = declare.arguments(decl, ...)
  local text = flow.recorded(given, "the arguments of", self.name)
  return flow.scope(self.name, text, decl.line, 1, nil, function()
    declare.bind(decl, values)
    return purse.around({ label = "decision " .. self.name, budget = decl.budget }, decide, self, values)
  end)
end

---Declares a decision: something callable.
function M.decision(env, name, decl, rungs)
  decl.name = name
  local self = setmetatable({ name = name, decl = decl, rungs = rungs }, Decision)
  env[name] = self
  return self
end

---Says how the newest decision of that name in this run turned out.
---@param decision table|string   the decision, or its name ("ask" for an `ask` with `accept`)
---@param how string              "good" or "bad"
function M.outcome(decision, how)
  local name = type(decision) == "table" and decision.name or decision
  if type(name) ~= "string" then error("outcome: the decision is needed, such as outcome(triage, \"good\")", 2) end
  local tool = require "tools.decision".tools.outcome
  tool.name = "decision.outcome"
  return flow.call(tool, { name = name, outcome = how })
end

return M
