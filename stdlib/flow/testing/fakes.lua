--- flow.testing.fakes: stand-ins for tools and models, and what was asked of them.
---
---     mock.tool("mail.unread", function(query) return { { subject = "Hello" } } end)
---     mock.model("operational", "All quiet.")
---     mock.calls("mail.unread")[1].since
---
--- A fake's answer is recorded in the run like a tool's, so a run that sleeps and wakes sees the same again.
local run = require "aios.run"
local json = require "aios.json"
local flow = require "flow"
local names = require "tool.names"
local fit = require "tool.fit"
local M = {}

local TIERS = { "reactive", "operational", "tactical", "strategic" }
local FOR_EVER = 1e9                    -- seconds: a stream that says nothing more

local ON_THIS_SIDE = { approve = true, receive = true }                -- more than the call of their tool

---Notifications that were sent.
M.sent = {}
local fakes, models, asked, streams, opened = {}, {}, {}, {}, {}

-- ------------------------------------------------------------------ what was called
local function keep(name, args)
  if run.muted() then return end
  asked[name] = asked[name] or {}
  table.insert(asked[name], args)
  if name == "notify" then
    table.insert(M.sent, { text = args.text, title = args.title, level = args.level, at = math.floor(run.now()), run = run.info().name })
  end
end

-- positional arguments as a person reads them: also by name where there are names
local function with_names(...)
  local args = { ... }
  local only = ...
  if select("#", ...) == 1 and type(only) == "table" then
    for key, value in pairs(only) do if type(key) == "string" then args[key] = value end end
  end
  return args
end

local function answer_of(fake, ...)
  if type(fake) == "function" then return fake(...) end
  return fake
end

-- ------------------------------------------------------------------ tools that exist
local function check_need(tool, args)
  local need, resource = tool.needs and tool.needs[1], tool.needs and tool.needs[2]
  if not need then return end
  if type(resource) == "function" then
    local good, text = pcall(resource, args)
    if not good then return end
    resource = text
  else
    resource = args[resource]
  end
  if need:find "^fs" then resource = require "aios.script".absolute(resource or "") end
  if not run.allowed(need, tostring(resource or "")) then
    flow.fail("denied", ("the program does not declare `needs %s %q`"):format(need, tostring(resource or "")), tool.name)
  end
end

-- named arguments in the order in which the tool is called: its parameters, those it takes any number of, its options in a table
local function in_order(tool, args)
  local list, options, count = {}, {}, #(tool.params or {})
  for i, param in ipairs(tool.params or {}) do list[i] = args[param[1]] end
  for _, option in ipairs(tool.options or {}) do
    if option[1] ~= tool.rest then options[option[1]] = args[option[1]] end
  end
  for _, value in ipairs(tool.rest and args[tool.rest] or {}) do
    count = count + 1
    list[count] = value
  end
  if next(options) then
    count = count + 1
    list[count] = options
  end
  return list, count
end

-- the same call as a test reads it: by position and by name
local function as_called(tool, args)
  local list = in_order(tool, args)
  for name, value in pairs(args) do list[name] = value end
  return list
end

-- a fake need not give every field; those that it gives are of the right type
local function check_answer(tool, value)
  if not tool.returns then return value end
  local schema, promised = require "tool.schema", {}
  for key, rule in pairs(schema.parse(tool.returns)) do promised[key] = rule end
  promised.required = nil
  local good, why = schema.check(value, promised, flow.types)
  if not good then flow.fail("invalid", ("the fake does not return what the tool promises: %s"):format(why), tool.name) end
  return value
end

-- one call of a tool of the library, answered by `fn` in its place
local function stand_in(tool, args, fn)
  local wrong = fit.wrong(fit.known(tool), args)
  if wrong then flow.fail("invalid", wrong, tool.name) end
  check_need(tool, args)
  local text, why = json.encode(args)
  if not text then flow.fail("invalid", why.message, tool.name) end
  return flow.scope(tool.name, text, 0, 1, nil, function()
    keep(tool.name, as_called(tool, args))
    return fn()
  end)
end

-- ------------------------------------------------------------------ models
local function text_of(prompt)
  if type(prompt) == "string" then return prompt end
  local parts = {}
  for i, part in ipairs(prompt) do parts[i] = type(part) == "table" and json.encode(part) or tostring(part) end
  return table.concat(parts)
end

