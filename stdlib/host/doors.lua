--- doors: answers the requests of programs. Check, decide, record, make durable, act, check again.
---
--- Runs in the trusted state, one fiber a request. Nothing below `audit` happens unless the row is on disk.
local door = require "aios.door"
local json = require "aios.json"
local schema = require "tool.schema"
local fit = require "tool.fit"
local redact = require "tool.redact"
local store = require "aios.store"
local label = require "model.label"

local M = {}
local registry = {}
local NO_TYPES = {}

---In `aios test`: why this tool must not act now, or nil.
---@type (fun(tool: table, args: table): string?)?
M.guard = nil

local GLOBALS = { ask = true, notify = true, emit = true }

local function load(name)
  local space = name:match "^(.-)%.[^.]*$" or name
  if not pcall(function() return require("tools." .. space) end) and not GLOBALS[space] then return nil end
  local declared = require("tools." .. space)
  for verb, tool in pairs(declared.tools) do
    tool.name = (tool.global or GLOBALS[verb]) and verb or space .. "." .. verb
    tool.params, tool.options = tool.params or {}, tool.options or {}
    tool.known, tool.result = fit.known(tool), tool.returns and schema.parse(tool.returns)
    registry[tool.name] = tool
  end
  return registry[name]
end

---Where a person is at hand: whether what is not granted is allowed now; may wait.
---@type (fun(need: string, resource: string): boolean)?
M.consent = nil

---The declaration of a tool, or nil.
function M.find(name) return registry[name] or load(name) end

-- ------------------------------------------------------------------ audit
local function audit(request, tool, args, need, decision, reason)
  store.audit {
    run = request.run, program = request.program, path = request.path, tool = tool, need = need,
    decision = decision, reason = reason, args = json.encode(redact.value(args)) or "null",
  }
end

local function failure(tool, code, message, more)
  local err = { code = code, message = message, tool = tool }
  for k, v in pairs(more or {}) do
    local t = type(v)
    if err[k] == nil and (t == "string" or t == "number" or t == "boolean") then err[k] = v end
  end
  return false, json.encode(err)
end

-- ------------------------------------------------------------------ one request
local function resource_of(need, args)
  local resource = need[2]
  if type(resource) == "function" then resource = resource(args) else resource = args[resource] end
  return need[1], resource and tostring(resource) or ""
end

---What the tool says of itself counts, not what the program says of it.
local function effect_of(tool, args)
  local effect = tool.effect or "once"
  for option, other in pairs(tool.effect_when or {}) do if args[option] then effect = other end end
  return effect
end

local function decide_one(tool, one, args)
  local need, resource = resource_of(one, args)
  if need:find "^fs" then resource = require("aios.host").absolute(resource, tool.link) end
  local allowed = door.allowed(need, resource) or M.consent ~= nil and M.consent(need, resource)
  return allowed, ("%s %s"):format(need, json.encode(resource)), resource
end

---Whether all that it needs is granted, and what was asked: the first, or the one that is missing.
local function decide(tool, args)
  if not tool.needs then return true end
  local allowed, need, resource = decide_one(tool, tool.needs, args)
  for _, one in ipairs(allowed and tool.also or {}) do
    local good, text, more = decide_one(tool, one, args)
    if not good then return false, text, more end
  end
  return allowed, need, resource
end

local function act(tool, args, request)
  local result, err = tool.run(args, request)
  if result == nil and err ~= nil then
    if type(err) == "string" then err = { code = "failed", message = err } end
    return failure(tool.name, err.code or "failed", err.message or "failed", err)
  end
  if tool.result then
    local ok, why = schema.check(result, tool.result, NO_TYPES)
    if not ok then return failure(tool.name, "failed", "the tool broke its promise: " .. why) end
  end
  local text, why = json.encode(result)
  if not text then return failure(tool.name, "invalid", "the result " .. why.message) end
  return true, text
end

local function readable(e)
  if type(e) == "table" then return e end
  return { code = "invalid", message = (tostring(e):gsub("^%S+:%d+: ", "")) }
end

-- the arguments with the values of secrets in them; what is told and recorded keeps their names. Only tools that reach the
-- outside get them: what stays in the database must not hold a secret.
local function with_secrets(tool, args)
  local names, known = label.names(args), {}
  if #names == 0 or tool.name == "ask" then return args end
  if not tool.needs then return nil, ("%s may not be given a secret: it would be stored"):format(tool.name) end
  for _, name in ipairs(names) do
    if not door.allowed("secret", name) then return nil, ("the grant secret %q is missing"):format(name) end
    known[name] = os.getenv(name)
    if not known[name] then return nil, ("the secret %s is not set on this machine"):format(name) end
  end
  return label.filled(args, function(name) return known[name] end)
end

---Answers one request; returns whether it succeeded and the JSON of the result or the error.
function M.answer(name, text)
  local request = door.info()
  local tool = M.find(name)
  local args = json.decode(text)
  if not tool then
    audit(request, name, args, nil, "invalid", "no such tool")
    return failure(name, "unknown", "there is no tool named " .. name)
  end
  local real, missing = with_secrets(tool, args)
  if not real then
    audit(request, name, args, nil, "deny", missing)
    return failure(name, "denied", missing)
  end
  local wrong = fit.wrong(tool.known, real)
  if wrong then
    audit(request, name, args, nil, "invalid", wrong)
    return failure(name, "invalid", wrong)
  end
  local refused = M.guard and M.guard(tool, args)
  if refused then
    audit(request, name, args, nil, "deny", refused)
    return failure(name, "policy", refused)
  end
  local allowed, need, resource = decide(tool, real)
  if not allowed then
    local why = ("the grant %s is missing; declare `needs %s` in the program and let a person agree, or start it with --yes or --grant"):format(need, need)
    audit(request, name, args, need, "deny", why)
    return failure(name, "denied", why)
  end
  local effect = effect_of(tool, real)
  if request.effect ~= effect and not (effect == "once" and request.repeatable) then
    return failure(name, "invalid", "the program takes this tool for one with another effect")
  end
  if request.effect ~= "reads" and not tool.inward then
    audit(request, name, args, need, "allow", tool.risk and "risk " .. tool.risk)
  end
  if request.effect == "idempotent" or request.effect == "once" then
    local durable, err = door.barrier()
    if not durable then return failure(name, err.code, err.message) end
  end
  local good, ok, out = pcall(act, tool, real, request)
  if good then return ok, out end
  local err = readable(ok)
  return failure(name, err.code or "failed", tostring(err.message or "failed"), err)
end

---Acts on the account of the host: no need of the program is asked for.
function M.trusted(fn, ...)
  local before = door.trust(true)
  local got = table.pack(pcall(fn, ...))
  door.trust(before)
  if not got[1] then error(got[2], 0) end
  return table.unpack(got, 2, got.n)
end

door.answer(M.answer)
return M
