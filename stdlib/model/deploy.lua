--- model.deploy: which models may serve a tier.
---
--- A tier is an ordered list of "provider:model". It comes from the program's `tier` declarations, else
--- from AIOS_TIER_OPERATIONAL, AIOS_TIER_TACTICAL, AIOS_TIER_STRATEGIC (several with commas), else
--- from the configuration, else from whichever providers have a key or a host.
local M = {}

M.TIERS = { "operational", "tactical", "strategic" }    -- cheapest first; `reactive` is rules, no model

-- What "small" and "large" mean, so that a program can name a size instead of a product.
local SIZES = {
  openai = { small = "gpt-4o-mini", large = "gpt-4.1" },
  anthropic = { small = "claude-haiku-4-5", large = "claude-opus-4-5" },
}

local function env(getenv, name)
  local v = getenv(name)
  if v ~= "" then return v end
end

---OLLAMA_HOST as a base address: a host, host:port or address; 0.0.0.0 is this machine.
function M.ollama_base(text)
  local scheme, rest = text:match "^(https?://)(.*)$"
  rest = (rest or text):gsub("/+$", ""):gsub("^0%.0%.0%.0", "127.0.0.1")
  if not scheme and not rest:match ":%d+$" then rest = rest .. ":11434" end
  return (scheme or "http://") .. rest
end

local PROVIDERS = {}

function PROVIDERS.openai(getenv)
  local base, key = env(getenv, "OPENAI_BASE_URL"), env(getenv, "OPENAI_API_KEY")
  local why = not base and not key and "OPENAI_API_KEY is not set" or nil
  return { base = base, key = key, organization = env(getenv, "OPENAI_ORGANIZATION"), project = env(getenv, "OPENAI_PROJECT") }, why, not why
end

function PROVIDERS.anthropic(getenv)
  local base, key = env(getenv, "ANTHROPIC_BASE_URL"), env(getenv, "ANTHROPIC_API_KEY")
  local why = not base and not key and "ANTHROPIC_API_KEY is not set" or nil
  return { base = base, key = key }, why, not why
end

function PROVIDERS.ollama(getenv)
  local base = env(getenv, "OLLAMA_BASE_URL") or env(getenv, "OLLAMA_HOST")
  return { base = base and M.ollama_base(base) }, nil, base ~= nil
end

---Provider and model of a text; a size becomes the product that it stands for.
function M.split(text)
  local provider, model = text:match "^%s*(%w+):(%S+)%s*$"
  return provider, provider and (SIZES[provider] and SIZES[provider][model] or model)
end

---One deployment from "provider:model".
---@return table? deployment   { id, provider, model, settings, locality }
---@return string? why         when it cannot be used
function M.parse(text, getenv)
  local provider, model = M.split(text)
  if not provider then return nil, ("'%s' is not provider:model, like ollama:qwen3:0.6b"):format(text) end
  local of = PROVIDERS[provider]
  if not of then return nil, ("no provider '%s'; there are anthropic, ollama and openai"):format(provider) end
  local settings, why = of(getenv)
  if why then return nil, why end
  settings.model = model
  return { id = provider .. ":" .. settings.model, provider = provider, model = settings.model, settings = settings }
end

local function defaults(tier, getenv)
  local function ready(name) return select(3, PROVIDERS[name](getenv)) end
  local list = {}
  if tier ~= "strategic" and ready "ollama" then list[#list + 1] = "ollama:" .. (env(getenv, "AIOS_OLLAMA_MODEL") or "qwen3:0.6b") end
  local openai = ready "openai" and "openai:" .. (env(getenv, "OPENAI_MODEL") or "gpt-4o-mini") or nil
  local anthropic = ready "anthropic" and "anthropic:" .. (env(getenv, "ANTHROPIC_MODEL") or "claude-sonnet-4-5") or nil
  if tier == "strategic" then openai, anthropic = anthropic, openai end
  list[#list + 1] = openai
  list[#list + 1] = anthropic
  return list
end

local function as_list(v)
  if type(v) == "table" then return v end
  local list = {}
  for item in tostring(v):gmatch "[^,]+" do list[#list + 1] = item end
  return list
end

local function listed(tier, sources)
  local own = sources.tiers and sources.tiers[tier]
  if own then return as_list(own.models or own) end
  local text = env(sources.getenv, "AIOS_TIER_" .. tier:upper())
  if text then return as_list(text) end
  local config = sources.config and sources.config.tiers and sources.config.tiers[tier]
  if config then return as_list(config) end
  return defaults(tier, sources.getenv)
end

---The deployments of a tier that can be used, and why others cannot.
---@param sources { tiers?: table, config?: table, getenv: fun(name: string): string? }
---@return table[] deployments
---@return string[] reasons
function M.of(tier, sources)
  local list, reasons = {}, {}
  for _, text in ipairs(listed(tier, sources)) do
    local one, why = M.parse(text, sources.getenv)
    if one then list[#list + 1] = one else reasons[#reasons + 1] = why end
  end
  return list, reasons
end

return M
