--- habits: forms of other languages, and words that are nearly ours, with the right form for each.
local words, lines = require "compiler.words", require "compiler.habits.lines"
local M = {}

-- { pattern at the place, how far before the place it may begin, message, hint }
local FORMS = {
  { "^!==?", 0, "`!=` is written `~=`", "write a ~= b" },
  { "^&&", 1, "`&&` is written `and`", "write a and b" },
  { "^||", 1, "`||` is written `or`", "write a or b" },
  { "^===", 2, "`===` is written `==`", "write a == b" },
  { "^!", 0, "`!` is written `not`", "write not done" },
  { "^%+%+", 1, "`++` is written out", "write x = x + 1" },
  { "^/%*", 1, "a comment begins with `--`", "write -- like this, or --[[ over several lines ]]" },
  { "^//", 1, "a comment begins with `--`", "write -- like this" },
  { "^#", 0, "a comment begins with `--`", "write -- like this (`#list` counts a list, inside an expression)" },
  { "^%?%.", 0, "`?.` is written `a and a.b`", "write a and a.b" },
  { "^%?%?", 0, "`??` is written `or`", "write a or b" },
  { "^%?", 0, "`a ? b : c` is written `a and b or c`", "write a and b or c" },
  { "^@", 0, "there are no decorators here", "a heading such as `tool name() ... do` says it in words" },
  { "^\u{201C}", 0, "typographic quotes do not begin a text", "use the straight quote: \"text\"" },
  { "^\u{201D}", 0, "typographic quotes do not begin a text", "use the straight quote: \"text\"" },
  { "^\u{2018}", 0, "typographic quotes do not begin a text", "use the straight quote: 'text'" },
  { "^\u{2019}", 0, "typographic quotes do not begin a text", "use the straight quote: 'text'" },
  { "^\u{2013}", 0, "a typographic dash is not a minus sign", "write a - b, or `--` for a comment" },
  { "^\u{2014}", 0, "a typographic dash is not a minus sign", "write a - b, or `--` for a comment" },
  { "^=>", 0, "`=>` makes a function of names: `v => v + 1`", "(a, b) => a + b" },
}

-- a first word on a line that other languages use
local WORDS = {
  elif = "elseif", elsif = "elseif", elseIf = "elseif", def = "function", func = "function", fn = "function", fun = "function",
  let = "local", var = "local", const = "local", foreach = "for", include = "require", switch = "if",
  case = "if", unless = "if not", loop = "while true do", begin = "do", done = "end",
  fi = "end", esac = "end", endif = "end", schedule = "every", cron = "every cron", job = "workflow", task = "workflow",
}

-- an example of what is written instead
local HERE = {
  ["local"] = "local x = 5", ["function"] = "function name(a, b) ... end", ["elseif"] = "if a then ... elseif b then ... end", require = "local shop = require(...)",
  ["for"] = "for key, value in pairs(t) do ... end", ["if"] = "if x == 1 then ... elseif x == 2 then ... end", ["if not"] = "if not done then ... end",
  ["while true do"] = "while true do ... end", parallel = "parallel do ... end", step = "step order = fetch()", ["do"] = "do ... end",
  every = "every 5m do ... end", ["every cron"] = 'every cron "0 8 * * *" do ... end', workflow = "workflow report do ... end",
}

-- what stands after a name on the line: x += 1
local AFTER_NAME = {
  { "^([-+*/%%^|&]=)[^=]", "is written out", "x = x %s 1" }, { "^(%.%.=)", "is written out", "x = x .. text" },
  { "^(%+%+)", "is written out", "x = x + 1" }, { "^(:=)", "is written `=`", "x = 1" },
  { "^(==)[^=]", "compares, and nothing uses the result", "x = 1 to give a value" },
}

local function at(text, pos, form)
  for back = 0, form[2] do
    if pos > back and text:find(form[1], pos - back) then return pos - back end
  end
end

---The foreign form at a place: its position, message and hint, or nil.
function M.form(source, pos)
  for _, form in ipairs(FORMS) do
    local place = at(source, pos, form)
    if place then return place, form[3], form[4] end
  end
end

---The habit that a line of another language shows: its column, message and hint, or nil.
M.line = lines.find

---Names of other languages that a program may try: name -> { message, hint }.
M.names = lines.NAMES

---The table of `aios explain habits`: { from, form, here }.
function M.table()
  local out = {}
  for i, row in ipairs(require "compiler.habits.foreign") do out[i] = { from = row[1], form = row[2]:gsub("\n%s*", " "), here = row[3]:gsub("\n%s*", " ") } end
  return out
end

---The foreign form after a variable: its position, message and hint, or nil.
function M.after(source, pos)
  for _, form in ipairs(AFTER_NAME) do
    local op = source:match(form[1], pos)
    if op then return pos, ("`%s` %s"):format(op, form[2]), "write " .. form[3]:format(op:sub(1, 1)) end
  end
end

---The foreign form in a statement that begins with a name at `pos`.
function M.statement(source, pos)
  local word, rest = source:match("^([%a_][%w_]*)()", pos)
  if not word then return end
  local _, chain = source:find("^[%w_.%[%]\"']*[ \t]*", rest)
  local place, message, hint = M.after(source, chain + 1)
  if place then return place, message, hint end
  if WORDS[word] and source:find("^[ \t]*[%w_(\"'{\r\n]", rest) then
    return pos, ("`%s` is written `%s`"):format(word, WORDS[word]), HERE[WORDS[word]] and "write " .. HERE[WORDS[word]]
  end
end

local UNITS = {
  { "^ms", "ms" }, { "^mil", "ms" }, { "^mo", nil }, { "^mi", "m" }, { "^se?c?", "s" }, { "^h", "h" }, { "^d", "d" }, { "^w", "w" },
}

---How a duration in words is written: "5 minutes" -> "5m".
function M.duration(text)
  local count, unit = text:match "^(%d+)[ \t]*(%a+)"
  for _, row in ipairs(count and UNITS or {}) do
    if unit:lower():find(row[1]) then return row[2] and count .. row[2] end
  end
end

-- words longer than any of ours by more than this are near to none
local FARTHEST = 2

---Edits between two words: insert, drop, replace, swap neighbours.
local function distance(a, b)
  if math.abs(#a - #b) > FARTHEST then return math.huge end
  local rows = { [0] = {} }
  for j = 0, #b do rows[0][j] = j end
  for i = 1, #a do
    rows[i] = { [0] = i }
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      local best = math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        best = math.min(best, rows[i - 2][j - 2] + 1)
      end
      rows[i][j] = best
    end
  end
  return rows[#a][#b]
end

M.distance = distance

---The word of a list that `word` nearly is, or nil.
function M.near(said, list)
  local best, least
  local word = said:lower()
  for _, known in ipairs(list) do
    local d = known == said and math.huge or distance(word, known)
    if d <= (#known <= 4 and 1 or FARTHEST) and d < math.min(#known, #word) and (not least or d < least) then best, least = known, d end
  end
  return best
end

---The head, clause or Lua word that `word` nearly is.
function M.starter(word) return M.near(word, words.starters) end

return M
