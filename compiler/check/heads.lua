--- heads: what a heading says must make sense: clauses where they belong, names once, times that exist, schedules that parse.
local living, lower = require "compiler.check.living", require "compiler.lower"
local source_of, tree, words = require "compiler.source", require "compiler.tree", require "compiler.words"
local M = {}

local SPELLING = { after = "in", use_tier = "tier", idle = "when", title = "a title" }
local HEADING = { workflow = "a workflow", trigger = "a workflow without a name", tool = "a tool", decision = "a decision", agent = "an agent" }
local PARTS = { name = true, dotted = true, params = true, type = true, body = true, rule = true, prompt = true, try = true, accept = true,
  otherwise = true }

local function clauses(node, report)
  local seen, takes = {}, living.TAKES[node.kind]
  for _, child in ipairs(node) do
    local kind = child.kind
    local word = SPELLING[kind] or "`" .. kind .. "`"
    word = word:find "^[`a] ?" and word or "`" .. word .. "`"
    if PARTS[kind] then goto next end
    if not takes[kind] then
      report("AIOS023", child.from, ("%s does not belong to %s"):format(word, HEADING[node.kind]), "remove it, or move it to the heading it is about")
    elseif seen[kind] and not living.REPEATS[kind] then
      report("AIOS024", child.from, ("%s is given twice"):format(word), "keep one of them")
    end
    seen[kind] = true
    ::next::
  end
  if seen.reads and seen.idempotent then
    report("AIOS024", tree.child(node, "idempotent").from, "`reads` and `idempotent` contradict each other",
      "`reads` changes nothing; `idempotent` may be repeated; keep one")
  end
end

-- what declares a name: how people call it, and the names it shares a world with (globals of the program, or its own kind)
local DECLARES = {
  workflow = { "workflow", "global" }, tool = { "tool", "global" }, decision = { "decision", "global" }, agent = { "agent", "global" },
  type_decl = { "type", "global" }, tier_decl = { "tier", "tier" }, budget_decl = { "budget", "budget" },
}

local function names(node, reader, seen, report)
  local kind, name = DECLARES[node.kind], node[1]
  if not kind or not name then return end
  local word = reader.text(name):gsub("%s+", "")
  local key = kind[2] .. " " .. word
  local first = seen[key]
  if first then
    report("AIOS025", name.from, first.kind == kind[1] and ("the %s `%s` is declared twice"):format(kind[1], word)
      or ("the %s `%s` has the name of a %s"):format(kind[1], word, first.kind),
      ("it is already declared in line %d; give this one another name"):format(first.line))
  end
  seen[key] = first or { kind = kind[1], line = reader.line(node) }
end

local function params(node, reader, report)
  local list = tree.child(node, "params")
  local seen = {}
  for _, param in ipairs(list or {}) do
    local name = reader.text(param[1])
    if seen[name] then
      report("AIOS025", param.from, ("the parameter `%s` is there twice"):format(name), "give one of them another name")
    end
    seen[name] = true
  end
end

