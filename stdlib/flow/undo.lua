--- flow.undo: what a run would have to take back, and taking it back.
---
--- Each finished step or tool with an undo part leaves an entry. When a step around it fails, or the run does, or a
--- person asks later, the parts run in reverse order of completion, each as a step of its own named "undo NAME".
--- Entries are known by their place in the run, so what fails inside one branch leaves the others alone.
local run = require "aios.run"

local U = {}

-- an undo part that fails is tried again: after 1, 2, 4 and 8 seconds
local POLICY = { times = 5, backoff = { 1, 60 } }
-- trying again does not help against these
local HOPELESS = { denied = true, invalid = true, unknown = true, not_found = true }

local used = false                      -- no run of this program state has kept anything yet

local function entries()
  return used and run.own().undo
end

local function is_inside(path, around)
  return path:sub(1, #around + 1) == around .. "/"
end

---Remembers how to undo what has just finished at `path`; gives its values on.
---@param back function?   called with the values
function U.keep(back, name, line, path, ...)
  if back then
    used = true
    local own = run.own()
    own.undo = own.undo or {}
    table.insert(own.undo, { name = name, line = line, path = path, back = back, values = table.pack(...) })
  end
  return ...
end

---How many entries the innermost step holds.
function U.count()
  local list = entries()
  if not list or #list == 0 then return 0 end
  local path, count = run.path(), 0
  for _, entry in ipairs(list) do if is_inside(entry.path, path) then count = count + 1 end end
  return count
end

local function drop(list, gone)
  local kept = 0
  for i = 1, #list do
    local entry = list[i]
    list[i] = nil
    if not gone(entry) then
      kept = kept + 1
      list[kept] = entry
    end
  end
end

-- what an undo part calls is not undone itself
local function take_back(entry)
  entry.back(table.unpack(entry.values, 1, entry.values.n))
  local path = run.path()
  drop(entries(), function(other) return is_inside(other.path, path) end)
end

local function undo_one(flow, entry)
  local ok, err = pcall(flow.scope, "undo " .. entry.name, nil, entry.line, 1, POLICY, function()
    local good, why = pcall(take_back, entry)
    if good then return end
    if type(why) == "table" and HOPELESS[why.code] then return { hopeless = flow.error_table(why) } end
    error(why, 0)
  end)
  if ok and type(err) == "table" and err.hopeless then ok, err = false, err.hopeless end
  entry.failed = not ok and tostring(type(err) == "table" and err.message or err) or nil
  entry.gone = ok
end

---Undoes what finished inside the innermost step (of the whole run, at the top), the last first.
---@param again boolean?   also what failed to be undone before
function U.unwind(flow, again)
  local list = entries()
  if not list or #list == 0 then return end
  local path, due = run.path(), {}
  for i = #list, 1, -1 do
    if is_inside(list[i].path, path) and (again or not list[i].failed) then due[#due + 1] = list[i] end
  end
  local shield = #due > 0 and run.cut() and run.shield()      -- what is taken back is not cut short
  for _, entry in ipairs(due) do undo_one(flow, entry) end
  if shield then run.unbound(shield) end
  drop(list, function(entry) return entry.gone end)
  run.own().undid = run.own().undid or #due > 0
end

local function failures(list)
  local texts = {}
  for _, entry in ipairs(list) do
    if entry.failed then table.insert(texts, 1, ("%s (%s)"):format(entry.name, entry.failed)) end
  end
  return texts
end

---The end of a run's block: undoes when it failed or was asked to, and says what came of it.
---@return string? note   what could not be undone
function U.settle(flow)
  local asked = run.passes()
  for _ = 1, asked do U.unwind(flow, true) end
  local list = entries()
  if not (list and run.own().undid) and asked == 0 then return end
  local texts = failures(list or {})
  if #texts == 0 then
    local undid = list and run.own().undid
    return run.undone(true, asked > 0 and (undid and "undone" or "there was nothing to undo") or "")
  end
  local note = "undo incomplete: " .. table.concat(texts, "; ")
  run.undone(false, note)
  return note
end

return U
