--- decls: everything a program declares, readable without running it.
---
---     decls.of(root, source) -> { needs, workflows, tools, types, tiers, budgets, decisions, agents, tests }
local minds = require "compiler.minds"
local lower, source_of, tree = require "compiler.lower", require "compiler.source", require "compiler.tree"
local M = {}
local add = {}

---What a file without declarations has.
function M.none() return { needs = {}, workflows = {}, tools = {}, types = {}, tiers = {}, budgets = {}, decisions = {}, agents = {}, tests = {} } end

-- a need given twice by the file counts once
local function head_without_notation(node, reader)
  local head = lower.head(node, reader)
  head.where, head.goal, head.every, head.at, head.after, head.on, head.always = nil, nil, nil, nil, nil, nil, nil
  return head
end

-- what a block writes when it moves, copies or removes the file it was given: as far as the text says where to
local function written(body, name, glob, need)
  for verb, quote, target in body:gmatch("%f[%w_]" .. name .. "%s*:%s*(%l+)%s*%(?%s*([`\"'])([^\n]-)%2") do
    if verb == "move" or verb == "copy" then
      local start = target:match "^(.-)%${"
      need(start and (start:match "^.*/" or "./") .. "**" or target)
    end
  end
  if body:find("%f[%w_]" .. name .. "%s*:%s*move%f[^%w_]") or body:find("%f[%w_]" .. name .. "%s*:%s*remove%f[^%w_]") then need(glob) end
end

-- `on file.created GLOB` says itself that these files are read
local function implied(node, reader, head)
  local body = tree.child(node, "body")
  for _, trigger in ipairs(head.triggers) do
    local glob = trigger.event and (trigger.event:find "^file%." or trigger.event == "line.matching") and trigger.subject
    local function need(what, pattern) table.insert(head.needs, { what, pattern, line = trigger.line }) end
    if glob then need("fs.read", glob) end
    if glob and head.as and body and trigger.event ~= "line.matching" then written(reader.text(body), head.as, glob, function(pattern) need("fs.write", pattern) end) end
  end
end

function add.workflow(out, node, reader)
  local head = head_without_notation(node, reader)
  head.triggers, head.needs, head.tags = head.triggers or {}, head.needs or {}, head.tags or {}
  implied(node, reader, head)
  out.workflows[#out.workflows + 1] = head
end
add.trigger = add.workflow
function add.tool(out, node, reader)
  local head = head_without_notation(node, reader)
  head.needs = head.needs or {}
  out.tools[#out.tools + 1] = head
end
function add.needs_decl(out, node, reader) lower.needs(node, reader, out.needs) end
function add.type_decl(out, node, reader)
  out.types[#out.types + 1] = { name = reader.text(node[1]), text = lower.type_text(reader.text(node[2])), line = reader.line(node) }
end
function add.test(out, node, reader)
  out.tests[#out.tests + 1] = { name = source_of.unquote(reader.text(tree.child(node, "string"))), line = reader.line(node) }
end
-- the models of a tier, as far as they are written as texts
local function models_of(node, reader)
  local list = {}
  for i, exp in ipairs(tree.children(node, "exp")) do
    local text = reader.text(exp)
    if not text:find "^[\"']" then return nil end
    list[i] = source_of.unquote(text)
  end
  return list
end

function add.tier_decl(out, node, reader)
  local row = minds.tier_clauses(node, reader)
  row.name, row.line, row.models = reader.text(node[1]), reader.line(node), models_of(node, reader)
  out.tiers[#out.tiers + 1] = row
end
function add.budget_decl(out, node, reader) out.budgets[#out.budgets + 1] = minds.budget(node, reader) end
function add.decision(out, node, reader)
  local head = head_without_notation(node, reader)
  head.needs, head.rungs = head.needs or {}, minds.rungs(node, reader)
  for _, rung in ipairs(head.rungs) do
    rung.node, rung.exp = nil, nil
    for _, test in ipairs(rung.accept or {}) do test.node = nil end
  end
  out.decisions[#out.decisions + 1] = head
end
function add.agent(out, node, reader)
  local head = head_without_notation(node, reader)
  head.triggers, head.needs, head.tools, head.tags = head.triggers or {}, head.needs or {}, head.tools or {}, head.tags or {}
  out.agents[#out.agents + 1] = head
end

---Reads the declarations of a tree, also those inside other bodies.
function M.of(root, source)
  local out, reader = M.none(), lower.reader(source)
  tree.walk(root, function(node)
    if add[node.kind] then add[node.kind](out, node, reader) end
  end)
  return out
end

local function text(value)
  if type(value) == "string" then return source_of.quote(value) end
  if type(value) ~= "table" then return tostring(value) end
  local keys, out = {}, {}
  for i, item in ipairs(value) do out[i] = text(item) end
  for key in pairs(value) do if type(key) == "string" then keys[#keys + 1] = key end end
  table.sort(keys)
  for _, key in ipairs(keys) do out[#out + 1] = ("[%q]=%s"):format(key, text(value[key])) end
  return "{" .. table.concat(out, ",") .. "}"
end

---Lua text that `load` turns back into the declarations; equal declarations give equal text.
function M.serialize(decls) return "return " .. text(decls) end

return M
