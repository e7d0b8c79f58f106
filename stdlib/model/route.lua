--- model.route: from a prompt to an accepted answer.
---
--- Four verbs, never mixed: retry (same deployment, the transport failed), fallback (same tier, another
--- deployment), escalate (next tier: the answer was not accepted), abstain (an error, which the script
--- may answer with a person or a default). With nothing configured the reactive tier answers by rule.
local attempt = require "model.attempt"
local breaker = require "model.breaker"
local call_of = require "model.call"
local calls = require "model.calls"
local class = require "model.class"
local deploy = require "model.deploy"
local expect = require "model.expect"
local label = require "model.label"
local margin = require "model.margin"
local pace = require "model.pace"
local reactive = require "model.reactive"

local M = {}

local RETRIES_ALONE, RETRIES = 2, 1                     -- a deployment that has a stand-in is asked less often
local WAIT_ALONE, WAIT = 30, 2                          -- longest wait a server may ask for
local BACKOFF, BACKOFF_MAX = 0.5, 8

-- ------------------------------------------------------------------ is it an answer?
---@return boolean ok
---@return any value_or_reason
local function accept(call, answer)
  local schema = call.args.schema
  if answer.calls then
    for _, c in ipairs(answer.calls) do c.name = calls.name_in(c.name, call.args.tools) end
    if answer.finish == "length" then return false, "the calls of the answer were cut off at the token limit" end
    return true
  end
  if answer.finish == "length" and (schema or not call.args.max_tokens) then return false, "the answer was cut off at the token limit" end
  if not schema then return true, nil end
  local ok, value = expect.read(label.hidden(answer.text, call.known), schema)
  if not ok then return false, value end
  local good, why = require("tool.schema").check(value, schema, schema["$defs"])
  if not good then return false, why end
  answer.margins = margin.of(answer.tokens, schema)
  return true, value
end

-- ------------------------------------------------------------------ one deployment
-- what a tier's own `retry 3 times every 1s` says
local function stated(problem, tries, own, left, random)
  if problem.class ~= "TRANSIENT" and problem.class ~= "THROTTLED" or tries >= own.times or problem.no_retry then return "fallback" end
  local wait = own.every or own.backoff and math.min(own.backoff[2], own.backoff[1] * 2 ^ (tries - 1)) or BACKOFF * 2 ^ (tries - 1)
  wait = math.max(wait * (1 - 0.25 * random), problem.retry_after or 0)
  return wait < left and "retry" or "fallback", wait
end

---What the router does next about a problem: "retry" (after `wait` seconds), "fallback" or "stop".
---@param alone boolean   no other deployment serves the tier
---@param own table?      { times, every?, backoff? } of the tier
function M.decide(problem, tries, alone, left, random, own)
  local kind = problem.class
  local limit = alone and RETRIES_ALONE or RETRIES
  if kind == "POLICY" then return "stop" end
  if kind == "CALLER" then
    -- the next one may be able to do what this one cannot
    local other = problem.status == 404 or problem.message:lower():find "not support" or problem.message:lower():find "unsupported"
    return other and "fallback" or "stop"
  end
  if own then return stated(problem, tries, own, left, random) end
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
  return "fallback"
end

-- one attempt, with its money and its place in the tier's pace; answer | nil, problem, and its hold
local function once(self, step, d)
  local hold, over = self:hold(step.tier, d, step.budget)
  if hold == nil then return nil, { class = "MONEY", message = over, unmade = true } end
  if not pace.enter(step.tier, step.limit, self.world, function() return self:left() end) then
    self.purse:settle(hold, 0)
    return nil, { class = "THROTTLED", message = ("the limit of tier %s leaves no place in time"):format(step.tier), unmade = true }
  end
  local good, answer, problem = pcall(attempt.run, d, self.wire, self:left(), self.world)
  pace.leave(step.tier, step.limit)
  if not good then error(answer, 0) end
  return answer, problem, hold
end

