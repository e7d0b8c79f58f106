--- model.price: what a call costs, in whole micro-dollars.
---
---     local cost, why = price.cost("openai", "gpt-4o-mini", { input = 1000, output = 200, cached = 0 })   -- 270
---
--- List prices change; VERSION says when this table was right. `AIOS_PRICE=IN/OUT[/CACHED]` (dollars
--- for a million tokens) prices the models that are not in it.
local M = { VERSION = "2026-11" }

-- Micro-dollars for a million tokens: input, output, input read from the provider's cache. A name also
-- covers its dated versions (gpt-4o-mini-2024-07-18); the longest name that fits wins.
local MODELS = {
  openai = {
    ["gpt-4o-mini"] = { 150000, 600000, 75000 }, ["gpt-4o"] = { 2500000, 10000000, 1250000 },
    ["gpt-4.1-nano"] = { 100000, 400000, 25000 }, ["gpt-4.1-mini"] = { 400000, 1600000, 100000 }, ["gpt-4.1"] = { 2000000, 8000000, 500000 },
    ["gpt-5-nano"] = { 50000, 400000, 5000 }, ["gpt-5-mini"] = { 250000, 2000000, 25000 }, ["gpt-5"] = { 1250000, 10000000, 125000 },
    ["gpt-4-turbo"] = { 10000000, 30000000, 10000000 }, ["gpt-4"] = { 30000000, 60000000, 30000000 },
    ["o4-mini"] = { 1100000, 4400000, 275000 }, ["o3"] = { 2000000, 8000000, 500000 },
  },
  anthropic = {
    ["claude-3-haiku"] = { 250000, 1250000, 30000 }, ["claude-3-5-haiku"] = { 800000, 4000000, 80000 },
    ["claude-haiku-4-5"] = { 1000000, 5000000, 100000 }, ["claude-sonnet-4"] = { 3000000, 15000000, 300000 },
    ["claude-sonnet-4-5"] = { 3000000, 15000000, 300000 }, ["claude-3-7-sonnet"] = { 3000000, 15000000, 300000 },
    ["claude-opus-4"] = { 15000000, 75000000, 1500000 }, ["claude-opus-4-5"] = { 5000000, 25000000, 500000 },
  },
}

local function of_text(text)
  if not text or text == "" then return nil end
  local input, output, cached = text:match "^%s*([%d.]+)/([%d.]+)/?([%d.]*)%s*$"
  input, output = tonumber(input), tonumber(output)
  if not input or not output then return nil, ("AIOS_PRICE=%s is not IN/OUT[/CACHED] in dollars for a million tokens"):format(text) end
  return { math.ceil(input * 1e6), math.ceil(output * 1e6), math.ceil((tonumber(cached) or input) * 1e6) }
end

---The row of a model.
---@param own? string   AIOS_PRICE
---@return table? row   { input, output, cached }
---@return string? why  when there is none
function M.row(provider, model, own)
  if provider == "ollama" then return { 0, 0, 0 } end
  local best
  for name in pairs(MODELS[provider] or {}) do
    local rest = model:sub(1, #name) == name and model:sub(#name + 1)
    if rest and (rest == "" or rest:match "^%-%d%d%d%d" or rest == "-latest") and (not best or #name > #best) then best = name end
  end
  if best then return MODELS[provider][best] end
  local row, why = of_text(own)
  return row, why or ("no price known for %s:%s; set AIOS_PRICE=IN/OUT"):format(provider, model)
end

---What a call cost; never less than it did.
---@param usage { input: integer, output: integer, cached: integer }   cached is part of input
---@return integer micro_dollars
---@return string? why   when the price is not known and the cost is given as 0
function M.cost(provider, model, usage, own)
  local row, why = M.row(provider, model, own)
  if not row then return 0, why end
  local cached = math.min(usage.cached or 0, usage.input)
  local sum = (usage.input - cached) * row[1] + usage.output * row[2] + cached * row[3]
  return -(-sum // 1000000)
end

return M
