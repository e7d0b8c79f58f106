--- ebnf: a grammar as the manual writes it, read, and sentences made of it.
---
---     local grammar = ebnf.parse "wait = 'wait' (Duration | 'until' exp)"
---     ebnf.words(grammar)                               --> { until = true, wait = true }
---     ebnf.sentence(grammar, "wait", samples, random)   --> "wait until x > 1"
---
--- `[ ]` is what may be left out, `{ }` what may come any number of times, `|` a choice, `(* *)` a comment; `+=` adds to a production.
local M = {}

local function tokens_of(text)
  local list, at = {}, 1
  text = text:gsub("%(%*.-%*%)", "")
  while true do
    at = text:match("^%s*()", at)
    if at > #text then return list end
    local token = text:match("^'[^']+'", at) or text:match("^[%a]+", at) or text:match("^%+=", at) or text:match("^.", at)
    list[#list + 1], at = token, at + #token
  end
end

local parse_choice

local CLOSE = { ["["] = "]", ["{"] = "}", ["("] = ")" }
local KIND = { ["["] = "maybe", ["{"] = "many", ["("] = "group" }

local function parse_item(tokens, at)
  local token = tokens[at]
  if CLOSE[token] then
    local inner, after = parse_choice(tokens, at + 1)
    assert(tokens[after] == CLOSE[token], "expected " .. CLOSE[token] .. ", found " .. tostring(tokens[after]))
    return { kind = KIND[token], inner }, after + 1
  end
  local word = token:match "^'(.*)'$"
  if word then return { kind = "word", text = word }, at + 1 end
  assert(token:find "^%a", "unexpected " .. token)
  return { kind = "name", text = token }, at + 1
end

local function ends(tokens, at)
  local token = tokens[at]
  return not token or token == "|" or token == "]" or token == "}" or token == ")" or tokens[at + 1] == "=" or tokens[at + 1] == "+="
end

function parse_choice(tokens, at)
  local choice = { kind = "choice" }
  repeat
    local list = { kind = "list" }
    while not ends(tokens, at) do list[#list + 1], at = parse_item(tokens, at) end
    choice[#choice + 1] = list
    local more = tokens[at] == "|"
    if more then at = at + 1 end
  until not more
  return choice, at
end

---@return table<string, table> productions by name
function M.parse(text)
  local tokens, at, out = tokens_of(text), 1, {}
  while tokens[at] do
    local name = tokens[at]
    assert(tokens[at + 1] == "=" or tokens[at + 1] == "+=", "no production at " .. name)
    out[name], at = parse_choice(tokens, at + 2)
  end
  return out
end

local function walk(node, visit)
  visit(node)
  for _, child in ipairs(node) do walk(child, visit) end
end

---The words in quotes.
---@return table<string, boolean>
function M.words(grammar)
  local out = {}
  for _, production in pairs(grammar) do
    walk(production, function(node) if node.kind == "word" and node.text:find "^%a" then out[node.text] = true end end)
  end
  return out
end

---The names that no production explains.
function M.unexplained(grammar)
  local out = {}
  for _, production in pairs(grammar) do
    walk(production, function(node) if node.kind == "name" and not grammar[node.text] then out[node.text] = true end end)
  end
  return out
end

local make = {}
local function render(node, c) return make[node.kind](node, c) end

function make.word(node, c) c.out[#c.out + 1] = node.text end
function make.choice(node, c) render(node[c.random(#node)], c) end
function make.list(node, c) for _, item in ipairs(node) do render(item, c) end end
function make.group(node, c) render(node[1], c) end
function make.maybe(node, c) if c.random(2) == 1 then render(node[1], c) end end
function make.many(node, c)
  for _ = 1, c.depth < 6 and c.random(0, 2) or 0 do render(node[1], c) end
end
function make.name(node, c)
  local samples = c.samples[node.text]
  if samples then
    c.out[#c.out + 1] = samples[c.random(#samples)]
    return
  end
  c.depth = c.depth + 1
  render(c.grammar[node.text] or error("no production " .. node.text), c)
  c.depth = c.depth - 1
end

---A sentence of a production, its tokens divided by spaces.
---@param samples table<string, string[]> what stands for names that are Lua's, or letters and digits
---@param random fun(...): integer as math.random
function M.sentence(grammar, name, samples, random)
  local c = { grammar = grammar, samples = samples, random = random, out = {}, depth = 0 }
  render({ kind = "name", text = name }, c)
  return table.concat(c.out, " ")
end

return M
