--- tree: flat events of the grammar -> nested nodes; and the list of all kinds.
---
---     local root = tree.build(events, source)
---     root.kind, root.from, root.to, root[1] ...
---
--- A node is { kind=, from=, to=, child, child ... }: `from` is the position of its first byte, `to` the position
--- after its last token (trailing white space and comments are outside). Children are in source order. Comments
--- are in root.comments, not among the children. Source text between the ranges is never lost: every node keeps its
--- place, so the file is the tree's leaves plus what lies between them.
local M = {}

---Kinds of the language's own forms: what the run mode records. value = what its children are.
M.forms = {
  workflow = "name, params?, type?, clauses, body", tool = "dotted, params, type?, clauses, body",
  decision = "name, params, type, clauses, rungs", agent = "name, clauses", trigger = "clauses, body",
  tier_decl = "name, exp+, clauses", budget_decl = "name, money, name?", type_decl = "name, type", needs_decl = "need+",
  need = "dotted, string*", params = "param*", param = "name, type?", body = "do, (forms), undo?, end", undo = "name?, do?, (forms)",
  title = "string", every = "schedule words", span = "duration, duration", on_days = "", from = "date, time?", fresh = "", cron = "string", random = "", between = "time, time",
  zone = "string", at = "date?, time?", after = "duration", on = "event", event = "(expression)", idle = "duration",
  when = "exp, lasting?, checked?, rearm?", lasting = "duration", checked = "duration", rearm = "exp", always = "", once = "", as = "name", where = "exp", about = "string", needs = "need+",
  budget = "money, name? | name", timeout = "duration", retry = "number, duration?, backoff?", backoff = "duration, duration",
  restart = "duration", tags = "name+", priority = "number", overlap = "choice", missed = "choice, duration?",
  settle = "duration", signed = "choice, string", jitter = "duration, fresh?", limit = "number, duration|name|dotted?", throttle = "number, duration|name", start = "duration", reads = "", idempotent = "", risk = "choice", goal = "exp", tools = "pattern+",
  use_tier = "name, name?", rounds = "number", rule = "(statement or expression)", prompt = "exp", try = "name, exp*, money?",
  accept = "exp", otherwise = "exp", step = "name+, exp, retry?, timeout?, undo_exp? | name+, body", undo_exp = "exp",
  parallel = "step*", parallel_for = "name+, exp, limit?, body", wait = "duration", wait_until = "exp",
  within = "duration|money ..., body", isolate = "body", test = "string, body", advance = "duration", expect = "exp",
  template_arg = "template", template = "text and value", ask_template = "text and value", text = "", value = "(expression)",
  duration = "", size = "", time = "", date = "", money = "", count = "", lambda = "name*, exp", result = "type",
  type = "", exp = "(expression)", name = "", dotted = "", string = "", number = "", choice = "", pattern = "",
  ["do"] = "", ["end"] = "", comment = "", period = "",
}

---Kinds of plain Lua: what only the tree mode records. `suffixed`, `call`, `method` and `index` are also recorded by
---the run mode when the file has an arrow.
M.plain = {
  chunk = "statements", ["if"] = "", ["while"] = "", do_block = "", ["for"] = "", ["repeat"] = "", ["function"] = "",
  ["local"] = "", ["return"] = "", ["break"] = "", ["goto"] = "name", label = "name", expression = "a call or an assignment",
  assign = "values", suffixed = "call, method, index, result?", call = "arguments", method = "name, arguments", index = "",
  paren = "", table = "field*", field = "", literal = "nil, true, false", vararg = "", operator = "", identifier = "",
  func_params = "identifier*, vararg?",
}

local byte = string.byte
local SPACE = { [32] = true, [9] = true, [10] = true, [11] = true, [12] = true, [13] = true }

---The end of the last token before `pos`. `comments` maps the end of a comment to its start.
function M.token_end(source, comments, pos)
  while pos > 1 do
    if comments[pos] then pos = comments[pos]
    elseif SPACE[byte(source, pos - 1)] then pos = pos - 1
    else break end
  end
  return pos
end

---The first byte of the token at or after `pos`.
function M.token_start(source, root, pos)
  while true do
    if root.comment_to[pos] then pos = root.comment_to[pos]
    elseif SPACE[byte(source, pos)] then pos = pos + 1
    else return pos end
  end
end

---Nests the events: { kind, pos, ... false, pos ... }.
function M.build(events, source)
  local root = { kind = "chunk", from = 1, to = #source + 1, comments = {}, comment_from = {}, comment_to = {} }
  local stack, top, ends = { root }, root, root.comment_from
  local asked, answer                          -- nodes that end together share the way back over a long blank
  for i = 1, #events, 2 do
    local kind, pos = events[i], events[i + 1]
    if kind then
      local node = { kind = kind, from = pos }
      if kind ~= "comment" then top[#top + 1] = node end
      stack[#stack + 1] = node
      top = node
    else
      stack[#stack] = nil
      if top.kind == "comment" then
        top.to = pos
        if not ends[pos] then root.comments[#root.comments + 1] = top end
        ends[pos] = top.from
        root.comment_to[top.from] = pos
      else
        if asked ~= pos then asked, answer = pos, M.token_end(source, ends, pos) end
        top.to = top.kind == "text" and pos or answer
      end
      top = stack[#stack]
    end
  end
  return root
end

---The first child of a kind, or nil.
function M.child(node, kind)
  for _, child in ipairs(node) do if child.kind == kind then return child end end
end

---All children of a kind.
function M.children(node, kind)
  local out = {}
  for _, child in ipairs(node) do if child.kind == kind then out[#out + 1] = child end end
  return out
end

---Calls visit(node, parents) for each node, parents first; a visit that returns false is not followed downwards.
function M.walk(node, visit, parents)
  parents = parents or {}
  if visit(node, parents) == false then return end
  parents[#parents + 1] = node
  for _, child in ipairs(node) do M.walk(child, visit, parents) end
  parents[#parents] = nil
end

---The text of a node.
function M.text(node, source) return source:sub(node.from, node.to - 1) end

return M
