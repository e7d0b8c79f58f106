--- arguments: what a call is given, held against what is declared.
local values = require "compiler.check.values"
local M = {}

local function plural(count, word) return ("%d %s%s"):format(count, word, count == 1 and "" or "s") end

-- one argument against the notation of its type
local function judge(c, place, name, notation, info, optional)
  if not info or not notation then return end
  if info.none and optional then return end
  local schema = c.type_of(notation)
  local wrong = schema and values.misfit(schema, info, c)
  if not wrong then return end
  c.report(wrong.code or "AIOS102", wrong.node or place, wrong.code and wrong.message or ("%s: %s"):format(name, wrong.message), wrong.hint)
end

local function is_optional(param) return param.optional or (param[2] or ""):find "%?$" ~= nil end

-- ------------------------------------------------------------------ tools of the library
local function takes_table(tool)
  local first = tool.params[1]
  return first and (first[2] or ""):gsub("%b()", ""):find "^[%w_]+%??$" and first[2] ~= "any"
end

local function slot_of(tool, name)
  for _, list in ipairs { tool.params, tool.options } do
    for _, slot in ipairs(list) do if slot[1] == name then return slot end end
  end
end

local function unknown_option(c, tool, name, node)
  local list = {}
  for _, slot in ipairs(tool.options) do list[#list + 1] = slot[1] end
  local hint, near = values.suggestion(name, list, "it knows")
  if tool.name == "ask" and not near then return end
  c.report("AIOS104", node, ("%s has no option `%s`"):format(tool.name, name), hint or (#list == 0 and tool.name .. " has no options") or nil)
end

local function named(c, tool, t, given)
  for _, name in ipairs(t.order) do
    local field, slot = t.named[name], slot_of(tool, name)
    if slot then
      judge(c, field.node, name, slot[2], field.info, true)
      given[name] = field.info or true
    elseif not tool.open_options then
      unknown_option(c, tool, name, field.node)
    end
  end
end

-- how many of the arguments are positional: a table where an optional text would stand is the options
local function positional(tool, args)
  local count, given = #tool.params, #args
  local last = args[given]
  local param = tool.params[given]
  local scalar = param and is_optional(param) and param[2]:find "^%a+%??$" and not param[2]:find "^any"
  return scalar and last and last.info and last.info.t and given - 1 or count
end

local function missing(c, node, tool, given, from)
  for i = from, #tool.params do
    local param = tool.params[i]
    if not given[param[1]] and not is_optional(param) then
      return c.report("AIOS103", node, ("%s: the argument `%s` is missing"):format(tool.name, param[1]), tool.usage)
    end
  end
end

local function in_order(c, node, tool, args, given)
  local count = positional(tool, args)
  for i = 1, math.min(count, #args) do
    local param = tool.params[i]
    judge(c, args[i].node, param[1], param[2], args[i].info, is_optional(param))
    if not (args[i].info and args[i].info.none) then given[param[1]] = args[i].info or true end
  end
  local rest = args[count + 1]
  if tool.rest then rest = nil end                                    -- any number of values may follow
  if rest and rest.info then
    if rest.info.t then
      named(c, tool, rest.info.t, given)
    elseif rest.info.v ~= nil or rest.info.fn or rest.info.s and values.misfit({ type = "object" }, rest.info, c) then
      return c.report("AIOS103", rest.node, ("%s takes %s%s"):format(tool.name, plural(count, "argument"),
        #tool.options > 0 and " and a table of options" or ""), tool.usage)
    end
  end
  if #args > count + 1 and not tool.rest then
    return c.report("AIOS103", args[count + 2].node, ("%s takes %s%s"):format(tool.name, plural(count, "argument"),
      #tool.options > 0 and " and a table of options" or ""), tool.usage)
  end
  if not args.open and not (rest and not rest.info) then missing(c, node, tool, given, 1) end
end

---A call of a tool of the library. Returns what is known of each argument by name.
function M.tool(c, node, tool, args)
  local given = {}
  if args.mixed then return given end
  local only = #args == 1 and args[1].info
  if only and only.t and (takes_table(tool) or tool.name == "ask") then
    for i, item in ipairs(only.t.list) do
      local param = tool.params[i]
      if param then
        judge(c, item.node, param[1], param[2], item.info, is_optional(param))
        given[param[1]] = item.info or true
      end
    end
    named(c, tool, only.t, given)
    if not only.t.open then missing(c, node, tool, given, 1) end
  elseif #args == 1 and not only then
    given[tool.params[1] and tool.params[1][1] or ""] = true          -- it may be a table of everything
  else
    in_order(c, node, tool, args, given)
  end
  return given
end

-- ------------------------------------------------------------------ workflows, tools and decisions of the file
local KIND = { workflow = "workflow", tool = "tool", decision = "decision" }

-- whether one table alone gives the arguments by their names: the first parameter could not be a table itself
local function by_name(c, entry)
  local first = entry.params[1]
  local schema = first and first[2] and c.type_of(first[2])
  return schema and values.misfit(schema, { t = { named = {}, order = {}, list = {}, open = true } }, c) ~= nil
end

local function own_by_name(c, entry, t)
  local known = {}
  for _, param in ipairs(entry.params) do known[param[1]] = param end
  for _, name in ipairs(t.order) do
    local field = t.named[name]
    if known[name] then
      judge(c, field.node, name, known[name][2], field.info, is_optional(known[name]))
    else
      c.report("AIOS104", field.node, ("%s has no argument `%s`"):format(entry.name, name), (values.suggestion(name, values.names_of(known), "it takes")))
    end
  end
  for i, param in ipairs(t.open and {} or entry.params) do
    local schema = not (t.named[param[1]] or t.list[i]) and param[2] and c.type_of(param[2])
    if schema and not values.may_miss(schema, c.types) then
      return c.report("AIOS103", entry.call, ("%s: the argument `%s` is missing"):format(entry.name, param[1]),
        ("the %s is declared in line %d"):format(KIND[entry.kind], entry.line))
    end
  end
end

---A call of what the file declares: its parameters in order, or by name in one table.
function M.own(c, node, entry, args)
  if not entry.given or args.mixed then return end
  if #args == 1 and entry.kind ~= "decision" and by_name(c, entry) then
    local info = args[1].info
    if info and info.t then
      entry.call = node
      return own_by_name(c, entry, info.t)
    elseif not info then
      return
    end
  end
  for i, param in ipairs(entry.params) do
    local arg = args[i]
    if arg then
      judge(c, arg.node, param[1], param[2], arg.info, is_optional(param))
    elseif param[2] and not args.open then
      local schema = c.type_of(param[2])
      if schema and not values.may_miss(schema, c.types) then
        return c.report("AIOS103", node, ("%s: the argument `%s` is missing"):format(entry.name, param[1]),
          ("the %s is declared in line %d"):format(KIND[entry.kind], entry.line))
      end
    end
  end
  local most = #entry.params + (entry.as and 1 or 0)
  if #args > most then
    c.report("AIOS103", args[most + 1].node, ("%s takes %s"):format(entry.name, plural(most, "argument")),
      ("the %s is declared in line %d"):format(KIND[entry.kind], entry.line))
  end
end

return M