local function tier_for(args)
  local wanted = args.tiers or args.tier and { args.tier } or TIERS
  for _, tier in ipairs(wanted) do if models[tier] then return tier end end
  if next(models) then
    local known = {}
    for tier in pairs(models) do known[#known + 1] = tier end
    table.sort(known)
    flow.fail("offline", ("this test has answers for the tier %s, and the program asks %s: say mock.model(%q, \"...\")")
      :format(table.concat(known, ", "), table.concat(wanted, ", "), wanted[#wanted]), "ask")
  end
end

local function next_answer(tier, prompt, args)
  local model = models[tier]
  if type(model.answer) == "function" then return model.answer(prompt, args) end
  if not model.list then return model.answer end
  model.used = model.used + 1
  if model.used > #model.answer then
    flow.fail("offline", ("the list of answers of the tier %s has %d, and this is question %d: %s"):format(tier, #model.answer, model.used, prompt), "ask")
  end
  return model.answer[model.used]
end

local function model_answer(tier, args)
  local answer = next_answer(tier, text_of(args.prompt), args)
  local text, value = answer, answer
  if type(answer) ~= "string" then text = json.encode(answer) or tostring(answer) end
  if args.schema and type(answer) == "string" and args.schema.type ~= "string" then value = json.decode(answer) end
  return { text = text, value = value, tier = tier, model = "fake", provider = "fake", cost = 0 }
end

---From flow.call: the fake's answer to this call as a function, or nil when the tool itself is to be called.
function M.answer(tool, args)
  local fake = fakes[tool.name]
  if fake and not ON_THIS_SIDE[tool.name] then
    return function()
      return stand_in(tool, args, function()
        local list, count = in_order(tool, args)
        return check_answer(tool, answer_of(fake.value, table.unpack(list, 1, count)))
      end)
    end
  end
  if tool.name == "ask" then
    local tier = tier_for(args)
    if tier then return function() return stand_in(tool, args, function() return model_answer(tier, args) end) end end
  elseif tool.name == "notify" then
    return function() return stand_in(tool, args, function() return { shown = "terminal" } end) end
  end
  keep(tool.name, as_called(tool, args))
end

-- ------------------------------------------------------------------ tools that do not exist here
---What stands where the program looks for a tool of this name.
function M.callable(name)
  return function(...)
    local fake, given = fakes[name], table.pack(...)
    local text = json.encode(json.array { ... })
    if not text then                    -- functions, or fields by place and by name: nothing to record
      keep(name, with_names(...))
      return answer_of(fake.value, ...)
    end
    return (flow.scope(name, text, 0, 1, nil, function()
      keep(name, with_names(table.unpack(given, 1, given.n)))
      return (answer_of(fake.value, table.unpack(given, 1, given.n)))
    end))
  end
end

---Is there a fake of a tool that the program declares itself?
function M.of(name) return fakes[name] and M.callable(name) end

local function one_item(name)
  return flow.scope(name, nil, 0, 1, nil, function()
    local at = opened[name] + 1
    if streams[name][at] == nil then flow.wait(FOR_EVER) end
    opened[name] = at
    return streams[name][at]
  end)
end

local function stream(name)
  return function(...)
    keep(name, with_names(...))
    return function() return one_item(name) end
  end
end

local function is_known(name)
  if ON_THIS_SIDE[name] then return false end
  local space, rest = name:match "^([%w_]+)%.?(.*)$"
  local file = names.tools[name] or space
  local good, declared = pcall(require, "tools." .. file)
  return good and declared.tools[rest ~= "" and rest or name] ~= nil
end

---Puts the fakes of tools that do not exist where a program with these globals looks for them.
function M.place(env)
  for name in pairs(fakes) do
    if not is_known(name) then require("flow.declare").place(env, name, M.callable(name)) end
  end
  for name in pairs(streams) do require("flow.declare").place(env, name, stream(name)) end
end

-- ------------------------------------------------------------------ what a test says
local function name_given(name, what)
  if type(name) ~= "string" or not name:find "^[%a_][%w_.]*$" then error(("mock.%s: the name of a tool, such as \"mail.send\""):format(what), 4) end
end

---The table `mock` of a test.
---@param env table      its globals
---@param may fun(what: string): boolean   whether this run may set something up; raises when it never may
function M.mock(env, may)
  local mock = {}

  ---Answers for a tier: a text, a table, a list of them in turn, or a function(prompt, args).
  function mock.model(tier, answer)
    if not may "mock.model" then return end
    if type(tier) ~= "string" or not tier:find "^[%a_][%w_]*$" then error('mock.model: the name of a tier, such as "operational"', 2) end
    local is_list = type(answer) == "table" and #answer > 0
    models[tier] = { answer = answer, list = is_list, used = 0 }
  end

  ---A stand-in for a tool, also for one that does not exist: a value, or a function of its arguments.
  function mock.tool(name, value)
    name_given(name, "tool")
    if not may "mock.tool" then return end
    fakes[name] = { value = value }
    M.place(env)
  end

  ---A stand-in for what a program loops over: `for item in NAME(…) do`. After the list nothing more comes.
  function mock.stream(name, list)
    name_given(name, "stream")
    if not may "mock.stream" then return end
    streams[name], opened[name] = list, 0
    M.place(env)
  end

  ---How a tool was called: a list of its arguments.
  function mock.calls(name)
    name_given(name, "calls")
    asked[name] = asked[name] or {}
    return asked[name]
  end

  ---What io.read finds on standard input.
  function mock.input(text)
    if not may "mock.input" then return end
    local file = assert(io.tmpfile())
    file:write(text)
    file:seek "set"
    io.input(file)
  end

  return mock
end

return M
