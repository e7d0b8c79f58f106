--- twin: `require "aios"`: the headings and sentences of the language as functions, for plain Lua.
---
---     local aios = require "aios"
---     aios.workflow { name = "report", every = "weekday at 08:00", run = function() … end }
---
--- Needs of plain Lua are not read before the program starts, so they are asked for where they are declared.
local run = require "aios.run"
local flow = require "flow"
local declare = require "flow.declare"

local M = {}

local EFFECTS = { reads = true, idempotent = true }
local RISKS = { low = true, medium = true, high = true, critical = true }
local OVERLAPS = { skip = true, queue = true, replace = true, allow = true }

---The fields each heading takes: a type, a table of the words it may be, or true where it is read further on.
--- A test holds them against the clauses that are alive.
M.FIELDS = {
  workflow = {
    name = "string", title = "string", about = "string", params = "table", returns = "string", every = true, at = true, after = true,
    always = "boolean", on = true, where = "function", needs = "table", retry = "table", restart = "number", overlap = OVERLAPS,
    missed = "table", tags = "table", priority = "number", jitter = true, limit = "table", settle = "number", run = "function", undo = "function",
  },
  tool = {
    name = "string", about = "string", params = "table", returns = "string", effect = EFFECTS, risk = RISKS, needs = "table",
    retry = "table", run = "function", undo = "function",
  },
}

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
  if not given.run then error(("aios.%s needs run = function"):format(what), 3) end
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

-- limit = { at_once = 3 } or { 60, per = 60 }; jitter = 300 or { 300, "fresh" }
local function limits(decl, w)
  local limit = w.limit or {}
  decl.limit, decl.at_once = nil, limit.at_once
  if limit[1] or limit.per then
    if not (math.type(limit[1]) == "integer" and type(limit.per) == "number") then error("aios.workflow: limit is { at_once = N } or { N, per = seconds }", 3) end
    decl.rates = { { limit[1], limit.per } }
  end
  decl.jitter = type(w.jitter) == "number" and { w.jitter } or w.jitter
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

---The module for the activation whose globals are `env`.
function M.make(env)
  local aios = { type = function(name, text) return flow.type(env, name, text) end, tier = flow.tier, wait = flow.wait, ask = flow.ask,
    as = flow.as, fail = flow.fail, template = flow.tpl }

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
    limits(decl, w)
    decl.as = (decl.on or w.where) and "event" or nil
    return declare.workflow(env, w.name, decl, w.run, w.undo)
  end

  ---Declares a tool; also puts it where its name says (`crm.find` into the global table crm).
  function aios.tool(t)
    check("tool", t)
    check_needs(t.needs)
    local decl = { line = run.line() }
    for _, key in ipairs { "about", "params", "returns", "effect", "risk", "retry" } do decl[key] = t[key] end
    if not t.name then error("aios.tool needs a name", 2) end
    return declare.tool(env, t.name, decl, t.run, t.undo)
  end

  ---Runs `fn` as a named step and returns its value, or with options.values = N its N values;
  ---options.retry = { times =, every = }; options.undo gets the value.
  function aios.step(name, fn, options)
    options = options or {}
    return flow.step(name, options.values or 1, { line = run.line(), retry = options.retry }, fn, options.undo)
  end

  return aios
end

return M
