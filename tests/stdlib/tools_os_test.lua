-- The declarations of the tools of the machine, and the parts of them that touch nothing.
local t = require "tests.tap"
local schema = require "tool.schema"
local EFFECTS = { reads = true, idempotent = true, tx = true, once = true }
local RISKS = { low = true, medium = true, high = true, critical = true }

local function each_tool(visit)
  for _, name in ipairs { "fs", "process", "log", "notify", "monitor", "git", "pkg", "service", "net", "web", "archive", "sqlite", "mail", "container" } do
    for verb, tool in pairs(require("tools." .. name).tools) do visit(name .. "." .. verb, tool) end
  end
end

t.test("every type of every tool can be read", function()
  each_tool(function(name, tool)
    for _, list in ipairs { tool.params, tool.options or {} } do
      for _, p in ipairs(list) do t.ok(schema.parse(p[2]), name .. ": " .. p[1] .. ": " .. p[2]) end
    end
    t.ok(schema.parse(tool.returns), name .. ": " .. tool.returns)
  end)
end)

t.test("every tool says what it is, what it risks and how it is called", function()
  each_tool(function(name, tool)
    t.match(tool.about, "^%u.*[.?]$")
    t.ok(RISKS[tool.risk], name)
    t.ok(tool.effect == nil or EFFECTS[tool.effect], name)
    t.ok(load("return " .. tool.example) or load(tool.example), name .. ": " .. tool.example)
    t.ok(type(tool.run) == "function", name)
  end)
end)

t.test("a need names an argument that exists, or a function of the arguments", function()
  each_tool(function(name, tool)
    local of = tool.needs and tool.needs[2]
    if type(of) ~= "string" then return end
    local known = false
    for _, p in ipairs(tool.params) do known = known or p[1] == of end
    t.ok(known, name .. " needs " .. of)
  end)
end)

t.test("repeating is claimed only where the end is the same", function()
  local fs, process = require("tools.fs").tools, require("tools.process").tools
  t.eq({ fs.write.effect, fs.mkdir.effect, fs.copy.effect, fs.remove.effect }, { "idempotent", "idempotent", "idempotent", "idempotent" })
  t.eq({ fs.append.effect, fs.move.effect, process.run.effect, process.spawn.effect, process.kill.effect }, {})
  t.eq({ fs.write.effect_when, process.run.effect_when }, { { append = "once" }, { reads = "reads" } })
end)

-- ---------------------------------------------------------------- process
local function with_process(answer, args)
  package.loaded["aios.process"] = { run = function() return answer end }
  local got, err = require("tools.process").tools.run.run(args)
  package.loaded["aios.process"] = nil
  return got, err
end

t.test("an exit code is a result unless `check` says it is an error", function()
  local answer = { code = 3, out = "", err = "no such branch\n", time = 0.1 }
  t.eq(with_process(answer, { argv = { "git", "pull" } }), answer)
  local got, err = with_process(answer, { argv = { "git", "pull" }, check = true })
  t.eq(got, nil)
  t.eq(err, { code = "failed", message = "git ended with code 3: no such branch" })
end)

t.test("a program is asked for by its bare name, or by the path it will be started from", function()
  local of = require("tools.process").tools.run.needs[2]
  package.loaded["aios.host"] = { plain = function(path) return "<" .. path .. ">" end }
  t.eq({ of { argv = { "git" } }, of { argv = { "/opt/x" } }, of { argv = { "./x" }, cwd = "/d" }, of { argv = { "./x" } } },
    { "git", "</opt/x>", "</d/./x>", "<././x>" })
  package.loaded["aios.host"] = nil
end)

t.test("a signal and a silent failure are told as what they are", function()
  local _, err = with_process({ code = 137, signal = "KILL", out = "", err = "" }, { argv = { "x" }, check = true })
  t.eq(err.message, "x was ended by signal KILL")
end)

t.test("of a long output the error shows the end, in whole characters", function()
  local _, err = with_process({ code = 1, out = "", err = ("ä"):rep(1000) }, { argv = { "x" }, check = true })
  t.ok(utf8.len(err.message), "half a character")
  t.ok(#err.message < 400)
end)

-- ---------------------------------------------------------------- log
local log = require "tools.log"
local json = { encode = tostring }

t.test("a log line has a time, a level, the text and its fields in order", function()
  local line = log.line("info", "done", { rows = 120, file = "a b.csv", as = "x", none = "" }, 0, json)
  t.match(line, "^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d %[INFO%] done as=x file=\"a b.csv\" none=\"\" rows=120$")
end)

t.test("no text can forge a second line or drive the terminal", function()
  local line = log.line("warn", "a\nb\27[2Jc\rd", { k = "x\ny" }, 0, json)
  t.ok(not line:find "%c", line)
  t.match(line, "a\\nb\\x1b%[2Jc\\x0dd")
end)

-- ---------------------------------------------------------------- notify
local notify = require "tools.notify"

t.test("a text that begins with a dash stays a text", function()
  t.eq(notify.argv { text = "--help" }, { "notify-send", "--app-name=aios", "--urgency=normal", "--", "aios", "--help" })
  t.eq(notify.argv { text = "x", title = "Disk", level = "error" }, { "notify-send", "--app-name=aios", "--urgency=critical", "--", "Disk", "x" })
end)

t.test("without a display there is no desktop", function()
  t.eq(notify.desktop(function() return nil end), nil)
  local set = { DISPLAY = ":0", DBUS_SESSION_BUS_ADDRESS = "unix:path=/x", SECRET = "s" }
  t.eq(notify.desktop(function(name) return set[name] end), { DISPLAY = ":0", DBUS_SESSION_BUS_ADDRESS = "unix:path=/x" })
end)

local function shown(args)
  local rows, stderr = {}, io.stderr
  package.loaded["aios.json"], package.loaded["aios.store"] = json, { log = function(...) rows[#rows + 1] = { ... } end }
  local getenv = os.getenv
  os.getenv = function() return nil end
  io.stderr = { write = function(_, text) rows.line = text end }
  local ok, got = pcall(notify.tools.notify.run, args, { run = "r1", run_name = "daily" })
  io.stderr, os.getenv = stderr, getenv
  package.loaded["aios.json"], package.loaded["aios.store"] = nil, nil
  assert(ok, got)
  return got, rows
end

t.test("a notice is shown on the terminal and kept in the logs", function()
  local got, rows = shown { text = "The backup is done." }
  t.eq(got, { shown = "terminal" })
  t.match(rows.line, "%[INFO%] The backup is done%.$")
  t.eq({ rows[1][1], rows[1][2], rows[1][4], rows[1][5] }, { "info", "The backup is done.", "daily", "r1" })
  got, rows = shown { text = "almost full", title = "Disk", level = "warning" }
  t.match(rows.line, "%[WARN%] Disk: almost full$")
end)

t.done()
