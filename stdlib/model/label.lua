--- model.label: secrets in what a program sends: who may see them, and their values put in at the last moment. Pure.
---
--- A secret travels as { ["$secret"] = NAME, upto = TIER }: the journal and the audit never hold more.
local M = {}

local RANK = { reactive = 0, operational = 1, tactical = 2, strategic = 3 }
local ABOVE = 4                                         -- a tier of another name: above all of them

---The place of a tier in the order, lowest first.
function M.rank(tier) return RANK[tier] or ABOVE end

---Calls each(secret) for every secret in a value.
function M.each(value, each)
  if type(value) ~= "table" then return end
  if type(value["$secret"]) == "string" then return each(value) end
  for _, item in pairs(value) do M.each(item, each) end
end

---Why the value may not go to a tier, or nil.
function M.refusal(value, tier)
  local why
  M.each(value, function(secret)
    local upto = secret.upto or "reactive"
    if M.rank(tier) > M.rank(upto) then
      why = why or ("the prompt carries the secret %s, which may go %s"):format(secret["$secret"],
        upto == "reactive" and "to no model" or "no higher than tier " .. upto)
    end
  end)
  return why
end

---The names of the secrets in a value.
function M.names(value)
  local names = {}
  M.each(value, function(secret) names[#names + 1] = secret["$secret"] end)
  return names
end

local function copied(value, value_of)
  if type(value) ~= "table" then return value end
  if type(value["$secret"]) == "string" then return value_of(value["$secret"]) end
  local copy = {}
  for k, item in pairs(value) do copy[k] = copied(item, value_of) end
  return copy
end

---The value with every secret replaced by what `value_of(name)` says; itself when there is none.
function M.filled(value, value_of)
  if #M.names(value) == 0 then return value end
  return copied(value, value_of)
end

---A text without the values of secrets.
---@param known table<string, string>   name -> value
function M.hidden(text, known)
  for name, value in pairs(known) do
    if #value >= 4 then text = text:gsub(value:gsub("%p", "%%%0"), (("(secret %s)"):format(name):gsub("%%", "%%%%"))) end
  end
  return text
end

return M
