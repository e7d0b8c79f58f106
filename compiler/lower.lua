--- lower: headings and clauses -> plain values. What a heading says, without its notation.
---
---     lower.head(node, reader) -> { name=, line=, title=, params=, returns=, every={...}, ... }
---
--- A reader is lower.reader(source, root): it knows the text and its lines. Both the emitter and the declarations use this.
local source_of, tree = require "compiler.source", require "compiler.tree"
local lines_of, events = require "compiler.lines", require "compiler.events"
local kit_of = require "compiler.grammar.kit"
local lpeg = require "lpeg"
local M = {}
local clause = {}

---@return table reader { text(node), line(node), words(from, to) }
function M.reader(source)
  local lines
  local reader = { source = source }
  function reader.text(node) return source:sub(node.from, node.to - 1) end
  function reader.line(node)
    lines = lines or lines_of.new(source)
    return (lines.at(node.from))
  end
  return reader
end

-- one pattern for text that travels: comments go, white space becomes one space, strings stay
local function tidy_pattern()
  local P, S, Cs = lpeg.P, lpeg.S, lpeg.Cs
  local long = kit_of.long
  local comment = P "--" * (long + (1 - S "\r\n") ^ 0)
  local gap = (S " \t\r\n\f\v" + comment) ^ 1
  local function quoted(q) return P(q) * (P "\\" * 1 + (1 - P(q))) ^ 0 * q end
  local text = quoted '"' + quoted "'" + long
  return Cs((gap / " " + text + 1) ^ 0), Cs((gap / " " + text / function(s) return source_of.quote(source_of.unquote(s)) end + 1) ^ 0)
end
local keep_strings, requote = tidy_pattern()

---A type as the text it travels as.
function M.type_text(text) return (keep_strings:match(text):match "^ ?(.-) ?$") end

