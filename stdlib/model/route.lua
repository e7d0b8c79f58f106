--- model.route: from a prompt to an accepted answer.
---
--- Four verbs, never mixed: retry (same deployment, the transport failed), fallback (same tier, another
--- deployment), escalate (next tier: the answer was not accepted), abstain (an error, which the script
--- may answer with a person or a default). With nothing configured the reactive tier answers by rule.
local attempt = require "model.attempt"
local breaker = require "model.breaker"
local class = require "model.class"
local deploy = require "model.deploy"
local expect = require "model.expect"
local price = require "model.price"
local prompt = require "model.prompt"
local reactive = require "model.reactive"

local M = {}

local TIMEOUT = 120                                     -- seconds, for everything a call may take
local RETRIES_ALONE, RETRIES = 2, 1                     -- a deployment that has a stand-in is asked less often
local WAIT_ALONE, WAIT = 30, 2                          -- longest wait a server may ask for
local BACKOFF, BACKOFF_MAX = 0.5, 8
local EXPECTED_OUTPUT = 1024                            -- tokens counted against a budget when the call sets no limit

-- ------------------------------------------------------------------ one call's state
local Call = {}
Call.__index = Call

local function new_call(args, request, world)
  local user, rule = prompt.render(args.prompt, args.rejected)
  local system = {}
  system[#system + 1] = args.system
  system[#system + 1] = rule
  if args.schema then system[#system + 1] = expect.instruction(args.schema) end
  return setmetatable({
    args = args, request = request, world = world, attempts = 0, cost = 0, tried = {}, notes = {}, tokens = { input = 0, output = 0, cached = 0 },
    deadline = world.mono() + (args.timeout or TIMEOUT),
    wire = {
      user = user, system = #system > 0 and table.concat(system, "\n\n") or nil, schema = args.schema,
      temperature = args.temperature, max_tokens = args.max_tokens,
    },
  }, Call)
end

function Call:left() return self.deadline - self.world.mono() end

---Why one more call of this deployment could cost more than the budget leaves, or nil.
function Call:over_budget(d, wire)
  local budget = self.args.budget
  if not budget then return nil end
  local most = price.cost(d.provider, d.model, {
    input = prompt.tokens((wire.system or "") .. wire.user), output = wire.max_tokens or EXPECTED_OUTPUT, cached = 0 }, self.world.getenv "AIOS_PRICE")
  if self.cost + most <= budget * 1e6 then return nil end
  return ("one more call may cost $%.6f, of the budget of $%.6f is left $%.6f"):format(most / 1e6, budget, budget - self.cost / 1e6)
end

function Call:note(text) self.notes[#self.notes + 1] = text end

---Writes down what an attempt was and cost.
function Call:record(tier, d, began, outcome, result, why)
  local usage = result.usage or { input = 0, output = 0, cached = 0 }
  local cost, unpriced = price.cost(d.provider, d.model, usage, self.world.getenv "AIOS_PRICE")
  if usage.input + usage.output == 0 then unpriced = nil end
  self.attempts, self.cost = self.attempts + 1, self.cost + cost
  for k in pairs(self.tokens) do self.tokens[k] = self.tokens[k] + usage[k] end
  local reasons = {}
  for _, r in ipairs { why or false, result.note or false, unpriced or false } do reasons[#reasons + 1] = r or nil end
  self.world.spend {
    run = self.request.run, path = self.request.path, tier = tier, provider = d.provider, model = d.model,
    tokens_in = usage.input, tokens_out = usage.output, tokens_cached = usage.cached, cost = cost,
    ms = math.floor((self.world.mono() - began) * 1000 + 0.5), outcome = outcome, class = result.class,
    why = #reasons > 0 and table.concat(reasons, "; ") or nil, detail = "prices of " .. price.VERSION,
  }
end

-- ------------------------------------------------------------------ is it an answer?
---@return boolean ok
---@return any value_or_reason
local function accept(schema, answer)
  if not schema then return true end
  if answer.finish == "length" then return false, "the answer was cut off at the token limit" end
  local ok, value = expect.read(answer.text, schema)
  if not ok then return false, value end
  local good, why = require("tool.schema").check(value, schema, schema["$defs"])
  if not good then return false, why end
  return true, value
end

local function result_of(self, tier, d, answer, value)
  return {
    text = answer.text, value = value, tier = tier, provider = d.provider, model = answer.model or d.model,
    cost = self.cost, tokens = self.tokens, attempts = self.attempts,
  }
end

-- ------------------------------------------------------------------ one deployment
---What the router does next about a problem: "retry" (after `wait` seconds), "fallback" or "stop".
---@param alone boolean   no other deployment serves the tier
function M.decide(problem, tries, alone, left, random)
  local kind = problem.class
  local limit = alone and RETRIES_ALONE or RETRIES
  if kind == "TRANSIENT" and tries <= limit and not problem.no_retry then
    local wait = math.min(BACKOFF_MAX, BACKOFF * 2 ^ (tries - 1)) * (1 - 0.25 * random)
    wait = math.max(wait, math.min(problem.retry_after or 0, BACKOFF_MAX))
    return wait < left and "retry" or "fallback", wait
  end
  if kind == "THROTTLED" and tries <= limit then
    local wait = problem.retry_after or BACKOFF * 2 ^ tries
    if wait <= (alone and WAIT_ALONE or WAIT) and wait < left then return "retry", wait end
    return "fallback"
  end
  if kind == "TRUNCATED" and alone and tries == 1 then return "retry", 0 end
  if kind == "POLICY" then return "stop" end
  if kind == "CALLER" then
    -- the next one may be able to do what this one cannot
    local other = problem.status == 404 or problem.message:lower():find "not support" or problem.message:lower():find "unsupported"
    return other and "fallback" or "stop"
  end
  return "fallback"
end

---One schema failure may be repaired where it happened: the reason goes back, the answer does not.
local function repair_wire(self, why)
  local copy = {}
  for k, v in pairs(self.wire) do copy[k] = v end
  local reasons = { table.unpack(self.args.rejected or {}) }
  reasons[#reasons + 1] = why
  copy.user = prompt.render(self.args.prompt, reasons)
  return copy
end

---@return table? result
---@return string? verb       "fallback", "escalate" or "stop"
---@return table? problem
local function serve(self, tier, d, alone)
  local wire, tries, repaired = self.wire, 0, false
  while true do
    local left, began = self:left(), self.world.mono()
    if left <= 0 then return nil, "stop", { class = "SILENT", message = "the time for the call is over" } end
    local over = self:over_budget(d, wire)
    if over then
      self:note(d.id .. ": " .. over)
      return nil, "fallback", { class = "MONEY", message = over }
    end
    local answer, problem = attempt.run(d, wire, left, self.world)
    if answer then
      M.breaker:worked(d.id)
      local ok, value = accept(self.args.schema, answer)
      self:record(tier, d, began, ok and "accepted" or "rejected", answer, not ok and value or nil)
      if ok then return result_of(self, tier, d, answer, value) end
      self:note(("%s: not accepted: %s"):format(d.id, value))
      if repaired then return nil, "escalate", { class = "REJECTED", message = value } end
      wire, repaired, tries = repair_wire(self, value), true, 0
    else
      tries = tries + 1
      self:record(tier, d, began, "failed", problem, problem.message)
      self:note(("%s: %s"):format(d.id, problem.message))
      M.breaker:failed(d.id, problem, self.world.mono())
      local verb, wait = M.decide(problem, tries, alone, self:left(), self.world.random())
      if verb ~= "retry" then return nil, verb, problem end
      if wait > 0 then self.world.sleep(wait) end
    end
  end
end

-- ------------------------------------------------------------------ tiers
local function rested(self, d)
  local till, why, kind = M.breaker:rests(d.id, self.world.mono())
  if not till then return nil end
  self:note(("%s rests%s: %s"):format(d.id, till < math.huge and (" for %d s"):format(math.ceil(till - self.world.mono())) or "", why))
  return { class = kind, message = why }
end

local function serve_tier(self, tier, deployments)
  local last = self.last
  for _, d in ipairs(deployments) do
    local problem = self.tried[d.id] or rested(self, d)
    if not problem then
      local result, verb
      result, verb, problem = serve(self, tier, d, #deployments == 1)
      self.tried[d.id], self.last = problem, problem    -- a higher tier may name it again: it had its chance
      if result or verb ~= "fallback" then return result, verb, problem end
    end
    last = problem
  end
  return nil, "fallback", last
end

local function fail(self, problem)
  local code = problem.class == "REJECTED" and "failed" or class.CODE[problem.class] or "failed"
  local seen = table.concat(self.notes, "; ")
  return nil, { code = code, message = "no model answered: " .. (seen ~= "" and seen or problem.message), cost = self.cost, attempts = self.attempts }
end

local function by_rule(self)
  local began = self.world.mono()
  local answer, err = reactive.answer(self.args)
  self:record("reactive", { provider = "rule", model = "rule" }, began, answer and "accepted" or "failed", { class = err and "OFFLINE" }, err and err.message)
  if not answer then return nil, err end
  return result_of(self, "reactive", { provider = "rule", model = "rule" }, answer, answer.value)
end

local function plan(args, sources)
  local names = args.tiers or (args.tier and { args.tier }) or deploy.TIERS
  local steps, reasons = {}, {}
  for _, tier in ipairs(names) do
    local deployments, why = {}, {}
    if tier ~= "reactive" then deployments, why = deploy.of(tier, sources) end
    if #deployments > 0 or tier == "reactive" then steps[#steps + 1] = { tier = tier, deployments = deployments } end
    for _, w in ipairs(why) do reasons[#reasons + 1] = w end
  end
  return steps, reasons, args.tiers or args.tier
end

---Answers `args` { prompt, system=, tier=, tiers=, schema=, temperature=, timeout=, max_tokens=, rejected=,
---budget= (dollars), declared= (tier name -> list of "provider:model") }.
---@param request table   { run, path, config= }
---@param world table     the outside, see `world` in tools/ask.lua
---@return table? result  { text, value=, tier, provider, model, cost, tokens, attempts }
---@return table? err     { code, message }
function M.answer(args, request, world)
  local self = new_call(args, request, world)
  local steps, reasons, stated = plan(args, { tiers = args.declared, config = request.config, getenv = world.getenv })
  if #steps == 0 and #reasons == 0 and not stated then return by_rule(self) end
  if #steps == 0 then
    local tiers = type(stated) == "table" and table.concat(stated, ", ") or stated or "any tier"
    local why = #reasons > 0 and ": " .. table.concat(reasons, "; ") or ""
    return nil, { code = "offline", message = ("no model is configured for %s%s. To fix it, %s, or name one with AIOS_TIER_%s=provider:model"):format(
      tiers, why, reactive.CONFIGURE, type(stated) == "string" and stated:upper() or "OPERATIONAL") }
  end
  local problem
  for _, step in ipairs(steps) do
    if step.tier == "reactive" then
      local result, err = by_rule(self)
      if result or #steps == 1 then return result, err end
      problem = { class = "TRANSIENT", message = err.message }
      self:note(err.message)
    else
      local result, verb
      result, verb, problem = serve_tier(self, step.tier, step.deployments)
      if result then return result end
      if verb == "stop" then break end
      if verb == "escalate" then
        local why = { table.unpack(args.rejected or {}) }
        why[#why + 1] = problem.message
        self.wire.user = prompt.render(args.prompt, why)
      end
    end
  end
  return fail(self, problem)
end

M.breaker = breaker.new()                               -- one memory of who rests, for this process

return M
