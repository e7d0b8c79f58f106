--- flow.purse: which budgets, and which tiers, hold for what a program asks: those of every scope around the call.
---
---     purse.within(500000, function() … end)             -- `within $0.50 do … end`
---     purse.around({ budget = { cap = 20000 }, label = "workflow refund" }, fn, ...)
---
--- A frame belongs to a place of a run (its path), so branches of a run see the frames around them and no others.
--- A budget is known by its place and its number there, which a resumed run gives it again.
local run = require "aios.run"

local M = {}

---Declared budgets: name -> { cap, per, named }.
M.budgets = {}

---`budget NAME = $1 per day`. A budget that no heading names holds for everything the program asks.
function M.budget(name, said)
  M.budgets[name] = { cap = said.cap, per = said.per, named = said.named }
end

---Forgets what an earlier life of the run had open.
function M.forget() run.own().purse = nil end

local function here()
  local own = run.own()
  own.purse = own.purse or { frames = {}, opened = {} }
  return own.purse
end

local function around(frame, path)
  return frame.path == path or path:sub(1, #frame.path + 1) == frame.path .. "/"
end

-- what the host is told of a budget: where it is counted, what it allows, how it is called
local function spec_of(frame, path, number)
  local budget = frame.budget
  if not budget then return nil end
  if budget.name then
    local declared = M.budgets[budget.name]
    if not declared then error(("there is no budget %s; declare it with `budget %s = $1 per day`"):format(budget.name, budget.name), 0) end
    return { key = "budget " .. budget.name, cap = declared.cap, per = declared.per or "program", label = "budget " .. budget.name }
  end
  if budget.per and budget.per ~= "run" then
    return { key = frame.label, cap = budget.cap, per = budget.per, label = frame.label }
  end
  local key = budget.per and frame.label or ("%s#%d"):format(path, number)
  return { key = key, cap = budget.cap, label = frame.label }
end

local function closed(place, frame, good, ...)
  for i = #place.frames, 1, -1 do
    if place.frames[i] == frame then table.remove(place.frames, i) break end
  end
  if not good then error((...), 0) end
  return ...
end

---Calls `fn` with one more frame around it; returns what it returns and raises what it raises.
---@param frame table   { label, budget = { cap, per } or { name }, tier = { from, upto } }
function M.around(frame, fn, ...)
  if not frame.budget and not frame.tier then return fn(...) end
  local place, path = here(), run.path()
  local number = (place.opened[path] or 0) + 1
  place.opened[path] = number
  local open = { path = path, tier = frame.tier, spec = spec_of(frame, path, number) }
  place.frames[#place.frames + 1] = open
  return closed(place, open, pcall(fn, ...))
end

---`within $0.50 do … end`: everything asked in `fn` together may cost this much.
---@param cap integer   micro-dollars
function M.within(cap, fn, ...)
  return M.around({ label = "within", budget = { cap = cap } }, fn, ...)
end

---Whole micro-dollars of an amount in dollars.
function M.micro(dollars) return math.floor(dollars * 1e6 + 0.5) end

---What holds here: the budgets for the host (nil: none), and the tiers of the innermost `tier` clause.
---@return table? budgets   list of { key, cap, per?, label }
---@return table? tier      { from, upto }
function M.here()
  local path, list, tier = run.path(), {}, nil
  for name, budget in pairs(M.budgets) do
    if not budget.named then list[#list + 1] = { key = "budget " .. name, cap = budget.cap, per = budget.per or "program", label = "budget " .. name } end
  end
  table.sort(list, function(a, b) return a.key < b.key end)
  for _, frame in ipairs(here().frames) do
    if around(frame, path) then
      list[#list + 1] = frame.spec
      tier = frame.tier or tier
    end
  end
  return #list > 0 and list or nil, tier
end

return M
