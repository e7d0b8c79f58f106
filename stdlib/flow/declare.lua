--- flow.declare: workflows and tools of a program: how they are declared, called and begun.
---
--- The compiler reaches these through `__aios`, plain Lua modules through `require "aios"`.
local run = require "aios.run"
local json = require "aios.json"
local flow = require "flow"
local redact = require "tool.redact"

local D = {}
local Workflow = { __name = "workflow" }
Workflow.__index = Workflow

-- workflows by the globals of the activation that declared them; gone with it
local activations = setmetatable({}, { __mode = "k" })

-- what is called through this is named in a traceback by where it was written: "in main chunk", not "in local 'chunk'"
local function unnamed(fn) return fn end

local function bind(decl, values)
  for i, p in ipairs(decl.params or {}) do
    if p[2] then flow.checked(p[2], values[i], ("%s of %s"):format(p[1], decl.name)) end
  end
  return values
end

---Declares a workflow, or a nameless one for a trigger; returns something callable.
function D.workflow(env, name, decl, fn)
  decl.name = name or ("%s:%d"):format(run.program_name(), decl.line)
  local self = setmetatable({ name = decl.name, decl = decl, fn = fn }, Workflow)
  if run.is_load() then run.declare(decl.name, (json.encode { name = decl.name, title = decl.title, line = decl.line, every = decl.every, at = decl.at,
    after = decl.after, always = decl.always, on = decl.on, restart = decl.restart, overlap = decl.overlap, missed = decl.missed, tags = decl.tags,
    priority = decl.priority, jitter = decl.jitter, at_once = decl.at_once, rates = decl.rates })) end
  activations[env] = activations[env] or {}
  activations[env][decl.name] = self
  if name then env[name] = self end
  return self
end

local function arguments(decl, ...)
  local list = json.array {}
  for i = 1, math.max(select("#", ...), #(decl.params or {})) do
    local v = select(i, ...)
    list[i] = v == nil and json.null or v
  end
  return list
end

---A workflow called by name inside a run is a scope of that run.
function Workflow:__call(...)
  local values = table.pack(...)
  local text = flow.recorded(arguments(self.decl, ...), "the arguments of", self.name)
  return flow.scope(self.name, text, self.decl.line, 1, self.decl.retry, function()
    bind(self.decl, values)
    local value = unnamed(self.fn)(table.unpack(values, 1, math.max(values.n, #(self.decl.params or {}))))
    if self.decl.returns then flow.checked(self.decl.returns, value, "the result of " .. self.name) end
    return value
  end)
end

---Starts a run of its own; returns { id = … } at once.
function Workflow:start(args, options)
  options = options or {}
  return flow.call({ name = "workflow.start", effect = "tx" }, { name = self.name, args = args, id = options.id })
end

local function place(env, name, value)
  local parts = {}
  for part in name:gmatch "[^.]+" do parts[#parts + 1] = part end
  local at = env
  for i = 1, #parts - 1 do
    local next_table = rawget(at, parts[i])
    if type(next_table) ~= "table" then next_table = {} at[parts[i]] = next_table end
    at = next_table
  end
  at[parts[#parts]] = value
end

---Declares a tool written in the language: a function whose calls are scopes of the run.
function D.tool(env, name, decl, fn)
  decl.name = name
  local function called(...)
    local values = table.pack(...)
    local given = arguments(decl, ...)
    local text = flow.recorded(given, "the arguments of", name)
    return flow.scope(name, text, decl.line, 1, decl.retry, function(attempt)
      if attempt == 1 then run.audit(name, json.encode(redact.value(given))) end
      bind(decl, values)
      local value = unnamed(fn)(table.unpack(values, 1, math.max(values.n, #(decl.params or {}))))
      if decl.returns then flow.checked(decl.returns, value, "the result of " .. name) end
      return value
    end, decl.effect)
  end
  place(env, name, called)
  return called
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
  bind(decl, list)
  local count = #params
  if decl.as or (count == 0 and input.event == nil) then
    count = count + 1
    list[count] = input.event or { args = args, kwargs = named }
  end
  return list, count
end

---The body of a run's fiber: the file's top level, then (for a workflow) its block.
---@param chunk function      already bound to `env`
function D.main(chunk, env, args, name, input_text)
  if not name then
    unnamed(chunk)(table.unpack(args))
    io.stdout:flush()
    return "null"
  end
  unnamed(chunk)(table.unpack(args))
  run.begin()
  local self = activations[env] and activations[env][name]
  if not self then flow.fail("not_found", ("this version of the program declares no workflow %s"):format(name)) end
  local decl, input = self.decl, json.decode(input_text) or {}
  local values, count = start_values(decl, input)
  if decl.where and not decl.where(values[count]) then return "null", "the condition after `where` was not met" end
  local function body()
    local value = unnamed(self.fn)(table.unpack(values, 1, count))
    if decl.returns then flow.checked(decl.returns, value, "the result of " .. decl.name) end
    return value
  end
  local got = flow.attempts(decl.retry, function(attempt)
    if attempt > 1 then return flow.scope("attempt " .. attempt, nil, decl.line, 1, nil, body) end
    return body()
  end)
  io.stdout:flush()
  if not got[1] then flow.again(got[2]) end
  return (flow.recorded(got[2], "the result of", decl.name))
end

return D
