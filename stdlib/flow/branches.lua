--- flow.branches: several things at once, limits around blocks, and what happens when time is over.
---
--- Branches are structured: none outlives the block that began it, and a block ends when all of its branches have.
--- What ends one from outside (a time that is over, another branch that failed, a cancelled run) is an error raised at its
--- next wait, and at each one after that, so `pcall` cannot hold it off for ever.
---
--- The compiler reaches these through `__aios`, plain Lua modules through `require "aios"`.
local run = require "aios.run"
local json = require "aios.json"
local flow = require "flow"

local B = {}

---How many branches of `parallel for` are at work at once when nothing is said.
B.LIMIT = 16

local function cancelled(text)
  return (json.encode { code = "cancelled", message = text })
end

-- ------------------------------------------------------------------ blocks of branches
-- Runs fill(spawn, block); spawn(fn, ...) begins a branch. When one fails, or fill does, the others are told to end; what
-- failed first is raised when all have.
local function together(fill)
  local block, failure = run.fork(), nil
  local function failed(e)
    if failure then return end
    failure = { e }
    run.abort(block, cancelled "another branch of the block failed")
  end
  local function branch(fn, ...)
    local good, e = pcall(fn, ...)
    if not good then failed(e) end
  end
  local good, e = pcall(fill, function(fn, ...) run.spawn(block, branch, fn, ...) end, block)
  if not good then failed(e) end
  local on, why = run.join(block)
  if failure and not run.cut() then error(failure[1], 0) end
  if not on then flow.raise(why) end
end

---`parallel do`: the values of all steps, in order.
---@param steps table[]   each { names, count, options, function, undo }
function B.parallel(steps)
  local values, all, n = {}, {}, 0
  together(function(spawn)
    for i, step in ipairs(steps) do
      spawn(function() values[i] = table.pack(flow.step(table.unpack(step, 1, 5))) end)
    end
  end)
  for i, step in ipairs(steps) do
    for k = 1, step[2] do all[n + k] = values[i][k] end
    n = n + step[2]
  end
  return table.unpack(all, 1, n)
end

-- Calls give(...) for each item of what stands behind `in`; false from it ends the walk. A table gives its list, or its
-- pairs when it is none; one name is for the item alone.
local function walk(names, source, give)
  local first = source[1]
  if first == nil then error("parallel for: a table or an iterator is needed, not nil", 0) end
  local call = (getmetatable(first) or {}).__call
  if type(first) ~= "table" or call then
    local step, state, control = first, source[2], source[3]
    local closing <close> = source[4]
    repeat
      local item = table.pack(step(state, control))
      control = item[1]
    until control == nil or not give(table.unpack(item, 1, item.n))
    return
  end
  local each, list = pairs, #first > 0
  if list then each = ipairs end
  for key, item in each(first) do
    if not (names == 1 and give(item) or names > 1 and give(key, item)) then return end
  end
end

local function check_limit(limit)
  if math.type(limit) ~= "integer" or limit < 1 or limit > 10000 then
    error(("parallel for: a limit is a whole number from 1 to 10000, not %s"):format(tostring(limit)), 0)
  end
  return limit
end

---`parallel for`: `body` once for each item, at most options.limit of them at the same time.
---@param options table   { names =, limit = }
---@param source table    what the expression gave: a table, or the parts of an iterator
function B.each(options, source, body)
  local limit = check_limit(options.limit or B.LIMIT)
  together(function(spawn, block)
    walk(options.names, source, function(...)
      local on = run.room(block, limit)
      if on then spawn(body, ...) end
      return on
    end)
  end)
end

---The first of several functions that returns wins; the others are told to end. When all fail, the first error is raised.
---@param fns table       functions, by number or by name
---@return any value      what the winner returned
---@return any key        its place in `fns`
function B.race(fns)
  if type(fns) ~= "table" or next(fns) == nil then error("race: a table of one function or more is needed", 2) end
  local block, winner, first = run.fork(), nil, nil
  local function runner(key, fn)
    local got = table.pack(pcall(fn))
    if got[1] and not winner then
      winner = { got[2], key }
      run.abort(block, cancelled "another one was first")
    elseif not got[1] then
      first = first or { got[2] }
    end
  end
  for key, fn in pairs(fns) do run.spawn(block, runner, key, fn) end
  local on, why = run.join(block)
  if run.cut() then flow.raise(why) end
  if winner then return winner[1], winner[2] end
  if first then error(first[1], 0) end
  if not on then flow.raise(why) end
end

---What each function returned, under its own key, when all have returned.
function B.all(fns)
  local values = {}
  together(function(spawn)
    for key, fn in pairs(fns) do spawn(function() values[key] = fn() end) end
  end)
  return values
