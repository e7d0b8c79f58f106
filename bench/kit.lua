--- kit: what the works share: a directory of their own, the yardsticks, and commands that take turns.
local M = { programs = "bench/programs/" }
M.bin = os.getenv "AIOS_BIN" or "build/aios"
M.lua = os.getenv "LUA" or "lua5.4"

local function quote(text) return "'" .. tostring(text):gsub("'", "'\\''") .. "'" end

---Runs a command; returns what it printed. Ends the benchmark when it fails.
function M.run(...)
  local words = { ... }
  for i, word in ipairs(words) do words[i] = quote(word) end
  local said = M.dir and M.dir .. "/said" or "/dev/null"
  local pipe = assert(io.popen(M.environment .. table.concat(words, " ") .. " 2>" .. quote(said)))
  local text = pipe:read "a"
  if pipe:close() then return text end
  local file = io.open(said)
  error(("failed: %s\n%s"):format(table.concat(words, " "), file and file:read "a" or ""), 0)
end

function M.shell(command)
  if not os.execute(M.environment .. command) then error("failed: " .. command, 0) end
end

---Builds the yardsticks, and makes a fresh directory on the disk of the build: what is measured is that disk.
function M.setup()
  local parent = M.bin:match "^(.*)/[^/]*$" .. "/bench"
  M.environment = ""
  M.shell("mkdir -p " .. quote(parent))
  M.dir = M.run("mktemp", "-d", parent .. "/XXXXXX"):match "^[^\n]+"
  M.environment = ("env -u AIOS_DB -u AIOS_CLOCK -u DISPLAY -u WAYLAND_DISPLAY HOME=%s XDG_STATE_HOME= XDG_CACHE_HOME= XDG_CONFIG_HOME= "):format(quote(M.dir))
  for _, name in ipairs { "race", "until", "disk", "rows" } do
    local source = "bench/" .. name .. ".c"
    M.run(os.getenv "CC" or "gcc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", source, "-o", M.tool(name), "-l:libsqlite3.a", "-lm")
  end
end

function M.cleanup()
  if M.dir then os.execute("rm -rf " .. quote(M.dir)) end
end

---The path of a yardstick.
function M.tool(name) return M.dir .. "/" .. name end

---A path in the benchmark's own directory.
function M.path(name) return M.dir .. "/" .. name end

---Lets the commands take turns; each a list of words. Returns { wall, cpu } in milliseconds (medians) of each.
function M.race(rounds, ...)
  local words = { M.tool "race", rounds }
  for i, command in ipairs { ... } do
    if i > 1 then words[#words + 1] = "," end
    for _, word in ipairs(command) do words[#words + 1] = word end
  end
  local out = {}
  for wall, cpu in M.run(table.unpack(words)):gmatch "(%S+) (%S+)\n" do
    out[#out + 1] = { wall = tonumber(wall), cpu = tonumber(cpu) }
  end
  return table.unpack(out)
end

function M.median(list)
  table.sort(list)
  local middle = #list // 2
  return #list % 2 == 1 and list[middle + 1] or (list[middle] + list[middle + 1]) / 2
end

function M.copy(from, to)
  local file = assert(io.open(from, "rb"))
  local text = file:read "a"
  file:close()
  file = assert(io.open(to, "wb"))
  file:write(text)
  file:close()
end

function M.ms(value) return ("%.2f ms"):format(value) end

---A row whose ratio is one of times: less is better.
function M.at_most(work, aios, yardstick, bound)
  local ratio = aios / yardstick
  return { work = work, aios = M.ms(aios), yardstick = M.ms(yardstick), ratio = ratio, bound = ("<= %.4gx"):format(bound), ok = ratio <= bound }
end

return M
