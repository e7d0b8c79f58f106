-- what bad input gets: an exit code, a message with place and hint, and nothing half done
local t = require "tests.tap"

local HOME = t.dir()
local function file(name, text) t.write(HOME .. "/" .. name, text) return name end
local function sh(command) return os.execute(("cd %s && { %s; } >/dev/null 2>&1"):format(t.quote(HOME), command)) end
local function output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  pipe:close()
  return text
end
local function aios(words)
  words.home = HOME
  return t.aios(words)
end

-- a program that would leave traces at once
file("acts.aios", 'needs fs.write\nfs.write("trace", "x")\nkv.set("trace", 1)\n')
local function no_trace() t.eq(t.read(HOME .. "/trace"), nil) end

local function refused(r, code, ...)
  t.eq({ r.code, r.out }, { code, "" }, r.err)
  for _, text in ipairs { ... } do if not r.err:find(text, 1, true) then error(("no %q in %s"):format(text, r.err), 2) end end
  t.eq(r.err:find("traceback", 1, true), nil, r.err)
end

-- ---------------------------------------------------------------- files that are no programs
sh "mkdir directory.aios; mkfifo pipe.aios; ln -s nowhere broken.aios; ln -s loop.aios loop.aios; : >secret.aios; chmod 0 secret.aios"
file("big.aios", ('fs.write("trace", "x")\n'):rep(800000))
file("bytes.lua", (string.dump(function() end)))

for _, case in ipairs {
  { "a syntax error", file("syntax.aios", 'fs.write("trace", "x")\nlocal n = 3 +\nprint(n'), "--> syntax.aios:", "code: AIOS", "hint:" },
  { "two syntax errors", file("two.aios", 'fs.write("trace", "x")\nif x then\nlocal = 3\nend\nfor i in do end\n'), "two.aios:3:", "two.aios:5:" },
  { "bytes that are not UTF-8", file("latin.aios", 'fs.write("trace", "x")\nstep x = "\xe9"\n'), "latin.aios:2:", "not UTF-8", "AIOS003", "hint:" },
  { "bytecode", "bytes.lua", "bytes.lua:1:1", "compiled Lua", "AIOS001" },
  { "bytecode under another name", file("bytes.aios", t.read(HOME .. "/bytes.lua")), "compiled Lua", "AIOS001" },
  { "a zero byte", file("zero.aios", 'fs.write("trace", "x")\0\nstep x = 1\n'), "zero.aios:1:", "zero byte", "AIOS002" },
  { "a directory", "directory.aios", "directory.aios", "is a directory" },
  { "a device", "/dev/zero", "/dev/zero", "is a device" },
  { "a pipe", "pipe.aios", "pipe.aios", "pipe" },
  { "a file over the limit", "big.aios", "big.aios", "16777216" },
  { "a file that is not there", "nothing.aios", "nothing.aios", "No such file" },
  { "a link that leads nowhere", "broken.aios", "broken.aios" },
  { "a link to itself", "loop.aios", "loop.aios" },
} do
  t.test(case[1] .. " ends with 2, names the place, and nothing runs", function()
    refused(aios { "run", "--yes", case[2] }, 2, table.unpack(case, 3))
    no_trace()
  end)
end

t.test("an empty file is a program that does nothing", function()
  local r = aios { "run", file("empty.aios", "") }
  t.eq({ r.code, r.out, r.err }, { 0, "", "" })
end)

t.test("a module that cannot be read stops the program before it acts", function()
  file("broken_module.aios", "step = = 1\n")
  local r = aios { "run", "--yes", file("uses.aios", 'fs.write("trace", "x")\nlocal m = require "broken_module"\nstep x = 1\n') }
  refused(r, 2, "broken_module.aios:1:")
  no_trace()
end)

-- ---------------------------------------------------------------- databases
sh "mkdir db.directory readonly; python3 -c 'import sqlite3; d = sqlite3.connect(\"other.db\"); d.execute(\"create table t(a)\"); d.commit()'"
file("garbage.db", ("no database at all\n"):rep(400))
file("short.db", "xy")
aios { "run", "--yes", "--db", "good.db", "acts.aios" }
sh "rm trace; cp good.db newer.db; python3 -c 'import sqlite3; sqlite3.connect(\"newer.db\").execute(\"pragma user_version = 99\")'"