---@return table? result
---@return string? verb       "fallback", "escalate" or "stop"
---@return table? problem
local function serve(self, step, d, alone)
  local tries, repaired = 0, false
  while true do
    local began = self.world.mono()
    if self:left() <= 0 then return nil, self.tier_deadline and "fallback" or "stop", { class = "SILENT", message = "the time for the call is over" } end
    local answer, problem, hold = once(self, step, d)
    if answer then
      M.breaker:worked(d.id)
      local ok, value = accept(self, answer)
      self:record(step.tier, d, began, ok and "accepted" or "rejected", answer, not ok and value or nil, hold)
      if ok then return self:result(step.tier, d, answer, value) end
      self:note(("%s: not accepted: %s"):format(d.id, value))
      if repaired then return nil, "escalate", { class = "REJECTED", message = value } end
      -- one schema failure may be repaired where it happened: the reason goes back, the answer does not
      self.reasons[#self.reasons + 1] = value
      self:write()
      repaired, tries = true, 0
    else
      self:note(("%s: %s"):format(d.id, problem.message))
      if problem.unmade then return nil, "fallback", problem end
      tries = tries + 1
      self:record(step.tier, d, began, "failed", problem, problem.message, hold)
      M.breaker:failed(d.id, problem, self.world.mono())
      local verb, wait = M.decide(problem, tries, alone, self:left(), self.world.random(), step.retry)
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

local function serve_tier(self, step)
  local refused = label.refusal({ self.args.prompt, self.args.messages }, step.tier)
  if refused then
    self:note(("tier %s: %s"):format(step.tier, refused))
    return nil, "fallback", { class = "LABEL", message = refused }
  end
  local last = self.last
  self.tier_deadline = step.timeout and self.world.mono() + step.timeout or nil
  for _, d in ipairs(step.deployments) do
    local problem = self.tried[d.id] or rested(self, d)
    if not problem then
      local result, verb
      result, verb, problem = serve(self, step, d, #step.deployments == 1)
      self.tried[d.id], self.last = problem, problem    -- a higher tier may name it again: it had its chance
      if result or verb ~= "fallback" then return result, verb, problem end
    end
    last = problem
  end
  return nil, "fallback", last
end

local CODES = { REJECTED = "failed", LABEL = "denied" }

local function fail(self, problem)
  local code = CODES[problem.class] or class.CODE[problem.class] or "failed"
  local seen = self:told()
  return nil, { code = code, message = "no model answered: " .. (seen ~= "" and seen or problem.message), cost = self.cost, attempts = self.attempts }
end

local function by_rule(self)
  local began, rule = self.world.mono(), { provider = "rule", model = "rule" }
  local answer, err = reactive.answer(self.args)
  self:record("reactive", rule, began, answer and "accepted" or "failed", { class = err and "OFFLINE", usage = { input = 0, output = 0, cached = 0 } }, err and err.message, false)
  if not answer then return nil, err end
  return self:result("reactive", rule, answer, answer.value)
end

local function plan(args, sources)
  local names = args.tiers or (args.tier and { args.tier }) or deploy.TIERS
  local steps, reasons = {}, {}
  for _, tier in ipairs(names) do
    local deployments, why = {}, {}
    if tier ~= "reactive" then deployments, why = deploy.of(tier, sources) end
    if #deployments > 0 or tier == "reactive" then
      local said = args.declared and args.declared[tier] or {}
      steps[#steps + 1] = { tier = tier, deployments = deployments, timeout = said.timeout, retry = said.retry, limit = said.limit, budget = said.budget }
    end
    for _, w in ipairs(why) do
      if not reasons[w] then reasons[#reasons + 1], reasons[w] = w, true end
    end
  end
  return steps, reasons, args.tiers or args.tier
end

local function unconfigured(reasons, stated_tiers)
  local tiers = type(stated_tiers) == "table" and table.concat(stated_tiers, ", ") or stated_tiers or "any tier"
  local why = #reasons > 0 and ": " .. table.concat(reasons, "; ") or ""
  return nil, { code = "offline", message = ("no model is configured for %s%s. To fix it, %s, or name one with AIOS_TIER_%s=provider:model"):format(
    tiers, why, reactive.CONFIGURE, type(stated_tiers) == "string" and stated_tiers:upper() or "OPERATIONAL") }
end

---Answers `args` { prompt, system=, tier=, tiers=, schema=, temperature=, timeout=, max_tokens=, rejected=, images=, messages=, tools=,
---logprobs=, budgets= (see model.money), declared= (tier name -> { models, timeout=, retry=, limit=, budget= }) }.
---@param request table   { run, path, program, config= }
---@param world table     the outside, see `world` in tools/ask.lua
---@return table? result  { text, value=, calls=, margins=, tier, provider, model, cost, tokens, attempts }
---@return table? err     { code, message }
function M.answer(args, request, world)
  local self = call_of.new(args, request, world)
  local steps, reasons, named = plan(args, { tiers = args.declared, config = request.config, getenv = world.getenv })
  if #steps == 0 and #reasons == 0 and not named and not args.tools then return by_rule(self) end
  if #steps == 0 then return unconfigured(reasons, named) end
  local problem
  for _, step in ipairs(steps) do
    if step.tier == "reactive" then
      local result, err = by_rule(self)
      if result or #steps == 1 then return result, err end
      problem = { class = "TRANSIENT", message = err.message }
      self:note(err.message)
    else
      local result, verb
      local missing = not label.refusal({ args.prompt, args.messages }, step.tier) and self:write()
      if missing then return nil, { code = "denied", message = missing } end
      result, verb, problem = serve_tier(self, step)
      if result then return result end
      if verb == "stop" then break end
      if verb == "escalate" then self.reasons[#self.reasons + 1] = problem.message end
    end
  end
  return fail(self, problem)
end

M.breaker = breaker.new()                               -- one memory of who rests, for this process

return M
