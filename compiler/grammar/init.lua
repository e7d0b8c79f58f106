--- grammar: text -> events, a tree, or notes of what is wrong. One grammar, several modes (see kit.lua).
---
---     local root = grammar.run(source)          -- nil when the text is not a program
---     local root = grammar.tree(source)         -- every construct, lossless
---     local log  = grammar.diagnose(source)     -- after a failure: every mistake
local lpeg = require "lpeg"
local kit_of = require "compiler.grammar.kit"
local tree = require "compiler.tree"
local P = lpeg.P
local M = {}

-- LPeg's stack: 200 levels of nesting (Lua's own limit) need about 4,000 entries; beyond it LPeg raises and we say so
local STACK = 40000

local function chunk_rules(k, g)
  local V = k.V
  if not k.diagnose then
    function g.Chunk() return lpeg.Ct(k.ws * V "Block" * -1) end
    function g.Block() return V "Stat" ^ 0 * k.where("return", "Return") ^ -1 end
    return
  end
  local undo = P "undo" * -k.alnum * k.ws_silent * k.alpha
  local closer = (P "end" + "elseif" + "else" + "until") * -k.alnum + undo
  local sync = (P "do" + "function" + "repeat" + "if" + "while" + "for" + "end" + "elseif" + "else" + "until" + "local" + "return") * -k.alnum
  local quoted = P '"' * (1 - lpeg.S '"\r\n') ^ 0 * '"' + P "'" * (1 - lpeg.S "'\r\n") ^ 0 * "'" + P "`" * (1 - lpeg.S "`\r\n") ^ 0 * "`"
  local token = quoted + k.alnum ^ 1 + (1 - k.newline)
  -- what a comment says is not looked at as a program, and a long one is not read once a word
  function g.Stray() return -closer * #P(1) * k.note("stray", "a statement") * token * (token - sync - P "--") ^ 0 * k.ws end
  local early = V "Return" * (-closer * #P(1) * k.note("after_return", "return")) ^ -1
  function g.Block() return (early + V "Stat" + V "Stray") ^ 0 end
  local extra = #P(1) * k.note("extra", "end") * (P "end" * -k.alnum + (1 - k.newline) ^ 1) * k.ws
  function g.Chunk() return k.ws * V "Block" * (extra * V "Block") ^ 0 * -1 end
end

-- where the rules are defined, those that nearly every text needs first
local PARTS = { "tokens", "lua", "literals", "forms", "types", "clauses" }

---Builds the grammar of a mode, of the rules that can be reached from the first; `log` is for diagnose only.
---@param source string? builds no more than this text needs
---@return any pattern
---@return table lacks what another text must not hold to be read with this grammar
function M.build(mode, log, source)
  local k, define, g, part = kit_of.new(mode, log, source), {}, { "Chunk" }, 0
  chunk_rules(k, define)
  k.V "Chunk"
  local at = 1
  while k.reached[at] do
    local name = k.reached[at]
    while not define[name] do
      part = part + 1
      require("compiler.grammar." .. PARTS[part]).rules(k, define)
    end
    g[name] = define[name]()
    at = at + 1
  end
  lpeg.setmaxstack(STACK)
  return P(g), k.lacks
end

local built = {}          -- a grammar is a constant: built when first needed, then kept
local function grammar(mode)
  built[mode] = built[mode] or M.build(mode)
  return built[mode]
end

-- a process that reads one short text does not build what the text has no use for; the next text gets the whole grammar
local SHORT = 16 * 1024
local small = {}

local function reads(lacks, source)
  for _, lack in ipairs(lacks) do
    if source:find(lack[1], 1, lack[2]) then return false end
  end
  return true
end

local function grammar_for(mode, source)
  if built[mode] or #source > SHORT then return grammar(mode) end
  local one = small[mode]
  if not one then
    one = {}
    one.patt, one.lacks = M.build(mode, nil, source)
    small[mode] = one
    return one.patt
  end
  return reads(one.lacks, source) and one.patt or grammar(mode)
end

local function match(patt, source)
  local good, events = pcall(patt.match, patt, source)
  if good then return events end
  if tostring(events):find("stack overflow", 1, true) then return nil, "deep" end
  error(events, 0)
end

-- a long text is tried without arrows first: an arrow in a comment should not cost it the fast grammar
local LONG = 64 * 1024

---Flat events of the run mode, or nil (and "deep" when it is nested too deeply).
function M.events(source)
  local arrows = source:find("->", 1, true) or source:find("=>", 1, true)
  if not arrows or #source > LONG then
    local events, why = match(grammar_for("run", source), source)
    if events or why or not arrows then return events, why end
  end
  return match(grammar_for("rich", source), source)
end

---The tree of the language's own forms, or nil.
function M.run(source)
  local events, why = M.events(source)
  if not events then return nil, why end
  return tree.build(events, source), #events
end

---The tree of everything, or nil.
function M.tree(source)
  local events, why = match(grammar "tree", source)
  if not events then return nil, why end
  return tree.build(events, source)
end

---What is wrong: { notes = { pos, kind, what, open }, open, closed, templates, comments }, or nil, "deep".
function M.diagnose(source)
  local log = { notes = {}, open = {}, closed = {}, templates = {}, comments = {} }
  local good, events, why = pcall(match, M.build("diagnose", log), source)
  if not good and events ~= kit_of.ENOUGH then error(events, 0) end
  -- a nesting that mistakes have made, such as headings without an `end`, is theirs to explain
  if why and #log.notes == 0 then return nil, why end
  return log
end

return M
