--- flow.children: runs that this one has started with on_end = "wait": it is not over before they are.
---
--- Those with on_end = "cancel" are no matter of the program: the database ends them with the end of this run.
local run = require "aios.run"

local M = {}

local used = false                      -- no run of this program state has such a child yet

---Remembers a run that is waited for at the end.
function M.keep(handle)
  used = true
  local own = run.own()
  own.children = own.children or {}
  table.insert(own.children, handle)
end

-- this run is told to end: so are they, and it still waits
local function end_them(list)
  local depth = run.shield()
  for _, handle in ipairs(list) do pcall(handle.cancel, handle) end
  for _, handle in ipairs(list) do pcall(handle.wait, handle) end
  run.unbound(depth)
end

---Waits for them, in the order in which they were started.
---@return string? cut   this run was told to end meanwhile, or before: the error, in JSON
function M.settle()
  local list = used and run.own().children
  if not list then return nil end
  run.own().children = nil
  for _, handle in ipairs(list) do
    if run.cut() or not pcall(handle.wait, handle) then
      end_them(list)
      break
    end
  end
  return run.cut()
end

return M
