--- report: questions to the store, answered in the words that commands show.
---
---     local rows, err = report.rows(opts, "runs", { limit = 20 })
---     local run, err = report.run(opts, "last")
---
--- Columns named *_at hold milliseconds; they become ISO 8601 with the offset of this machine. Columns
--- named *_json hold JSON; they become values. The database is opened for reading only.
local M = {}

local function shown(row)
  local json, time = require "aios.json", require "aios.time"
  local out = {}
  for name, value in pairs(row) do
    local plain, kind = name:match "^(.*)_(%l+)$"
    if kind == "at" then
      out[plain], out[plain .. "_ms"] = time.iso(value), value
    elseif kind == "json" then
      local decoded = json.decode(value)
      if decoded == nil then decoded = value end
      out[plain] = decoded
    else
      out[name] = value
    end
  end
  return out
end

---The rows of a named query.
---@return table[]? rows
---@return Err? err      not_found: there is no database yet
function M.rows(opts, query, params)
  local host, store = require "aios.host", require "aios.store"
  local rows, err = store.read(host.db_path(opts.db), query, params or {})
  if not rows then return nil, err end
  for i, row in ipairs(rows) do rows[i] = shown(row) end
  return rows
end

---The rows for a listing: before anything has run there are none, and that is no failure
---unless a database was named.
function M.listed(opts, query, params)
  local out = require "host.print"
  local rows, err = M.rows(opts, query, params)
  if rows then return rows end
  if err.code ~= "not_found" or opts.db then return nil, err end
  out.note(opts, err.message)
  return {}
end

-- fields that are for computing and not for reading
local INTERNAL = { id = true, host = true }

---Drops the fields that are for computing and not for reading.
function M.trimmed(rows)
  for _, row in ipairs(rows) do
    for name in pairs(row) do
      if name:find "_ms$" and name ~= "took_ms" and name ~= "offset_ms" or INTERNAL[name] then row[name] = nil end
    end
  end
  return rows
end

local function first_line(path)
  local file = io.open(path)
  local line = file and file:read "l"
  if file then file:close() end
  return line
end

-- a process of another machine or container, or of a system without /proc, cannot be asked: believe the row
local function is_gone(row)
  if not first_line "/proc/self/stat" then return false end
  if row.host and row.host ~= first_line "/proc/sys/kernel/hostname" then return false end
  return not (row.pid and first_line(("/proc/%d/stat"):format(row.pid)))
end

---A run whose process is gone is not running: it is interrupted, and goes on when its program
---is started again.
function M.standing(row)
  if not is_gone(row) then return row end
  row.pid = nil
  if row.state == "running" then row.state = "interrupted" end
  return row
end

---Finds a run by id, by the beginning of one (6 characters or more), or as "last".
---@return table? run
---@return Err? err
function M.run(opts, text)
  if text == "last" then
    local rows, err = M.rows(opts, "run_last")
    if not rows then return nil, err end
    if rows[1] then return M.standing(rows[1]) end
    return nil, { code = "not_found", message = "nothing has run yet" }
  end
  for _, key in ipairs { text, text:upper() } do
    local rows, err = M.rows(opts, "run_find", { text = key })
    if not rows then return nil, err end
    if rows[1] and (rows[1].run == key or #rows == 1) then return M.standing(rows[1]) end
    if #rows > 1 then
      return nil, { code = "invalid", message = ("'%s' is the beginning of several runs"):format(text),
        hint = ("write more of it: %s or %s"):format(rows[1].run, rows[2].run) }
    end
  end
  return nil, { code = "not_found", message = ("no run '%s'"):format(text),
    hint = "`aios runs` lists them; 6 characters or more of the beginning are enough when no other id has them, and\n      `last` is the newest" }
end

---A name close to `name` among the declared jobs.
---@return string? near
---@return boolean known   the name itself is declared
function M.near_job(opts, name)
  local names = {}
  for _, job in ipairs(M.rows(opts, "jobs") or {}) do
    if job.name == name then return nil, true end
    for trigger in (job.spec or ""):gmatch "on trigger%.([%w_]+)" do
      if trigger == name then return nil, true end
      names[#names + 1] = trigger
    end
    names[#names + 1] = job.name
  end
  return require "host.options".nearest(name, names), false
end

---Milliseconds as people say them: 812 ms, 3.2 s, 4 min 5 s, 2 h 3 min.
---@return string
function M.lasting(ms)
  if ms < 10 then return (("%.1f ms"):format(ms):gsub("%.0 ", " ")) end
  if ms < 1000 then return ("%d ms"):format(ms // 1) end
  if ms < 60000 then return ("%.1f s"):format(ms / 1000) end
  if ms < 3600000 then return ("%d min %d s"):format(ms // 60000, ms % 60000 // 1000) end
  if ms < 172800000 then return ("%d h %d min"):format(ms // 3600000, ms % 3600000 // 60000) end
  return ("%d days"):format(ms // 86400000)
end

---Micro-dollars as dollars: $0.000213.
---@return string
function M.money(micros)
  local text = ("$%.6f"):format(micros / 1000000)
  return (text:gsub("(%.%d%d%d-)0+$", "%1"))
end

---Text on one line, at most `limit` characters of it.
---@return string
function M.cut(text, limit)
  text, limit = require "host.print".plain(text), limit or 60
  local length = utf8.len(text)
  if (length or #text) <= limit then return text end
  return text:sub(1, (length and utf8.offset(text, limit) or limit) - 1) .. "…"
end

---A value as JSON on one line, at most `limit` characters of it.
---@return string
function M.short(value, limit)
  if value == nil then return "nothing" end
  return M.cut(require "aios.json".encode(value) or tostring(value), limit)
end

---States in which a run is over.
M.OVER = { done = true, failed = true, cancelled = true, continued = true, skipped = true }

---What the database refused, for the command line, where `closed` means the reader of its output.
function M.refused(err)
  return { code = err.code == "closed" and "invalid" or err.code, message = err.message, hint = err.hint }
end

---The message inside a recorded error, on one line.
---@return string
function M.message(err, limit)
  if type(err) == "table" then err = err.message or M.short(err) end
  return M.cut(tostring(err), limit or 500)
end

return M
