--- twin: `require "aios"`: the headings and sentences of the language as functions, for plain Lua.
---
---     local aios = require "aios"
---     aios.workflow { name = "report", every = "weekday at 08:00", run = function() … end }
---
--- Needs of plain Lua are not read before the program starts, so they are asked for where they are declared.
local run = require "aios.run"
local flow = require "flow"
local declare = require "flow.declare"
local purse = require "flow.purse"

local M = {}

local EFFECTS = { reads = true, idempotent = true }
local RISKS = { low = true, medium = true, high = true, critical = true }
local OVERLAPS = { skip = true, queue = true, replace = true, allow = true }

---The fields each heading takes: a type, a table of the words it may be, or true where it is read further on.
--- A test holds them against the clauses that are alive.
M.FIELDS = {
  workflow = {
    name = "string", title = "string", about = "string", params = "table", returns = "string", every = true, at = true, after = true,
    always = "boolean", on = true, where = "function", needs = "table", retry = "table", restart = "number", timeout = "number", overlap = OVERLAPS,
    missed = "table", tags = "table", priority = "number", jitter = true, limit = "table", settle = "number", throttle = "table", start = "number", signed = "table", idle = "number", when = true, budget = true, tier = true,
    run = "function", undo = "function",
  },
  tool = {
    name = "string", about = "string", params = "table", returns = "string", effect = EFFECTS, risk = RISKS, needs = "table",
    retry = "table", timeout = "number", budget = true, tier = true, run = "function", undo = "function",
  },
  decision = { name = "string", about = "string", params = "table", returns = "string", needs = "table", budget = true, rungs = "table" },
}
M.FIELDS.agent = { goal = true, tools = "table", rounds = "number" }
for field, want in pairs(M.FIELDS.workflow) do
  if field ~= "params" and field ~= "returns" and field ~= "run" and field ~= "undo" then M.FIELDS.agent[field] = want end
end

