--- kit: what the rules are written with, in one of the modes.
---
--- run       records only the language's own forms, as flat events
--- rich      run, and suffixed expressions: for a file with `->` or `=>` (typed calls, lambdas)
--- tree      records everything
--- diagnose  records no events but every mistake, and never stops at one
---
--- An event is two values: kind, position ... false, position. Tokens take the white space after them, so a node
--- begins exactly at its first byte; tree.lua trims its end.
local lpeg = require "lpeg"
local words = require "compiler.words"
local P, R, S, Cc, Cp = lpeg.P, lpeg.R, lpeg.S, lpeg.Cc, lpeg.Cp
local M = {}

local here = Cp()
local finish = Cc(false) * here
local function event(kind, patt) return Cc(kind) * here * patt * finish end
local function itself(_, patt) return patt end

---One of the words, then `after`, which a word that goes on does not match: so the longest one is the only one to try.
local function any_of(list, after)
  local sorted, out = table.move(list, 1, #list, 1, {}), P(false)
  table.sort(sorted, function(a, b) return #a > #b or #a == #b and a < b end)
  for _, text in ipairs(sorted) do out = out + text end
  return out * after
end
M.any_of = any_of

-- the rest of [==[ ... ]==] after its first bracket
local long_rest = P(function(source, pos)
  local level = source:match("^(=*)%[", pos)
  local _, last = source:find("]" .. (level or "") .. "]", pos, true)
  return level and last and last + 1 or false
end)

---A long bracket, of any level.
M.long = P "[[" * (1 - P "]]") ^ 0 * "]]" + P "[" * long_rest

-- So many lines with a mistake are plenty to choose ten problems from, and so many mistakes of one line; the rest of a
-- file that is no program at all is not read.
local LINES, ON_LINE = 200, 20

---What the diagnose mode raises when it has seen enough.
M.ENOUGH = {}

-- whether a note at `pos` is one too many for its line
local function crowded(source, pos, log)
  if pos > log.line_end then
    log.line_end = source:find("\n", pos, true) or #source + 1
    log.lines, log.on_line = log.lines + 1, 0
    if log.lines > LINES then error(M.ENOUGH, 0) end
  end
  log.on_line = log.on_line + 1
  return log.on_line > ON_LINE
end

---Match-time functions that keep the log of the diagnose mode: notes of mistakes, and the stack of open forms.
local function logging(kit, log)
  log.line_end, log.lines, log.on_line = 0, 0, 0
  local function act(f)
    return P(function(source, pos) f(pos, source) return true end)
  end
  function kit.note(kind, what)
    return act(function(pos, source)
      if log.notes[#log.notes] and log.notes[#log.notes].pos == pos or crowded(source, pos, log) then return end
      log.notes[#log.notes + 1] = { pos = pos, kind = kind, what = what, open = log.open[#log.open], token = log.token }
    end)
  end
  function kit.remember() return act(function(pos) log.token = pos end) end
  function kit.opened(what)
    return act(function(pos) log.open[#log.open + 1] = { what = what, pos = pos - #what } end)
  end
  function kit.closed()
    return act(function(pos)
      local form = table.remove(log.open)
      if form then form.close = pos log.closed[#log.closed + 1] = form end
    end)
  end
  ---A comment, remembered, so that "the end of the last token" can be told.
  function kit.commented(patt)
    local from
    return act(function(pos) from = pos end) * patt * act(function(pos) log.comments[pos] = from end)
  end
  function kit.span(list) return act(function(pos) table.insert(log[list], pos) end) end
  return act
end

-- true unless only white space lies between `pos` and the newline before it: the token is on its neighbour's line
local function same_line(source, pos)
  for i = pos - 1, 1, -1 do
    local c = source:byte(i)
    if c == 10 or c == 13 then return false end
    if c ~= 32 and c ~= 9 then return true end
  end
  return false
end

-- tokens of the diagnose mode: what is missing is noted, and parsing goes on
local function forgiving(kit)
  ---`patt`, or a note that it is missing; then `recover` is tried.
  function kit.want(patt, what, recover)
    return patt + kit.note("want", what) * (recover and recover ^ -1 or P(true))
  end
  ---A token that opens a form, remembered until its close.
  function kit.open(text, word)
    return P(text) * (word and kit.stop or P(true)) * kit.opened(text) * kit.ws
  end
  kit.same_line = P(same_line)
  local quoted = P '"' * (1 - S '"\r\n') ^ 0 * '"'
  -- `skip` as far as it goes and then `target`, else nothing. Where a skip has ended in vain, every later one before
  -- that place would end too: it is not tried, so a line of many mistakes is crossed once.
  function kit.skipping(skip, target)
    local vain = 0
    local hope = P(function(_, pos) return pos > vain end)
    local give_up = P(function(_, pos) vain = pos return false end)
    return hope * skip * (target + give_up)
  end
  ---Goes on, on the same line, to `target` and takes it.
  function kit.skip_to(target)
    return kit.same_line * kit.skipping((quoted + kit.alnum ^ 1 - target + (1 - kit.newline - target)) ^ 0, target)
  end
  ---The token that closes the innermost form.
  function kit.close(text)
    if text == "end" then
      return P "end" * kit.stop * kit.closed() * kit.ws + kit.note("end", text) * kit.closed()
    end
    local patt = P(text) * kit.closed() * kit.ws
    local skip = (quoted + kit.alnum ^ 1 + (1 - kit.newline - S ")]}")) ^ 1
    return patt + kit.note("close", text) * (kit.same_line * kit.skipping(skip, patt) + kit.closed())
  end
end

-- tokens of the other modes: what is missing ends the parse
local function strict(kit)
  function kit.want(patt) return patt end
  function kit.open(text, word) return word and kit.kw(text) or kit.tok(text) end
  function kit.close(text) return text == "end" and kit.kw(text) or kit.tok(text) end
  local yes, no = P(true), P(false)
  function kit.skip_to() return no end
  function kit.opened() return yes end
  function kit.closed() return yes end
end

-- What begins with bytes that are nowhere in the text can never match: the grammar of a short text is built without it.
-- `kit.lacks` lists what another text must not hold to be read with this grammar, as { what, is it plain? }.
local function looking(kit, source)
  local function found(what, plain)
    if not source or source:find(what, 1, plain) then return true end
    kit.lacks[#kit.lacks + 1] = { what, plain }
    return false
  end
  kit.lacks = {}
  function kit.has(text) return found(text, true) end
  ---Whether a Lua pattern is somewhere in the text.
  function kit.has_like(pattern) return found(pattern, false) end
  ---Whether a sentence of the language may begin with `word`: what follows is a name, a number, `$` or a comment. What
  ---follows `in` is a number: every `for` of Lua has that word. After `expect` a length may stand.
  function kit.says(word)
    return kit.has(word) and kit.has_like("%f[%w_]" .. word .. (word == "in" and "%s*[%d%-]" or word == "expect" and "%s*[%w_$#%-]" or "%s*[%w_$%-]"))
  end
  ---A rule, when the text holds what it cannot do without; else what never matches.
  function kit.where(text, rule) return kit.has(text) and kit.V(rule) or kit.never end
end

-- a rule is made when another one first speaks of it: kit.V is lpeg.V, and the list of what is still to be made
local function reaching(kit)
  local rules = {}
  kit.reached = {}
  function kit.V(name)
    local rule = rules[name]
    if not rule then
      rule = lpeg.V(name)
      rules[name], kit.reached[#kit.reached + 1] = rule, name
    end
    return rule
  end
end

local function memo(make)
  local made = {}
  return function(text)
    local patt = made[text]
    if not patt then
      patt = make(text)
      made[text] = patt
    end
    return patt
  end
end

---A kit for a mode; `log` (diagnose only) is { notes, open, closed, templates }; `source`: the only text to be read.
function M.new(mode, log, source)
  local kit = { mode = mode, diagnose = mode == "diagnose", rich = mode ~= "run" }
  local records = mode ~= "diagnose"
  kit.node = records and event or itself
  kit.plain = mode == "tree" and event or itself
  kit.mark = (mode == "tree" or mode == "rich") and event or itself
  kit.alpha, kit.alnum, kit.digit = R("az", "AZ", "__"), R("az", "AZ", "09", "__"), R "09"
  kit.newline, kit.stop, kit.never = S "\r\n", -kit.alnum, P(false)
  looking(kit, source)
  reaching(kit)
  local space = S " \t\r\n\f\v"
  kit.ws = kit.has "--" and (space ^ 1 + #P "--" * kit.V "Comment") ^ 0 or space ^ 0
  kit.ws_silent = kit.has "--" and (space ^ 1 + #P "--" * kit.V "CommentText") ^ 0 or kit.ws
  kit.reserved = any_of(words.reserved, kit.stop)
  kit.tok = memo(function(text) return P(text) * kit.ws end)
  kit.kw = memo(function(text) return P(text) * kit.stop * kit.ws end)
  -- The same for the language's own sentences: white space is a rule of its own there. Plain Lua has it in each token,
  -- which is faster to match and slower to build.
  kit.gap, kit.gap_silent = kit.has "--" and kit.V "Gap" or kit.ws, kit.has "--" and kit.V "GapSilent" or kit.ws
  kit.word = memo(function(text) return P(text) * kit.stop * kit.gap end)
  kit.sign = memo(function(text) return P(text) * kit.gap end)
  ---What must follow a contextual word at statement position, so that no Lua statement is ever claimed.
  kit.follow = #(kit.alpha + kit.digit + P "$")
  if kit.diagnose then
    logging(kit, log)
    forgiving(kit)
  else
    strict(kit)
  end
  return kit
end

return M