for _, case in ipairs {
  { "of another program", "other.db", "other.db is the database of another program", "--db" },
  { "that is no database", "garbage.db", "garbage.db is no database", "--db" },
  { "of two bytes", "short.db", "short.db is no database", "--db" },
  { "of a later version", "newer.db", "newer.db was written by a later aios (schema 99", "install a later aios" },
  { "that is a directory", "db.directory", "db.directory is a directory", "--db" },
  { "that is a device", "/dev/null", "/dev/null is a device", "--db" },
  { "below a file", "acts.aios/x.db", "acts.aios" },
} do
  t.test("a database " .. case[1] .. " is refused, left as it is, and nothing runs", function()
    local before = case[2]:find "%.db$" and t.read(HOME .. "/" .. case[2])
    for _, words in ipairs { { "run", "--yes", "acts.aios" }, { "runs" }, { "trigger", "x" }, { "db", "check" } } do
      table.move({ "--db", case[2] }, 1, 2, #words + 1, words)
      if words[1] == "run" then words = { "run", "--yes", "--db", case[2], "acts.aios" } end
      local r = aios(words)
      t.eq(r.code, 1, words[1] .. ": " .. r.err)
      if words[1] == "run" then refused(r, 1, table.unpack(case, 3)) end
    end
    no_trace()
    if before then t.eq(t.read(HOME .. "/" .. case[2]), before) end
  end)
end

t.test("a damaged page is found by db check, and the answer says what to do", function()
  sh "cp good.db damaged.db"
  local f = assert(io.open(HOME .. "/damaged.db", "r+b"))
  f:seek("set", 4096 * 2)
  f:write(("\255"):rep(4096 * 3))
  f:close()
  local r = aios { "db", "check", "--db", "damaged.db" }
  t.eq(r.code, 1)
  t.match(r.err, "malformed; restore a copy")
end)

local IS_ROOT = output "id -u" == "0\n"

t.test("a database that may not be written is refused with its name", function()
  local place = t.dir()                                   -- root may write everywhere: a copy of aios runs as nobody
  os.execute(("cp %s %s/aios; cp %s/good.db %s/ro.db; cp %s/acts.aios %s; chmod 444 %s/ro.db; chmod 755 %s"):format(t.quote((t.BIN:match "^/" and "" or os.getenv "PWD" .. "/")
    .. t.BIN), place, HOME, place, HOME, place, place, place))
  local words = { "run", "--yes", "--db", place .. "/ro.db", place .. "/acts.aios", home = HOME }
  if IS_ROOT then
    words = { "--reuid=65534", "--regid=65534", "--clear-groups", place .. "/aios", "run", "--yes", "--db", place .. "/ro.db", place .. "/acts.aios",
      bin = "setpriv", home = HOME, cwd = place }
  end
  refused(t.aios(words), 1, place .. "/ro.db", "look at")
  t.eq(t.read(place .. "/trace"), nil)
  os.execute("rm -rf " .. place)
end)

-- ---------------------------------------------------------------- a disk that is full
local FILL = 'needs fs.write\nlocal n = 0\nfor i = 1, 200 do kv.set("k" .. i, ("x"):rep(20000)) fs.write("filled", "x") n = i end\nprint("end", n)\n'
local function on_small_disk(size, fn)
  local mount = HOME .. "/disk"
  sh "mkdir -p disk"
  if not sh(("mount -t tmpfs -o size=%s tmpfs %s"):format(size, t.quote(mount))) then return print "# SKIP: only root can mount a small disk" end
  local good, why = pcall(fn, mount)
  sh("umount " .. t.quote(mount))
  if not good then error(why, 0) end
end

for claim, size in pairs { ["a disk that fills up while a program runs"] = "1m", ["a disk with no room for a database"] = "8k" } do
  t.test(claim .. " is said once, and the run goes on when there is room", function()
    on_small_disk(size, function(mount)
      file("fill.aios", FILL)
      for _ = 1, 2 do
        local r = aios { "run", "--yes", "--db", mount .. "/a.db", "fill.aios" }
        t.eq({ r.code, r.out }, { 1, "" })
        local _, times = r.err:gsub("disk is full", "")
        t.eq(times, 1, r.err)
        t.match(r.err, "free some space, then start again: what was acknowledged is safe")
      end
      sh(("mount -o remount,size=40m %s"):format(t.quote(mount)))
      local r = aios { "run", "--yes", "--db", mount .. "/a.db", "fill.aios" }
      t.eq({ r.code, r.out, r.err }, { 0, "end\t200\n", "" })
      t.eq(aios({ "db", "check", "--db", mount .. "/a.db" }).code, 0)
    end)
  end)
end

t.test("a full disk under a file that a program writes is an error it can catch, and the old text stays", function()
  on_small_disk("64k", function(mount)
    file("writes.aios", ('needs fs.write\nfs.write("%s/a", "old")\nlocal ok, err = pcall(fs.write, "%s/a", ("x"):rep(200000))\nprint(ok, err.code)\n'):format(mount, mount))
    local r = aios { "run", "--yes", "writes.aios" }
    t.eq({ r.code, r.out }, { 0, "false\tfull\n" }, r.err)
    t.eq(t.read(mount .. "/a"), "old")
    t.eq(output("ls -A " .. t.quote(mount)), "a\n")
  end)
end)

-- ---------------------------------------------------------------- two processes, strange rows
-- starts a program that stays, calls fn(pid) when it has declared its workflow, and ends it
local function beside(db, text, fn)
  file("stays.aios", text)
  local bin = (t.BIN:match "^/" and "" or os.getenv "PWD" .. "/") .. t.BIN
  local pipe = assert(io.popen(("cd %s && HOME=%s XDG_STATE_HOME= XDG_CACHE_HOME= exec %s run --yes --db %s stays.aios 2>stays.err & echo $!"):format(
    t.quote(HOME), t.quote(HOME), t.quote(bin), db)))
  local pid = pipe:read "l"
  for _ = 1, 500 do if aios({ "jobs", "--db", db }).out:find "stays" then break end end
  local good, why = pcall(fn, pid)
  os.execute(("kill %s; timeout 20 tail --pid=%s -f /dev/null"):format(pid, pid))     -- the next one must find the database free
  pipe:close()
  if not good then error(why, 0) end
end

local STAYS = "workflow stays(n: integer) on trigger.never do end\n"

t.test("a second process of the same program on the same database is refused with the first one's number", function()
  beside("shared.db", STAYS, function(pid)
    refused(aios { "run", "--yes", "--db", "shared.db", "stays.aios" }, 1, "stays.aios is already executed by process " .. pid, "stop that one first, or use another database with --db")
    local r = aios { "run", "--yes", "--db", "shared.db", "--id", "k", file("other.aios", 'kv.set("a", 1)\nprint "other"\n') }
    t.eq({ r.code, r.out, r.err }, { 0, "other\n", "" })
    r = aios { "run", "--yes", "--for", "1ms", "--db", "own.db", "stays.aios" }
    t.eq({ r.code, r.err }, { 0, "" })
  end)
end)

-- adds rows (or, with a word behind the database, one more good row), waits until all are looked at, prints them
local INSERT = [[
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], timeout=20)
rows = [("never", "{bad", None), ("never", "[1", "{}"), ("never", "{}", None), ("stays", "[]", "[1]"), ("nobody", "[]", None), ("stais", "[]", None),
        (None, "[]", None), ("never", "[1]", '{"a": 1}'), ("stays", '["no number"]', None), ("never", b"\xff\xfe", None), ("never", None, None)]
if len(sys.argv) > 2:
    rows = [("never", "[2]", None)]
for name, args, kwargs in rows:
    db.execute("INSERT INTO triggers (job_name, args, kwargs, created) VALUES (?, ?, ?, 1)", (name, args, kwargs))
db.commit()
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    seen = db.execute("SELECT processed, error, run FROM triggers ORDER BY id").fetchall()
    if all(row[0] for row in seen):
        break
    time.sleep(0.005)
for processed, error, run in seen:
    print(processed if len(sys.argv) > 3 else bool(processed), error, run)
]]

