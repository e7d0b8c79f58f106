local t = require "tests.tap"
local fake = require "tests.cli.fake"
local MISSING = function() return nil, { code = "not_found", message = "nothing has run yet; no database at /home/a/aios.db" } end

local RUN = { id = 9, run = "01ARZ3NDEKTSV4RRFFQ69G5FAV", name = "report", state = "done", program = "/p.aios", cause = "command line",
  created_at = 1700000000000, started_at = 1700000000000, finished_at = 1700000003200, cost = 0, attempt = 1, output_json = '{"n":1}' }

-- answers by query name; remembers the parameters
local function reader(answers, seen)
  return function(_, query, params)
    if seen then seen[query] = params end
    local rows = {}
    for i, row in ipairs(answers[query] or {}) do
      rows[i] = {}
      for k, v in pairs(row) do rows[i][k] = v end
    end
    return rows
  end
end

for _, name in ipairs { "ps", "jobs", "runs", "logs" } do
  t.test(("`aios %s` before anything has run says so and ends well"):format(name), function()
    local r = fake.main({ name }, { read = MISSING })
    t.eq({ r.code, r.out }, { 0, "" })
    t.match(r.err, "nothing has run yet")
  end)
  t.test(("`aios %s --json` before anything has run is an empty array"):format(name), function()
    t.eq(fake.main({ name, "--json" }, { read = MISSING }).out, "[]\n")
  end)
  t.test(("`aios %s` of a database that was named but is not there fails"):format(name), function()
    t.eq(fake.main({ name, "--db", "/x.db" }, { read = MISSING }).code, 1)
  end)
end

t.test("runs are an aligned table with times in ISO 8601", function()
  local r = fake.main({ "runs" }, { read = reader { runs = { RUN } } })
  t.eq(r.out, table.concat({
    "RUN                         NAME    STATE  STARTED                     TOOK  CAUSE         ERROR",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV  report  done   2023-11-14T22:13:20+00:00  3.2 s  command line", "" }, "\n"))
end)

t.test("runs as JSON hold times in ISO 8601 and no inner numbers", function()
  local text = fake.main({ "runs", "--json" }, { read = reader { runs = { RUN } } }).out
  t.match(text, '"created":"2023%-11%-14T22:13:20%+00:00"')
  t.match(text, '^%[{')
  t.ok(not text:find "created_ms" and not text:find '"id"', text)
end)

t.test("filters of runs reach the query", function()
  local seen = {}
  fake.main({ "runs", "--name", "a", "--state", "failed", "-n", "3" }, { read = reader({}, seen) })
  t.eq(seen.runs, { name = "a", state = "failed", limit = 3 })
end)

t.test("a run whose process is gone is shown as interrupted", function()
  local row = { run = "01ARZ3", name = "a", state = "running", created_at = 0, steps = 0, program = "/p", pid = 1 << 30 }
  t.match(fake.main({ "ps" }, { read = reader { open_runs = { row } } }).out, "interrupted")
end)

t.test("a run of a process that lives is shown as running", function()
  local stat = assert(io.open "/proc/self/stat")
  local row = { run = "01ARZ3", name = "a", state = "running", created_at = 0, steps = 0, program = "/p", pid = stat:read "n" }
  stat:close()
  t.match(fake.main({ "ps" }, { read = reader { open_runs = { row } } }).out, "running")
end)

t.test("a log line cannot send control characters to the terminal", function()
  local row = { id = 1, time_at = 0, level = "INFO", message = "a\27[2Jb\rc" }
  local text = fake.main({ "logs" }, { read = reader { logs = { row } } }).out
  t.match(text, "a\\x1b%[2Jb\\x0dc")
end)

t.test("a level means it and those above", function()
  local seen = {}
  fake.main({ "logs", "--level", "warn" }, { read = reader({}, seen) })
  t.eq(seen.logs.level, 2)
end)

t.test("logs --follow goes on behind the last line, one JSON object a line", function()
  local looks, asked = 0, {}
  local r = fake.main({ "logs", "--follow", "--json" }, {
    read = function(_, _, params)
      looks, asked[#asked + 1] = looks + 1, params.after
      if looks == 4 then return nil, { code = "corrupt", message = "stop" } end
      return looks == 2 and {} or { { id = looks, level = "INFO", message = "m" .. looks } }
    end,
    sleep = function() end })
  t.eq(r.out, '{"level":"INFO","message":"m1"}\n{"level":"INFO","message":"m3"}\n')
  t.eq(asked, { 0, 1, 1, 3 })
end)

t.test("colour is for terminals only", function()
  local row = { id = 1, time_at = 0, level = "ERROR", message = "x" }
  t.ok(not fake.main({ "logs" }, { read = reader { logs = { row } } }).out:find "\27")
  t.ok(fake.main({ "logs" }, { read = reader { logs = { row } }, tty = true }).out:find "\27%[31m")
end)

t.test("NO_COLOR wins over a terminal", function()
  local env = function(name) return name == "NO_COLOR" and "1" or nil end
  t.ok(not fake.main({ "runs" }, { read = reader { runs = { RUN } }, tty = true, env = env }).out:find "\27")
end)

t.test("wide characters keep the table aligned", function()
  local out = require "host.print"
  t.eq({ out.width "abc", out.width "日本", out.width "é" }, { 3, 4, 1 })
end)

t.test("a run is found by the beginning of its id, also in lower case", function()
  local asked = {}
  fake.main({ "trace", "01arz3" }, { read = function(_, query, params)
    if query == "run_find" then asked[#asked + 1] = params.text end
    return query == "run_find" and params.text == "01ARZ3" and { RUN } or {}
  end })
  t.eq(asked, { "01arz3", "01ARZ3" })
end)

t.test("a beginning that several runs have is refused with both", function()
  local other = { id = 8, run = "01ARZ3NDEKTSV4RRFFQ69G5FBB", created_at = 0 }
  local r = fake.main({ "trace", "01ARZ3" }, { read = reader { run_find = { RUN, other } } })
  t.eq(r.code, 1)
  t.match(r.err, "several runs.*FAV or .*FBB")
end)

t.test("a run that does not exist is not found, with a hint", function()
  local r = fake.main { "why", "nope" }
  t.eq(r.code, 1)
  t.match(r.err, "no run 'nope'.*hint: `aios runs`")
end)

t.test("trace is one line a row: when it began, how long it took, where, how it ended", function()
  local steps = { { seq = 1, kind = "result", path = "/1", name = "fs.read", status = "ok", time_at = 1700000000012, took_us = 2000,
    value_json = '"x"', bytes = 3 } }
  local r = fake.main({ "trace", "last" }, { read = reader { run_last = { RUN }, steps = steps } })
  t.match(r.out, "\n   10  2 ms  /1    fs.read  ok      \"x\"\n$")
end)

t.test("db check tells a broken chain of audit rows and fails", function()
  local r = fake.main({ "db", "check" }, { read = reader { db_integrity = { { result = "ok" } } },
    verify = function() return nil, { code = "corrupt", message = "audit row 7 was changed" } end })
  t.eq(r.code, 1)
  t.match(r.err, "audit row 7 was changed")
end)

t.test("db check of a whole database says how much it looked at", function()
  local r = fake.main({ "db", "check" }, { read = reader { db_integrity = { { result = "ok" } } }, verify = function() return 4 end })
  t.eq(r.code, 0)
  t.match(r.out, "^ok: .* 4 audit rows")
end)

t.done()
