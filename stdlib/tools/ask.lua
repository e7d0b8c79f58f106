--- The `ask` door: a prompt goes out to a model, an accepted answer comes back.
local M = { name = "ask", tools = {} }

local TYPES = { png = "image/png", jpg = "image/jpeg", jpeg = "image/jpeg", gif = "image/gif", webp = "image/webp" }
local IMAGE_MAX = 20 * 1024 * 1024

-- a secret of the operator, for the moment it goes out
local function secret(name)
  if not require "aios.door".allowed("secret", name) then
    return nil, ("the grant secret %q is missing; declare `needs secret %q` in the program and let a person agree"):format(name, name)
  end
  local value = os.getenv(name)
  if not value or value == "" then return nil, ("the secret %s is not set on this machine"):format(name) end
  return value
end

-- What the router needs of the outside; its tests bring their own.
local function world()
  local http, host, time, store = require "aios.http", require "aios.host", require "aios.time", require "aios.store"
  local function seconds() return host.now_ms() / 1000 end
  return { open = http.open, sleep = time.sleep, wall = seconds, mono = seconds, getenv = os.getenv, random = math.random, spend = store.spend,
    hold = store.budget_hold, settle = store.budget_settle, secret = secret }
end

-- pictures as the wire carries them; the program must be allowed to read them
local function images(paths)
  local fs, base64, out = require "aios.fs", require "model.base64", {}
  for i, path in ipairs(paths) do
    local kind = TYPES[(path:match "%.(%w+)$" or ""):lower()]
    if not kind then return nil, { code = "invalid", message = ("%s is not a png, jpeg, gif or webp picture"):format(path) } end
    local bytes, err = fs.read(path, { max = IMAGE_MAX })
    if not bytes then return nil, err end
    out[i] = { type = kind, data = base64.encode(bytes) }
  end
  return out
end

M.tools.ask = {
  about   = "Asks a model, starting at the cheapest tier that may serve; with a type, the answer is checked against it.",
  global  = true,                                       -- called as ask(…), not ask.ask(…)
  params  = { { "prompt", "any" } },
  options = {
    { "system", "string" }, { "tier", "string" }, { "tiers", "{string}" }, { "schema", "any" }, { "temperature", "number(0..2)" },
    { "timeout", "duration" }, { "max_tokens", "integer" }, { "images", "{path}" },
  },
  inner   = {                                           -- what the language itself sends along
    { "rejected", "{string}" }, { "budgets", "any" }, { "declared", "any" }, { "messages", "any" }, { "tools", "any" }, { "logprobs", "boolean" },
    { "sample", "integer" },
  },
  returns = "any",
  doubt   = "retry",                                    -- a lost answer costs money, asking again harms nothing
  risk    = "low",
  example = [[ask "Say hello in one word."]],
  run     = function(args, request)
    local route, err = require "model.route", nil
    if args.images then
      args.images, err = images(args.images)
      if err then return nil, err end
    end
    -- the providers' hosts are the operator's choice, so they are not among the program's needs
    local result
    result, err = require "aios.host".trusted(route.answer, args, request, world())
    local cost = result and result.cost or err and err.cost
    if cost then require "aios.door".cost(math.floor(cost)) end
    return result, err
  end,
}

return M
