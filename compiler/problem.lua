--- problem: one thing that is wrong: { code, pos, line, column, message, hint }; and how it is shown.
---
---     local list = problem.list(source)
---     list.report("AIOS021", 17, "`25:00` is not a time of day", "a time is 00:00 to 23:59")
---     print(problem.draw(list[1], source, "daily.aios"))
local lines_of, source_of = require "compiler.lines", require "compiler.source"
local M = { MOST = 10 }

---What each code means, for `aios explain CODE`.
M.codes = {
  AIOS001 = "The file is compiled Lua, not text. aios loads text only.",
  AIOS002 = "The file holds a zero byte. A program is text; write \\0 inside a string instead.",
  AIOS003 = "The file is not UTF-8. Save it as UTF-8; write other bytes as \\xNN inside a string.",
  AIOS004 = "The file is longer than 16 MiB. Put data into files of its own and read them.",
  AIOS005 = "Blocks, brackets or operators are nested more than about 200 deep. Give the inner parts names.",
  AIOS006 = "Names that begin with __aios belong to the runtime.",
  AIOS010 = "Something is missing: a word, a bracket, an expression.",
  AIOS011 = "Something stands where it cannot be understood.",
  AIOS012 = "The form comes from another language; the hint shows how it is written here.",
  AIOS013 = "A word is nearly one of the language's words.",
  AIOS014 = "A block has no `end`.",
  AIOS015 = "An `end` or another closing word closes nothing.",
  AIOS016 = "A text in quotes is not closed on its line.",
  AIOS017 = "A template has no closing backtick.",
  AIOS018 = "A bracket is not closed.",
  AIOS019 = "A long text or comment `[[ ]]` is not closed.",
  AIOS020 = "A number is not written as the language writes numbers: 10, 2.5, 5m, 64MB, 10k, $0.02, 08:00.",
  AIOS021 = "There is no such time of day or date.",
  AIOS022 = "The schedule cannot be kept.",
  AIOS023 = "The clause belongs to another kind of heading.",
  AIOS024 = "A clause is given twice or contradicts another one.",
  AIOS025 = "A name is declared twice.",
  AIOS026 = "`return` must be the last statement of its block.",
  AIOS027 = "A `\\` in a text is followed by something that has no meaning there.",
  AIOS030 = "`break` has no loop to leave, or would have to leave the body of a step or workflow.",
  AIOS031 = "`goto` cannot reach its label, for example because it lies outside the body of a step or workflow.",
  AIOS032 = "`...` is used where there are no further arguments.",
  AIOS070 = "A test stands inside something else.",
  AIOS071 = "`expect` or `advance` stands outside a test.",
  AIOS033 = "A `<const>` or `<close>` variable is assigned, or the attribute is unknown.",
  AIOS034 = "One function has more than 199 names of its own. Locals and steps are such names.",
  AIOS035 = "Two steps of one `parallel do` have the same name.",
  AIOS036 = "An `undo` belongs to the step before it, though it is written as if it were that of the block.",
  AIOS040 = "A limit is `at once` or per length of time, and a number from 1 to 10000.",
  AIOS041 = "`once` stands before something that has no first time.",
  AIOS043 = "What a limit is counted per begins with a name that the heading does not have.",
  AIOS042 = "There is no such event, or its text is not in quotes.",
  AIOS080 = "The lines of a decision are in an order that cannot work, or one of them is missing.",
  AIOS081 = "A budget is counted per something that has no beginning and no end.",
  AIOS090 = "The form is part of the language, but this version of aios cannot run it yet.",
  AIOS100 = "Nothing in the file or the library gives this name a value.",
  AIOS101 = "The namespace has no such function.",
  AIOS102 = "A value is not of the type that is declared.",
  AIOS103 = "A call has too few or too many arguments.",
  AIOS104 = "A call names an option or argument that does not exist.",
  AIOS105 = "The record has no such field.",
  AIOS106 = "The comparison can never be true: the value is not among those of its type.",
  AIOS107 = "There is no type of this name.",
  AIOS108 = "A type is not written as the language writes types.",
  AIOS110 = "The program needs something that it does not declare.",
  AIOS111 = "A declared need is not used.",
  AIOS112 = "There is no such need.",
  AIOS113 = "Nothing can wait here: Lua's own C code, a condition or a rule runs through it.",
  AIOS114 = "A local of the file gets a value inside a run, where it is lost.",
  AIOS115 = "A call followed by `do` on one line is a call and a block, not a heading.",
  AIOS116 = "A shell runs a text as a program.",
  AIOS117 = "A local from outside gets its value inside a step, and loses it when the run resumes.",
  AIOS120 = "The schedule can be read, and never comes.",
  AIOS121 = "A change of the clock touches the schedule.",
  AIOS122 = "The schedule seldom means what was meant.",
  AIOS130 = "A secret would reach a tier of models that may not see it.",
  AIOS131 = "There is no tier of this name.",
  AIOS132 = "What a workflow may spend on models has no bound.",
  AIOS099 = "Lua refuses the program for a reason of its own, such as too many variables from outside in one function.",
}

