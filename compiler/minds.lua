--- minds: what `decision`, `tier` and `budget` say, as plain values: for the emitter, the declarations and the checks.
---
---     minds.rungs(node, reader) -> { { kind="try", line=6, tier="operational", most=30000, accept={ … } }, … }
local lower, tree = require "compiler.lower", require "compiler.tree"
local M = {}

local RUNGS = { rule = true, prompt = true, try = true, accept = true, otherwise = true }

local function shown(node, reader) return (reader.text(node):gsub("%s+", " ")) end

local function test_of(exp, reader)
  local text = shown(exp, reader)
  return { node = exp, text = text, line = reader.line(exp), margin = text:find "%f[%w_]margin%f[^%w_]" ~= nil,
    agree = tonumber(text:match "%f[%w_]agree%s*%(%s*(%d+)%s*%)") }
end

---The rungs of a decision in the order they are written. An `accept` has { node, text, line, margin, agree }.
function M.rungs(node, reader)
  local out = {}
  for _, child in ipairs(node) do
    if RUNGS[child.kind] then
      local rung = { kind = child.kind, line = reader.line(child), node = child }
      local exps = tree.children(child, "exp")
      if child.kind == "try" then
        local most = tree.child(child, "money")
        rung.tier, rung.most = reader.text(tree.child(child, "name")), most and lower.micro(reader.text(most)) or nil
        rung.accept = {}
        for i, exp in ipairs(exps) do rung.accept[i] = test_of(exp, reader) end
      elseif child.kind == "accept" then
        rung.accept = { test_of(exps[1], reader) }
      else
        rung.exp = exps[1]
      end
      out[#out + 1] = rung
    end
  end
  return out
end

---What follows the models of a `tier`: { about=, timeout=, retry=, limit={ most, seconds } or { most } at once, budget= }.
function M.tier_clauses(node, reader)
  local out = {}
  for _, child in ipairs(node) do
    if child.kind == "retry" then out.retry = lower.retry(child, reader)
    elseif child.kind == "timeout" then out.timeout = lower.seconds(child, reader)
    elseif child.kind == "about" then out.about = lower.string(child, reader)
    elseif child.kind == "budget" then out.budget = lower.budget(child, reader)
    elseif child.kind == "limit" then out.limit = lower.limit(child, reader)
    end
  end
  return out
end

---{ name=, cap=, per= } of `budget NAME = $1 per day`.
function M.budget(node, reader)
  local names = tree.children(node, "name")
  return { name = reader.text(names[1]), cap = lower.micro(reader.text(tree.child(node, "money"))), per = names[2] and reader.text(names[2]) or nil,
    line = reader.line(node) }
end

---The names of budgets that a heading of the file counts on; the others bind the whole program.
function M.budgets_in_use(root, reader)
  local used = {}
  tree.walk(root, function(node)
    if node.kind ~= "budget" then return end
    local name = lower.budget(node, reader).name
    if name then used[name] = true end
  end)
  return used
end

return M
