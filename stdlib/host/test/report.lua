--- host.test.report: what `aios test` says: lines for people, TAP, JUnit XML.
---
---     local reporter = report.lines(opts)        -- or report.tap(opts)
---     reporter.start(plan)  reporter.test(result)  reporter.finish(sum)
local out = require "host.print"
local M = {}

local HEARD_MOST = 30                   -- lines of what a failed test printed

local function milliseconds(result) return ("%.0f ms"):format(result.seconds * 1000) end

-- what went wrong, line by line: place and message, then what the test printed
local function story(result)
  local err, lines = result.error, {}
  local text = err.message
  local place = text:find "^[^\n]-:%d+:" and "" or ("%s:%d: "):format(result.file, result.line)
  for line in (place .. text .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
  local heard = {}
  for line in (result.out .. "\n" .. result.err):gmatch "[^\n]+" do heard[#heard + 1] = "| " .. line end
  if #heard > HEARD_MOST then lines[#lines + 1] = ("| ... %d lines before"):format(#heard - HEARD_MOST) end
  return table.move(heard, math.max(1, #heard - HEARD_MOST + 1), #heard, #lines + 1, lines)
end

local function closing(sum) return ("%d passed, %d failed"):format(sum.passed, sum.failed) end

---For people: a line for each test, the failures explained.
function M.lines(opts)
  local M2, file = {}, nil
  function M2.start(plan) if not opts.quiet then out.line(("seed %d"):format(plan.seed)) end end
  function M2.test(result)
    if result.ok and opts.quiet then return end
    if result.file ~= file then
      file = result.file
      out.line(file)
    end
    local word = result.ok and out.styled(1, "green", "ok  ") or out.styled(1, "red", "FAIL")
    out.line(("  %s  %s  %s"):format(word, out.plain(result.name), out.styled(1, "dim", milliseconds(result))))
    if not result.ok then
      for _, line in ipairs(story(result)) do out.line("        " .. out.plain(line)) end
    elseif opts.verbose then
      for line in (result.out .. result.err):gmatch "[^\n]+" do out.line("        | " .. out.plain(line)) end
    end
    out.flush()
  end
  function M2.broken(path, text)
    out.line(path)
    out.line("  " .. out.styled(1, "red", "FAIL") .. "  it cannot be read")
    for line in text:gmatch "[^\n]+" do out.line("        " .. line) end
  end
  function M2.finish(sum)
    if sum.left > 0 then out.line(("%d more %s not run"):format(sum.left, sum.left == 1 and "test was" or "tests were")) end
    out.line(closing(sum))
  end
  return M2
end

---TAP version 13.
function M.tap()
  local M2, n = {}, 0
  local function line(good, text, more)
    n = n + 1
    out.line(("%s %d - %s"):format(good and "ok" or "not ok", n, (out.plain(text):gsub("#", "\\#"))))
    for _, note in ipairs(more or {}) do out.line("  # " .. out.plain(note)) end
    out.flush()
  end
  function M2.start(plan)
    out.line "TAP version 13"
    out.line(("1..%d"):format(plan.count))
    out.line(("# seed %d"):format(plan.seed))
  end
  function M2.test(result)
    local notes = result.ok and {} or story(result)
    table.insert(notes, 1, "time " .. milliseconds(result))
    line(result.ok, result.file .. ": " .. result.name, notes)
  end
  function M2.broken(path, text)
    local notes = {}
    for note in text:gmatch "[^\n]+" do notes[#notes + 1] = note end
    line(false, path .. ": can be read", notes)
  end
  function M2.finish(sum)
    if sum.left > 0 then out.line "Bail out! a test failed (--fail-fast)" end
    out.line("# " .. closing(sum))
  end
  return M2
end

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

-- XML 1.0 has no place for most control characters
local function xml(text)
  return (text:gsub('[&<>"]', ENTITIES):gsub("[%z\1-\8\11\12\14-\31]", "?"))
end

---JUnit XML: a suite for each file.
---@param results table[]
---@return string
function M.junit(results, sum)
  local files, by_file = {}, {}
  for _, result in ipairs(results) do
    local suite = by_file[result.file]
    if not suite then
      suite = { failures = 0, seconds = 0 }
      by_file[result.file], files[#files + 1] = suite, result.file
    end
    suite[#suite + 1] = result
    suite.failures, suite.seconds = suite.failures + (result.ok and 0 or 1), suite.seconds + result.seconds
  end
  local lines = { '<?xml version="1.0" encoding="UTF-8"?>', ('<testsuites tests="%d" failures="%d">'):format(sum.passed + sum.failed, sum.failed) }
  for _, file in ipairs(files) do
    local suite = by_file[file]
    lines[#lines + 1] = ('  <testsuite name="%s" tests="%d" failures="%d" time="%.3f">'):format(xml(file), #suite, suite.failures, suite.seconds)
    for _, result in ipairs(suite) do
      local head = ('    <testcase classname="%s" name="%s" time="%.3f"'):format(xml(file), xml(result.name), result.seconds)
      if result.ok then lines[#lines + 1] = head .. "/>"
      else
        lines[#lines + 1] = ('%s>\n      <failure type="%s" message="%s">%s</failure>\n    </testcase>'):format(head, xml(result.error.code),
          xml(result.error.message:match "[^\n]*"), xml(table.concat(story(result), "\n")))
      end
    end
    lines[#lines + 1] = "  </testsuite>"
  end
  lines[#lines + 1] = "</testsuites>\n"
  return table.concat(lines, "\n")
end

return M