-- what is no error: the program runs, and may do what was meant
local SEVERITY = {
  AIOS100 = "warning", AIOS106 = "warning", AIOS107 = "warning", AIOS110 = "warning", AIOS111 = "hint", AIOS112 = "warning", AIOS115 = "warning", AIOS116 = "warning",
  AIOS117 = "warning", AIOS120 = "warning", AIOS121 = "hint", AIOS122 = "hint", AIOS131 = "warning", AIOS132 = "hint",
}

---How much a problem of this code matters: "error", "warning" or "hint".
function M.severity(code) return SEVERITY[code] or "error" end

---An empty list for one source; `report` adds a problem unless its line already has one (an echo), `sort` orders them.
function M.list(source)
  local list, told, lines = {}, {}, lines_of.new(source)
  local self = {}
  function self.report(code, pos, message, hint)
    local line = lines.at(pos)
    if told[line] and code ~= "AIOS090" then return end
    told[line] = true
    local _, column = lines.place(pos)
    message, hint = source_of.short(message), hint and source_of.short(hint)
    list[#list + 1] = { code = code, pos = pos, line = line, column = column, message = message, hint = hint }
  end
  ---Adds what `check` has found: with its end and its weight, and beside others on its line.
  function self.find(code, pos, message, hint, to, severity)
    for _, item in ipairs(list) do if item.pos == pos and item.code == code then return end end
    local line, column = lines.place(pos)
    local end_line, end_column = lines.place(to)
    list[#list + 1] = { code = code, pos = pos, line = line, column = column, message = source_of.short(message), hint = hint and source_of.short(hint),
      end_line = end_line, end_column = end_column, severity = severity or M.severity(code) }
  end
  ---The problems in source order, at most MOST.
  function self.sorted(most)
    for i, item in ipairs(list) do item.nth = i end
    table.sort(list, function(a, b)
      if a.pos ~= b.pos then return a.pos < b.pos end
      return a.nth < b.nth
    end)
    for i, item in ipairs(list) do item.nth = nil if i > (most or M.MOST) then list[i] = nil end end
    return list
  end
  self.all = list
  return self
end

local REACH = 600          -- bytes: more than a window of 120 characters can take
-- the line of a position, or as much of a long one around it as is shown; and the column of the position in that
local function line_around(source, pos, column)
  local first, last = math.max(1, pos - REACH), math.min(#source, pos + REACH)
  local before, after = source:sub(first, pos - 1), source:sub(pos, last):match "^[^\r\n]*"
  if #after > REACH then after = after:gsub("[\xC0-\xFF][\x80-\xBF]*$", "") end
  local start = before:match "^.*\n()" or first == 1 and 1
  if start then return before:sub(start) .. after, column end
  before = before:gsub("^[\x80-\xBF]+", "")
  return before .. after, (utf8.len(before, 1, -1, true) or #before) + 1
end

-- the part of a long line around a column, and the column in it; control characters are shown as `?`
local function window(text, column)
  if not utf8.len(text) then text = text:gsub("[\x80-\xff]", "?") end
  local first, length = 1, utf8.len(text)
  if length > 120 then first = math.max(1, math.min(column - 60, length - 119)) end
  local last = math.min(length, first + 119)
  text = text:sub(utf8.offset(text, first), (utf8.offset(text, last + 1) or #text + 1) - 1)
  return (text:gsub("[\0-\8\11-\31\127]", "?")), column - first + 1
end

---The problem as people read it: message, place, source line, caret, hint, code.
function M.draw(problem, source, name)
  local out = { (problem.severity or "error") .. ": " .. problem.message, ("  --> %s:%d:%d"):format(name or "?", problem.line, problem.column) }
  local refused = { AIOS001 = true, AIOS004 = true }
  if not refused[problem.code] then
    local text, column = window(line_around(source_of.unmarked(source), problem.pos, problem.column))
    local margin = ("%5d | "):format(problem.line)
    local stop = (utf8.offset(text, math.min(column, utf8.len(text) + 1)) or 1) - 1
    local blank = text:sub(1, stop):gsub("[^\t\x80-\xbf]", " "):gsub("[\x80-\xbf]", "")
    out[3] = margin .. text
    out[4] = (" "):rep(#margin - 2) .. "| " .. blank .. "^"
  end
  if problem.hint then out[#out + 1] = "   hint: " .. problem.hint end
  out[#out + 1] = "   code: " .. problem.code
  return table.concat(out, "\n")
end

return M
