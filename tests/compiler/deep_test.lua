-- Nesting of ten thousand levels, texts of ten megabytes and lists of a million elements are taken or refused in place, by the
-- compiler and by the formatter, each in less than a second.
local t = require "tests.tap"
local compiler, format = require "compiler", require "compiler.format"

local LEVELS, SECOND, TRIES = 10000, 1, 3

local function nested(before, open, inner, close)
  return before .. open:rep(LEVELS) .. inner .. close:rep(LEVELS)
end

-- { what, text, the code of the one problem or nil }
local DEEP = {
  { "parentheses", nested("x = ", "(", "1", ")"), "AIOS005" }, { "tables", nested("x = ", "{", "", "}"), "AIOS005" },
  { "functions", nested("x = ", "function() return ", "1", " end"), "AIOS005" }, { "blocks", nested("", "do ", "x = 1", " end"), "AIOS005" },
  { "blocks on lines", nested("", "do\n", "x = 1\n", "end\n"), "AIOS005" }, { "conditions", nested("", "if x then\n", "x = 1\n", "end\n"), "AIOS005" },
  { "loops", nested("", "while x do ", "x = 1", " end"), "AIOS005" }, { "loops with their end below", nested("", "repeat ", "x = 1", " until x "), "AIOS005" },
  { "calls", nested("x = ", "f(", "1", ")"), "AIOS005" }, { "indices", nested("x = ", "a[", "1", "]"), "AIOS005" },
  { "templates", nested("x = ", "`${", "1", "}`"), "AIOS005" }, { "functions of one line", "x = " .. ("a => "):rep(LEVELS) .. "y", "AIOS005" },
  { "questions", nested("x = ", "ask { `a`, x = ", "1", "}"), "AIOS005" }, { "limits", nested("", "within 5m do ", "x = 1", " end"), "AIOS005" },
  { "steps", nested("", "step a do ", "x = 1", " end"), "AIOS005" }, { "workflows", nested("", "workflow a do ", "x = 1", " end"), "AIOS005" },
  { "parallel loops", nested("", "parallel for a in b do ", "x = 1", " end"), "AIOS005" },
  { "`not`", "x = " .. ("not "):rep(LEVELS) .. "y", "AIOS005" }, { "minus signs", "x = " .. ("- "):rep(LEVELS) .. "y", "AIOS005" },
  { "texts put together", "x = " .. ("a .. "):rep(LEVELS) .. "y", "AIOS005" }, { "powers", "x = " .. ("a ^ "):rep(LEVELS) .. "y", "AIOS005" },
  { "sums", "x = " .. ("a + "):rep(LEVELS) .. "y" }, { "fields", "x = a" .. (".b"):rep(LEVELS) }, { "method calls", "x = a" .. (":b()"):rep(LEVELS) },
  { "calls with a text", "x = f" .. (" 'a'"):rep(LEVELS) }, { "branches", "if a then " .. ("elseif b then "):rep(LEVELS) .. "end" },
  { "records in types", nested("type T = ", "{a:", "b", "}") }, { "lists in types", nested("type T = ", "{", "b", "}") },
  { "choices of a type", "type T = a" .. (" | a"):rep(LEVELS) }, { "the type of a call", nested("x = f() -> ", "{", "b", "}") },
  { "signs of a long text", "x = [" .. ("="):rep(LEVELS) .. "[ a ]" .. ("="):rep(LEVELS) .. "]" },
}

local BIG = 10 * 1000 * 1000
local LARGE = {
  { "a text of 10 MB", "x = '" .. ("a"):rep(BIG) .. "'" }, { "a text of 10 MB in brackets", "x = [[" .. ("a\n"):rep(BIG // 2) .. "]]" },
  { "a template of 10 MB", "x = `" .. ("a"):rep(BIG) .. "`" }, { "a comment of 10 MB", "--[[" .. ("a\n"):rep(BIG // 2) .. "]]" },
  { "a list of a million numbers on one line", "x = {" .. ("1, "):rep(1000000) .. "}" },
  { "a list of a million numbers on lines", "x = {\n" .. ("  1,\n"):rep(1000000) .. "}" },
  { "a list of a million numbers without white space", "x={" .. ("1,"):rep(1000000) .. "}" },
  { "a list of a million numbers beside a sentence", "wait 5m x = {" .. ("1, "):rep(1000000) .. "}" },
}

-- the least time of some tries, so that a busy machine does not decide
local function quick(what, fn)
  local least = math.huge
  for _ = 1, TRIES do
    collectgarbage()
    local start = os.clock()
    fn()
    least = math.min(least, os.clock() - start)
    if least < SECOND then return end
  end
  t.ok(false, ("%s takes %.2f s"):format(what, least))
end

local function judge(row)
  local text, code = row[2], row[3]
  quick("compiling", function()
    local out, problems = compiler.compile(text, "x")
    if not code then
      t.ok(out, problems and compiler.problem.draw(problems[1], text, "x"))
    else
      t.eq(out, nil)
      t.eq({ #problems, problems[1].code }, { 1, code })
      t.ok(problems[1].pos > 100 and problems[1].pos < #text // 2, "it is not where it grows too deep: " .. problems[1].pos)
    end
  end)
  quick("formatting", function()
    local new, why = format.format(text)
    t.ok(new or why == "syntax", why)
  end)
end

format.format "wait 5m"                    -- the grammar is built once
for _, row in ipairs(DEEP) do
  t.test(("ten thousand levels are %s: %s"):format(row[3] and "refused where they grow too many" or "taken", row[1]), function() judge(row) end)
end
for _, row in ipairs(LARGE) do
  t.test("less than a second: " .. row[1], function() judge(row) end)
end

t.done()
