--- flow: the durable vocabulary of a program. Every tool call, step, wait and reading of the
--- clock goes through here to the journal; on a resume the recorded value comes back instead.
--
-- The compiler refers to this table as `__aios`; plain Lua modules get its twin functions
-- from `require "aios"`. It lives in the program's state and reaches the world only through
-- `aios.run` (C).
local run = require "aios.run"
local json = require "aios.json"
local undo = require "flow.undo"

local M = {}
local Error = { __name = "error", __tostring = function(e) return (e.tool and e.tool .. ": " or "") .. tostring(e.message) end }
local Template = { __name = "template" }

local tiers, has_tiers = {}, false

---In `aios test`: what stands in for a tool.
---@type (fun(tool: table, args: table): function?)?
M.fake = nil

---At a prompt: what is declared again takes the place of what was.
M.renews = false

---Named types of the program, as schemas.
M.types = {}
local type_texts = {}

-- ------------------------------------------------------------------ errors
---Raises a structured error { code, message, tool }.
function M.fail(code, message, tool)
  error(setmetatable({ code = code, message = message, tool = tool }, Error), 0)
end

---What was raised, as a plain table that JSON can hold.
local function error_table(e)
  if type(e) == "table" and type(e.message) == "string" then
    local copy = {}
    for k, v in pairs(e) do
      local t = type(v)
      if type(k) == "string" and (t == "string" or t == "number" or t == "boolean") then copy[k] = v end
    end
    copy.code = type(e.code) == "string" and e.code or "failed"
    return copy
  end
  return { code = "failed", message = tostring(e) }
end

M.error_table = error_table

local function with_traceback(e)
  local t = error_table(e)
  t.traceback = t.traceback or run.traceback()
  return t
end

local function raise(text)
  error(setmetatable(json.decode(text) or { code = "corrupt", message = "the recorded error is unreadable" }, Error), 0)
end

-- ------------------------------------------------------------------ values
local SIMPLE = { string = true, number = true, boolean = true, ["nil"] = true }

---What a recorded text stands for; null alone is nil, on the first execution and on every replay.
local function decoded(text)
  local value = json.decode(text)
  if type(value) == "table" and value["$run"] then return setmetatable(value, require("flow.people").Handle) end
  if value ~= json.null then return value end
end

---`value` as the journal will give it back: text, and the value after the round trip.
---@param what string   what it is, for the error: "the value of step"
---@param name string   whose
local function recorded(value, what, name)
  local text, why = json.encode(value)
  if not text then M.fail("invalid", ("%s %s: %s"):format(what, name, why.message)) end
  if SIMPLE[type(value)] then return text, value end
  return text, decoded(text)
end

-- ------------------------------------------------------------------ calls, steps, waits
---Calls a tool of the host with named arguments; returns its result or raises.
---@param tool table   declaration: name, effect, doubt
---@param args table
function M.call(tool, args)
  local fake = M.fake and M.fake(tool, args)
  if fake then return fake() end
  local effect = tool.effect or "once"
  for option, other in pairs(tool.effect_when or {}) do if args[option] then effect = other end end
  local text, why = json.encode(args)
  if not text then M.fail("invalid", why.message, tool.name) end
  local ok, out = run.call(tool.name, effect, text, tool.doubt == "retry")
  if not ok then raise(out) end
  local value = decoded(out)
  if tool.finish then return tool.finish(value) end
  return value
end

local function delay_before(retry, attempt)
  if retry.backoff then return math.min(retry.backoff[2] or retry.backoff[1], retry.backoff[1] * 2 ^ (attempt - 1)) end
  return retry.every or math.min(60, 2.0 ^ (attempt - 1))
end

---Runs `fn` until it succeeds or the attempts are used up; waits in between are durable.
local function attempts(retry, fn)
  local times = retry and retry.times or 1
  for attempt = 1, times do
    local got = table.pack(xpcall(fn, with_traceback, attempt))
    if got[1] then return got end
    if type(got[2]) ~= "table" then got[2] = { code = "limit", message = "the program used more memory than it may (--memory)" } end
    undo.unwind(M)
    if attempt == times then return got end
    local on, why = run.wait(delay_before(retry, attempt))
    if not on then return { false, json.decode(why) } end
  end
end

---Raises what a scope failed with, as it will be raised on a replay.
function M.again(e) error(setmetatable(e, Error), 0) end

---As `attempts`, for a scope of `count` values: whether it succeeded, and the error, the value or the list of values.
local function several(retry, fn, count)
  local got = attempts(retry, fn)
  if not got[1] or count <= 1 then return got[1], got[2] end
  local list = json.array {}
  for i = 1, count do list[i] = got[i + 1] == nil and json.null or got[i + 1] end
  return true, list
end

---The `count` values of a scope, from the one that was recorded.
local function spread(value, count)
  if count == 1 then return value end
  for i = 1, count do if value[i] == json.null then value[i] = nil end end
  return table.unpack(value, 1, count)
end

