-- One token of a good program is damaged: the compiler says so, near the place, in its own words, and does not go on about it.
-- Every twelfth token is damaged; with SOAK=1 (`make soak`) every one.
local t = require "tests.tap"
local compiler = require "compiler"

local STEP = os.getenv "SOAK" and 1 or 12
local ENOUGH = STEP == 1 and 97 or 95       -- of 100; a sample may miss by two
local PROGRAMS = {}
for path in io.popen("ls tests/compiler/programs/*.aios examples/*.aios"):lines() do
  PROGRAMS[#PROGRAMS + 1] = { path = path, text = (t.read(path):gsub("^#[^\n]*", "")) }
end

-- tokens as a person sees them: a text is taken apart at its quotes only
local function tokens(source)
  local out, at = {}, 1
  while at <= #source do
    local blank = source:match("^%s+()", at) or source:match("^%-%-[^\n]*()", at)
    local stop = blank or source:match('^"[^"\n]*"()', at) or source:match("^'[^'\n]*'()", at) or source:match("^[%w_]+()", at)
      or source:match("^[=~<>]=()", at) or source:match("^%.%.%.?()", at) or source:match("^[-=]>()", at) or source:match("^%${()", at) or at + 1
    if not blank then out[#out + 1] = { from = at, to = stop - 1, text = source:sub(at, stop - 1) } end
    at = stop
  end
  return out
end

-- { name, how far the first message may be in lines, change(before, token, after, next, between, rest) }
local DAMAGE = {
  { "gone", 1, function(before, _, after) return before .. after end },
  { "twice", 1, function(before, token, after) return before .. token .. " " .. token .. after end },
  { "behind the next one", 1, function(before, token, _, next, between, rest) return next and before .. next .. between .. token .. rest end },
  { "a question mark", 3, function(before, _, after) return before .. "?" .. after end },
  { "one with a quote before it", 3, function(before, token, after) return before .. '"' .. token .. after end },
  { "one with an `end` before it", 3, function(before, token, after) return before .. " end " .. token .. after end },
}

local function lines_before(source, pos) return 1 + select(2, source:sub(1, pos - 1):gsub("\n", "")) end

-- calls judge(problems or nil, first and last line of the damage, text, path)
local function each(change, offset, judge)
  local count = offset
  for _, program in ipairs(PROGRAMS) do
    local source, list = program.text, tokens(program.text)
    for i, token in ipairs(list) do
      count = count + 1
      if count % STEP == 0 then
        local next = list[i + 1]
        local text = change(source:sub(1, token.from - 1), token.text, source:sub(token.to + 1), next and next.text,
          next and source:sub(token.to + 1, next.from - 1), next and source:sub(next.to + 1))
        if text then
          local out, problems = compiler.compile(text, program.path)
          judge(not out and problems or nil, lines_before(source, token.from), lines_before(source, (next or token).from), text, program.path)
        end
      end
    end
  end
end

local function whole_and_ours(problems, text, path)
  t.ok(#problems >= 1 and #problems <= 10, path)
  for _, problem in ipairs(problems) do
    local shown = problem.message .. (problem.hint or "")
    t.ok(compiler.problem.codes[problem.code], problem.code)
    t.ok(not shown:find("near '", 1, true) and not shown:find("<eof>", 1, true), shown)
    t.ok(not shown:find("__aios", 1, true) and problem.code ~= "AIOS099", shown)
    t.ok(problem.line >= 1 and problem.column >= 1, shown)
    t.ok(compiler.problem.draw(problem, text, path):find(problem.message, 1, true), shown)
  end
end

for offset, damage in ipairs(DAMAGE) do
  local total, near, counts = 0, 0, {}
  t.test(("a token is %s: the problems are whole and in our own words"):format(damage[1]), function()
    each(damage[3], offset, function(problems, first, last, text, path)
      if not problems then return end
      whole_and_ours(problems, text, path)
      if problems[1].code == "AIOS090" then return end
      total, counts[#counts + 1] = total + 1, #problems
      if problems[1].line >= first - damage[2] and problems[1].line <= last + damage[2] then near = near + 1 end
    end)
  end)
  t.test(("a token is %s: %d of 100 first messages are within %d %s"):format(damage[1], ENOUGH, damage[2], damage[2] == 1 and "line" or "lines"), function()
    t.ok(total > 1200 // STEP, "little was damaged")
    t.ok(near * 100 >= total * ENOUGH, ("%d of %d are near"):format(near, total))
  end)
  t.test(("a token is %s: half of the time there is one message, at most"):format(damage[1]), function()
    table.sort(counts)
    t.ok(counts[(#counts + 1) // 2] <= 1, tostring(counts[(#counts + 1) // 2]))
  end)
  print(("# %d refused, %.1f %% near, %.2f messages"):format(total, near * 100 / total, (function()
    local sum = 0
    for _, count in ipairs(counts) do sum = sum + count end
    return sum / #counts
  end)()))
end
t.done()
