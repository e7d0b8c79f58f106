--- flow.answers: what a run tells of itself and takes from outside while it is at work.
---
---     local aios = require "aios"
---     aios.query("status", function() return { done = done, limit = limit } end)
---     aios.update("limit", function(n) return n > 0, "a limit is above zero" end, function(n)
---       limit = n
---       return limit
---     end)
---
--- A query is asked of the run's record, in another process: it sees the values the run has there and leaves no trace. An
--- update is a letter that a branch of the run takes: judged by the validator, done by the function, answered. Both go
--- with the run's block.
local run = require "aios.run"
local json = require "aios.json"
local flow = require "flow"
local names = require "tool.names"

local M = {}

local used = false                      -- no run of this program state has updates yet

local function check(what, name, fn)
  if type(name) ~= "string" or names.letter(name) then flow.fail("invalid", ("aios.%s: a name of letters, digits, `_`, `-` and `.`, and a function"):format(what)) end
  if type(fn) ~= "function" then flow.fail("invalid", ("aios.%s %s: a function is needed"):format(what, name)) end
end

-- an error of what only looks, in words that help
local function plain_error(e, what)
  local err = flow.error_table(e)
  if err.message:find("cannot wait here", 1, true) or err.message:find("a step cannot stand here", 1, true) then
    err = { code = "invalid", message = what .. " only looks: it cannot wait, call tools or begin steps" }
  end
  return err
end

-- ------------------------------------------------------------------ queries
---Answers questions about the run: `aios query RUN NAME [JSON]`. The function gets what was asked with, and returns a value.
function M.query(name, fn)
  check("query", name, fn)
  local own = run.own()
  own.queries = own.queries or {}
  own.queries[name] = fn
end

local function known(queries)
  local list = {}
  for name in pairs(queries) do list[#list + 1] = name end
  table.sort(list)
  return #list == 0 and "it answers none" or "it answers " .. table.concat(list, ", ")
end

---From run_inspect.c: the answer to a query, as JSON.
---@return boolean good
---@return string json
function M.answer(name, text)
  local queries = run.own().queries or {}
  local fn = queries[name]
  if not fn then
    return false, (json.encode { code = "not_found", message = ("the run answers no query %s; %s"):format(name, known(queries)) })
  end
  local arg = json.decode(text)
  if arg == json.null then arg = nil end
  local good, value = pcall(run.pure, fn, arg)
  if not good then return false, (json.encode(plain_error(value, "query " .. name))) end
  local out, why = json.encode(value)
  if not out then return false, (json.encode { code = "invalid", message = ("the answer to query %s: %s"):format(name, why.message) }) end
  return true, out
end

-- ------------------------------------------------------------------ updates
local function judged(name, validate, arg)
  if not validate then return nil end
  local good, fine, why = pcall(run.pure, validate, arg)
  if not good then return plain_error(fine, "the validator of update " .. name) end
  if fine == false then return { code = "invalid", message = type(why) == "string" and why or ("update %s is refused"):format(name) } end
end

local function reply(key, good, value)
  local depth = run.shield()
  require("tool.face").namespace("run").reply(key, good, value)
  run.unbound(depth)
end

local function take(name, validate, fn, letter)
  local arg = letter.arg
  local refused = judged(name, validate, arg)
  if refused then return reply(letter.key, false, refused) end
  local got = table.pack(pcall(fn, arg))
  if got[1] then return reply(letter.key, true, got[2]) end
  reply(letter.key, false, flow.error_table(got[2]))
end

-- ends when the run's block does
local function listen(name, validate, fn)
  local good, e = pcall(function()
    while true do take(name, validate, fn, require("flow.people").letter("update", "update " .. name)) end
  end)
  if not good and not run.cut() then error(e, 0) end
end

---Takes updates from outside: `aios update RUN NAME JSON`. `validate` may only look: false and a reason, or an error, refuses;
---`fn` may do what a run may; what it returns is the answer.
---@param validate function?
function M.update(name, validate, fn)
  if fn == nil then validate, fn = nil, validate end
  check("update", name, fn)
  if validate ~= nil and type(validate) ~= "function" then flow.fail("invalid", ("aios.update %s: the validator is a function"):format(name)) end
  if run.path() ~= "" then flow.fail("invalid", ("aios.update %s stands at the top of a workflow or a file, not inside a step or a branch"):format(name)) end
  local own = run.own()
  used, own.updates = true, own.updates or { block = run.fork() }
  if own.updates[name] then flow.fail("invalid", ("this run takes update %s already"):format(name)) end
  own.updates[name] = true
  run.spawn(own.updates.block, listen, name, validate, fn)
end

---No further updates: the run's block is over. What one is in the middle of is told to end.
function M.close()
  local updates = used and run.own().updates
  if not updates then return end
  run.own().updates = nil
  run.abort(updates.block, (json.encode { code = "cancelled", message = "the run is over" }))
  run.join(updates.block)
end

return M
