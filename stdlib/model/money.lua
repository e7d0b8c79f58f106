--- model.money: budgets of one call of the router: held before a model is asked, settled after it.
---
---     local purse = money.new(args.budgets, request, world)
---     local hold, why = purse:hold(tier, deployment, most)      -- false when nothing has to be held
---     purse:settle(hold, cost)                                  -- cost nil: nobody knows, so all of it is spent
-- holds of this process: how many are under way, and how many are over
local M = { open = 0, over = 0 }
M.__index = M

-- what a person may set for everything: AIOS_BUDGET_DAY=5 and so on, in dollars
local LIMITS = { { "RUN", "run" }, { "PROGRAM", "program" }, { "DAY", "day" }, { "MONTH", "month" }, { "GLOBAL", "global" } }

local PERIODS = { minute = "%Y-%m-%dT%H:%M", hour = "%Y-%m-%dT%H", day = "%Y-%m-%d", week = "%G-W%V", month = "%Y-%m", year = "%Y" }

local PAUSE, PAUSE_MAX = 0.01, 0.2

-- where a budget of the program is counted: its runs and its days do not mix with those of another program
local function scope_of(spec, request, now)
  local period = PERIODS[spec.per]
  if period then return ("%s %s %s"):format(request.program, spec.key, os.date(period, math.floor(now))) end
  if spec.per == "program" then return ("%s %s"):format(request.program, spec.key) end
  return ("run %s %s"):format(request.run, spec.key)
end

local function label_of(spec)
  return spec.per and spec.per ~= "program" and ("%s per %s"):format(spec.label, spec.per) or spec.label
end

local function limit_scope(kind, request, now)
  if kind == "run" then return "run " .. request.run, "the limit per run" end
  if kind == "program" then return "program " .. request.program, "the limit of the program" end
  if kind == "global" then return "global", "the limit of this machine" end
  return kind .. " " .. os.date(PERIODS[kind], math.floor(now)), "the limit per " .. kind
end

---@param specs table?    { { key, cap, per?, label }, … } of the program
function M.new(specs, request, world)
  local now, scopes = world.wall(), {}
  for _, spec in ipairs(specs or {}) do scopes[#scopes + 1] = { scope_of(spec, request, now), label_of(spec), spec.cap } end
  for _, limit in ipairs(LIMITS) do
    local text = world.getenv("AIOS_BUDGET_" .. limit[1])
    local dollars = text and tonumber((text:gsub("^%$", "")))
    if dollars then
      local scope, label = limit_scope(limit[2], request, now)
      scopes[#scopes + 1] = { scope, label, math.floor(dollars * 1e6) }
    end
  end
  return setmetatable({ scopes = scopes, request = request, world = world, serial = 0 }, M)
end

local function dollars(micro) return ("$%.6f"):format(micro / 1e6) end

local function refusal(amount, why)
  local held = why.held > 0 and (" and %s is held by calls under way"):format(dollars(why.held)) or ""
  return ("one more call may cost %s, of %s (%s) %s is spent%s"):format(dollars(amount), why.label, dollars(why.cap), dollars(why.spent), held)
end

---True when some budget counts the next call.
function M:counts(tier_budget) return #self.scopes > 0 or tier_budget ~= nil end

---Holds what the call may cost. While other calls of this process hold what is missing, it waits for them.
---@param tier string
---@param most integer     micro-dollars
---@param budget table?    of the tier itself: { cap, per }
---@param left fun(): number   seconds until the call must be over
---@return integer|false? hold   false: nothing has to be held; nil: refused
---@return string? why
function M:hold(tier, most, budget, left)
  local scopes = self.scopes
  if budget then
    local spec = { key = "tier " .. tier, cap = budget.cap, per = budget.per or "program", label = "tier " .. tier }
    scopes = table.move(scopes, 1, #scopes, 1, {})
    scopes[#scopes + 1] = { scope_of(spec, self.request, self.world.wall()), label_of(spec), spec.cap }
  end
  if #scopes == 0 or most == 0 then return false end
  self.serial = self.serial + 1
  local key, pause = ("%s %s %d"):format(self.request.run, self.request.path, self.serial), PAUSE
  while true do
    local over = M.over
    local hold, why = self.world.hold(key, most, scopes)
    if hold then
      M.open = M.open + 1
      return hold
    end
    local later = (M.open > 0 or M.over ~= over) and why.spent + most <= why.cap and left() > pause
    if not later then return nil, refusal(most, why) end
    self.world.sleep(pause)
    pause = math.min(pause * 2, PAUSE_MAX)
  end
end

---Ends a hold with what the call cost.
function M:settle(hold, cost)
  if not hold then return end
  M.open, M.over = M.open - 1, M.over + 1
  self.world.settle(hold, cost)
end

return M
