--- kit: what the crash tests share: a fast place for many databases, runs that are killed, and a look inside.
---
---     local place = kit.place()
---     local r = kit.run(home, { "run", "--yes", "p.aios" }, { KILL_AT = 17 })
---     local db = kit.look({ home })[1]           -- { run = rows, journal = rows, kv = rows, ... }
local t = require "tests.tap"
local M = {}

local BUILD = os.getenv "BUILD" or "build"
local function absolute(path) return path:match "^/" and path or os.getenv "PWD" .. "/" .. path end

M.BIN = absolute(t.BIN)
M.SHIM = absolute(BUILD .. "/tests/crash/kill_at.so")

local function output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  pipe:close()
  return text
end
M.output = output

---A new directory in memory, where a sync costs nothing; on disk where there is no such place. tests/run gives TEST_MEMORY and
---removes it after the test, however that ended.
function M.place()
  return (output 'mktemp -d -p "${TEST_MEMORY:-/dev/shm}" XXXXXX 2>/dev/null || mktemp -d':gsub("\n", ""))
end

function M.remove(path) os.execute("rm -rf " .. t.quote(path)) end

---Runs aios with that HOME; `env` with KILL_AT or KILL_COUNT puts kill_at.so in front.
---@return table { code, out, err }
function M.run(home, words, env)
  local all = { home = home, env = {} }
  for i, word in ipairs(words) do all[i] = word end
  for name, value in pairs(env or {}) do
    all.env[name] = value
    if name:find "^KILL_" then all.env.LD_PRELOAD, all.env.ASAN_OPTIONS = M.SHIM, "verify_asan_link_order=0" end
  end
  return t.aios(all)
end

function M.db(home) return home .. "/.local/state/aios/aios.db" end

---The databases of many homes, in order; false where there is none. One that cannot be read is an error.
function M.look(homes)
  local paths, list = {}, {}
  for i, home in ipairs(homes) do paths[i] = M.db(home) end
  local file = os.tmpname()
  t.write(file, table.concat(paths, "\n") .. "\n")
  for line in output(("python3 tests/crash/dump.py <%s"):format(t.quote(file))):gmatch "[^\n]+" do
    list[#list + 1] = assert(load(line))() or false
  end
  os.remove(file)
  if #list ~= #homes then error(("dump.py said %d lines about %d databases"):format(#list, #homes)) end
  return list
end

---Every file below a directory and its text, by relative path.
function M.files(directory)
  local list = {}
  for path in output(("cd %s && find . -type f"):format(t.quote(directory))):gmatch "[^\n]+" do
    list[path:sub(3)] = t.read(directory .. "/" .. path)
  end
  return list
end

---What is wrong with the journals of a database: a path that is recorded as done twice, a row that is missing.
---@return string? flaw
function M.flaw(db)
  local done, last = {}, {}
  for _, row in ipairs(db.journal) do
    local key = row.run .. row.path
    if row.kind == 1 and done[key] then return ("%s of run %d is recorded twice"):format(row.path, row.run) end
    done[key] = done[key] or row.kind == 1
    if row.seq ~= (last[row.run] or 0) + 1 then return ("row %d of run %d follows row %s"):format(row.seq, row.run, last[row.run]) end
    last[row.run] = row.seq
  end
end

return M
