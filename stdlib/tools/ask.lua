--- The `ask` door: a prompt goes out to a model, an accepted answer comes back.
local M = { name = "ask", tools = {} }

-- What the router needs of the outside; its tests bring their own.
local function world()
  local http, host, time, store = require "aios.http", require "aios.host", require "aios.time", require "aios.store"
  local function seconds() return host.now_ms() / 1000 end
  return { open = http.open, sleep = time.sleep, wall = seconds, mono = seconds, getenv = os.getenv, random = math.random, spend = store.spend }
end

M.tools.ask = {
  about   = "Asks a model, starting at the cheapest tier that may serve; with a type, the answer is checked against it.",
  global  = true,                                       -- called as ask(…), not ask.ask(…)
  params  = { { "prompt", "any" } },
  options = {
    { "system", "string" }, { "tier", '"reactive" | "operational" | "tactical" | "strategic"' }, { "tiers", "{string}" },
    { "schema", "any" }, { "temperature", "number(0..2)" }, { "timeout", "duration" }, { "max_tokens", "integer" }, { "rejected", "{string}" },
    { "budget", "money" }, { "declared", "{[string]: {string}}" },
  },
  returns = "any",
  doubt   = "retry",                                    -- a lost answer costs money, asking again harms nothing
  risk    = "low",
  example = [[ask "Say hello in one word."]],
  run     = function(args, request)
    local route = require "model.route"
    -- the providers' hosts are the operator's choice, so they are not among the program's needs
    local result, err = require "aios.host".trusted(route.answer, args, request, world())
    local cost = result and result.cost or err and err.cost
    if cost then require "aios.door".cost(math.floor(cost)) end
    return result, err
  end,
}

return M
