-- the lines of a growing file: each matching one begins one run, over rotation, truncation, absence and kill -9
local t = require "tests.tap"

local WATCH = [[
on line.matching("log/app.log", "hit *") as line limit 16 at once do
  db.exec("insert into seen (text) values (?)", line.text)
  if db.one("select count(*) as n from seen").n >= tonumber(arg[1]) then os.exit(0) end
end
db.exec "create table if not exists seen (text text)"
]]

local function start(home, want) return t.aios { "run", "--yes", "--for", "60s", "watch.aios", tostring(want), home = home, cwd = home } end

local function seen(home)
  local r = t.aios { "run", "-", home = home, cwd = home, stdin = "for _, row in ipairs(db.query 'select text from seen order by text') do print(row.text) end" }
  t.eq(r.err, "")
  return r.out
end

local function append(home, text)
  local file = assert(io.open(home .. "/log/app.log", "a"))
  file:write(text)
  file:close()
end

local function sh(home, command) assert(os.execute(("cd %s/log && %s"):format(t.quote(home), command))) end

local function new_home(first)
  local home = t.dir()
  os.execute(("mkdir %s/log"):format(t.quote(home)))
  t.write(home .. "/watch.aios", WATCH)
  if first then append(home, first) end
  t.aios { "run", "--yes", "--until-idle", "watch.aios", "1", home = home, cwd = home }
  return home
end

t.test("lines from the first start on count, whole ones, with what was asked for in them", function()
  local home = new_home "hit old\nhit unfin"
  append(home, "ished\nmiss\nxx hit a yy\r\nhit b\nhit half")
  t.eq(start(home, 3).code, 0)
  t.eq(seen(home), "hit b\nhit unfinished\nxx hit a yy\n")
end)

t.test("a file that is not there yet is read from its beginning", function()
  local home = new_home()
  append(home, "hit 1\nhit 2\n")
  t.eq(start(home, 2).code, 0)
  t.eq(seen(home), "hit 1\nhit 2\n")
end)

t.test("what was rotated twice while nobody looked is read in full, what is compressed is left", function()
  local home = new_home "hit old\n"
  append(home, "hit 1\n")
  sh(home, "mv app.log app.log.1; echo 'hit no' >app.log.9.gz")
  append(home, "hit 2\n")
  sh(home, "touch -d '1 hour ago' app.log.1; touch -d '30 minutes ago' app.log; mv app.log.1 app.log.2; mv app.log app.log.1")
  append(home, "hit 3\n")
  t.eq(start(home, 3).code, 0)
  t.eq(seen(home), "hit 1\nhit 2\nhit 3\n")
end)

t.test("a file that was emptied is read from its beginning", function()
  local home = new_home "hit a long line before\nhit another one\n"
  sh(home, ": >app.log")
  append(home, "hit 1\n")
  t.eq(start(home, 1).code, 0)
  append(home, "hit 2\n")
  t.eq(start(home, 2).code, 0)
  t.eq(seen(home), "hit 1\nhit 2\n")
end)

-- a writer that rotates its file under the eyes of the watcher
local WRITER = [[
for round = 1, 5 do
  local file = io.open("log/app.log", "a")
  for i = 1, 40 do file:write(("hit %d %02d\n"):format(round, i)) file:flush() end
  os.rename("log/app.log", "log/app.log." .. 5 - round + 1)
  file:write(("hit %d last\n"):format(round))
  file:close()
  local tick = os.clock() + 0.25
  while os.clock() < tick do end
end
io.open("log/app.log", "a"):close()
]]

t.test("killed while a writer rotates its file, each line has begun one run in the end", function()
  local home = new_home()
  local all = 5 * 41
  t.write(home .. "/writer.lua", WRITER)
  os.execute(("cd %s && lua5.4 writer.lua &"):format(t.quote(home)))
  local bin = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
  for n = 1, 12 do
    local after = n <= 6 and ("%.2f"):format(0.3 + 0.1 * n) or "60"
    local r = t.aios { "-s", "KILL", after, bin, "run", "--yes", "--for", "50s", "watch.aios", tostring(all), home = home, cwd = home, bin = "/usr/bin/timeout" }
    if r.code == 0 then break end
  end
  local count, known = 0, {}
  for text in seen(home):gmatch "[^\n]+" do
    t.ok(not known[text], "twice: " .. text)
    count, known[text] = count + 1, true
  end
  t.eq(count, all)
end)

t.done()
