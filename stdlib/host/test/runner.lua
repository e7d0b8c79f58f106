--- host.test.runner: runs tests, each in a process and a directory of its own, and collects what came of them.
---
--- A test's process has a clock of its own that begins at START, its own home, database and standard output, and
--- the zone UTC; so no test sees another one, or the machine's time.
local host = require "aios.host"
local json = require "aios.json"
local places = require "host.places"
local M = {}

---The instant at which every test begins: a Thursday.
M.START = "2026-01-01T00:00:00Z"

local LIMIT_SECONDS = 60                -- real time of one test
local OUTPUT_MOST = 4 << 20
local PASSED_ON = { "PATH", "LANG", "LC_ALL", "ASAN_OPTIONS", "UBSAN_OPTIONS", "DEVICE_ID", "DEVICE_TAGS" }
local FOR_MODELS = { "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OLLAMA_HOST", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_BASE_URL",
  "OPENAI_MODEL", "ANTHROPIC_MODEL", "AIOS_OLLAMA_MODEL",
  "AIOS_TIER_OPERATIONAL", "AIOS_TIER_TACTICAL", "AIOS_TIER_STRATEGIC" }

---Puts a list into an order that only the seed decides.
function M.shuffle(list, random)
  for i = #list, 2, -1 do
    local j = random(i)
    list[i], list[j] = list[j], list[i]
  end
  return list
end

---A generator of whole numbers 1..n; the same seed gives the same numbers on every machine.
function M.random(seed)
  local state = seed
  return function(n)
    state = (state * 6364136223846793005 + 1442695040888963407)
    return (state >> 33) % n + 1
  end
end

local MEMORY = "/dev/shm"               -- nobody needs these databases after a power cut: no disk is waited for

---A directory of our own for all of this; `drop` removes it.
function M.workplace()
  local name = os.tmpname()
  os.remove(name)
  local quick = MEMORY .. name:match "/[^/]*$"
  if host.exists(MEMORY) and host.private_directory(quick) then return { path = quick, count = 0 } end
  if not host.private_directory(name) then return nil, { code = "io", message = name .. ": cannot make a directory" } end
  return { path = host.absolute(name), count = 0 }
end

function M.drop(workplace) require "aios.fs".remove(workplace.path, { deep = true }) end

local function environment(root, options)
  local env = { HOME = root .. "/home", TMPDIR = root, TZ = "UTC", AIOS_CLOCK = M.START, NO_COLOR = "1" }
  for _, name in ipairs(PASSED_ON) do env[name] = host.env(name) end
  if options.live or options.record then
    for _, name in ipairs(FOR_MODELS) do env[name] = host.env(name) end
  end
  if not options.live then env.AIOS_SOURCES = "none" end
  local cache = places.cache()
  env.XDG_CACHE_HOME = cache and cache:match "^(.*)/aios$"
  return env
end

local function own_binary() return host.absolute "/proc/self/exe" end

-- the directory of one test: its root is below ours, so that what it writes beside itself goes with it
local function prepare(workplace, test, options)
  workplace.count = workplace.count + 1
  local root = ("%s/%d"):format(workplace.path, workplace.count)
  for _, path in ipairs { root, root .. "/home" } do host.private_directory(path) end
  local spec = { file = host.plain(test.file), line = test.line, root = root, result = root .. "/result.json",
    live = options.live, tape = options.tape, record = options.record, coverage = options.coverage and true or nil }
  assert(host.write_cache(root .. "/spec.json", (json.encode(spec))))
  return root
end

local function readable(err, test)
  local full = host.plain(test.file)
  local function shorter(text) return text and text:gsub(full:gsub("%p", "%%%0"), (test.file:gsub("%%", "%%%%"))) end
  return { code = err.code, message = shorter((err.tool and err.tool .. ": " or "") .. tostring(err.message)),
    traceback = shorter(err.traceback) }
end

---Runs one test.
---@param test table       { file, name, line }
---@param options table    { live, tape, record, coverage }
---@return table result    the test's fields, and ok, error, seconds, out, err, lines
function M.one(workplace, test, options)
  local root = prepare(workplace, test, options)
  local got, why = require "aios.process".run({ own_binary(), "test", "--one", root .. "/spec.json" },
    { cwd = root, env = environment(root, options), timeout = LIMIT_SECONDS, max = OUTPUT_MOST })
  local result = { file = test.file, name = test.name, line = test.line, seconds = got and got.time or LIMIT_SECONDS,
    out = got and got.out or "", err = got and got.err or "" }
  local outcome = json.decode(host.read_file(root .. "/result.json") or "null")
  if got and got.code == 0 and not got.signal and type(outcome) == "table" and outcome.ok ~= nil then
    result.ok, result.error, result.lines = outcome.ok, outcome.error and readable(outcome.error, test), outcome.lines
  elseif got then
    result.ok, result.error = false, { code = "crashed", message = ("the process of the test ended %s"):format(
      got.signal and "by signal " .. got.signal or "with code " .. got.code) }
  else
    result.ok = false
    result.error = { code = why.code, message = why.code == "timeout" and ("the test was not over after %d s"):format(LIMIT_SECONDS) or why.message }
  end
  require "aios.fs".remove(root, { deep = true })
  return result
end

return M
