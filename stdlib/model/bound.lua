--- model.bound: the most a decision or an ask can cost, known without running it. Pure.
---
---     local micro, why = bound.decision(decl, { tiers = decls.tiers, budgets = decls.budgets })
---     if micro then … micro / 1e6 dollars at most else … why it has no bound
---
--- Only what the run time enforces counts: `budget`, `at most`, and tiers whose models all cost nothing.
--- A budget "per day" bounds the day, and so each call in it too.
local deploy = require "model.deploy"
local price = require "model.price"

local M = {}

local NONE = {}

local function by_name(list)
  local map = {}
  for _, row in ipairs(list or NONE) do map[row.name] = row end
  return map
end

-- what a declared budget or an amount allows one call
local function cap_of(budget, world)
  if not budget then return nil end
  if budget.cap then return budget.cap end
  local named = by_name(world.budgets)[budget.name]
  return named and named.cap
end

local function least(a, b) return a and b and math.min(a, b) or a or b end

-- budgets that nothing names bind everything in the program
local function program_cap(world)
  local cap
  for _, row in ipairs(world.budgets or NONE) do
    if not (world.named and world.named[row.name]) then cap = least(cap, row.cap) end
  end
  return cap
end

---Whether every model of a tier costs nothing; false, and which one does not.
---@param tier string
---@param world table   { tiers = decls.tiers, budgets = decls.budgets, named = { name = true } of budgets that headings name }
function M.is_free(tier, world)
  if tier == "reactive" then return true end
  local declared = by_name(world.tiers)[tier]
  if not declared or not declared.models then return false, ("which models serve tier %s is not written in the program"):format(tier) end
  for _, text in ipairs(declared.models) do
    local provider, model = deploy.split(text)
    local row = provider and price.row(provider, model)
    if not row then return false, ("the price of %s is not known"):format(text) end
    if row[1] + row[2] > 0 then return false, ("%s costs money"):format(text) end
  end
  return true
end

-- one tier of a cascade: micro-dollars, or nil and why
local function of_tier(tier, most, world)
  local free, why = M.is_free(tier, world)
  if free then return 0 end
  local declared = by_name(world.tiers)[tier]
  local cap = least(most, declared and cap_of(declared.budget, world))
  if cap then return cap end
  return nil, why
end

---The worst case of one call of a decision.
---@param decl table    of decls.decisions: { budget=, rungs = { { kind="try", tier=, most= } } }
---@param world table   see is_free
---@return integer? micro_dollars
---@return string? why  when there is no bound
function M.decision(decl, world)
  local cap = least(cap_of(decl.budget, world), program_cap(world))
  local sum = 0
  for _, rung in ipairs(decl.rungs) do
    if rung.kind == "try" then
      local most, why = of_tier(rung.tier, rung.most, world)
      if not most then
        if cap then return cap end
        return nil, ("`try %s` has no `at most`, and %s"):format(rung.tier, why)
      end
      sum = sum + most
    end
  end
  return least(sum, cap)
end

---The worst case of one `ask`.
---@param ask table   { tier=, tiers=, budget= micro-dollars }; without tiers all three may be asked
---@param world table see is_free
---@return integer? micro_dollars
---@return string? why
function M.ask(ask, world)
  local cap = least(ask.budget, program_cap(world))
  local sum = 0
  for _, tier in ipairs(ask.tiers or ask.tier and { ask.tier } or deploy.TIERS) do
    local most, why = of_tier(tier, nil, world)
    if not most then
      if cap then return cap end
      return nil, ("it has no `budget`, and %s"):format(why)
    end
    sum = sum + most
  end
  return least(sum, cap)
end

return M