-- schedule words with every time of day as HH:MM[:SS] and strings in double quotes
local function spec_text(node, reader)
  local text, out, at = reader.source, {}, node.from
  tree.walk(node, function(child)
    if child.kind == "time" then
      local seconds = source_of.clock(reader.text(child)) or 0
      local form = seconds % 60 == 0 and "%02d:%02d" or "%02d:%02d:%02d"
      out[#out + 1] = text:sub(at, child.from - 1) .. form:format(seconds // 3600, seconds // 60 % 60, seconds % 60)
      at = child.to
    end
  end)
  out[#out + 1] = text:sub(at, node.to - 1)
  return (requote:match(table.concat(out)):gsub(" ,", ","):match "^ ?(.-) ?$")
end

local function child_text(node, kind, reader)
  local child = tree.child(node, kind)
  return child and reader.text(child)
end

local function string_of(node, reader) return source_of.unquote(child_text(node, "string", reader)) end

local function seconds_of(node, reader) return source_of.seconds(child_text(node, "duration", reader)) end

M.string, M.seconds = string_of, seconds_of

local function dotted(node, reader) return (reader.text(node):gsub("%s+", "")) end

---The needs under a node: { { "fs.read", "path", line=N }, ... }.
function M.needs(node, reader, into)
  into = into or {}
  for _, need in ipairs(tree.children(node, "need")) do
    local row = { dotted(need[1], reader), line = reader.line(need) }
    for _, text in ipairs(tree.children(need, "string")) do row[#row + 1] = source_of.unquote(reader.text(text)) end
    into[#into + 1] = row
  end
  return into
end

---What `within` allows: { seconds=, money= (micro-dollars) }; of two the smaller.
function M.limits(node, reader)
  local out = {}
  for _, child in ipairs(node) do
    local text = reader.text(child)
    if child.kind == "duration" then out.seconds = math.min(out.seconds or math.huge, source_of.seconds(text))
    elseif child.kind == "money" then out.money = math.min(out.money or math.maxinteger, math.floor(tonumber(text:sub(2)) * 1000000 + 0.5)) end
  end
  return out
end

---{ times=, every= } or { times=, backoff={a, b} }.
function M.retry(node, reader)
  local out = { times = math.tointeger(tonumber(child_text(node, "number", reader))) }
  local backoff = tree.child(node, "backoff")
  if backoff then
    out.backoff = { source_of.seconds(reader.text(backoff[1])), source_of.seconds(reader.text(backoff[2])) }
  elseif tree.child(node, "duration") then
    out.every = seconds_of(node, reader)
  end
  return out
end

---What an `on` clause waits for: { "trigger", NAME } or { kind, texts … }; nil and why there is no such event.
function M.event(node, reader)
  local event = tree.child(node, "event")
  if not event then return nil, "unknown" end
  return events.read(reader.text(event))
end

---Whole micro-dollars of an amount; what is finer counts as one more.
function M.micro(text)
  local dollars, rest = text:match "^%$(%d+)%.?(%d*)$"
  local finer = rest:sub(7):find "[1-9]" and 1 or 0
  return tonumber(dollars) * 1000000 + tonumber((rest .. "000000"):sub(1, 6)) + finer
end

---{ cap=, per= } for an amount, { name= } for a declared budget.
function M.budget(node, reader)
  local amount, name = child_text(node, "money", reader), child_text(node, "name", reader)
  if not amount then return { name = name } end
  return { cap = M.micro(amount), per = name }
end

---{ { "p", "T" }, { "q" } }
function M.params(node, reader)
  local out = {}
  for i, param in ipairs(tree.children(node, "param")) do
    local kind = tree.child(param, "type")
    out[i] = { child_text(param, "name", reader), kind and M.type_text(reader.text(kind)) or nil }
  end
  return out
end

local function append(head, field, value)
  head[field] = head[field] or {}
  table.insert(head[field], value)
end
local function trigger(head, kind, node, reader, row)
  row.kind, row.line = kind, reader.line(node)
  append(head, "triggers", row)
end

-- `once` stands before the trigger it is about
local function once(head)
  local given = head.once_next and "once " or ""
  head.once_next = nil
  return given
end

function clause.once(head) head.once_next = true end
function clause.every(head, node, reader)
  local spec = once(head) .. spec_text(node, reader)
  append(head, "every", spec)
  trigger(head, spec:find "every cron" and "cron" or "every", node, reader, { spec = spec })
end
function clause.at(head, node, reader)
  local spec = spec_text(node, reader)
  once(head)
  append(head, "at", spec)
  trigger(head, "at", node, reader, { spec = spec })
end
function clause.after(head, node, reader)
  local seconds = seconds_of(node, reader)
  once(head)
  append(head, "after", seconds)
  trigger(head, "in", node, reader, { seconds = seconds })
end
function clause.on(head, node, reader)
  local event = M.event(node, reader)
  if not event then return end
  if once(head) ~= "" then head.first_only = true end
  append(head, "on", event)
  if event[1] == "trigger" then trigger(head, "trigger", node, reader, { name = event[2] })
  else trigger(head, "event", node, reader, { event = event[1], subject = event[2], detail = event[3] }) end
end
-- "x > 5 for 5m": the words behind `when`, as people are told them
local function condition_text(node, reader) return (keep_strings:match(reader.text(node)):match "^when (.-) ?$") end

function clause.idle(head, node, reader)
  local seconds = seconds_of(node, reader)
  append(head, "on", { "idle", condition_text(node, reader), seconds, 0 })
  trigger(head, "idle", node, reader, { seconds = seconds })
end
function clause.when(head, node, reader)
  local lasting, checked = tree.child(node, "lasting"), tree.child(node, "checked")
  local seconds = lasting and seconds_of(lasting, reader) or 0
  append(head, "on", { "when", condition_text(node, reader), seconds, checked and seconds_of(checked, reader) or 0, tree.child(node, "rearm") and true or nil })
  trigger(head, "when", node, reader, { words = condition_text(node, reader), seconds = seconds })
end
function clause.always(head, node, reader)
  head.always = true
  trigger(head, "always", node, reader, {})
end
clause["as"] = function(head, node, reader) head.as = child_text(node, "name", reader) end
function clause.title(head, node, reader) head.title = string_of(node, reader) end
function clause.about(head, node, reader) head.about = string_of(node, reader) end
function clause.needs(head, node, reader) head.needs = M.needs(node, reader, head.needs) end
function clause.retry(head, node, reader) head.retry = M.retry(node, reader) end
function clause.timeout(head, node, reader) head.timeout = seconds_of(node, reader) end
function clause.restart(head, node, reader) head.restart = seconds_of(node, reader) end
function clause.overlap(head, node, reader) head.overlap = child_text(node, "choice", reader) end
function clause.reads(head) head.effect = "reads" end
function clause.risk(head, node, reader) head.risk = child_text(node, "choice", reader) end
function clause.idempotent(head) head.effect = "idempotent" end
function clause.missed(head, node, reader)
  head.missed = { child_text(node, "choice", reader), tree.child(node, "duration") and seconds_of(node, reader) or nil }
end
local function whole(node, reader) return math.tointeger(tonumber(child_text(node, "number", reader))) end
local PERIODS = { second = 1, minute = 60, hour = 3600, day = 86400, week = 604800 }

function clause.priority(head, node, reader) head.priority = whole(node, reader) end
function clause.signed(head, node, reader) head.signed = { child_text(node, "choice", reader), string_of(node, reader) } end
function clause.settle(head, node, reader) head.settle = seconds_of(node, reader) end
function clause.jitter(head, node, reader)
  head.jitter = { seconds_of(node, reader), tree.child(node, "fresh") and "fresh" or nil }
end
---`limit 60 per 1m` or `per minute`: { most, seconds }; `limit 3 at once`: { most }. A word that is no period gives { most } too.
---@return table limit
---@return boolean is_rate
function M.limit(node, reader)
  local most, per = whole(node, reader), child_text(node, "name", reader)
  if per then return { most, PERIODS[per] }, true end
  if tree.child(node, "duration") then return { most, seconds_of(node, reader) }, true end
  return { most }, false
end
function clause.limit(head, node, reader)
  local limit, is_rate = M.limit(node, reader)
  local per = tree.child(node, "dotted")
  if per then head.per_key, head.key = limit[1], dotted(per, reader)
  elseif is_rate then append(head, "rates", limit) else head.at_once = limit[1] end
end
function clause.throttle(head, node, reader) append(head, "throttles", (M.limit(node, reader))) end
function clause.start(head, node, reader) head.start = seconds_of(node, reader) end
function clause.budget(head, node, reader) head.budget = M.budget(node, reader) end
function clause.use_tier(head, node, reader)
  local names = tree.children(node, "name")
  head.tier = { reader.text(names[1]), reader.text(names[2] or names[1]) }
end
function clause.rounds(head, node, reader) head.rounds = whole(node, reader) end
function clause.tools(head, node, reader)
  for _, child in ipairs(node) do
    local text = reader.text(child)
    append(head, "tools", child.kind == "string" and source_of.unquote(text) or text)
  end
end
function clause.tags(head, node, reader)
  for _, name in ipairs(tree.children(node, "name")) do append(head, "tags", reader.text(name)) end
end

-- may its block give something back? Then a webhook waits for it
local function gives_back(node, reader)
  local body = tree.child(node, "body")
  for word in (body and keep_strings:match(reader.text(body)) or ""):gmatch "%f[%w_]return%f[^%w_] ?([^ ;]*)" do
    if word ~= "" and word ~= "end" and word ~= "nil" then return true end
  end
end

---What a heading says. `head.where` and `head.goal` are nodes of expressions.
function M.head(node, reader)
  local head = { line = reader.line(node) }
  for _, child in ipairs(node) do
    local read = clause[child.kind]
    if read then read(head, child, reader)
    elseif child.kind == "name" then head.name = reader.text(child)
    elseif child.kind == "dotted" then head.name = dotted(child, reader)
    elseif child.kind == "params" then head.params = M.params(child, reader)
    elseif child.kind == "type" then head.returns = M.type_text(reader.text(child))
    elseif child.kind == "where" or child.kind == "goal" then head[child.kind] = tree.child(child, "exp")
    end
  end
  for _, on in ipairs(head.on or {}) do
    if on[1]:find "^webhook%." then head.replies = gives_back(node, reader) end
  end
  return head
end

return M
