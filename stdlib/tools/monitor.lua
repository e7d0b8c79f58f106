--- monitor: how this machine is doing, from /proc. Sizes are bytes, shares are percent.
---
---     if monitor.disk("/").percent > 90 then notify "The disk is almost full." end
---     print(monitor.load().one, monitor.memory().available)
local M = { name = "monitor", tools = {} }
local tools = M.tools

local function file(path) return require("host.command").file(path) end

local function lacking(what, path)
  return nil, { code = "not_found", message = ("this machine does not tell %s (there is no %s)"):format(what, path) }
end

local function share(part, whole) return whole > 0 and math.floor(part / whole * 1000 + 0.5) / 10 or 0.0 end

-- ------------------------------------------------------------------ the processor
---The counters of one line "cpu  1 2 3 …" as seconds of idle and of all.
---@return number idle
---@return number all
function M.jiffies(text)
  local numbers = {}
  for word in text:match "^cpu%s+([^\n]*)":gmatch "%d+" do numbers[#numbers + 1] = tonumber(word) end
  local all = 0
  for i = 1, math.min(8, #numbers) do all = all + numbers[i] end        -- guest time is part of user time
  return numbers[4] + (numbers[5] or 0), all
end

tools.cpu = {
  about = "How busy the processors are, measured over a moment (0.2 seconds, or `over`), and how many there are.",
  params = {},
  options = { { "over", "duration" } },
  returns = "{ percent: number, cores: integer }",
  effect = "reads",
  risk = "low",
  example = [[local busy = monitor.cpu().percent]],
  run = function(args)
    local first = file "/proc/stat"
    if not first then return lacking("how busy it is", "/proc/stat") end
    require("aios.time").sleep(math.max(0.05, math.min(args.over or 0.2, 3600)))
    local second = file "/proc/stat"
    local idle, all = M.jiffies(first)
    local idle_now, all_now = M.jiffies(second)
    local _, cores = second:gsub("\ncpu%d", "")
    return { percent = share(all_now - all - (idle_now - idle), all_now - all), cores = cores }
  end,
}

tools.load = {
  about = "How many tasks want a processor, averaged over one, five and fifteen minutes, and how many there are now.",
  params = {},
  returns = "{ one: number, five: number, fifteen: number, running: integer, tasks: integer }",
  effect = "reads",
  risk = "low",
  example = [[local load = monitor.load().one]],
  run = function()
    local text = file "/proc/loadavg"
    if not text then return lacking("its load", "/proc/loadavg") end
    local one, five, fifteen, running, tasks = text:match "^(%S+) (%S+) (%S+) (%d+)/(%d+)"
    return { one = tonumber(one), five = tonumber(five), fifteen = tonumber(fifteen), running = math.tointeger(running), tasks = math.tointeger(tasks) }
  end,
}

-- ------------------------------------------------------------------ memory
---The lines "Name: 12 kB" as bytes.
function M.meminfo(text)
  local out = {}
  for name, amount in text:gmatch "([%w_()]+):%s+(%d+) kB" do out[name] = math.tointeger(amount) * 1024 end
  return out
end

tools.memory = {
  about = "How much memory there is, how much programs can still have (`available`), and the same of swap.",
  params = {},
  returns = "{ total: integer, used: integer, available: integer, percent: number, swap: { total: integer, used: integer } }",
  effect = "reads",
  risk = "low",
  example = [[local free = monitor.memory().available]],
  run = function()
    local text = file "/proc/meminfo"
    if not text then return lacking("how much memory it has", "/proc/meminfo") end
    local m = M.meminfo(text)
    local used = m.MemTotal - m.MemAvailable
    return { total = m.MemTotal, used = used, available = m.MemAvailable, percent = share(used, m.MemTotal),
      swap = { total = m.SwapTotal or 0, used = (m.SwapTotal or 0) - (m.SwapFree or 0) } }
  end,
}

-- ------------------------------------------------------------------ disks
local DISK = "{ path: path, used: integer, free: integer, total: integer, percent: number }"

local function usage(path)
  local got, err = require("host.doors").trusted(require("aios.fs").usage, path)
  if not got then return nil, err end
  return { path = path, used = got.used, free = got.free, total = got.total, percent = share(got.used, got.used + got.free) }
end

tools.disk = {
  about = "How full the file system of a path is: that of the root, unless another is named. `percent` is of what may be used, as in df.",
  params = { { "path", "path", optional = true } },
  returns = DISK,
  effect = "reads",
  risk = "low",
  example = [[local full = monitor.disk("/").percent]],
  run = function(args) return usage(args.path or "/") end,
}

---The mounted file systems that are on a device: { { device, path, type } }, a device once.
---@param text string   /proc/self/mounts
function M.mounts(text)
  local out, seen = {}, {}
  local function plain(word) return (word:gsub("\\(%d%d%d)", function(code) return string.char(tonumber(code, 8)) end)) end
  for device, path, kind in text:gmatch "(%S+) (%S+) (%S+) [^\n]*\n?" do
    if device:find "^/" and not seen[device] and not device:find "^/dev/loop" then
      seen[device] = true
      out[#out + 1] = { device = plain(device), path = plain(path), type = kind }
    end
  end
  return out
end

tools.disks = {
  about = "Every mounted file system that is on a device, and how full it is.",
  params = {},
  returns = "{ { device: string, path: path, type: string, used: integer, free: integer, total: integer, percent: number } }",
  effect = "reads",
  risk = "low",
  example = [[for _, disk in ipairs(monitor.disks()) do local full = disk.percent > 90 end]],
  run = function()
    local text = file "/proc/self/mounts"
    if not text then return lacking("what is mounted", "/proc/self/mounts") end
    local out = require("aios.json").array {}
    for _, mount in ipairs(M.mounts(text)) do
      local got = usage(mount.path)
      if got then
        got.device, got.type = mount.device, mount.type
        out[#out + 1] = got
      end
    end
    return out
  end,
}

-- ------------------------------------------------------------------ the network
local NETWORK = "name: string, received: integer, sent: integer, received_packets: integer, sent_packets: integer, errors: integer, dropped: integer"

---@param text string   /proc/net/dev
function M.devices(text)
  local out = {}
  for name, counters in text:gmatch "\n[ \t]*([^%s:]+):([^\n]*)" do
    local n = {}
    for word in counters:gmatch "%d+" do n[#n + 1] = math.tointeger(word) end
    out[#out + 1] = { name = name, received = n[1], received_packets = n[2], errors = n[3] + n[11], dropped = n[4] + n[12], sent = n[9], sent_packets = n[10] }
  end
  return out
end

tools.network = {
  about = "What each network interface has received and sent since it was there.",
  params = {},
  returns = "{ { " .. NETWORK .. " } }",
  effect = "reads",
  risk = "low",
  example = [[for _, card in ipairs(monitor.network()) do local bytes = card.received + card.sent end]],
  run = function()
    local text = file "/proc/net/dev"
    if not text then return lacking("what its network does", "/proc/net/dev") end
    return require("aios.json").array(M.devices(text))
  end,
}

-- ------------------------------------------------------------------ pressure
local AVERAGES = "{ ten: number, sixty: number, three_hundred: number, total: number }"

---@param text string   of /proc/pressure
function M.pressure(text)
  local out = {}
  for kind, ten, sixty, long, total in text:gmatch "(%a+) avg10=(%S+) avg60=(%S+) avg300=(%S+) total=(%d+)" do
    out[kind] = { ten = tonumber(ten), sixty = tonumber(sixty), three_hundred = tonumber(long), total = tonumber(total) / 1e6 }
  end
  return out
end

tools.pressure = {
  about = "How much of the time tasks had to wait for the processor, memory or disks: percent over ten, sixty and three hundred seconds, "
    .. "and seconds in `total`. `some`: at least one task waited; `full`: all did.",
  params = {},
  returns = ("{ cpu: { some: %s, full?: %s }, memory: { some: %s, full?: %s }, io: { some: %s, full?: %s } }"):gsub("%%s", AVERAGES),
  effect = "reads",
  risk = "low",
  example = [[local ok, waits = pcall(monitor.pressure)]],
  run = function()
    local out = {}
    for _, what in ipairs { "cpu", "memory", "io" } do
      local text = file("/proc/pressure/" .. what)
      if not text then return lacking("its pressure; a kernel from 4.20 on with PSI does", "/proc/pressure/" .. what) end
      out[what] = M.pressure(text)
    end
    return out
  end,
}

tools.system = {
  about = "What machine this is: its name, kernel, processor, memory, and since when it runs (seconds).",
  params = {},
  returns = "{ host: string, kernel: string, processor: string, cores: integer, memory: integer, uptime: number }",
  effect = "reads",
  risk = "low",
  example = [[local host = monitor.system().host]],
  run = function()
    local cpu, stat = file "/proc/cpuinfo" or "", file "/proc/stat"
    if not stat then return lacking("what it is", "/proc/stat") end
    local _, cores = stat:gsub("\ncpu%d", "")
    local function word(path) return ((file(path) or ""):gsub("%s+$", "")) end
    return { host = word "/proc/sys/kernel/hostname", kernel = word "/proc/sys/kernel/osrelease", cores = cores,
      processor = cpu:match "model name%s*:%s*([^\n]+)" or cpu:match "Model%s*:%s*([^\n]+)" or "", memory = M.meminfo(file "/proc/meminfo").MemTotal,
      uptime = tonumber(word "/proc/uptime":match "^%S+") }
  end,
}

return M
