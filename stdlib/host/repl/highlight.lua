--- highlight: which parts of what is typed are words of the language, texts, numbers and comments.
---
---     highlight.spans "every 5m do"          --> { { 1, 5, "word" }, { 7, 8, "number" }, { 10, 11, "keyword" } }
---     highlight.paint(text)                  --> for every byte that has one, the sequence of its colour
---
--- A word such as `every` is a name like any other unless a sentence begins with it: `every 5m do`, but not `every(5)`.
local lex = require "host.repl.lex"
local words = require "compiler.words"
local M = {}

M.COLOURS = { keyword = "\27[35m", word = "\27[36m", string = "\27[32m", number = "\27[33m", comment = "\27[2m" }

local function set(...)
  local out = {}
  for _, list in ipairs { ... } do for _, word in ipairs(list) do out[word] = true end end
  return out
end

-- words inside a heading, and the heads behind which stands a name
local INNER = set(words.clauses, words.inner, words.overlap, words.missed, words.risk, words.periods)
for _, period in ipairs(words.periods) do INNER[period .. "s"] = true end
local NAMED = set { "workflow", "tool", "decision", "agent", "step", "type", "tier", "budget" }
local RUNGS = set(words.rungs)
-- a sentence may begin behind these
local BEFORE = set { "do", "then", "else", "repeat", "end", "nil", "true", "false" }

local function may_begin(before)
  if not before then return true end
  if before.kind == "op" then return before.text == ";" or before.text == ")" or before.text == "]" or before.text == "}" end
  return before.kind ~= "name" or not words.is_reserved[before.text] or BEFORE[before.text]
end

local function begins(token, before, after)
  if not words.is_head[token.text] or not may_begin(before) or not after then return false end
  return after.kind == "name" or after.kind == "number"
end

local function line_between(text, a, b) return text:find("\n", a.to + 1, true) and text:find("\n", a.to + 1, true) < b.from end

-- whether the name at i is a word of the language; state: heading (inside of one), rungs (inside a decision)
local function is_word(tokens, i, text, state)
  local token, before, after = tokens[i], tokens[i - 1], tokens[i + 1]
  if state.named ~= i and begins(token, before, after) then
    state.heading = token.text
    state.named = NAMED[token.text] and i + 1
    state.rungs = state.rungs or token.text == "decision"
    return true
  end
  if state.rungs and RUNGS[token.text] and (not before or line_between(text, before, token) or before.text == "operational") then return true end
  if not state.heading or state.named == i then return false end
  if before and (before.text == "." or before.text == ":") then return false end
  return INNER[token.text] or false
end

---@param text string
---@return table[] spans   { from, to, class }
function M.spans(text)
  local tokens, out, state = lex.tokens(text), {}, {}
  for i, token in ipairs(tokens) do
    local class = token.kind
    if class == "template" then class = "string" end
    if class == "op" then class = nil end
    if class == "name" then
      if words.is_reserved[token.text] then
        class = "keyword"
        if token.text == "do" then state.heading = nil end
      else
        class = is_word(tokens, i, text, state) and "word" or nil
      end
    end
    if class then out[#out + 1] = { token.from, token.to, class } end
  end
  return out
end

---@return table<integer, string> paint   by byte
function M.paint(text)
  local out = {}
  for _, span in ipairs(M.spans(text)) do
    for at = span[1], span[2] do out[at] = M.COLOURS[span[3]] end
  end
  return out
end

return M