local function words_of(set)
  local list = {}
  for word in pairs(set) do list[#list + 1] = word end
  table.sort(list)
  return table.concat(list, ", ")
end

local function check_params(what, params)
  for i, p in ipairs(params or {}) do
    if type(p) ~= "table" or type(p[1]) ~= "string" or p[2] ~= nil and type(p[2]) ~= "string" then
      error(("aios.%s: parameter %d is { name, type }, such as { \"email\", \"string(..200)\" }"):format(what, i), 4)
    end
  end
end

local function check(what, given)
  local fields = M.FIELDS[what]
  if type(given) ~= "table" then error(("aios.%s takes one table"):format(what), 3) end
  for key, value in pairs(given) do
    local want = fields[key]
    if not want then
      error(("aios.%s has no field %s; it has %s"):format(what, tostring(key), words_of(fields)), 3)
    elseif type(want) == "table" then
      if not want[value] then error(("aios.%s: %s is one of %s"):format(what, key, words_of(want)), 3) end
    elseif want ~= true and type(value) ~= want then
      error(("aios.%s: %s is a %s"):format(what, key, want), 3)
    end
  end
  if fields.run and not given.run then error(("aios.%s needs run = function"):format(what), 3) end
  check_params(what, given.params)
end

-- "weekday at 08:00", "every weekday at 08:00", "once every day": as the compiler writes them
local function texts(value, word)
  if value == nil then return nil end
  local list = {}
  for i, text in ipairs(type(value) == "table" and value or { value }) do
    local once, rest = text:match "^(once )(.*)$"
    rest = rest or text
    list[i] = (once or "") .. (rest:match("^" .. word .. " ") and rest or word .. " " .. rest)
  end
  return list
end

-- on = "deploy", { "a", "b" }: triggers by name; { { "file.created", "*.pdf" } }: events with their texts
local function triggers(value)
  if value == nil then return nil end
  local list = {}
  for i, entry in ipairs(type(value) == "table" and value or { value }) do list[i] = type(entry) == "table" and entry or { "trigger", entry } end
  return list
end

-- idle = 600; when = function, { function, lasting = 300, checked = 30, ["until"] = function }, or a list of such tables
local function states(decl, w)
  local list = decl.on or {}
  if w.idle then list[#list + 1] = { "idle", ("idle for %gs"):format(w.idle), w.idle, 0 } end
  local given = type(w.when) == "function" and { w.when } or w.when or {}
  for nth, row in ipairs(type(given[1]) == "table" and given or { given }) do
    local lasting, checked, again = row.lasting or 0, row.checked or 0, row["until"]
    if w.when and (type(row[1]) ~= "function" or type(lasting) ~= "number" or type(checked) ~= "number" or again and type(again) ~= "function") then
      error("aios.workflow: when is a function, or { function, lasting = seconds, checked = seconds, [\"until\"] = function }", 3)
    end
    if w.when then
      list[#list + 1] = { "when", ("condition %d%s"):format(nth, lasting > 0 and (" for %gs"):format(lasting) or ""), lasting, checked, again and true or nil }
      decl["when" .. nth], decl["until" .. nth] = row[1], again
    end
  end
  decl.when, decl.idle = nil, nil
  if #list > 0 then decl.on = list end
end

-- limit = { at_once = 3 } or { 60, per = 60 }; jitter = 300 or { 300, "fresh" }
local function limits(decl, w)
  local limit = w.limit or {}
  decl.limit, decl.at_once = nil, limit.at_once
  if limit[1] or limit.per then
    if not (math.type(limit[1]) == "integer" and type(limit.per) == "number") then error("aios.workflow: limit is { at_once = N } or { N, per = seconds }", 3) end
    decl.rates = { { limit[1], limit.per } }
  end
  if limit.per_key then
    local most, path = limit.per_key, limit.key
    if math.type(most) ~= "integer" or type(path) ~= "string" then error("aios.workflow: limit is { per_key = 1, key = \"order.customer\" }", 3) end
    decl.per_key, decl.key = most, path
  end
  if w.throttle then
    if not (math.type(w.throttle[1]) == "integer" and type(w.throttle.per) == "number") then error("aios.workflow: throttle is { N, per = seconds }", 3) end
    decl.throttle, decl.throttles = nil, { { w.throttle[1], w.throttle.per } }
  end
  decl.jitter = type(w.jitter) == "number" and { w.jitter } or w.jitter
end

local PER = { run = true, minute = true, hour = true, day = true, week = true, month = true, year = true, program = true }

-- budget = 0.10, "daily" or { 0.10, per = "day" }; tier = "operational" or { "operational", "tactical" }
local function money(decl, given, what)
  local budget, tier = given.budget, given.tier
  if type(budget) == "number" then budget = { budget } end
  if type(budget) == "table" then
    if type(budget[1]) ~= "number" or budget[1] < 0 or budget.per and not PER[budget.per] then
      error(("aios.%s: budget is dollars, { dollars, per = \"day\" } or the name of a budget"):format(what), 3)
    end
    decl.budget = { cap = purse.micro(budget[1]), per = budget.per }
  else
    decl.budget = budget and { name = budget }
  end
  decl.tier = type(tier) == "string" and { tier, tier } or tier
end

-- rungs as the compiler writes them, from { "rule", fn }, { "prompt", fn }, { "try", tier, accept, most }, { "accept", fn }, { "otherwise", fn }
local function rungs_of(list, line)
  local out = {}
  for i, rung in ipairs(list) do
    local kind, fn = rung[1], rung[2]
    local function tests(test) return test and { { ("test %d"):format(i), test } } or {} end
    if kind == "try" then out[i] = { "try", line, fn, tests(rung[3]), rung[4] and purse.micro(rung[4]), rung.margin == true }
    elseif kind == "accept" then out[i] = { "accept", line, tests(fn) }
    elseif (kind == "rule" or kind == "prompt" or kind == "otherwise") and type(fn) == "function" then out[i] = { kind, line, fn, kind == "rule" }
    else error(("aios.decision: rung %d is { \"rule\" | \"prompt\" | \"accept\" | \"otherwise\", function } or { \"try\", tier, test, dollars }"):format(i), 3) end
  end
  return out
end

-- { "fs.read", "/etc/**" } or a list of them
local function check_needs(needs)
  if not needs then return end
  for _, need in ipairs(type(needs[1]) == "table" and needs or { needs }) do
    for i = 2, math.max(2, #need) do
      if not run.allowed(need[1], need[i] or "") then
        flow.fail("denied", ("the grant %s%s is missing; start the program with --grant or --yes"):format(need[1], need[i] and (" %q"):format(need[i]) or ""))
      end
    end
  end
end

-- what asks models
local function add_minds(aios, env)
  ---Names a budget: aios.budget { name = "daily", cap = 0.50, per = "day" }. With named = true it binds only the headings that name it.
  function aios.budget(b)
    if type(b) ~= "table" or type(b.name) ~= "string" or type(b.cap) ~= "number" or b.per and not PER[b.per] then
      error("aios.budget: { name = \"daily\", cap = 0.50, per = \"day\" }", 2)
    end
    purse.budget(b.name, { cap = purse.micro(b.cap), per = b.per, named = b.named })
  end

  ---Declares a decision; returns something callable. Tests get the parameters, then the answer, margin and agree.
  function aios.decision(d)
    check("decision", d)
    check_needs(d.needs)
    if not d.name or not d.returns or not d.rungs then error("aios.decision needs name, returns and rungs", 2) end
    local decl = { line = run.line(), about = d.about, params = d.params or {}, returns = d.returns }
    money(decl, d, "decision")
    return require "flow.decide".decision(env, d.name, decl, rungs_of(d.rungs, decl.line))
  end

  ---Declares an agent: goal is a text, or a function of the event that returns one.
  function aios.agent(a)
    check("agent", a)
    check_needs(a.needs)
    if not a.name then error("aios.agent needs a name", 2) end
    local decl = {}
    for key, value in pairs(a) do decl[key] = value end
    decl.name, decl.needs, decl.line = nil, nil, run.line()
    decl.every, decl.at, decl.on = texts(a.every, "every"), texts(a.at, "at"), triggers(a.on)
    decl.after = type(a.after) == "number" and { a.after } or a.after
    states(decl, a)
    limits(decl, a)
    money(decl, a, "agent")
    decl.goal = type(a.goal) == "string" and function() return a.goal end or a.goal
    decl.as = (decl.on or a.where) and "event" or nil
    return require "flow.agent".agent(env, a.name, decl)
  end

  ---Says how a decision turned out: "good" or "bad".
  aios.outcome = require "flow.decide".outcome
  aios.secret = require "flow.secret".secret
end

---The module for the activation whose globals are `env`.
function M.make(env)
  local people = require "flow.people"
  local aios = { type = function(name, text) return flow.type(env, name, text) end, tier = flow.tier, wait = flow.wait, ask = flow.ask,
    as = flow.as, fail = flow.fail, template = flow.tpl, approve = people.approve, signal = people.signal,
    receive = people.receive, version = people.version, continue_with = people.continue_with,
    query = require("flow.answers").query, update = require("flow.answers").update }

  ---Asks for a need: aios.needs("fs.read", "/etc/hostname", …).
  function aios.needs(...) check_needs { ... } end

  ---Declares a workflow. every, at: schedule words or a list of them; after: seconds or a list; on: names of triggers;
  ---run: the block; undo: gets the parameters and the result.
  function aios.workflow(w)
    check("workflow", w)
    check_needs(w.needs)
    local decl = {}
    for key, value in pairs(w) do decl[key] = value end
    decl.run, decl.undo, decl.name, decl.needs, decl.line = nil, nil, nil, nil, run.line()
    decl.every, decl.at, decl.on = texts(w.every, "every"), texts(w.at, "at"), triggers(w.on)
    decl.after = type(w.after) == "number" and { w.after } or w.after
    states(decl, w)
    limits(decl, w)
    money(decl, w, "workflow")
    decl.as = (decl.on or w.where) and "event" or nil
    return declare.workflow(env, w.name, decl, w.run, w.undo)
  end

  ---Declares a tool; also puts it where its name says (`crm.find` into the global table crm).
  function aios.tool(t)
    check("tool", t)
    check_needs(t.needs)
    local decl = { line = run.line() }
    for _, key in ipairs { "about", "params", "returns", "effect", "risk", "retry", "timeout" } do decl[key] = t[key] end
    money(decl, t, "tool")
    if not t.name then error("aios.tool needs a name", 2) end
    return declare.tool(env, t.name, decl, t.run, t.undo)
  end

  ---Runs `fn` as a named step and returns its value, or with options.values = N its N values;
  ---options.retry = { times =, every = }; options.timeout = seconds for each attempt; options.undo gets the value.
  function aios.step(name, fn, options)
    options = options or {}
    return flow.step(name, options.values or 1, { line = run.line(), retry = options.retry, timeout = options.timeout },
      fn, options.undo)
  end

  add_minds(aios, env)
  for name, fn in pairs(require "twin.branches") do aios[name] = fn end
  return aios
end

return M
