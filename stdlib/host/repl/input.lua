--- input: what is typed, compiled: an expression or statements, unfinished, or wrong.
---
---     local made, why = input.read("1 + 1", 3)         -- the entry begins at line 3 of the session
---     made.lua, made.is_value, made.decls, made.names
---
--- A text that Lua or the compiler refuses only because it ends too early is unfinished, and no mistake.
local M = {}

local NAME = "prompt"
-- a block, a template or a long text that is open: more may follow
local OPEN = { AIOS014 = true, AIOS017 = true, AIOS019 = true }
local NONE = { needs = {}, workflows = {}, tools = {}, types = {}, tiers = {}, tests = {} }

local function check_schedule(text) return require "aios.time".check(text) end

local function pad(text, line) return ("\n"):rep(line - 1) .. text end

-- nothing is wrong but that something is open, or missing where the text ends
local function ends_early(text, problems)
  local last = #text:gsub("%s+$", "")
  for _, problem in ipairs(problems) do
    local at_end = problem.pos > last or problem.pos == last and text:find("^[{(%[,=]", last)
    if not OPEN[problem.code] and not at_end then return false end
  end
  return true
end

local CLOSER = { ["("] = ")", ["["] = "]", ["{"] = "}" }

-- what closes the brackets that are open at the end of a text; "" when none is
local function closers(text)
  local open = {}
  for _, token in ipairs(require("host.repl.lex").tokens(text)) do
    if token.kind == "op" and CLOSER[token.text] then open[#open + 1] = CLOSER[token.text]
    elseif token.kind == "op" and token.text == open[#open] then open[#open] = nil end
  end
  local out = {}
  for i = #open, 1, -1 do out[#out + 1] = open[i] end
  return table.concat(out)
end

-- the text would be right, or only end too early, with its brackets closed
local function lacks_brackets(text, options)
  local missing = closers(text)
  if missing == "" then return false end
  local made, problems = require("compiler").compile(text .. "\n" .. missing, NAME, options)
  return made ~= nil or ends_early(text, problems)
end

local function with_compiler(text, line)
  local padded, options = pad(text, line), { schedule = check_schedule }
  local made, problems = require("compiler").compile(padded, NAME, options)
  if made then return made end
  return nil, problems, ends_early(padded, problems) or lacks_brackets(padded, options)
end

---@param text string
---@param line integer   of its first line in the session
---@return table? made   { lua, is_value, decls, names }
---@return string? why   "unfinished", or the problems as they are drawn
function M.read(text, line)
  local value = pad("return " .. text, line)
  if load(value, "=typed", "t") then return { lua = value, is_value = true, decls = NONE, names = {} } end
  local plain = pad(text, line)
  local kept = require("host.repl.locals").kept
  if load(plain, "=typed", "t") then
    local lua, names = kept(plain)
    return { lua = lua, decls = NONE, names = names }
  end
  local made, problems, early = with_compiler(text, line)
  if made then
    local lua, names = kept(made.lua)
    return { lua = lua, decls = made.decls, names = names }
  end
  local as_value, _, value_early = with_compiler("return " .. text, line)
  if as_value then return { lua = as_value.lua, is_value = true, decls = as_value.decls, names = {} } end
  if early or value_early then return nil, "unfinished", problems end
  return nil, M.drawn(problems, plain), problems
end

---Problems as people read them.
function M.drawn(problems, text)
  local draw, out = require "compiler.problem".draw, {}
  for i, problem in ipairs(problems) do out[i] = draw(problem, text, NAME) end
  return table.concat(out, "\n")
end

---Nothing more must be typed: it can be run, or it is wrong.
function M.is_finished(text)
  if not text:find "%S" or text:find "^%s*:%a" then return true end
  local _, why = M.read(text, 1)
  return why ~= "unfinished"
end

local DEEPER = { ["do"] = true, ["then"] = true, ["else"] = true, ["repeat"] = true, ["{"] = true, ["("] = true }

---The blanks that the next line begins with.
---@param before string   what stands before it
function M.indent(before)
  local line = before:match "[^\n]*$"
  local blanks = line:match "^[ \t]*"
  local last = line:match "(%S+)%s*$"
  if not last then return blanks end
  local opens = DEEPER[last] or DEEPER[last:match "[{(]$"] or (line:find "%f[%w]function%f[%W][^()]*%b()%s*$")
  return opens and blanks .. "  " or blanks
end

return M
