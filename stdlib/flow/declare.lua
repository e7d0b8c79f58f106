--- flow.declare: workflows and tools of a program: how they are declared, called and begun.
---
--- The compiler reaches these through `__aios`, plain Lua modules through `require "aios"`.
local run = require "aios.run"
local json = require "aios.json"
local flow = require "flow"
local purse = require "flow.purse"
local redact = require "tool.redact"
local args_of = require "tool.args"
local undo = require "flow.undo"
local children = require "flow.children"
local answers = require "flow.answers"

local D = {}
local Workflow = { __name = "workflow" }
Workflow.__index = Workflow

-- workflows by the globals of the activation that declared them, in order and by name; gone with it
local activations = setmetatable({}, { __mode = "k" })

-- what is called through this is named in a traceback by where it was written: "in main chunk", not "in local 'chunk'"
local function unnamed(fn) return fn end
local tools_of = setmetatable({}, { __mode = "k" })

---The tools and agents that the program itself declares, in the order of the text.
---@return table[]   { decl, call }
function D.own_tools(env)
  local list = table.move(tools_of[env] or {}, 1, #(tools_of[env] or {}), 1, {})
  for _, self in ipairs(activations[env] or {}) do
    if self.decl.agent then list[#list + 1] = { decl = self.decl, call = self } end
  end
  return list
end

local function bind(decl, values)
  for i, p in ipairs(decl.params or {}) do
    if p[2] then flow.checked(p[2], values[i], ("%s of %s"):format(p[1], decl.name)) end
  end
  return values
end
D.bind = bind

-- "report.aios:3": the file a nameless workflow was written in, seen from its program's directory
local function nameless(line)
  local source, program = debug.getinfo(3, "S").source, run.info().program
  local directory = program:gsub("[^/]*$", "")
  local is_module = source:sub(1, 1) == "@" and source:sub(2) ~= program and source:sub(2, #directory + 1) == directory
  return ("%s:%d"):format(is_module and source:sub(#directory + 2) or run.program_name(), line)
end

-- where in the input of a run the key of its limit is found, the likeliest place first
local function key_places(decl)
  local first, rest = decl.key:match "^([^.]+)(.*)$"
  local places = {}
  for i, param in ipairs(decl.params or {}) do
    if param[1] == first then
      places = { "kwargs." .. first .. rest, ("args.%d%s"):format(i - 1, rest) }
      if i == 1 then places[3] = "event" .. rest end
    end
  end
  if first == decl.as then places[#places + 1] = "event" .. rest end
  return table.concat(places, " ")
end

---Declares a workflow, or a nameless one for a trigger; returns something callable.
---@param back function?   its undo part: gets the parameters and the result
function D.workflow(env, name, decl, fn, back)
  decl.name = name or nameless(decl.line)
  local self = setmetatable({ name = decl.name, decl = decl, fn = fn, back = back }, Workflow)
  if run.is_load() then run.declare(decl.name, (json.encode { name = decl.name, title = decl.title, line = decl.line, every = decl.every, at = decl.at,
    after = decl.after, always = decl.always, on = decl.on, restart = decl.restart, overlap = decl.overlap, missed = decl.missed, tags = decl.tags,
    priority = decl.priority, jitter = decl.jitter, at_once = decl.at_once, per_key = decl.per_key, key = decl.key and key_places(decl), throttles = decl.throttles, start = decl.start, rates = decl.rates, first_only = decl.first_only, settle = decl.settle, signed = decl.signed, replies = decl.replies, timeout = decl.timeout })) end
  activations[env] = activations[env] or {}
  activations[env][decl.name] = self
  table.insert(activations[env], self)
  if name then env[name] = self end
  return self
end

-- the values of a call, and the list that is recorded of them
local function arguments(decl, ...)
  local values, why = args_of.bind(decl.name, decl.params or {}, flow.types, ...)
  if not values then flow.fail("invalid", why) end
  local list = json.array {}
  for i = 1, values.n do list[i] = values[i] == nil and json.null or values[i] end
  return values, list
end

-- an undo part, for the result alone
local function bound(back, decl, values)
  if not back then return nil end
  local count = #(decl.params or {})
  return function(result)
    local all = table.pack(table.unpack(values, 1, count))
    all[count + 1] = result
    return back(table.unpack(all, 1, count + 1))
  end
end
D.arguments = arguments

-- the body of a workflow or a tool, inside its own budget and tiers
local function within(kind, decl, fn, ...)
  if not decl.budget and not decl.tier then return fn(...) end
  return purse.around({ label = kind .. " " .. decl.name, budget = decl.budget, tier = decl.tier }, fn, ...)
end

-- the time of a workflow is for all its attempts together
local function in_time(decl, fn)
  return flow.timed(decl.timeout, "workflow " .. decl.name, decl.line, function()
    local got = flow.attempts(decl.retry, fn)
    if not got[1] then flow.again(got[2]) end
    return got[2]
  end)
end

---A workflow called by name inside a run is a scope of that run.
function Workflow:__call(...)
  local values, given = arguments(self.decl, ...)
  local text = flow.recorded(given, "the arguments of", self.name)
  return flow.scope(self.name, text, self.decl.line, 1, nil, in_time(self.decl, function()
    bind(self.decl, values)
    local value = within("workflow", self.decl, unnamed(self.fn), table.unpack(values, 1, values.n))
    if self.decl.returns then flow.checked(self.decl.returns, value, "the result of " .. self.name) end
    return value
  end), nil, bound(self.back, self.decl, values))
end

-- `NAME(task) -> T`: an agent is told what is expected of it
function Workflow.__expecting(self, expected, ...)
  if not self.decl.agent then return flow.as(expected, self(...)) end
  local values = table.pack(...)
  return self(values[1], values[2], expected)
end

---Starts a run of its own, now or at an instant (seconds, as now() gives them); returns at once what waits for it, ends it or
---says something to it (flow/people.lua).
function Workflow:start(args, options)
  options = options or {}
  local started = flow.call({ name = "workflow.start", effect = "tx" }, { name = self.name, args = args, id = options.id, at = options.at,
    on_end = options.on_end })
  local handle = setmetatable({ ["$run"] = started.id, id = started.id }, require("flow.people").Handle)
  if options.on_end == "wait" then children.keep(handle) end
  return handle
end

local shared = setmetatable({}, { __mode = "k" })

---Marks a table as one of all runs: a tool declared inside of it goes to a copy of the run's own.
function D.shared(space)
  shared[space] = true
  return space
end

---Puts a value where its dotted name says.
function D.place(env, name, value)
  local parts = {}
  for part in name:gmatch "[^.]+" do parts[#parts + 1] = part end
  local at = env
  for i = 1, #parts - 1 do
    local space = rawget(at, parts[i])
    if type(space) ~= "table" then space = {}
    elseif shared[space] then space = setmetatable({}, { __index = space }) end
    at[parts[i]] = space
    at = space
  end
  at[parts[#parts]] = value
end

local function many(decl, count)
  local most = #(decl.params or {})
  return ("%s takes %s, got %d"):format(decl.name, most == 0 and "no arguments" or most == 1 and "1 argument" or most .. " arguments", count)
end

---Declares a tool written in the language: a function whose calls are scopes of the run.
function D.tool(env, name, decl, fn, back)
  decl.name = name
  local function called(...)
    local fake = D.fake and D.fake(name)
    if fake then return fake(...) end
    local values, given = arguments(decl, ...)
    if values.n > #(decl.params or {}) then flow.fail("invalid", many(decl, values.n)) end
    local text = flow.recorded(given, "the arguments of", name)
    return flow.scope(name, text, decl.line, 1, decl.retry, flow.timed(decl.timeout, "tool " .. name, decl.line, function(attempt)
      if attempt == 1 then run.audit(name, json.encode(redact.value(given)), decl.risk and "risk " .. decl.risk) end
      bind(decl, values)
      local value = within("tool", decl, unnamed(fn), table.unpack(values, 1, values.n))
      if decl.returns then flow.checked(decl.returns, value, "the result of " .. name) end
      return value
    end), decl.effect, bound(back, decl, values))
  end
  D.place(env, name, called)
  tools_of[env] = tools_of[env] or {}
  table.insert(tools_of[env], { decl = decl, call = called })
  return called
end


---The workflows that an activation declared: a list, and by name.
function D.list(env) return activations[env] or {} end

---For `aios test`: `watcher` hears of runs that begin and end; `field` reads the fields of workflows; `fake` stands in for tools.
function D.watch(watcher, field, fake)
  D.watcher, D.fake = watcher, fake
  Workflow.__index = field
end

local function start_values(decl, input)
  local params, list = decl.params or {}, {}
  local args, named = input.args or {}, input.kwargs or {}
  for i, p in ipairs(params) do
    local v = args[i]
    if v == nil then v = named[p[1]] end
    if v == json.null then v = nil end
    list[i] = v
  end
  local event = input.event
  if input.source then event = require "flow.event".value(input.source, event) end
  if input.source and #params > 0 then list[1] = require("flow.event").narrowed(event, params[1][2]) end
  bind(decl, list)
  local count = #params
  event = event or { args = args, kwargs = named }
  if decl.as or (count == 0 and input.event == nil) then
    count = count + 1
    list[count] = event
  end
  return list, count, event
end

-- what the run gives, when all that has to be undone is
local function ended(got)
  local note = undo.settle(flow)
  io.stdout:flush()
  if not got[1] then
    got[2].undo = note
    flow.again(got[2])
  end
end

---The body of a run's fiber: the file's top level, then (for a workflow) its block.
---@param chunk function      already bound to `env`
function D.main(chunk, env, args, name, input_text)
  purse.forget()
  if not name then
    local got = flow.attempts(nil, function() unnamed(chunk)(table.unpack(args)) end)
    answers.close()
    ended(got)
    return "null"
  end
  unnamed(chunk)(table.unpack(args))
  run.begin()
  purse.forget()
  local self = activations[env] and activations[env][name]
  if not self then flow.fail("not_found", ("this version of the program declares no workflow %s"):format(name)) end
  local decl, input = self.decl, json.decode(input_text) or {}
  if input.look then return decl[input.look]() and "true" or "false" end
  local values, count, event = start_values(decl, input)
  if decl.where and not decl.where(event) then return "null", "the condition after `where` was not met" end
  if D.watcher then D.watcher.began(decl.name) end
  local function body()
    local value = within("workflow", decl, unnamed(self.fn), table.unpack(values, 1, count))
    if decl.returns then flow.checked(decl.returns, value, "the result of " .. decl.name) end
    return value
  end
  if input.missed then run.own().missed = input.missed end
  local got = table.pack(pcall(in_time(decl, function(attempt)
    if attempt == 1 then return body() end
    run.own().attempt = attempt
    return flow.scope("attempt " .. attempt, nil, decl.line, 1, nil, body)
  end)))
  if D.watcher then D.watcher.ended(decl.name, got[1], got[2]) end
  answers.close()
  local cut = children.settle()
  if cut and got[1] then
    got = { false, json.decode(cut) }
    undo.unwind(flow)
  end
  if got[1] then undo.keep(bound(self.back, decl, values), decl.name, decl.line, "/", got[2]) end
  ended(got)
  return (flow.recorded(got[2], "the result of", decl.name))
end

return D
