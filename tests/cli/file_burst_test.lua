-- a burst of files: each begins exactly one run, also when the process is killed in its midst and files come while it is down
local t = require "tests.tap"

local FILES = tonumber(os.getenv "BURST" or "") or 1000
local WATCH = [[
needs fs.write "**"
on file.created "in/*.dat" as file settle 100ms limit 16 at once do
  db.exec("insert into seen (name) values (?)", file.name)
  if db.one("select count(*) as n from seen").n >= tonumber(arg[1]) then os.exit(0) end
end
db.exec "create table if not exists seen (name text)"
]]

local function start(home, want)
  return t.aios { "run", "--yes", "--for", "100s", "watch.aios", tostring(want), home = home, cwd = home }
end

local function rows(home, sql)
  local r = t.aios { "run", "-", home = home, cwd = home, stdin = ("print(db.one(%q).n)"):format(sql) }
  return tonumber(r.out), r.err
end

local function make(home, from, to)
  for i = from, to do t.write(("%s/in/%05d.dat"):format(home, i), "x") end
end

local function new_home()
  local home = t.dir()
  os.execute(("mkdir %s/in"):format(t.quote(home)))
  t.write(home .. "/watch.aios", WATCH)
  -- the first start takes what is there as known
  t.aios { "run", "--yes", "--until-idle", "watch.aios", "1", home = home, cwd = home }
  return home
end

t.test(("%d files that came while nobody watched begin one run each"):format(FILES), function()
  local home = new_home()
  make(home, 1, FILES)
  local r = start(home, FILES)
  t.eq({ r.code, r.out, r.err }, { 0, "", "" })
  t.eq({ rows(home, "select count(*) as n from seen") }, { FILES, "" })
  t.eq({ rows(home, "select count(distinct name) as n from seen") }, { FILES, "" })
end)

t.test("killed in the midst of a burst, each file has begun one run in the end", function()
  local home = new_home()
  local files = 150
  make(home, 1, files)
  local kills = 0
  for n = 1, 60 do
    local bin = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
    local after = n <= 8 and ("%.2f"):format(0.25 + 0.05 * n) or "90"
    local r = t.aios { "-s", "KILL", after, bin, "run", "--yes", "--for", "80s", "watch.aios", tostring(files), home = home, cwd = home, bin = "/usr/bin/timeout" }
    if r.code == 0 then break end
    kills = kills + 1
  end
  t.eq({ rows(home, "select count(*) as n from seen") }, { files, "" }, kills .. " kills")
  t.eq({ rows(home, "select count(distinct name) as n from seen") }, { files, "" })
end)

t.done()
