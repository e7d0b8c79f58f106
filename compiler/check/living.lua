--- living: which forms of the language this version can run.
--- The whole language parses; a form listed in DEAD is refused by name. To bring one to life: remove its line here and give
--- the emitter (and lower.lua) a function for its kind.
local lower = require "compiler.lower"
local tree, words = require "compiler.tree", require "compiler.words"
local M = {}

---kind -> how a person calls the form.
M.DEAD = {}

---Clauses each heading takes. A clause of another heading is a mistake of its own.
local WORKFLOW = {
  title = true, every = true, at = true, after = true, on = true, always = true, as = true, where = true, about = true,
  needs = true, timeout = true, retry = true, restart = true, tags = true, overlap = true, missed = true, budget = true,
  priority = true, limit = true, jitter = true, idle = true, when = true, once = true, settle = true, signed = true, throttle = true, start = true, use_tier = true,
}
local AGENT = {}
for kind in pairs(WORKFLOW) do AGENT[kind] = true end
for _, kind in ipairs { "goal", "tools", "rounds" } do AGENT[kind] = true end
M.TAKES = {
  workflow = WORKFLOW, trigger = WORKFLOW,
  tool = {
    about = true, needs = true, reads = true, idempotent = true, risk = true, timeout = true, retry = true, budget = true,
    limit = true, use_tier = true,
  },
  decision = { about = true, needs = true, budget = true },
  agent = AGENT,
}
---Clauses that may be given more than once.
M.REPEATS = { limit = true, throttle = true, every = true, at = true, after = true, on = true, needs = true, idle = true, when = true, tags = true, once = true }

-- the name of a form that cannot run yet, or nil
local function dead_name(node, parent, reader)
  if node.kind == "on" then
    local _, _, kind = lower.event(node, reader)
    return kind and words.later_events[kind] and ("`on %s`"):format(kind)
  elseif parent and parent.kind == "tier_decl" then
    return nil
  elseif node.kind == "limit" and parent and parent.kind ~= "workflow" and parent.kind ~= "trigger" and parent.kind ~= "agent" and parent.kind ~= "parallel_for" then
    return "the clause `limit` here"
  end
  return M.DEAD[node.kind]
end

---A problem for each form that is not alive, once a form; what stands inside it is not looked at.
function M.check(root, reader, report)
  local told = {}
  tree.walk(root, function(node, parents)
    local parent = parents[#parents] or root
    local name = dead_name(node, parent, reader)
    if not name then return end
    if not told[name] then
      told[name] = true
      report("AIOS090", node.from, name .. " is part of the language, but this version of aios cannot run it yet",
        "`docs/language.md` lists what is alive")
    end
  end)
end

return M
