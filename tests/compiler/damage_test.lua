-- one token of a good program is damaged: the compiler says so, near the place, in its own words
local t = require "tests.tap"
local compiler = require "compiler"

local PROGRAMS = {
  "01_hello", "02_daily", "03_random_window", "04_daemon", "05_idle", "06_db", "07_webhook", "08_file", "09_tool", "10_cascade", "11_durable", "12_test",
}
local NEAR = 3                              -- lines

local function tokens(source)
  local out, at = {}, 1
  while at <= #source do
    local blank = source:match("^%s+()", at) or source:match("^%-%-[^\n]*()", at)
    local stop = blank or source:match('^"[^"\n]*"()', at) or source:match("^[%w_]+()", at) or source:match("^[=~<>]=()", at)
      or source:match("^[-=]>()", at) or source:match("^%${()", at) or at + 1
    if not blank then out[#out + 1] = { from = at, to = stop - 1 } end
    at = stop
  end
  return out
end

local DAMAGE = {
  gone = function(before, _, after) return before .. after end,
  twice = function(before, token, after) return before .. token .. " " .. token .. after end,
  ["a question mark"] = function(before, _, after) return before .. "?" .. after end,
  ["a quote before"] = function(before, token, after) return before .. '"' .. token .. after end,
  ["an end before"] = function(before, token, after) return before .. " end " .. token .. after end,
}

-- calls judge(problems or nil, line of the damage, text) for every token of every program
local function each(change, judge)
  for _, name in ipairs(PROGRAMS) do
    local source = t.read("tests/compiler/programs/" .. name .. ".aios")
    for _, token in ipairs(tokens(source)) do
      local before = source:sub(1, token.from - 1)
      local text = change(before, source:sub(token.from, token.to), source:sub(token.to + 1))
      local _, line = before:gsub("\n", "")
      local out, problems = compiler.compile(text, name)
      judge(not out and problems or nil, line + 1, text, name)
    end
  end
end

local kinds = {}
for what in pairs(DAMAGE) do kinds[#kinds + 1] = what end
table.sort(kinds)
for _, what in ipairs(kinds) do
  local change = DAMAGE[what]
  local total, far = 0, 0
  t.test("a token that is " .. what .. ": the problems are whole and in our own words", function()
    each(change, function(problems, line, text, name)
      if not problems then return end
      t.ok(#problems >= 1 and #problems <= 10, name)
      for _, problem in ipairs(problems) do
        local shown = problem.message .. (problem.hint or "")
        t.ok(compiler.problem.codes[problem.code], problem.code)
        t.ok(not shown:find("near '", 1, true) and not shown:find("<eof>", 1, true), shown)
        t.ok(not shown:find("__aios", 1, true) and problem.code ~= "AIOS099", shown)
        t.ok(problem.line >= 1 and problem.column >= 1, shown)
        t.ok(compiler.problem.draw(problem, text, name):find(problem.message, 1, true), shown)
      end
      if problems[1].code ~= "AIOS090" then
        total = total + 1
        if math.abs(problems[1].line - line) > NEAR then far = far + 1 end
      end
    end)
  end)
  t.test("a token that is " .. what .. ": 97 of 100 first messages are near", function()
    t.ok(total > 50, "nothing was damaged")
    t.ok(far * 100 <= total * 3, far .. " of " .. total .. " are far")
  end)
end
t.done()
