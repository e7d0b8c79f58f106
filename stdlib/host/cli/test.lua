local options, out = require "host.options", require "host.print"

local function check(opts)
  if opts.tap and opts.json then return options.usage "--tap and --json are two forms of one output" end
  if opts.record and opts.tape then return options.usage "--record makes a tape, --tape plays one" end
  return true
end

-- all files in the order of the seed, each with its tests in that order
local function gather(paths, opts, random)
  local find, runner = require "host.test.find", require "host.test.runner"
  local files, err = find.files(#paths > 0 and paths or { "." })
  if not files then return nil, err end
  local tests, broken = {}, {}
  for _, file in ipairs(runner.shuffle(files, random)) do
    local list, text = find.tests(file)
    if not list then broken[#broken + 1] = { file = file, text = text } end
    for _, test in ipairs(runner.shuffle(list or {}, random)) do
      local wanted = not opts.filter or (file .. ": " .. test.name):lower():find(opts.filter:lower(), 1, true)
      if wanted then tests[#tests + 1] = test end
    end
  end
  return { tests = tests, broken = broken, count = #tests + #broken }
end

-- a tape for everything, or one for each file of tests in a directory
local function tape_of(path, file)
  if not path then return nil end
  local host = require "aios.host"
  local stat = require "aios.fs".stat(path)
  if not (stat and stat.type == "directory") and path:sub(-1) ~= "/" then return host.plain(path) end
  host.private_directory(path)
  return ("%s/%s.tape"):format(host.plain(path), (file:gsub("%.aios$", ""):gsub("/", ".")))
end

local function run_all(plan, opts, reporter)
  local runner = require "host.test.runner"
  local sum, results = { passed = 0, failed = #plan.broken, left = 0 }, {}
  local workplace, err = runner.workplace()
  if not workplace then return nil, err end
  for _, file in ipairs(plan.broken) do
    reporter.broken(file.file, file.text)
    local why = { code = "syntax", message = file.text }
    results[#results + 1] = { file = file.file, name = "it can be read", line = 1, ok = false, seconds = 0, out = "", err = "", error = why }
  end
  for i, test in ipairs(plan.tests) do
    local result = runner.one(workplace, test, { live = opts.live, coverage = opts.coverage,
      tape = tape_of(opts.tape, test.file), record = tape_of(opts.record, test.file) })
    results[#results + 1] = result
    if result.ok then sum.passed = sum.passed + 1 else sum.failed = sum.failed + 1 end
    reporter.test(result)
    if not result.ok and opts.fail_fast then
      sum.left = #plan.tests - i
      break
    end
  end
  runner.drop(workplace)
  return sum, results
end

local SILENT = { start = function() end, test = function() end, broken = function() end, finish = function() end }

local function as_json(plan, sum, results, coverage)
  local tests = out.array {}
  for i, r in ipairs(results) do
    tests[i] = { file = r.file, name = r.name, line = r.line, ok = r.ok, ms = math.floor(r.seconds * 1000 + 0.5), error = r.error, out = r.out, err = r.err }
  end
  return out.json { seed = plan.seed, passed = sum.passed, failed = sum.failed, left = sum.left, tests = tests, coverage = coverage }
end

local function write(path, text)
  local good, err = require "aios.host".write_cache(require "aios.host".plain(path), text)
  if not good then return nil, err end
  return true
end

-- coverage for people or for the JSON, and as a file when one is named
local function cover(opts, results)
  if not opts.coverage then return end
  local coverage = require "host.test.coverage"
  local files = coverage.files(results)
  if opts.coverage_file then
    local good, err = write(opts.coverage_file, coverage.lcov(files))
    if not good then return nil, err end
  end
  if not opts.json then coverage.print(files, opts.tap and "# " or "") end
  return coverage.plain(files)
end

local function run(opts, paths)
  if opts.one then return require "host.test.child".run(opts.one) end
  local good, err = check(opts)
  if not good then return nil, err end
  local seed = opts.seed or math.random(1, 999999)
  local plan
  plan, err = gather(paths, opts, require "host.test.runner".random(seed))
  if not plan then return nil, err end
  plan.seed = seed
  if plan.count == 0 then return nil, { code = "failed", message = "there are no such tests", hint = "a test is `test that \"...\" do … end` in a file of its own, such as report_test.aios" } end
  local report = require "host.test.report"
  local reporter = opts.json and SILENT or opts.tap and report.tap() or report.lines(opts)
  reporter.start(plan)
  local sum, results = run_all(plan, opts, reporter)
  if not sum then return nil, results end
  local coverage
  coverage, err = cover(opts, results)
  if err then return nil, err end
  if opts.junit then
    good, err = write(opts.junit, report.junit(results, sum))
    if not good then return nil, err end
  end
  if opts.json then as_json(plan, sum, results, coverage) end
  reporter.finish(sum)
  return sum.failed > 0 and 1 or 0
end

return {
  name = "test", group = "programs", summary = "runs the tests of programs",
  operands = "[PATH…]",
  options = {
    { "filter", "TEXT", "only tests whose file or sentence holds this" },
    { "seed", "N", "the order of an earlier run" },
    { "fail-fast", nil, "stop at the first failure" },
    { "tap", nil, "print TAP" },
    { "junit", "FILE", "write JUnit XML too" },
    { "coverage", nil, "show which lines were executed" },
    { "coverage-file", "FILE", "write them as lcov" },
    { "record", "TAPE", "ask the models, and keep their answers" },
    { "tape", "TAPE", "answer with what was recorded" },
    { "live", nil, "let tools act; only the clock is not real" },
    { "one", "SPEC", "the process of one test", hidden = true },
  },
  about = [[
A test is a block `test that "sentence" do … end`. PATH is a file, or a directory in which files named
x_test.aios or test_x.aios, and others that hold tests, are looked for; without PATH: here. Each test
has a process, a home, a database and a clock of its own that begins at 2026-01-01 00:00 UTC; nothing
real happens. TAPE is a file, or a directory with a tape for each file of tests.]],
  examples = {
    { "aios test", "all tests below the current directory" },
    { "aios test report_test.aios --filter eight", "some tests of one file" },
    { "aios test --seed 1234", "the order in which something failed" },
    { "aios test --coverage --junit report.xml", "for a build server" },
  },
  run = run,
}
