--- model.ask: the script's side of `ask`: prompt and options in, an accepted answer out.
---
---     ask `Summarise:\n${text}`
---     ask { `Is this spam?\n${mail}`, tiers = { "operational", "tactical" }, accept = v => v.score > 0.8 } -> Verdict
---
--- Each tier that is asked is one step of the run. What `accept` turns down goes up to the next tier
--- with the reason, never with the answer itself.
local json = require "aios.json"

local M = {}

local TIERS = { "operational", "tactical", "strategic" }
local PASSED = { "system", "temperature", "timeout", "max_tokens", "budget" }
local OPTIONS = { prompt = true, tier = true, tiers = true, accept = true, system = true, temperature = true, timeout = true, max_tokens = true,
  budget = true }

local function parts_of(flow, prompt)
  if getmetatable(prompt) == flow.Template then
    local parts = json.array {}
    for i = 1, prompt.count do
      local v = prompt.parts[i]
      parts[i] = v == nil and json.null or v
    end
    return parts
  end
  if type(prompt) ~= "string" then error("ask: a prompt is a text or a template, such as ask `Summarise ${text}`", 4) end
  return prompt
end

local function check_options(options)
  for key in pairs(options) do
    if key ~= 1 and not OPTIONS[key] then
      error(("ask has no option %s; it knows tier, tiers, accept, system, temperature, timeout, max_tokens, budget"):format(tostring(key)), 4)
    end
  end
end

local function options_of(flow, arg)
  if type(arg) == "table" and getmetatable(arg) ~= flow.Template then
    check_options(arg)
    return arg, arg[1] or arg.prompt
  end
  return {}, arg
end

local function request(flow, options, prompt, expected)
  local args = { prompt = parts_of(flow, prompt), declared = flow.tiers() }
  for _, name in ipairs(PASSED) do args[name] = options[name] end
  if expected then
    local schema = require "tool.schema"
    local parsed, why = schema.parse(expected)
    if not parsed then flow.fail("invalid", why, "ask") end
    args.schema = schema.json(parsed, flow.types)
  end
  return args
end

local function value_of(answer, expected)
  if expected then return answer.value end
  return answer.text
end

local function after(tiers, tier)
  for i, name in ipairs(tiers) do if name == tier then return table.move(tiers, i + 1, #tiers, 1, {}) end end
  return {}
end

-- the tiers that are left are offered each time; the router takes the first that can serve
local function cascade(flow, tool, options, args, expected)
  local reasons = json.array {}
  local left = options.tiers or options.tier and { options.tier } or nil
  repeat
    args.tiers, args.rejected = left, #reasons > 0 and reasons or nil
    local answer = flow.call(tool, args)
    local value = value_of(answer, expected)
    local accepted, why = options.accept(value)
    if accepted then return value end
    reasons[#reasons + 1] = ("the answer of tier %s was not accepted%s"):format(answer.tier, type(why) == "string" and ": " .. why or "")
    left = after(left or TIERS, answer.tier)
  until #left == 0
  flow.fail("abstained", "no tier gave an answer that was accepted: " .. table.concat(reasons, "; "), "ask")
end

---@param flow table       stdlib/flow.lua
---@param arg any          text, template, or a table of prompt and options
---@param expected string? the type of the answer, in the language's notation
function M.ask(flow, arg, expected)
  local options, prompt = options_of(flow, arg)
  local tool = require "tools.ask".tools.ask
  tool.name = "ask"
  local args = request(flow, options, prompt, expected)
  if options.accept then return cascade(flow, tool, options, args, expected) end
  args.tier, args.tiers = options.tier, options.tiers
  return value_of(flow.call(tool, args), expected)
end

return M
