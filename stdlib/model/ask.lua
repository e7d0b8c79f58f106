--- model.ask: the script's side of `ask`: prompt and options in, an accepted answer out.
---
---     ask `Summarise:\n${text}`
---     ask { `Is this spam?\n${mail}`, tiers = { "operational", "tactical" }, accept = v => v.score > 0.8 } -> Verdict
---
--- Each tier that is asked is one step of the run. What `accept` turns down goes up to the next tier
--- with the reason, never with the answer itself.
local json = require "aios.json"
local run = require "aios.run"
local purse = require "flow.purse"

local M = {}

---The tiers that a cascade climbs when none is named.
M.TIERS = { "operational", "tactical", "strategic" }

local PASSED = { "system", "temperature", "timeout", "max_tokens", "images" }
local OPTIONS = { prompt = true, tier = true, tiers = true, accept = true, system = true, temperature = true, timeout = true, max_tokens = true,
  budget = true, images = true, tools = true, rounds = true, stream = true }
local LIST = "tier, tiers, accept, budget, system, images, temperature, timeout, max_tokens, tools, rounds, stream"

---The declaration of the door.
function M.tool()
  local tool = require "tools.ask".tools.ask
  tool.name = "ask"
  return tool
end

---A prompt as it travels: a text, or literals and values in turn.
function M.parts_of(flow, prompt, level)
  if getmetatable(prompt) == flow.Template then
    local parts = json.array {}
    for i = 1, prompt.count do
      local v = prompt.parts[i]
      parts[i] = v == nil and json.null or v
    end
    return parts
  end
  if type(prompt) ~= "string" then error("ask: a prompt is a text or a template, such as ask `Summarise ${text}`", level or 4) end
  return prompt
end

local function wrong_option(flow, options)
  for key in pairs(options) do
    if key ~= 1 and not OPTIONS[key] then error(("ask has no option %s; it knows %s"):format(tostring(key), LIST), 5) end
  end
  if options.budget ~= nil and (type(options.budget) ~= "number" or options.budget < 0) then error("ask: budget is an amount such as $0.02", 5) end
  for _, name in ipairs { "accept", "stream" } do
    if options[name] ~= nil and type(options[name]) ~= "function" then error(("ask: %s is a function, such as v => v.score > 0.8"):format(name), 5) end
  end
  if options.tools and options.images then flow.fail("invalid", "tools and images cannot be combined", "ask") end
end

local function options_of(flow, arg)
  if type(arg) == "table" and getmetatable(arg) ~= flow.Template then
    wrong_option(flow, arg)
    return arg, arg[1] or arg.prompt
  end
  return {}, arg
end

---The JSON Schema of a type, for the wire.
function M.schema_of(flow, expected)
  local schema = require "tool.schema"
  local parsed, why = schema.parse(expected)
  local document = parsed and schema.json(parsed, flow.types)
  if not document then flow.fail("invalid", why or ("the type %s is not known"):format(expected), "ask") end
  return document
end

---The tiers from one name up to another, as the language orders them; names of one's own stand for themselves.
function M.climb(from, upto)
  local list, on = {}, false
  for _, tier in ipairs { "reactive", table.unpack(M.TIERS) } do
    on = on or tier == from
    if on then list[#list + 1] = tier end
    if tier == upto then break end
  end
  if list[#list] ~= upto then return from == upto and { from } or { from, upto } end
  return list
end

---What holds at this place: the arguments every ask has.
function M.around(flow, args)
  local budgets, tier = purse.here()
  args.declared, args.budgets = flow.tiers(), budgets and json.array(budgets)
  if tier and not args.tiers and not args.tier then args.tiers = M.climb(tier[1], tier[2]) end
  return args
end

local function after(tiers, tier)
  for i, name in ipairs(tiers) do if name == tier then return table.move(tiers, i + 1, #tiers, 1, {}) end end
  return {}
end

-- what a person reads about one answer that was judged
local function attempt_of(answer, verdict, why)
  return { tier = answer.tier, model = answer.model, cost = answer.cost, verdict = verdict, why = why }
end

-- the tiers that are left are offered each time; the router takes the first that can serve
local function cascade(flow, options, args, value_of)
  local reasons, attempts = json.array {}, json.array {}
  local left = args.tiers or (args.tier and { args.tier }) or nil
  args.tier = nil
  repeat
    args.tiers, args.rejected = left, #reasons > 0 and reasons or nil
    local answer = flow.call(M.tool(), args)
    local value = value_of(answer)
    local accepted, why = options.accept(value)
    local reason = ("the answer of tier %s was not accepted%s"):format(answer.tier, type(why) == "string" and ": " .. why or "")
    attempts[#attempts + 1] = attempt_of(answer, accepted and "accepted" or "rejected", not accepted and reason or nil)
    if accepted then
      M.decided { name = "ask", tier = answer.tier, model = answer.model, chosen = value, attempts = attempts }
      return value, answer
    end
    reasons[#reasons + 1] = reason
    left = after(left or M.TIERS, answer.tier)
  until #left == 0
  local why = "no tier gave an answer that was accepted: " .. table.concat(reasons, "; ")
  M.decided { name = "ask", why = why, attempts = attempts }
  flow.fail("abstained", why, "ask")
end

---Writes down who decided and what was tried before.
---@param row table   { name, tier, model, chosen, why, attempts }
function M.decided(row)
  local flow = require "flow"
  row.line = row.line or run.line()
  row.chosen = row.chosen ~= nil and flow.recorded(row.chosen, "the answer of", row.name) or nil
  local tool = require "tools.decision".tools.record
  tool.name = "decision.record"
  flow.call(tool, row)
end

local function answered(flow, options, args, expected)
  local function value_of(answer)
    if expected then return answer.value end
    return answer.text
  end
  if options.accept then return cascade(flow, options, args, value_of) end
  local answer = flow.call(M.tool(), args)
  return value_of(answer), answer
end

---@param flow table       stdlib/flow.lua
---@param arg any          text, template, or a table of prompt and options
---@param expected string? the type of the answer, in the language's notation
function M.ask(flow, arg, expected)
  local options, prompt = options_of(flow, arg)
  if options.tools then return require "flow.agent".ask(options, M.parts_of(flow, prompt), expected) end
  local args = { prompt = M.parts_of(flow, prompt), tier = options.tier, tiers = options.tiers }
  for _, name in ipairs(PASSED) do args[name] = options[name] end
  if expected then args.schema = M.schema_of(flow, expected) end
  local frame = { label = "ask", budget = options.budget and { cap = purse.micro(options.budget) } or nil }
  local value, answer = purse.around(frame, function() return answered(flow, options, M.around(flow, args), expected) end)
  if options.stream and not run.muted() then
    for piece in answer.text:gmatch "%s*%S+%s*" do options.stream(piece) end
  end
  return value
end

return M
