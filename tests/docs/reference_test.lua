--- The reference of the manual is that of the compiler: grammar, words, codes, commands; and every link leads somewhere.
local t = require "tests.tap"
package.preload["aios.json"] = function() return { encode = tostring, decode = tostring } end
local page = require "tests.docs.page"
local ebnf = require "tests.docs.ebnf"
local words, problem, living = require "compiler.words", require "compiler.problem", require "compiler.check.living"
local read = require "compiler.grammar".run

local MANUAL = t.read "docs/language.md"
local grammar
for _, block in ipairs(page.blocks(MANUAL)) do
  if block.kind == "ebnf" then grammar = ebnf.parse(block.text) end
end

local function sorted(set)
  local list = {}
  for word in pairs(set) do list[#list + 1] = word end
  table.sort(list)
  return list
end

-- two sets are one; else what only one of them has
local function same(manual, compiler)
  local more, less = {}, {}
  for word in pairs(manual) do if not compiler[word] then more[word] = true end end
  for word in pairs(compiler) do if not manual[word] then less[word] = true end end
  t.eq({ only_in_the_manual = sorted(more), not_in_the_manual = sorted(less) }, { only_in_the_manual = {}, not_in_the_manual = {} })
end

-- ------------------------------------------------------------------ the grammar
local function known_words()
  local out = {}
  for _, list in ipairs { words.heads, words.clauses, words.rungs, words.inner, words.ordinals, words.month_days, words.overlap, words.missed,
    words.risk, words.periods, words.signed } do
    for _, word in ipairs(list) do out[word] = true end
  end
  for _, list in ipairs { words.duration, words.size, words.count } do
    for _, unit in ipairs(list) do out[unit[1]] = true end
  end
  for event in pairs(words.events) do out[event] = true end
  for event in pairs(words.later_events) do out[event] = ebnf.words(grammar)[event] end
  for _, word in ipairs { "am", "pm", "trigger", "do", "end", "and", "for", "in", "until" } do out[word] = true end
  return out
end

t.test("the words of the grammar are those of the compiler", function()
  same(ebnf.words(grammar), known_words())
end)

local SAMPLES = {
  Name = { "a", "b1", "order_id" }, String = { '"x"', "'one, two'", "[[long]]" }, Number = { "1", "15" }, Limit = { "1", "-2", "0.5" },
  exp = { "a", "a.b > 1", "f(x)", "a and not b", "x[1] .. y" }, pattern = { "fs.read", "fs.*", "*", "'http.*'" }, block = { "", "f()", "local z = 1", "return a" }, ifstat = { "if a then return b end" },
  dostat = { "do return a end" }, Duration = { "5m", "1h30m", "500ms" }, Size = { "64MB" }, Count = { "10k" }, Time = { "08:00", "9pm", "23:59:59" },
  Date = { "2026-01-31" }, Money = { "$5", "$0.02" }, Template = { "`a ${b} c`", "`\\``" },
}

t.test("what the grammar does not explain is Lua's", function()
  local left = ebnf.unexplained(grammar)
  for name in pairs(SAMPLES) do left[name] = nil end
  for _, name in ipairs { "character", "digits", "prefixexp" } do left[name] = nil end
  t.eq(sorted(left), {})
end)

-- the same sentences in every run
local function dice(seed)
  return function(low, high)
    if not high then low, high = 1, low end
    seed = (seed * 6364136223846793005 + 1442695040888963407)
    return low + (seed >> 33) % (high - low + 1)
  end
end

for _, name in ipairs(sorted(ebnf.unexplained { stat = grammar.stat })) do
  t.test(("the compiler reads every %s that the grammar makes"):format(name), function()
    local random = dice(#name * 977)
    for _ = 1, 150 do
      local sentence = ebnf.sentence(grammar, name, SAMPLES, random)
      if not read(sentence) then error(sentence, 0) end
    end
  end)
end

t.test("the compiler reads every type and expression that the grammar makes", function()
  local random = dice(7)
  for _ = 1, 300 do
    local sentences = { "type T = " .. ebnf.sentence(grammar, "Type", SAMPLES, random), "x = " .. ebnf.sentence(grammar, "simpleexp", SAMPLES, random) .. " wait 1s",
      "x = f " .. ebnf.sentence(grammar, "args", SAMPLES, random) .. " -> " .. ebnf.sentence(grammar, "Type", SAMPLES, random) }
    for _, sentence in ipairs(sentences) do if not read(sentence) then error(sentence, 0) end end
  end
end)

-- ------------------------------------------------------------------ tables
t.test("the table of problems is that of the compiler", function()
  local rows = {}
  for code, what in pairs(problem.codes) do rows[#rows + 1] = ("| %s | %s | %s |"):format(code, problem.severity(code), what) end
  table.sort(rows)
  local shown = {}
  for row in MANUAL:gmatch "\n(| AIOS%d+ [^\n]*)" do shown[#shown + 1] = row end
  for i = 1, math.max(#rows, #shown) do t.eq(shown[i], rows[i], "docs/language.md, row " .. i) end
end)

t.test("what is not alive yet is said so, and nothing else", function()
  local dead = {}
  for _, name in pairs(living.DEAD) do dead[name] = true end
  for event in pairs(words.later_events) do dead[("`on %s`"):format(event)] = true end
  local shown, part = {}, MANUAL:match "### Not alive yet\n(.-)\n#"
  for row in (part or ""):gmatch "\n%- ([^\n]*)" do shown[row] = true end
  same(shown, dead)
end)

t.test("docs/commands.md is what packaging/commands.lua makes of the commands", function()
  local pipe = assert(io.popen "lua5.4 packaging/commands.lua")
  local made = pipe:read "a"
  pipe:close()
  t.ok(made == t.read "docs/commands.md", "out of date: run lua5.4 packaging/commands.lua >docs/commands.md")
end)

-- ------------------------------------------------------------------ links
local function pages()
  local out, pipe = { "README.md" }, io.popen "find docs -name '*.md' | sort"
  for path in pipe:lines() do out[#out + 1] = path end
  pipe:close()
  return out
end

-- the anchors of a page, as they are made of its headings
local function anchors(path)
  local out = {}
  for heading in ("\n" .. t.read(path)):gmatch "\n#+ ([^\n]+)" do
    out[heading:lower():gsub("[^%w _-]", ""):gsub(" ", "-")] = true
  end
  return out
end

local function resolve(from, to)
  local path = (from:match "^(.*/)" or "") .. to
  repeat
    local shorter, n = path:gsub("[^/]+/%.%./", "", 1)
    path = shorter
  until n == 0
  return path
end

for _, path in ipairs(pages()) do
  t.test(("the links of %s lead somewhere"):format(path), function()
    local text = t.read(path):gsub("\n```.-\n```", "")
    for target in text:gmatch "%]%(([^)%s]+)%)" do
      local file, anchor = target:match "^([^#]*)#?(.*)$"
      if not file:find "^%a+:" then
        local found = file == "" and path or resolve(path, file)
        t.ok(io.open(found), target)
        if anchor ~= "" then t.ok(anchors(found)[anchor], target) end
      end
    end
  end)
end

t.done()
