--- twin: `require "aios"`: the headings of the language as functions, for plain Lua.
---
---     local aios = require "aios"
---     aios.workflow { name = "report", every = "weekday at 08:00", run = function() … end }
local run = require "aios.run"
local flow = require "flow"
local declare = require "flow.declare"

local M = {}

local WORKFLOW = { name = "string", title = "string", about = "string", params = "table", returns = "string", every = true, at = true,
  after = "number", always = "boolean", on = true, where = "function", retry = "table", restart = "number", overlap = "string",
  missed = "table", tags = "table", priority = "number", jitter = true, limit = "table", run = "function", undo = "function" }
local TOOL = { name = "string", about = "string", params = "table", returns = "string", effect = "string", retry = "table", run = "function",
  undo = "function" }

local function check(what, given, fields)
  if type(given) ~= "table" then error(("aios.%s takes one table"):format(what), 3) end
  for key, value in pairs(given) do
    local want = fields[key]
    if not want then error(("aios.%s has no field %s"):format(what, tostring(key)), 3) end
    if want ~= true and type(value) ~= want then error(("aios.%s: %s is a %s"):format(what, key, want), 3) end
  end
  if not given.run then error(("aios.%s needs run = function"):format(what), 3) end
end

local function texts(value, word)
  if value == nil then return nil end
  local list = {}
  for i, text in ipairs(type(value) == "table" and value or { value }) do
    list[i] = text:match("^" .. word .. " ") and text or word .. " " .. text
  end
  return list
end

local function triggers(value)
  if value == nil then return nil end
  local list = {}
  for i, name in ipairs(type(value) == "table" and value or { value }) do list[i] = { "trigger", name } end
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

---The module for the activation whose globals are `env`.
function M.make(env)
  local aios = { type = function(name, text) return flow.type(env, name, text) end, tier = flow.tier, wait = flow.wait, ask = flow.ask,
    as = flow.as, fail = flow.fail }

  ---Declares a workflow. every, at: schedule words or a list of them; on: names of triggers; run: the block;
  ---undo: gets the parameters and the result.
  function aios.workflow(w)
    check("workflow", w, WORKFLOW)
    local decl = {}
    for key, value in pairs(w) do decl[key] = value end
    decl.run, decl.undo, decl.name, decl.line = nil, nil, nil, run.line()
    decl.every, decl.at, decl.on = texts(w.every, "every"), texts(w.at, "at"), triggers(w.on)
    decl.after = w.after and { w.after }
    limits(decl, w)
    decl.as = (decl.on or w.where) and "event" or nil
    return declare.workflow(env, w.name, decl, w.run, w.undo)
  end

  ---Declares a tool; also puts it where its name says (`crm.find` into the global table crm).
  function aios.tool(t)
    check("tool", t, TOOL)
    return declare.tool(env, t.name, { line = run.line(), params = t.params, returns = t.returns, effect = t.effect, retry = t.retry }, t.run, t.undo)
  end

  ---Runs `fn` as a named step and returns its value; options.retry = { times =, every = }; options.undo gets the value.
  function aios.step(name, fn, options)
    return flow.step(name, 1, { line = run.line(), retry = options and options.retry }, fn, options and options.undo)
  end

  return aios
end

return M