t.test("a row with bad JSON or an unknown job is marked with its error and never tried again", function()
  file("insert.py", INSERT)
  local function insert(words) return output(("cd %s && python3 insert.py rows.db %s"):format(t.quote(HOME), words)) end
  local marked
  beside("rows.db", STAYS, function()
    local lines = {}
    for line in insert "":gmatch "[^\n]+" do lines[#lines + 1] = line end
    for i, want in ipairs { "True args is not JSON: .* at byte 1; it must be a JSON list", "True args is not JSON", "True args must be a JSON list", "True kwargs must be a JSON object",
      "True no program declares a job named 'nobody'", "did you mean 'stays'", "True job_name is NULL", "True None trigger/8", "True None trigger/9", "True args is not", "True None trigger/11" } do
      t.match(lines[i], want)
    end
    marked = insert "more with-times"
  end)
  beside("rows.db", STAYS, function()
    local again = insert "more with-times"
    t.eq(again:sub(1, #marked), marked)
    t.match(again:sub(#marked + 1), "^[%d.]+ None trigger/13\n$")
  end)
end)

-- ---------------------------------------------------------------- models
local function serve()
  local fifo = HOME .. "/port"
  os.execute("mkfifo " .. t.quote(fifo))
  local input = assert(io.popen(("python3 tests/fake/model_server.py >%s"):format(t.quote(fifo)), "w"))
  local out = assert(io.open(fifo))
  local port = out:read("l"):match "^%d+"
  out:close()
  return port, input
end
local PORT, server = serve()
file("asks.aios", 'local answer = ask { "Which is better, a or b?", tier = "operational" }\nfs.write("trace", answer)\nprint(answer)\n')

for _, case in ipairs {
  { "that is down", "http://127.0.0.1:9/v1", "ok", "no model answered", "127.0.0.1" },
  { "that is no provider", "http://127.0.0.1:%s/nothing", "ok", "no model answered" },
  { "that answers with a web page", "http://127.0.0.1:%s/v1", "html", "no model answered" },
  { "that hangs up in the middle", "http://127.0.0.1:%s/v1", "torn", "no model answered" },
  { "that knows neither key nor model", "http://127.0.0.1:%s/v1", "locked", "no model answered" },
} do
  t.test("a provider " .. case[1] .. " ends with 1 and is named, and nothing goes on with nonsense", function()
    local r = t.aios { "run", "--yes", "asks.aios", home = HOME, env = { OPENAI_BASE_URL = case[2]:format(PORT), OPENAI_MODEL = case[3] } }
    refused(r, 1, table.unpack(case, 4))
    no_trace()
  end)
end
server:close()

sh "chmod -R u+rwX ."
os.execute("rm -rf " .. t.quote(HOME))
t.done()
