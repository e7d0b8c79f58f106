--- labels: secrets, and the tiers of models that they would reach.
---
--- `secret("NAME", "TIER")` may be shown to tiers up to TIER, `secret "NAME"` to no model. A tier of another name than the
--- four stands above them all.
local tree, values = require "compiler.tree", require "compiler.check.values"
local M = {}

local ORDER = { reactive = 0, operational = 1, tactical = 2, strategic = 3 }
local ALL = { "operational", "tactical", "strategic" }
local ABOVE = 4

-- the first of the tiers that may not see the secret
local function too_high(secret, tiers)
  local most = secret.upto and (ORDER[secret.upto] or ABOVE) or 0
  for _, tier in ipairs(tiers) do
    if (ORDER[tier] or ABOVE) > most then return tier end
  end
end

local function tell(c, node, secret, tiers)
  local tier = too_high(secret, tiers)
  if not tier then return end
  c.report("AIOS130", node, ("the secret `%s` would reach the tier `%s`, which may not see it"):format(secret.name, tier),
    secret.upto and ("it may be shown up to `%s`: name the tiers, or leave it out"):format(secret.upto)
      or ("no model may see it: leave it out, or allow a tier: secret(%q, %q)"):format(secret.name, tier))
end

---A tier that a sentence names: one of the four, or declared.
function M.tier(c, node, name)
  if ORDER[name] or c.facts.tiers[name] or c.requires_modules then return end
  local list = { "reactive", "operational", "tactical", "strategic", table.unpack(values.names_of(c.facts.tiers)) }
  c.report("AIOS131", node, ("there is no tier `%s`"):format(name), (values.suggestion(name, list)))
end

-- the tiers that an `ask` may reach; nil: they are computed
local function tiers_of(info)
  local t = info and info.t
  if not t then return ALL end
  local one, several = t.named.tier, t.named.tiers
  if one then return one.info and type(one.info.v) == "string" and { one.info.v } or nil end
  if not several then return ALL end
  local list = several.info and several.info.t and several.info.t.list
  local out = {}
  for i, item in ipairs(list or {}) do
    out[i] = item.info and item.info.v
    if type(out[i]) ~= "string" then return nil end
  end
  return list and out or nil
end
M.tiers_of = tiers_of

---An `ask` and what it is given.
function M.ask(c, node, args)
  local info = args[1] and args[1].info
  local secret = info and info.secret
  local tiers = secret and tiers_of(info)
  if tiers then tell(c, node, secret, tiers) end
end

local function tries(decision, c)
  local out = {}
  for i, try in ipairs(tree.children(decision, "try")) do out[i] = c.text(try[1]) end
  return #out > 0 and out or ALL
end

---The prompt of a decision, in the decision itself.
function M.prompt(c, node, decision, info)
  if info and info.secret then tell(c, node, info.secret, tries(decision, c)) end
end

---A call of a decision: an argument that its prompt speaks of goes to its tiers.
function M.decision(c, _, entry, args)
  local prompt = tree.child(entry.node, "prompt")
  if not prompt then return end
  local text = c.text(prompt)
  for i, param in ipairs(entry.params) do
    local arg = args[i]
    if arg and arg.info and arg.info.secret and text:find("%f[%w_]" .. param[1] .. "%f[^%w_]") then
      tell(c, arg.node, arg.info.secret, tries(entry.node, c))
    end
  end
end

return M