end

---What `fn` returned for each item of a list, in the order of the list.
function B.map(list, fn, options)
  local values = {}
  B.each({ names = 2, limit = options and options.limit }, { list }, function(i, item) values[i] = fn(item, i) end)
  return values
end

-- ------------------------------------------------------------------ blocks with limits
-- Calls fn in the scope that has been entered, whatever comes of it; an error of the scope itself comes first.
local function inside(depth, fn, ...)
  local got = table.pack(pcall(fn, ...))
  local over = run.unbound(depth)
  if over then flow.raise(over) end
  if not got[1] then error(got[2], 0) end
  return table.unpack(got, 2, got.n)
end

local function duration_text(seconds)
  for _, unit in ipairs { { 86400, "d" }, { 3600, "h" }, { 60, "m" } } do
    if seconds >= unit[1] and seconds % unit[1] == 0 then return ("%d%s"):format(seconds // unit[1], unit[2]) end
  end
  return ("%gs"):format(seconds)
end

---Calls fn(...) with a deadline, a limit of money, or both.
---@param limits table   { seconds =, money = (micro-dollars), line =, what = "step x" }
function B.limited(limits, fn, ...)
  local what, seconds = limits.what or "within", limits.seconds
  local error_text = seconds and json.encode { code = "timeout",
    message = ("%s of line %d: the time of %s is over"):format(what, limits.line, duration_text(seconds)) } or ""
  local depth = run.bound(seconds, error_text, limits.line)
  if not limits.money then return inside(depth, fn, ...) end
  return inside(depth, require("flow.purse").within, limits.money, fn, ...)
end

---What the block of `within` and `isolate` gives when it was left at its end.
B.END = setmetatable({}, { __name = "end" })

-- what a block gave: nothing when it was left at its end, else what its `return` has to give on
local function left(...)
  local values = table.pack(...)
  if values.n == 1 and values[1] == B.END then return nil end
  return function() return table.unpack(values, 1, values.n) end
end

---`within … do`: nil, or a function that gives what the block returned.
function B.within(limits, fn) return left(B.limited(limits, fn)) end

---`isolate do`: an error ends the block and not the run: what the block did is undone, and the error is logged. What ends
---the block from outside goes on.
function B.isolate(line, fn)
  local depth = run.bound(nil, "", line)
  local got = table.pack(pcall(fn))
  local goes_on = got[1] or run.cut()
  if not goes_on then require("flow.undo").unwind(flow) end
  run.unbound(depth)
  if got[1] then return left(table.unpack(got, 2, got.n)) end
  if goes_on then error(got[2], 0) end
  local e = flow.error_table(got[2])
  flow.call({ name = "log.warn", effect = "reads" }, { text = ("isolate of line %d: %s"):format(line, e.message),
    fields = { code = e.code, tool = e.tool } })
  return nil, e
end

---Calls fn; what would cut the branch from outside waits until it has returned.
function B.shield(fn, ...) return inside(run.shield(), fn, ...) end

-- ------------------------------------------------------------------ waiting for a condition
local PAUSE_MOST = 60

---`wait until`: looks after 1, 2, 4 … 60 seconds, and within a second when another branch of the run has moved.
function B.wait_until(line, condition)
  flow.scope("wait until", nil, line, 1, nil, function()
    local pause = 1
    run.looks(true)
    local good, e = pcall(function()
      while not condition() do
        local on, why = run.wait(pause, true)
        if not on then flow.raise(why) end
        pause = math.min(pause * 2, PAUSE_MOST)
      end
    end)
    run.looks(false)
    if not good then error(e, 0) end
  end)
end

-- ------------------------------------------------------------------ trying again
local function is_wanted(on, e)
  if on == nil then return true end
  if type(on) == "function" then return on(e) end
  local code = type(e) == "table" and e.code or "failed"
  for _, wanted in ipairs(type(on) == "table" and on or { on }) do if wanted == code then return true end end
  return false
end

---Calls fn(attempt) until it returns; waits in between are durable.
---@param options table?   { times = 3, backoff = 1s (doubles), upto = 60s, on = code | { code, … } | function(err) }
function B.retry(fn, options)
  options = options or {}
  local times, backoff, upto = options.times or 3, options.backoff or 1, options.upto or 60
  for attempt = 1, times do
    local got = table.pack(pcall(fn, attempt))
    if got[1] then return table.unpack(got, 2, got.n) end
    if attempt == times or run.cut() or not is_wanted(options.on, got[2]) then error(got[2], 0) end
    flow.wait(math.min(upto, backoff * 2.0 ^ (attempt - 1)))
  end
end

return B
