--- command: how tools use programs and system files of this machine, on the host's own account.
---
---     local got, err = command.run({ "dpkg-query", "-W" }, { timeout = 60 })      -- err: what it said last
---     local text = command.file "/proc/loadavg"
---
--- The need of the tool that calls has been asked for already; what it does to keep its promise needs no other.
local M = {}

local SHOWN, TIMEOUT = 300, 600
local PLACES = { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin" }

local function trusted(...) return require("host.doors").trusted(...) end

---The last words of what a program printed, in whole characters.
function M.tail(got)
  local text = (got.err ~= "" and got.err or got.out):gsub("%s+$", "")
  if #text > SHOWN then text = "…" .. text:sub(utf8.offset(text, 0, #text - SHOWN) or -SHOWN) end
  return text
end

---Runs a program to its end. `good` are the exit codes besides 0 that are no failure.
---@param argv string[]
---@param options { cwd: string?, env: table?, input: string?, timeout: number?, max: integer?, good: table<integer, boolean>? }?
---@return table? got   { code, out, err, time }
---@return table? err
function M.run(argv, options)
  options = options or {}
  local spec = { cwd = options.cwd, env = options.env, input = options.input, timeout = options.timeout or TIMEOUT, max = options.max }
  local got, err = trusted(require("aios.process").run, argv, spec)
  if not got then return nil, err end
  if got.code ~= 0 and not (options.good and options.good[got.code]) then
    local said = M.tail(got)
    return nil, { code = "failed", message = ("%s ended with code %d%s"):format(argv[1], got.code, said ~= "" and ": " .. said or "") }
  end
  if got.truncated then return nil, { code = "too_big", message = ("%s printed more than can be kept"):format(argv[1]) } end
  return got
end

---A small file of the system, such as one of /proc.
function M.file(path) return trusted(require("aios.fs").read, path) end

---Whether a program of this name is installed in one of the system's directories.
function M.has(name)
  for _, place in ipairs(PLACES) do
    if trusted(require("aios.fs").exists, place .. "/" .. name) then return true end
  end
  return false
end

---Runs the commands of a plan in turn, or, when it must not or may not, gives the plan: { done, plan, why, out }.
---@param plan string[][]
---@param o { only_plan: boolean?, why: string?, env: table?, timeout: number? }   why: what is missing to do it
---@return table? result
---@return table? err
function M.act(plan, o)
  local json = require "aios.json"
  local lines = json.array {}
  for i, argv in ipairs(plan) do lines[i] = json.array(argv) end
  if o.only_plan or o.why then
    return { done = false, plan = lines, why = o.only_plan and "only the plan was asked for" or o.why }
  end
  local out = {}
  for _, argv in ipairs(plan) do
    local got, err = M.run(argv, o)
    if not got then return nil, err end
    out[#out + 1] = got.out
  end
  return { done = true, plan = lines, out = table.concat(out) }
end

return M
