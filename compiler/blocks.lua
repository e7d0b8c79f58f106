--- blocks: which `end` is missing or one too many? The stack of open forms says that, indentation says where.
local tree = require "compiler.tree"
local M = {}

---Words whose loss leaves an `end` over.
M.opens = { ["function"] = true, ["if"] = true, ["if not"] = true, ["for"] = true, ["while"] = true, ["while true do"] = true }

local BLOCK = {
  ["function"] = true, ["if"] = true, ["for"] = true, ["while"] = true, ["do"] = true, ["repeat"] = true, workflow = true,
  tool = true, decision = true, agent = true, step = true, parallel = true, within = true, isolate = true, test = true, [""] = true,
}

local function indent(c, pos)
  local _, start = c.line(pos)
  return #c.source:match("^[ \t]*", start)
end

local function word_at(c, pos) return c.source:match("^[%a_]+", pos) or "block" end

-- a closing word farther into its line than this is not there for its indentation
local DEEPEST = 1000

-- the pair whose `end` stands first on its line with an indent that does not fit; `fits(open, close)` says
local function find_misfit(c, fits)
  local best
  for _, form in ipairs(c.log.closed) do
    local close = form.close - 3
    if BLOCK[form.what] and c.line(form.pos) ~= c.line(close) and c.source:sub(close, close + 2) == "end" then
      local _, start = c.line(close)
      local first = close - start < DEEPEST and c.source:match("^[ \t]*()", start) == close
      if first and not fits(indent(c, form.pos), indent(c, close)) and (not best or form.pos > best.pos) then best = form end
    end
  end
  return best
end

-- the same for every note of one text, so it is looked for once
local function misfit(c, name, fits)
  if c.misfit[name] == nil then c.misfit[name] = find_misfit(c, fits) or false end
  return c.misfit[name]
end

-- words that continue a block on a line of its own indent
local GOES_ON = { ["do"] = true, ["else"] = true, ["elseif"] = true, undo = true, ["until"] = true }

-- where the missing `end` belongs: before the first line that is no deeper than the block, else before `limit`
local function belongs(c, form, limit)
  local least, at = indent(c, form.pos), c.source:find("\n", form.pos, true)
  while at and at < limit do
    local first = c.source:match("^[ \t]*()[^%s]", at + 1)
    if first and first < limit and first - at - 1 <= least and not GOES_ON[word_at(c, first)] and c.source:sub(first, first + 1) ~= "--" then
      limit = first
      break
    end
    at = c.source:find("\n", at + 1, true)
  end
  return math.max(form.pos, tree.token_end(c.source, c.log.comments, limit) - 1)
end

-- `else if` where `elseif` was meant leaves a block open
local function else_if(c, form)
  local pos = c.source:match("()%f[%w_]else[ \t]+if%f[^%w_]", form.pos > 6 and form.pos - 6 or 1)
  if not pos then return false end
  return c.report("AIOS012", pos, "`else if` opens a second `if`, which needs an `end` of its own", "write elseif") or true
end

---A block without an `end`.
function M.missing(c, note)
  local wrong = misfit(c, "missing", function(open, close) return open <= close end)
  local form = wrong or note.open
  if not form or not BLOCK[form.what] then return c.report("AIOS014", note.pos, "`end` is missing here") end
  if else_if(c, form) then return end
  local word, line = word_at(c, form.pos), c.line(form.pos)
  local limit = wrong and wrong.close - 3 or note.pos
  local hint = ("`%s` opens a block that runs to its `end`"):format(word)
  if wrong then hint = ("the `end` of line %d is indented for an outer block"):format((c.line(limit))) end
  c.report("AIOS014", belongs(c, form, limit), ("the `%s` of line %d has no `end`; it is missing after this"):format(word, line), hint)
end

---A closing word that closes nothing.
function M.extra(c, note)
  local word = word_at(c, note.pos)
  local wrong = misfit(c, "extra", function(open, close) return open >= close end)
  if wrong and word == "end" then
    return c.report("AIOS015", wrong.close - 3, ("this `end` closes the `%s` of line %d, but it is indented for an inner block"):format(word_at(c, wrong.pos), (c.line(wrong.pos))),
      "is a line missing above that opens a block, or is this `end` one too many?")
  end
  c.report("AIOS015", note.pos, ("this `%s` closes nothing"):format(word), "remove it, or look for a line above that should open a block")
end

local function upsets(c, note)
  if note.what == "`do`" or note.what == "`then`" or note.what == "`=` or `do`" then return true end
  for word in c.text(note.pos):gmatch "[%a_]+" do
    if BLOCK[word] or word == "end" or word == "then" then return true end
  end
  return false
end

---Whether something said before lies on a line with a word that opens or closes a block: then counting ends means nothing.
function M.upset(c)
  for i = c.looked_at + 1, #c.said do
    if upsets(c, c.said[i]) then return true end
    c.looked_at = i
  end
  return false
end

return M
