-- tests/run counts what happened, and takes nothing for success that is none
local t = require "tests.tap"
local HERE = os.getenv "PWD"

-- runs tests/run over test files of its own: { name = Lua text } -> output, exit code
local function run(files, words, limit)
  local dir = t.dir()
  os.execute(("mkdir -p %s/tests %s/build"):format(dir, dir))
  for name, text in pairs(files) do t.write(("%s/tests/%s_test.lua"):format(dir, name), text) end
  local _, _, code = os.execute(("cd %s && BUILD=build TEST_TIMEOUT=%d lua5.4 %s/tests/run %s >out 2>&1"):format(dir, limit or 100, HERE, words or ""))
  return t.read(dir .. "/out"), code, t.read(dir .. "/build/test.tap")
end

local function last(text) return text:match "([^\n]*)\n$" end

local GOOD = "print 'ok 1 - fine' print '1..1'"

local ROWS = {
  { "a file that passes", { a = GOOD }, "1 passed, 0 failed", 0 },
  { "two files are added up", { a = GOOD, b = "print '1..2' print 'ok 1 - x' print 'ok 2 - y'" }, "3 passed, 0 failed", 0 },
  { "a failed test", { a = "print 'ok 1 - x' print 'not ok 2 - y' print '# why' print '1..2' os.exit(1)" }, "1 passed, 1 failed", 1, "not ok: y\n    # why" },
  { "a skipped test", { a = "print 'ok 1 - x' print 'ok 2 - y # SKIP no tool' print '1..2'" }, "1 passed, 0 failed, 1 skipped", 0 },
  { "a skipped file", { a = GOOD, b = "print '1..0 # SKIP no tool'" }, "1 passed, 0 failed, 1 skipped", 0 },
  { "no plan", { a = "print 'ok 1 - x'" }, "1 passed, 1 failed", 1, "printed no plan" },
  { "a plan that is not kept", { a = "print '1..2' print 'ok 1 - x'" }, "1 passed, 1 failed", 1, "planned 2 tests and ran 1" },
  { "an empty plan", { a = "print '1..0'" }, "0 passed, 1 failed", 1, "has no tests" },
  { "an exit code without a failed test", { a = GOOD .. " os.exit(3)" }, "1 passed, 1 failed", 1, "exit code 3" },
  { "a failed test and exit code 0", { a = "print 'not ok 1 - x' print '1..1'" }, "0 passed, 2 failed", 1, "exit code 0 though" },
  { "a file that does not compile", { a = "this is no Lua" }, "0 passed, 1 failed", 1, "syntax error" },
  { "a file killed by a signal", { a = "os.execute 'kill -11 $PPID'" }, "0 passed, 1 failed", 1, "ended by signal 11" },
  { "a file that does not end", { a = "while true do end" }, "0 passed, 1 failed", 1, "did not end within 1 s", limit = 1 },
  { "several groups in one file", { a = "print '1..1' print 'ok 1 - x' print '1..1' print 'ok 1 - y'" }, "2 passed, 0 failed", 0 },
  { "no test at all", {}, "0 passed, 0 failed", 1, "no test program found" },
}
for _, row in ipairs(ROWS) do
  t.test(row[1], function()
    local out, code = run(row[2], nil, row.limit)
    t.eq({ last(out), code }, { row[3], row[4] }, out)
    if row[5] then t.ok(out:find(row[5], 1, true), out) end
  end)
end

t.test("a word chooses files", function()
  t.eq(last((run({ a = GOOD, b = "error()" }, "tests/a"))), "1 passed, 0 failed")
end)

t.test("all points are in one TAP file with one plan", function()
  local _, _, tap = run { a = GOOD, b = "print '1..1' print 'not ok 1 - bad' os.exit(1)" }
  t.eq(select(2, tap:gsub("ok %d+ %- tests/[ab]_test.lua: %l+\n", "")), 2)
  t.match(tap, "\n1%.%.2\n$")
end)

for _, place in ipairs { "TMPDIR", "TEST_MEMORY" } do
  t.test("a program's files in " .. place .. " are removed, also when it is stopped", function()
    for ending, limit in pairs { ["os.exit(1)"] = 100, ["while true do end"] = 1 } do
      local out = run({ a = ([[
        local file = io.popen 'mktemp -p "$%s"':read 'l'
        io.stderr:write(file, "\n")
        print 'not ok 1 - x' print '1..1' io.stdout:flush()
        %s]]):format(place, ending) }, nil, limit)
      local path = out:match "\n +(/[^\n]+)\n1 files"
      t.ok(path and not io.open(path), out)
    end
  end)
end

t.done()
