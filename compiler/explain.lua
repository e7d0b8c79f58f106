--- explain: the notes of the diagnose mode -> problems a person can act on.
--- Decides what to say and where; drops a note that only follows from an earlier one.
local habits, tree, words = require "compiler.habits", require "compiler.tree", require "compiler.words"
local blocks, lines_of, openers, advice = require "compiler.blocks", require "compiler.lines", require "compiler.openers", require "compiler.advice"
local M = {}
local say = {}

-- what stands at a place, for "found ..."
local function token_at(source, pos)
  local token = source:match("^[%a_][%w_]*", pos) or source:match("^%$?%d[%w.:]*", pos) or source:match("^[\"'`]", pos)
    or source:match("^[-=~<>.:/+*%%^#&|!?@;,(){}%[%]][=.:>&|+]?", pos) or source:match("^" .. utf8.charpattern, pos)
  return token ~= "" and token or nil
end

-- a thing that is missing belongs to the end of the token before
local function missing_place(c, note)
  local back = tree.token_end(c.source, c.log.comments, note.pos)
  if c.line(back) == c.line(note.pos) and note.pos <= #c.source then return note.pos, false end
  return math.max(1, math.min(back, #c.source + 1)), true
end

-- the line of a place up to it; of a line that no person wrote, nothing
local function text_before(c, pos)
  local _, start = c.line(pos)
  return pos - start < 500 and c.source:sub(start, pos - 1) or ""
end

-- says what a foreign form or a near-miss at the place is; true when it has
local function foreign(c, pos)
  local place, message, hint = habits.form(c.source, pos)
  if not place then return false end
  c.report("AIOS012", place, message, hint)
  return true
end

local function found(c, pos)
  local token = token_at(c.source, pos)
  return token and ("found `%s`"):format(token) or "the file ends here"
end

local function letters(word)
  local out = {}
  for letter in word:gmatch "." do out[#out + 1] = letter end
  table.sort(out)
  return table.concat(out)
end

-- { name: "x" } reads as a method of `name`
local function field(c, note)
  if not note.open or note.open.what ~= "{" then return false end
  local at = text_before(c, note.pos):match "()[%w_]+%s*:%s*[%w_.]*%s*$"
  local _, start = c.line(note.pos)
  return at and (c.report("AIOS012", start + at - 1, "a field gets its value by `=`, not by `:`", "write { name = \"x\" }") or true)
end

function say.want(c, note)
  if (note.what == "a method name" or note.what == "arguments") and field(c, note) then return end
  if foreign(c, note.pos) or openers.missing(c, note) then return end
  local rest, before = c.source:sub(note.pos, note.pos + 40), text_before(c, note.pos)
  local timed = note.what:find "duration" or note.what:find "^a period"
  local short = timed and habits.duration(rest)
  if timed and rest:find "^%d+%.%d+%a" then return say.number(c, note) end
  if short then
    return c.report("AIOS020", note.pos, "a duration is written without a space and with a short unit", ("write %s"):format(short))
  end
  local place, gone = missing_place(c, note)
  if gone then before, rest = text_before(c, place), "" end
  c.report("AIOS010", place, gone and ("%s is missing here"):format(note.what) or ("expected %s, %s"):format(note.what, found(c, note.pos)),
    advice.want(note.what, rest, before))
end

function say.comma(c, note)
  local place = missing_place(c, note)
  if foreign(c, note.pos) then return end
  c.report("AIOS010", place, ("expected `,` or `%s`, %s"):format(note.what, found(c, note.pos)), "parts of a list are separated by commas")
end

function say.close(c, note)
  if foreign(c, note.pos) then return end
  local open = note.open
  local line = open and c.line(open.pos)
  local place, gone = missing_place(c, note)
  c.report("AIOS018", place, gone and ("`%s` is missing here"):format(note.what) or ("expected `%s`, %s"):format(note.what, found(c, note.pos)),
    not gone and advice.close(note.what, text_before(c, note.pos)) or open and ("it closes the `%s` of line %d"):format(open.what, line))
end

function say.string(c, note)
  c.report("AIOS016", note.token and note.token - 1 or note.pos, "this text is not closed on its line",
    ("end it with %s, or write a text over several lines as [[ ... ]] or `...`"):format(note.what))
end

function say.template(c, note)
  c.report("AIOS017", note.open and note.open.pos or note.pos, "this template has no closing backtick", "end it with `")
  c.quiet_until = math.huge
end

function say.long_string(c, note)
  c.report("AIOS019", note.pos, "this long text is not closed", "end it with ]] (with as many = as it began with)")
  c.quiet_until = math.huge
end
function say.long_comment(c, note)
  c.report("AIOS019", note.pos - 2, "this long comment is not closed", "end it with ]] (with as many = as it began with)")
  c.quiet_until = math.huge
end

function say.number(c, note)
  local text = c.source:match("^%$?[%w.:]*", note.pos)
  local hint = "numbers are written 10, 2.5, 5m, 1h30m, 64MB, 10k, $0.02, 08:00, 9:30pm"
  if text:find "^%d+%.%d+%a+$" and habits.duration(text:gsub("^%d+%.", "")) then
    hint = "a duration has whole numbers: write 1h30m for one and a half hours"
  elseif text:find "%.%." then
    hint = "to count, write for i = 1, 10 do ... end"
  elseif habits.duration(text) then
    hint = "write " .. habits.duration(text)
  end
  c.report("AIOS020", note.pos, ("I cannot read `%s` as a number"):format(text), hint)
end

function say.kept(c, note)
  c.report("AIOS006", note.pos, ("`%s`: names that begin with `__aios` belong to the runtime"):format(c.source:match("^[%w_]+", note.pos)), "choose another name")
end

local function typed(c, pos)
  return c.source:find("^%->", pos) and (c.report("AIOS011", pos, "`->` gives a type to the value of a call", "write local x = call() -> Type") or true)
end

function say.after_return(c, note)
  if typed(c, note.pos) then return end
  c.report("AIOS026", note.pos, "`return` must be the last statement of its block", "write `do return end` to leave early, or remove what follows")
end

function say.clause(c, note)
  local word = c.source:match("^[%a_][%w_]*", note.pos)
  if not word then
    return foreign(c, note.pos) or c.report("AIOS011", note.pos, ("I did not expect `%s` in a heading"):format(token_at(c.source, note.pos) or "this"))
  end
  if text_before(c, note.pos):find "budget%s+%S+%s*$" then
    return c.report("AIOS011", note.pos, ("`%s` is not a word of a budget"):format(word), "write budget $5 per day")
  end
  local near = habits.near(word, c.clause_words)
  c.report(near and "AIOS013" or "AIOS011", note.pos, ("`%s` is not a word of a heading"):format(word),
    near and ("did you mean `%s`?"):format(near) or "between its name and `do` a heading has clauses such as every, needs, timeout, about")
end

function say.alone(c, note)
  local place, message, hint = habits.after(c.source, note.pos)
  if place then return c.report("AIOS012", place, message, hint) end
  if foreign(c, note.pos) then return end
  local at = missing_place(c, note)
  c.report("AIOS011", at, "a value alone is not a statement", advice.stray("", text_before(c, at)) or "call it, or give it a new value with `=`")
end

function say.parallel(c, note)
  if foreign(c, note.pos) then return end
  c.report("AIOS011", note.pos, "only steps stand between `parallel do` and its `end`", "write step name = expression, or step name do ... end")
end

-- after a head word we could not read, its clauses and `do` are no mistakes of their own
local function forgive_heading(c, pos, near)
  if near == "end" then c.end_given = true end
  if blocks.opens[near or ""] then c.opener_lost = true end
  if not words.is_head[near] then return end
  if c.text(pos):find "%f[%w]do%f[%W]" then return end
  if not c.do_at or c.do_at < pos then c.do_at = c.source:find("\n[ \t]*do%f[%W]", pos) or math.huge end
  if c.do_at < math.huge then c.quiet_until = c.do_at end
end

local known = setmetatable({}, { __index = function(_, word) return words.is_head[word] or words.is_clause[word] or words.is_reserved[word] end })
-- a name alone on its line: what was meant?
local function stray_word(c, pos, word)
  local rest = c.source:match("^[ \t]*(.?)", pos + #word)
  local near = not known[word] and (rest == "" or rest:find "[%w_$\"'`\r\n]") and habits.starter(word)
  -- a short word alone on its line is more likely a name, unless its letters are the right ones
  if near and (#word > 3 or rest:find "[%w_$\"'`]" or letters(word) == letters(near)) then
    forgive_heading(c, pos, near)
    return c.report("AIOS013", pos, ("I do not know the word `%s` here"):format(word), ("did you mean `%s`?"):format(near))
  end
  if words.is_reserved[word] then
    return c.report("AIOS011", pos, ("`%s` cannot stand here"):format(word), "a statement begins with a name, or with a word such as local, if, for, workflow")
  end
  if words.is_head[word] then
    return c.report("AIOS011", pos, ("`%s` cannot be read here"):format(word), advice.word(word))
  end
  if words.is_clause[word] then
    return c.report("AIOS011", pos, ("`%s` cannot be read here"):format(word), advice.word(word) or "a clause stands between the name of a heading and its `do`")
  end
  local argument = c.source:match("^[ \t]+([%w$][%w.]*)", pos + #word)
  c.report("AIOS011", pos, ("`%s` alone is not a statement"):format(word), argument and ("a call has parentheses: write %s(%s)"):format(word, argument) or
    ("call it: %s(), give it a value: %s = 1, or begin the line with a word such as local or step"):format(word, word))
end

function say.stray(c, note)
  local pos = note.pos
  local place, message, hint = habits.statement(c.source, pos)
  if place then
    forgive_heading(c, pos, message:match "written `(%a+)`$")
    return c.report("AIOS012", place, message, hint)
  end
  if c.source:find("^{%s*[\r\n]", pos) and c.text(pos):find "%)%s*{%s*$" and openers.brace(c, note) then return end
  if foreign(c, pos) then return end
  local line = c.text(pos)
  local slashes, dashes = line:find("//", 1, true), line:find("--", 1, true)
  if slashes and not (dashes and line:find("//", dashes + 2, true)) then
    local at = select(2, c.line(pos)) + slashes - 1
    if at < pos then return c.report("AIOS012", at, "a comment begins with `--`", "write -- like this (`//` divides whole numbers)") end
  end
  local word = c.source:match("^[%a_][%w_]*", pos)
  if word then return stray_word(c, pos, word) end
  if typed(c, pos) then return end
  c.report("AIOS011", pos, ("I did not expect `%s` here"):format(token_at(c.source, pos) or "this"), advice.stray(c.source:sub(pos, pos + 40), text_before(c, pos)))
end

-- a text whose backtick is missing runs on to the next one, and only there things go wrong: point at where it began
local function runaway(c, note)
  local spans, found_at = c.log.templates, nil
  local line, start = c.line(note.pos)
  for i = #spans - 1 - #spans % 2, 1, -2 do
    local from, to = spans[i] - 1, spans[i + 1]
    if to < start then break end
    if from < start and to <= note.pos then found_at = from end
  end
  if not found_at then return false end
  c.report("AIOS017", found_at, ("this template may lack its closing backtick: it runs on to line %d"):format(line), "end it with ` where its text ends")
  return true
end

-- a line that is written as in another language; the end of it, or of the block it opens, is all that is said of it
local function habit(c, note)
  if note.what == "a type" then return false end
  for _, pos in ipairs { note.pos, (missing_place(c, note)) } do
    local text, _, start = c.text(pos), c.line(pos)
    if not c.habits_of[start] and #text < 200 then
      c.habits_of[start] = true
      local at, message, hint = habits.line(text)
      if at then
        c.report("AIOS012", start + at - 1, message, hint)
        local block = text:find "{%s*$" and c.source:find("\n[ \t]*}", start) or text:find "^%s*try%s*$" and c.source:match("\n[ \t]*end%f[%W]()", start)
        c.quiet_until = math.max(block or 0, start + #text + 1)
        return true
      end
    end
  end
  return false
end

local CLOSER = { stray = true, extra = true }
-- whether a note only follows from what has been said
local function is_echo(c, note)
  if note.pos < (c.quiet_until or 0) then return true end
  if #c.said == 0 then return false end
  if CLOSER[note.kind] and c.source:find("^[])},;]", note.pos) then return true end
  local last = c.said[#c.said]
  if note.kind == "close" and last.kind == "comma" and last.open == note.open then return true end
  if note.kind == "stray" and last.kind == "stray" and c.line(note.pos) <= c.line(last.pos) + 1 then return true end
  if note.kind ~= "end" and note.kind ~= "extra" then return false end
  return c.end_given or note.kind == "extra" and c.opener_lost or blocks.upset(c)
end

---@param log table from grammar.diagnose
---@param report fun(code: string, pos: integer, message: string, hint?: string)
function M.problems(source, log, report)
  local lines = lines_of.new(source)
  local c = { source = source, log = log, report = report, line = lines.at, text = lines.text, said = {}, looked_at = 0, misfit = {}, habits_of = {} }
  c.clause_words = { "do", table.unpack(words.clauses) }
  say["end"], say.extra = blocks.missing, blocks.extra
  for _, note in ipairs(log.notes) do
    if not is_echo(c, note) then
      if not (#c.said == 0 and runaway(c, note) or habit(c, note)) then say[note.kind](c, note) end
      c.said[#c.said + 1] = note
    end
  end
end

return M