local function schedules(node, reader, schedule, report)
  if not schedule then return end
  local head = { workflow = true, trigger = true, agent = true }
  if not head[node.kind] then return end
  local places = {}
  for _, child in ipairs(node) do
    if child.kind == "every" or child.kind == "at" then places[#places + 1] = child.from end
  end
  local nth = 0
  for _, row in ipairs(lower.head(node, reader).triggers or {}) do
    if row.spec then
      nth = nth + 1
      local good, why = schedule(row.spec)
      if not good then
        report("AIOS022", places[nth], ("the schedule `%s` cannot be kept: %s"):format(row.spec, why), "`aios next \"day at 08:00\"` shows when a schedule is due")
      end
    end
  end
end

-- the name behind `as`, or a parameter
local function is_known(path, head)
  local first = path:match "^[%w_]+"
  for _, param in ipairs(head.params or {}) do if param[1] == first then return true end end
  return first == head.as
end

-- limits have a meaning, and `once` stands before something that comes again
local function limits(node, reader, report)
  local whole = lower.head(node, reader)
  for _, limit in ipairs(node) do
    if limit.kind ~= "limit" and limit.kind ~= "throttle" then goto next end
    local given, is_rate = lower.limit(limit, reader)
    local per = tree.child(limit, "dotted")
    if is_rate and not given[2] then
      report("AIOS040", limit.from, "a limit is `at once` or per length of time", "limit 3 at once, limit 60 per minute, limit 1 per 10m")
    elseif given[1] < 1 or given[1] > 10000 then
      report("AIOS040", limit.from, "a limit is a number from 1 to 10000", "limit 3 at once, limit 60 per minute")
    elseif per and not is_known(reader.text(per), whole) then
      report("AIOS043", per.from, ("`%s` begins with no name of this heading"):format(reader.text(per)),
        "begin with the name behind `as`, or with a parameter: limit 1 at once per order.customer")
    end
    ::next::
  end
  for i, child in ipairs(node) do
    local following = node[i + 1] and node[i + 1].kind
    if child.kind == "once" and (following == "always" or following == "idle" or following == "when") then
      report("AIOS041", child.from, "`once` goes before a schedule or an event", "once every friday at 12:00, once on trigger.go")
    end
  end
end

-- what settles is an event, or a row of the table of triggers
local function settles(node, reader, report)
  local settle = tree.child(node, "settle")
  if settle and #tree.children(node, "on") == 0 and node.kind ~= "workflow" then
    report("AIOS023", settle.from, "`settle` belongs to an event", "on file.created \"~/Inbox/*.pdf\" as file settle 10s do")
  end
end

-- an event that exists, with its texts as texts
local function events(node, reader, report)
  for _, on in ipairs(tree.children(node, "on")) do
    local event, why, kind = lower.event(on, reader)
    if not event and why == "text" then
      report("AIOS042", on.from, words.events[kind] == 2 and ("`on %s` takes two texts in brackets"):format(kind) or ("`on %s` takes one text in quotes"):format(kind), kind == "event" and 'on event "deploy.*"'
        or words.events[kind] == 2 and 'on line.matching("/var/log/auth.log", "Failed password")' or ('on %s "…"'):format(kind))
    elseif not event and not (kind and words.later_events[kind]) then
      report("AIOS042", on.from, ("there is no event `%s`"):format(kind or "that is written so"),
        "trigger.NAME, file.created, webhook.post, db.insert, event; the manual lists all")
    end
  end
end

local function times(root, reader, report)
  tree.walk(root, function(node)
    if node.kind == "time" and not source_of.clock(reader.text(node)) then
      report("AIOS021", node.from, ("`%s` is not a time of day"):format(reader.text(node)), "a time is 00:00 to 23:59:59, or 1am to 12pm")
    elseif node.kind == "date" then
      local _, month, day = reader.text(node):match "(%d+)-(%d+)-(%d+)"
      if tonumber(month) > 12 or tonumber(month) < 1 or tonumber(day) < 1 or tonumber(day) > 31 then
        report("AIOS021", node.from, ("`%s` is not a date"):format(reader.text(node)), "a date is year-month-day: 2026-01-31")
      end
    end
  end)
end

local PERIODS = { run = true, minute = true, hour = true, day = true, week = true, month = true, year = true, program = true }

-- `per` of a budget is a length of time that a calendar knows, a run, or the life of the program
local function period(node, reader, report)
  if node.kind ~= "budget" and node.kind ~= "budget_decl" or not tree.child(node, "money") then return end
  local names = tree.children(node, "name")
  local per = names[node.kind == "budget" and 1 or 2]
  if per and not PERIODS[reader.text(per)] or per and node.kind == "budget_decl" and reader.text(per) == "run" then
    report("AIOS081", per.from, ("a budget cannot be counted per `%s`"):format(reader.text(per)),
      "per minute, hour, day, week, month, year or program" .. (node.kind == "budget" and ", or per run" or ""))
  end
end

local function column(source, pos) return pos - (source:sub(1, pos):match ".*[\r\n]()" or 1) end

-- `accept` below a `try`, as if it were a line for all of them, would hold for that one alone
local function misread(try, reader, report)
  local at = column(reader.source, try.from)
  for _, exp in ipairs(tree.children(try, "exp")) do
    local word = reader.source:sub(math.max(1, exp.from - 100), exp.from - 1):find "accept%s*$"
    local from = word and math.max(1, exp.from - 100) + word - 1
    if from and (reader.source:find("[\r\n]", try.from) or from) < from and column(reader.source, from) <= at then
      report("AIOS080", from, ("this `accept` belongs to `%s`, though it is written as a line of its own"):format(reader.text(try):match "^try%s+[%w_]+"),
        "put it behind that `try` on its line, or before the first `try` to hold for all of them")
    end
  end
end

-- the rungs of a decision are read from above: what is asked stands before who is asked, what to do without an answer last
local function rungs(node, reader, report)
  if node.kind ~= "decision" then return end
  local prompt, tried, last, any
  for _, child in ipairs(node) do
    local kind = child.kind
    if last and (kind == "rule" or kind == "try" or kind == "prompt") then
      report("AIOS080", child.from, ("`%s` after `otherwise` is never reached"):format(kind), "`otherwise` is the last line of a decision")
      return
    elseif kind == "prompt" and prompt or kind == "otherwise" and last then
      report("AIOS024", child.from, ("`%s` is given twice"):format(kind), "keep one of them")
    elseif kind == "try" and not prompt then
      report("AIOS080", child.from, "`try` asks a model, and nothing says what", "write `prompt` with a text before the first `try`")
      return
    end
    if kind == "try" then misread(child, reader, report) end
    prompt, last = prompt or kind == "prompt", last or kind == "otherwise"
    tried, any = tried or kind == "try", any or kind == "rule" or kind == "try" or kind == "otherwise"
  end
  if not any then
    report("AIOS080", node.from, "this decision has no `rule`, no `try` and no `otherwise`: it can decide nothing", "add `prompt` and `try operational`, or a `rule`")
  elseif prompt and not tried then
    report("AIOS080", tree.child(node, "prompt").from, "nobody is asked this `prompt`", "add `try operational` behind it")
  end
end

---@param opts table { schedule = function(text) -> true | nil, message }
function M.check(root, reader, opts, report)
  local seen, told = {}, false
  times(root, reader, function(...) told = true report(...) end)
  tree.walk(root, function(node)
    names(node, reader, seen, report)
    period(node, reader, report)
    if node.kind == "tier_decl" then limits(node, reader, report) end
    if not living.TAKES[node.kind] then return end
    clauses(node, report)
    params(node, reader, report)
    limits(node, reader, report)
    events(node, reader, report)
    settles(node, reader, report)
    rungs(node, reader, report)
    if not told then schedules(node, reader, opts.schedule, report) end
  end)
end

return M
