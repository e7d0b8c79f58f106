-- the test suite of Lua itself, file by file: `aios lua` passes and fails where lua5.4 does, and says the same
--
-- No package has the suite: unpack lua-5.4.4-tests (from the home page of Lua) and say LUA_SUITE=DIRECTORY.
local t = require "tests.tap"

local SUITE = os.getenv "LUA_SUITE"
local LIMIT = 300                                          -- seconds a file
local OPTIONS = "_port=true _soft=true _nomsg=true"        -- as the suite's own notes say for a basic run

local function sh(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  return text, select(3, pipe:close())
end

local files = {}
for path in (SUITE and sh("ls " .. t.quote(SUITE) .. "/*.lua 2>/dev/null") or ""):gmatch "[^\n]+" do
  local name = path:match "[^/]*$"
  if name ~= "all.lua" then files[#files + 1] = name end   -- all.lua runs the others
end
if #files == 0 then
  print "1..0 # skip the Lua 5.4.4 test suite is in no package; LUA_SUITE=DIRECTORY names one that is unpacked"
  os.exit(0)
end

local BIN = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN

-- the suite prints seeds, addresses and times
local function plain(text, name)
  return (text:gsub(name:gsub("%p", "%%%0"), "LUA"):gsub("0x%x+", "N"):gsub("%d[%d.]*", "N"))
end

local function run(command, name, file)
  local home = t.dir()
  sh(("cp -r %s/. %s"):format(t.quote(SUITE), t.quote(home)))
  local out, code = sh(("cd %s && HOME=%s timeout %d %s -e %s %s 2>&1 </dev/null"):format(t.quote(home), t.quote(home), LIMIT, command, t.quote(OPTIONS), t.quote(file)))
  sh("rm -rf " .. t.quote(home))
  return { code = code, out = plain(out, name) }
end

for _, file in ipairs(files) do
  t.test("suite: " .. file, function() t.eq(run(t.quote(BIN) .. " lua", BIN .. " lua", file), run("lua5.4", "lua5.4", file)) end)
end
t.done()
