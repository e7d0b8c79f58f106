--- model.pace: how many calls of a tier are begun: `limit 60 per minute` is { 60, 60 }, `limit 2 at once` is { 2 }. Of this process.
local M = { rows = {} }

local PAUSE = 0.02

-- seconds until a call may begin
local function wait_of(row, count, length, now)
  if not length then return row.busy < count and 0 or PAUSE end
  while row.begun[1] and row.begun[1] <= now - length do table.remove(row.begun, 1) end
  if #row.begun < count then return 0 end
  return row.begun[1] + length - now
end

---Waits for a place. A tier without a limit has one always.
---@param limit table?    { count, seconds? }
---@param world table     { mono, sleep }
---@param left fun(): number
---@return boolean free   false: not before the call must be over
function M.enter(tier, limit, world, left)
  if not limit then return true end
  local row = M.rows[tier] or { busy = 0, begun = {} }
  M.rows[tier] = row
  while true do
    local wait = wait_of(row, limit[1], limit[2], world.mono())
    if wait <= 0 then break end
    if wait >= left() then return false end
    world.sleep(wait)
  end
  row.busy = row.busy + 1
  if limit[2] then row.begun[#row.begun + 1] = world.mono() end
  return true
end

---Gives the place back.
function M.leave(tier, limit)
  if limit then M.rows[tier].busy = M.rows[tier].busy - 1 end
end

return M
