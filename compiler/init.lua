--- compiler: `.aios` text -> Lua text, line for line, or problems with their places.
---
---     local out, problems = compiler.compile(text, "daily.aios")
---     if out then load(out.lua, "@daily.aios", "t") else print(compiler.problem.draw(problems[1], text, "daily.aios")) end
---
--- Pure: no files, no clock, no state. The text goes to Lua first; only what Lua refuses is looked at further, so every
--- Lua program means what it always meant.
local problem, source_of = require "compiler.problem", require "compiler.source"
local M = { problem = problem, MOST_FOUND = 200 }

local NOT_TEXT = {
  AIOS001 = { "this is compiled Lua, not a program's text", "run the source file it was made from" },
  AIOS002 = { "the file holds a zero byte: it is not a text", "write \\0 inside a text in quotes" },
  AIOS003 = { "the file is not UTF-8: the byte %02X belongs to another encoding",
    "save it as UTF-8, or convert it: iconv -f latin1 -t utf-8 FILE. A byte that is meant as one is written \\x%02X in a text in quotes" },
  AIOS004 = { "the file is longer than 16 MiB", "keep data in files of its own and read them" },
}

local function fail(list)
  return nil, list.sorted()
end

-- the grammar has refused the text: say why
local function diagnose(source, list)
  local grammar, explain = require "compiler.grammar", require "compiler.explain"
  local log = grammar.diagnose(source)
  if not log then
    require("compiler.refusal").deep(source, list.report)
  else
    explain.problems(source, log, list.report)
    -- every refusal has a reason, even one that no note could name
    if #list.all == 0 then list.report("AIOS011", source:find "%S" or 1, "this file cannot be read as a program") end
  end
  return fail(list)
end

-- Lua has refused a text the grammar accepts: bodies first, then Lua's own reasons
local function refused(source, message, list)
  local grammar, lower = require "compiler.grammar", require "compiler.lower"
  local root = grammar.tree(source)
  if root then require("compiler.check.bodies").check(root, lower.reader(source), list.report) end
  if #list.all == 0 then require("compiler.refusal").report(source, message, list.report) end
  return fail(list)
end

local function check(root, source, opts, list)
  local reader = require("compiler.lower").reader(source)
  require("compiler.check.living").check(root, reader, list.report)
  require("compiler.check.heads").check(root, reader, opts, list.report)
  require("compiler.check.names").check(reader, list.report)
  require("compiler.check.undo").check(root, reader, list.report)
  require("compiler.check.siblings").check(root, reader, list.report)
  require("compiler.check.tests").check(root, reader, list.report)
  return #list.all == 0
end

---Compiles a program's text.
---@param text string the bytes of the file
---@param name string what the file is called, for Lua's own messages
---@param opts table? { schedule = function(words) -> true | nil, message }: judges a schedule; nil leaves it unjudged
---@return table? program { lua = text, plain = boolean, decls = table }
---@return table? problems at most 10, in source order
function M.compile(text, name, opts)
  text = source_of.unmarked(text)
  local list = problem.list(text)
  local code, place = source_of.refusal(text)
  if code then
    local message, hint = table.unpack(NOT_TEXT[code])
    list.report(code, place, message:format(text:byte(place)), hint:format(text:byte(place)))
    return fail(list)
  end
  local source = source_of.clean(text)
  list = problem.list(source)
  local chunk = load(source, "@" .. name, "t")
  local decls = require "compiler.decls"
  if chunk then return { lua = source, plain = true, decls = decls.none() } end
  local root = require("compiler.grammar").run(source)
  if not root then return diagnose(source, list) end
  if not check(root, source, opts or {}, list) then return fail(list) end
  local forms = #root > 0
  local lua = forms and require("compiler.emit").emit(root, source) or source
  local good, message = load(lua, "=aios", "t")
  if not good then return refused(source, message, list) end
  return { lua = lua, plain = false, decls = decls.of(root, source) }
end

-- where the token at a position ends
local function token_end(source, pos)
  local _, last = source:find("^[%w_]+", pos)
  if not last then _, last = source:find("^.[\x80-\xBF]*", pos) end
  return (last or pos - 1) + 1
end

-- with its weight and its end, as those that `check` finds have them
local function weighed(problems, source)
  local lines = require("compiler.lines").new(source)
  for _, item in ipairs(problems) do
    item.severity = problem.severity(item.code)
    item.end_line, item.end_column = lines.place(token_end(source, item.pos))
  end
  return problems
end

---Everything that is wrong with a text, found without running it.
---@param world table what lies outside of it: compiler/check/init.lua
---@return table found { problems, plain = is it Lua?, declarations, costs }
function M.check(text, name, world)
  text = source_of.unmarked(text)
  local made, problems = M.compile(text, name, { schedule = world.judge })
  local list, readable = problem.list(text), made ~= nil
  if problems then
    local source = source_of.refusal(text) and text or source_of.clean(text)
    for _, item in ipairs(weighed(problems, source)) do list.all[#list.all + 1] = item end
    readable = not source_of.refusal(text)
  end
  local found = { plain = made ~= nil and made.plain or false, declarations = made and made.decls, costs = {} }
  if readable then
    local source = source_of.clean(text)
    local decls_of = require "compiler.decls"
    local more = require("compiler.check").run(source, world, function(code, pos, message, hint, to, severity)
      severity = severity or problem.severity(code)
      list.find(code, pos, message, hint, to, found.plain and severity == "error" and "warning" or severity)
    end, found.declarations and not found.plain and found.declarations or decls_of, found.plain)
    found.costs = more and more.costs or found.costs
    found.declarations = found.declarations or more and more.declarations
  end
  found.problems = list.sorted(M.MOST_FOUND)
  return found
end

---Lua text that `load` turns back into declarations, for a cache.
function M.serialize(decls) return require("compiler.decls").serialize(decls) end

return M
