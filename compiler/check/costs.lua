--- costs: the most that a run of each workflow and decision can spend on models, in micro-dollars.
---
--- While the file is walked, every `ask` and every call of something that asks is noted where it stands: how often it can
--- come there, and under which budget. `table` adds it up; prices come from outside (`world.model`).
local labels, tree = require "compiler.check.labels", require "compiler.tree"
local M = {}

local DOLLAR = 1000000

---Micro-dollars of a money literal.
function M.micro(text) return math.ceil(tonumber(text:sub(2)) * DOLLAR - 0.5) end

-- the cap that a clause `budget` sets; nil: none, or a name that is declared elsewhere
local function cap_of(c, node)
  local clause = tree.child(node, "budget")
  if not clause then return nil end
  local money, name = tree.child(clause, "money"), tree.child(clause, "name")
  local text = money and c.text(money) or name and c.facts.budgets[c.text(name)]
  return text and M.micro(text)
end

local function times_of(c, node)
  local retry = tree.child(node, "retry")
  return retry and tonumber(c.text(tree.child(retry, "number"))) or 1
end

-- what is noted while the file is walked: `at` is { unit, times, endless }, where the walk is
local function notes(c, at)
  local self = {}
  local function add(item)
    item.times, item.endless = at.times, at.endless or item.endless
    at.unit.items[#at.unit.items + 1] = item
  end
  self.add = add

  ---A call of something that the file declares.
  function self.call(_, entry) add { call = entry.name } end

  ---A function of the file, called by its name, or handed on to be called who knows how often.
  function self.function_name(name, called)
    if c.functions[name] or c.facts.functions[name] then add { fn = name, endless = not called } end
  end

  ---A question to a model.
  function self.ask(_, node, args)
    local info = args[1] and args[1].info
    local t = info and info.t
    local budget = t and t.named.budget and t.named.budget.info and t.named.budget.info.v
    add { ask = { tiers = labels.tiers_of(info), budget = type(budget) == "number" and math.ceil(budget * DOLLAR - 0.5) or nil }, line = c.line(node) }
  end
  return self
end

---@return table costs { ask, call, function_name, open, close, loop, table }
function M.new(c)
  local units, by_name = {}, {}
  local at = { unit = { kind = "file", name = "the file's top level", line = 1, items = {} }, times = 1, endless = false }
  units[1] = at.unit
  local self = notes(c, at)

  ---Begins what is added up by itself: a heading, or a body with a budget of its own.
  function self.open(kind, name, node, cap)
    local unit = { kind = kind, name = name, line = c.line(node), items = {}, outer = at.unit, times = at.times, endless = at.endless,
      cap = cap or cap_of(c, node), head = node, tries = kind == "within" and 1 or times_of(c, node) }
    if kind == "within" then self.add { unit = unit }
    elseif kind ~= "function" then units[#units + 1] = unit end
    if name then by_name[name] = by_name[name] or unit end
    at.unit, at.times, at.endless = unit, 1, false
    return unit
  end

  function self.close()
    local unit = at.unit
    at.unit, at.times, at.endless = unit.outer, unit.times, unit.endless
  end

  ---What `fn` visits happens `count` times, or, without a count, nobody knows how often.
  function self.loop(count, fn, ...)
    local times, endless = at.times, at.endless
    at.times, at.endless = times * (count or 1), endless or not count
    fn(...)
    at.times, at.endless = times, endless
  end

  function self.table(decls) return M.add_up(c, units, by_name, decls) end
  return self
end

-- ------------------------------------------------------------------ adding up
local function price_of_ask(c, item, world)
  if not item.ask.tiers then
    if item.ask.budget then return item.ask.budget end
    return nil, ("the tier of the ask in line %d is computed"):format(item.line)
  end
  if not c.world.model then return nil, "no price is known" end
  return c.world.model.ask({ tiers = item.ask.tiers, budget = item.ask.budget }, world)
end

local function decision_row(decls, name)
  for _, row in ipairs(decls.decisions or {}) do if row.name == name then return row end end
end

local sum

local function sum_item(c, item, s)
  if item.unit then return sum(c, item.unit, s) end
  if item.ask then
    local micro, why = price_of_ask(c, item, s.world)
    return { micro = micro or 0, asks = 1, unknown = not micro and why or nil }
  end
  local unit = item.fn and c.functions[item.fn] or s.by_name[item.call]
  return unit and sum(c, unit, s) or { micro = 0, asks = 0 }
end

-- every `try` of a decision, one after the other, each as often as `agree` asks
local function price_of_tries(c, unit, s)
  local sum = 0
  for _, try in ipairs(tree.children(unit.head, "try")) do
    local most, times = tree.child(try, "money"), tonumber(c.text(try):match "%f[%w_]agree%s*%(?%s*(%d+)") or 1
    local micro, why = c.world.model.ask({ tiers = { c.text(try[1]) } }, s.world)
    if most then micro = math.min(micro and micro * times or math.huge, M.micro(c.text(most)))
    elseif not micro then return nil, why
    else micro = micro * times end
    sum = sum + micro
  end
  return sum
end

local function own_price(c, unit, s)
  if unit.kind ~= "decision" then return { micro = 0, asks = 0 } end
  if not c.world.model then return { micro = 0, asks = 1, unknown = "no price is known" } end
  local row, micro, why = decision_row(s.decls, unit.name), nil, nil
  if row and row.rungs then micro, why = c.world.model.decision(row, s.world)
  else micro, why = price_of_tries(c, unit, s) end
  return { micro = micro or 0, asks = 1, unknown = not micro and why or nil }
end

-- micro: what is bounded; each: what comes again an unknown number of times; endless: why
function sum(c, unit, s)
  if s.sums[unit] then return s.sums[unit] end
  if s.open[unit] then return { micro = 0, asks = 0, again = unit.name or ("the function in line %d"):format(unit.line) } end
  s.open[unit] = true
  local out = own_price(c, unit, s)
  out.each = 0
  for _, item in ipairs(unit.items) do
    local one = sum_item(c, item, s)
    local micro = one.micro * item.times
    if item.endless and (one.asks > 0) and (micro > 0 or one.unknown) then
      out.each, out.endless = out.each + micro, out.endless or "a loop without a known end"
    else
      out.micro = out.micro + micro
    end
    out.each, out.asks = out.each + (one.each or 0) * item.times, out.asks + one.asks
    out.endless, out.unknown, out.again = out.endless or one.endless, out.unknown or one.unknown, out.again or one.again
  end
  if out.again and out.asks > 0 then out.endless = out.endless or out.again .. " calls itself" end
  out.micro, out.each = out.micro * (unit.tries or 1), out.each * (unit.tries or 1)
  if unit.cap and (out.endless or out.unknown or out.micro > unit.cap) then
    out = { micro = unit.cap, each = 0, asks = out.asks, capped = true }
  end
  s.open[unit], s.sums[unit] = nil, out
  return out
end

---Rows { kind, name, line, asks, micro?, endless?, each?, why?, budget?, capped? }; `micro` is missing when there is no bound or no
---price; `each` is what one more round of an endless loop costs.
function M.add_up(c, units, by_name, decls)
  local rows = {}
  local s = { sums = {}, open = {}, by_name = by_name, decls = decls, world = { tiers = decls.tiers, budgets = decls.budgets, named = c.facts.named_budgets } }
  for _, unit in ipairs(units) do
    local got = sum(c, unit, s)
    if unit.kind ~= "file" or got.asks > 0 then
      local bounded = not got.endless and not got.unknown
      rows[#rows + 1] = { kind = unit.kind, name = unit.name or ("line %d"):format(unit.line), line = unit.line, asks = got.asks,
        micro = bounded and got.micro or nil, endless = got.endless and true or nil, each = got.endless and not got.unknown and got.each or nil, budget = unit.cap, capped = got.capped,
        why = got.endless or got.unknown, node = unit.head }
    end
  end
  return rows
end

return M