---A scope of its own in the journal: nested calls are recorded below it, its value at the end.
---`effect` (of a tool written in the language) limits what may be called inside. Without arguments `args_text` is nil.
---`back`: its undo part, called with the values. A scope that fails undoes what finished inside it, before its next attempt too.
local function scope(name, args_text, line, count, retry, fn, effect, back)
  local ok, text, path = run.enter(name, args_text, line, effect, back ~= nil)
  if ok then return undo.keep(back, name, line, path, spread(decoded(text), count)) end
  if ok == false then raise(text) end
  local depth, good, value = text, nil, nil
  if retry or count ~= 1 then good, value = several(retry, fn, count)
  else
    good, value = xpcall(fn, with_traceback, 1)
    if not good then undo.unwind(M) end
  end
  if not good then
    run.leave(depth, false, json.encode(value), name, line, undo.count())
    error(setmetatable(value, Error), 0)
  end
  local out, same = recorded(value, "the value of step", name)
  path = back and run.path()
  run.leave(depth, true, out, name, line, undo.count())
  return undo.keep(back, name, line, path, spread(same, count))
end

M.scope, M.attempts, M.recorded = scope, attempts, recorded
M.raise, M.with_traceback = raise, with_traceback

---`fn` with a deadline for each call; without seconds `fn` itself.
function M.timed(seconds, what, line, fn)
  if not seconds then return fn end
  local limits = { seconds = seconds, what = what, line = line }
  return function(...) return require("flow.branches").limited(limits, fn, ...) end
end

---`step NAME = exp` and `step NAME do … end`: names, groups and retries what is inside. `back`: its undo part.
function M.step(name, count, options, fn, back)
  return scope(name, nil, options.line, count, options.retry, M.timed(options.timeout, "step " .. name, options.line, fn), nil, back)
end

---Waits; a long wait costs a row, not memory.
---@param seconds number
function M.wait(seconds)
  if type(seconds) ~= "number" or seconds ~= seconds or seconds < 0 then
    error("wait: a duration of zero or more is needed, such as 5m", 2)
  end
  io.stdout:flush()                     -- what was said must not stay in a buffer for hours
  local on, why = run.wait(seconds)
  if not on then raise(why) end
end

-- ------------------------------------------------------------------ text and types
---A template used as a string: `count` literals and values in turn.
function M.str_of(count, parts)
  for i = 2, count, 2 do
    local v = parts[i]
    if type(v) == "table" and not (getmetatable(v) or {}).__tostring then parts[i] = json.encode(v) or tostring(v)
    else parts[i] = tostring(v) end
  end
  return table.concat(parts, "", 1, count)
end
function M.str(...) return M.str_of(select("#", ...), { ... }) end

---A template whose parts stay apart, so that a model can tell instructions from data.
function M.tpl_of(count, parts) return setmetatable({ parts = parts, count = count }, Template) end
function M.tpl(...) return M.tpl_of(select("#", ...), { ... }) end
Template.__tostring = function(t) return M.str_of(t.count, table.move(t.parts, 1, t.count, 1, {})) end
Template.__concat = function(a, b) return tostring(a) .. tostring(b) end
M.Template = Template

local function schema() return require "tool.schema" end

---Declares a named type; the value of its name is its text.
function M.type(env, name, text)
  local parsed, why = schema().parse(text)
  if not parsed then M.fail("invalid", ("type %s: %s"):format(name, why)) end
  if type_texts[name] and type_texts[name] ~= text and not M.renews then
    M.fail("invalid", ("the type %s is declared twice: as %s and as %s; give one of them another name"):format(name, type_texts[name], text))
  end
  M.types[name], type_texts[name] = parsed, text
  env[name] = text
  return text
end

local function checked(text, value, what)
  local ok, why = schema().check(value, schema().parse(text), M.types)
  if not ok then M.fail("invalid", ("%s is not %s: %s"):format(what, text, why)) end
  return value
end

M.checked = checked

---`exp -> T`: the value, checked.
function M.as(text, value, err)
  if value == nil and err ~= nil then M.fail("invalid", tostring(type(err) == "table" and err.message or err)) end
  return checked(text, value, "the value")
end

---`f(args) -> T`: called expecting a T; `ask` tells the model what is expected.
function M.typed(text, fn, ...)
  if fn == M.ask then return M.ask(..., text) end
  local expecting = type(fn) == "table" and (getmetatable(fn) or {}).__expecting
  if expecting then return expecting(fn, text, ...) end
  return M.as(text, fn(...))
end

---`object:method(args) -> T`.
function M.typed_method(text, object, method, ...)
  return M.as(text, object[method](object, ...))
end

-- ------------------------------------------------------------------ tiers and models
---Names the models of a tier, the first that works answers; `said` are the clauses after them.
---@param said table?   { about, timeout, retry, limit, budget }
function M.tier(name, list, said)
  local row = { models = list }
  for _, key in ipairs { "timeout", "retry", "limit", "budget" } do row[key] = said and said[key] or nil end
  tiers[name], has_tiers = row, true
end

---What the program needs is read from its text before it runs; the call itself does nothing.
function M.needs() end

function M.tiers() return has_tiers and tiers or nil end

---Asks a model, or a rule when no model is configured. See model/ask.lua.
function M.ask(arg, expected)
  return require("model.ask").ask(M, arg, expected)
end

return M
