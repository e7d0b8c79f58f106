--- refusal: what Lua's own loader says about a text the grammar accepts -> a problem in our words.
--- Line N of what we wrote is line N of the source, so Lua's line is right; its wording about our text is never shown.
local source_of = require "compiler.source"
local M = {}

-- { pattern, code, message with captures, hint, is the first capture a name to point at? }
local KNOWN = {
  { "invalid escape sequence near '.*(\\.[\x80-\xBF]*)'$", "AIOS027", "`%s` means nothing in a text", "write \\\\ for a backslash" },
  { "decimal escape too large", "AIOS027", "the number after `\\` is larger than 255", "\\0 to \\255" },
  { "hexadecimal digit expected", "AIOS027", "`\\x` needs two hexadecimal digits", "\\x41" },
  { "UTF%-8 value too large", "AIOS027", "there is no such character", "\\u{10FFFF} is the last one" },
  { "missing '[{}]' in \\u", "AIOS027", "`\\u` needs a number in braces", "\\u{20AC}" },
  { "attempt to assign to const variable '([%w_]+)'", "AIOS033", "`%s` is constant: it cannot be given another value", "remove `<const>`, or use another name", true },
  { "unknown attribute '([%w_]+)'", "AIOS033", "there is no attribute `%s`", "`<const>` or `<close>`", true },
  { "multiple to%-be%-closed variables", "AIOS033", "only one `<close>` variable is possible in one `local`", "write two statements" },
  { "label '([%w_]+)' already defined on line (%d+)", "AIOS031", "the label `%s` is already there in line %s", "give one of them another name", true },
  { "<goto ([%w_]+)> at line %d+ jumps into the scope of local '([%w_]+)'", "AIOS031",
    "`goto %s` would jump into the life of the local `%s`", "declare the local before the `goto`, or wrap the part between in `do ... end`" },
  { "no visible label '([%w_]+)'", "AIOS031", "there is no label `%s` that this `goto` can reach", "write the label in the same or an outer block", true },
  { "break outside a loop", "AIOS030", "`break` stands outside a loop", "`break` ends a `for`, `while` or `repeat`" },
  { "cannot use '...' outside a vararg function", "AIOS032", "`...` is not known here", "add `...` to the parameters of the function" },
  { "malformed number", "AIOS020", "a number on this line cannot be read", "10, 2.5, 5m, 64MB, $0.02" },
  { "too many local variables", "AIOS034", "one function has more than 199 names of its own: locals, and steps, which are locals too",
    "put steps that belong together into a step with a body, a function or a workflow of their own" },
  { "too many upvalues", "AIOS099", "one function uses more than 254 variables from outside", "put some of them into a table" },
  { "too many registers", "AIOS099", "one expression or call has too many parts", "build it in several steps" },
}

-- the place on a line: the wanted text, else the first that is not blank
local function place(source, line, wanted)
  local start = 1
  for _ = 2, line do start = (source:find("\n", start, true) or #source) + 1 end
  local text = source:match("^[^\r\n]*", start)
  local at = wanted and (text:find("%f[%w_]" .. wanted:gsub("%p", "%%%0") .. "%f[^%w_]") or text:find(wanted, 1, true))
  return start + (at or text:find "%S" or 1) - 1
end

local LEVELS = 200
-- the deepest place, counted in brackets and block words
local STEP = {
  ["("] = 1, ["{"] = 1, ["["] = 1, ["function"] = 1, ["do"] = 1, ["then"] = 1, ["repeat"] = 1,
  [")"] = -1, ["}"] = -1, ["]"] = -1, ["end"] = -1, ["until"] = -1, ["elseif"] = -1,
}
-- operators of which each takes all that follows, so that a row of them is a nesting
local ROWS = {
  { "%.%.", 190, "`..`", "join a list of texts with table.concat" }, { "%^", 190, "`^`", "give inner parts a name of their own" },
  { "=>", 60, "`=>`", "give inner functions a name of their own" }, { "%f[%w_]not%f[^%w_]", 190, "`not`", "two of them cancel out" },
  { "%-", 190, "`-`", "two of them cancel out" }, { "~", 190, "`~`", "two of them cancel out" },
}

-- the row of operators that is too long, from a line on: its place, message and hint
local function row(source, start)
  for _, kind in ipairs(ROWS) do
    local at, count = start, 0
    repeat
      local from, to = source:find(kind[1], at)
      count, at = count + 1, (to or at) + 1
      if from and count == kind[2] then return from, ("so many %s in a row are too many for one expression"):format(kind[3]), kind[4] end
    until not from
  end
end

---A text nested so deeply that the grammar or Lua gave up; `line`: where Lua did.
function M.deep(source, report, line)
  local depth, best, place_of_best = 0, 0, source:match "^%s*()" or 1
  local at = 1
  while at <= #source do
    local word = source:match("^[%a_][%w_]*", at) or source:sub(at, at)
    depth = math.max(0, depth + (STEP[word] or 0))
    if depth > best then best, place_of_best = depth, at end
    if best >= LEVELS then break end
    at = at + #word
  end
  if best < LEVELS - 20 then
    local from, message, hint = row(source, place(source, line or 1))
    if from then return report("AIOS005", from, message, hint) end
    if line then place_of_best = place(source, line) end
  end
  report("AIOS005", place_of_best, "nested too deeply: 200 levels are the limit", "give inner parts a name of their own")
end

-- what Lua says when it is too deep
local DEEP = { "C stack overflow", "too many C levels", "too many syntax levels" }

---@param message string what `load` said about a chunk named "=aios"; no text at all when Lua ran out of its own stack
function M.report(source, message, report)
  if type(message) ~= "string" or message:find "^C stack overflow" then return M.deep(source, report) end
  local line, text = message:match "^aios:(%d+): (.*)$"
  line, text = tonumber(line) or 1, text or message
  line = tonumber(text:gsub("function at line %d+", ""):match "at line (%d+)") or line      -- of the function counts less than of its excess
  for _, pattern in ipairs(DEEP) do
    if text:find(pattern) then return M.deep(source, report, line) end
  end
  for _, row in ipairs(KNOWN) do
    local found = { text:match(row[1]) }
    if found[1] then
      local wanted = (row[5] or row[2] == "AIOS027") and found[1] ~= row[1] and found[1] or nil
      return report(row[2], place(source, line, wanted), row[3]:format(table.unpack(found)), row[4])
    end
  end
  local why = text:gsub("%s*near .*$", "")
  if why:find("__aios", 1, true) or why == "" then why = "the line is too large or too complex" end
  report("AIOS099", place(source, line), "Lua refuses this line: " .. why, "make the line simpler")
end

return M
