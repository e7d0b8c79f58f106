--- values: how expressions of the language are written in Lua: literals, templates, lambdas, typed calls.
local source_of, tree, lower = require "compiler.source", require "compiler.tree", require "compiler.lower"
local M = {}

local function literal(to_number)
  return function(e, node) e.w:number(node.from, node.to, source_of.number(to_number(e.reader.text(node)))) end
end
M.duration = literal(source_of.seconds)
M.size = literal(source_of.amount)
M.count = literal(source_of.amount)
M.time = literal(function(text) return source_of.clock(text) end)
function M.money(e, node) e.w:number(node.from, node.to, (e.reader.text(node):sub(2):gsub("^0+(%d)", "%1"))) end

-- a Lua string for the literal text of a template; its newlines stay newlines of the source
local function quoted(text)
  local out, i = {}, 1
  while i <= #text do
    local c = text:sub(i, i)
    local piece = text:match('^[^\\\r\n"]+', i)
    if piece then
      i = i + #piece
    elseif c == "\\" then
      piece = text:match("^\\z%s*", i) or text:match("^\\\r\n", i) or text:sub(i, i + 1)
      i = i + #piece
      if piece:find "^\\[`$%{}]" then piece = piece:sub(2) end
    else
      piece = text:match("^\r\n", i) or text:match("^\n\r", i) or c
      i = i + #piece
      if c == '"' then piece = '\\"' elseif c == "\r" or c == "\n" then piece = "\\" .. piece end
    end
    out[#out + 1] = piece
  end
  return '"' .. table.concat(out) .. '"'
end

-- Lua would read `x` newline `(f)()` as one call: what we write ends the statement where the source did
local function guard(e, node)
  local next_at = tree.token_start(e.reader.source, e.root, node.to)
  if e.reader.source:byte(next_at) == 40 then e.w:put ";" end
end

-- Lua passes at most about 240 arguments to a call; a longer template travels in a table
local MOST = 100

local function count_parts(node)
  local count, last = 0, nil
  for _, child in ipairs(node) do
    count = count + ((child.kind == "text" or last == "text") and 1 or 2)
    last = child.kind
  end
  return count
end

local function write_template(e, node, called)
  local count, close = count_parts(node), ")"
  if count > MOST then called, close = called:gsub("%($", "_of(" .. count .. ",{"), "})" end
  e.w:copy_to(node.from)
  e.w:replace(node.from + 1, called)
  local last
  for _, child in ipairs(node) do
    if child.kind == "text" then
      e.w:replace(child.to, (last and "," or "") .. quoted(e.reader.text(child)))
    else
      e.w:put(last == "text" and ",(" or last and ',"",(' or '"",(')
      e.w.at = child.from + 2
      e.inside(child)
      e.w:copy_to(child.to - 1)
      e.w:replace(child.to, ")")
    end
    last = child.kind
  end
  e.w:replace(node.to, last and close or '"")')
end

local CALLED = { template = "__aios.str(", ask_template = "__aios.tpl(" }
function M.template(e, node)
  local parts = e.whole == node
  write_template(e, node, parts and CALLED.ask_template or CALLED.template)
  if not parts then guard(e, node) end
end

-- `a` alone goes to the provider in parts; `a` .. b is a string like any other
local ALONE = { [44] = true, [59] = true, [125] = true, [41] = true }              -- , ; } )
function M.ask_template(e, node)
  if e.whole == node then return write_template(e, node, CALLED.ask_template) end
  local following = e.reader.source:byte(tree.token_start(e.reader.source, e.root, node.to))
  write_template(e, node, ALONE[following] and CALLED.ask_template or CALLED.template)
end

function M.template_arg(e, node)
  e.w:copy_to(node.from)
  e.w:put "("
  write_template(e, node[1], CALLED[node[1].kind])
  e.w:put ")"
end

function M.lambda(e, node)
  local names, body = {}, node[#node]
  for _, name in ipairs(tree.children(node, "name")) do names[#names + 1] = e.reader.text(name) end
  e.w:copy_to(node.from)
  e.w:put("(function(" .. table.concat(names, ",") .. ") return ")
  e.w:skip_to(body.from)
  e.inside(body)
  e.w:copy_to(body.to)
  e.w:put " end)"
  guard(e, node)
end

-- the arguments of a typed call, after its function
local function arguments(e, call)
  local first = e.reader.source:byte(call.from)
  if first == 40 then                                        -- f(a, b) -> f, a, b)
    local empty = tree.token_start(e.reader.source, e.root, call.from + 1) == call.to - 1
    e.w:replace(call.from + 1, empty and "" or ",")
    e.inside(call)
    e.w:copy_to(call.to)
  elseif call[1] and call[1].kind == "template_arg" then     -- f `text` -> f, text)
    e.w:put ","
    write_template(e, call[1][1], CALLED[call[1][1].kind])
    e.w:put ")"
  else                                                       -- f { } -> f, { })
    e.w:put ","
    e.inside(call)
    e.w:copy_to(call.to)
    e.w:put ")"
  end
end

-- children of the chain before its last suffix
local function before(e, node, last)
  for _, child in ipairs(node) do
    if child == last then break end
    e.visit(child)
  end
  e.w:copy_to(last.from)
end

---`call -> T`: checked at run time; without an arrow there is nothing to do.
function M.suffixed(e, node)
  local result, last = node[#node], node[#node - 1]
  if not result or result.kind ~= "result" then return e.inside(node) end
  local text = source_of.quote(lower.type_text(e.reader.text(result[1])))
  e.w:copy_to(node.from)
  if last and last.kind == "call" then
    e.w:put("__aios.typed(" .. text .. ",")
    before(e, node, last)
    arguments(e, last)
  elseif last and last.kind == "method" then
    e.w:put("__aios.typed_method(" .. text .. ",")
    before(e, node, last)
    local name = tree.child(last, "name")
    e.w:skip_to(name.from)
    e.w:replace(name.to, ',"' .. e.reader.text(name) .. '"')
    local at = tree.token_start(e.reader.source, e.root, name.to)
    local call = table.move(last, 2, #last, 1, { from = at, to = last.to, kind = "call" })
    e.w:copy_to(at)
    arguments(e, call)
  else
    e.w:put("__aios.as(" .. text .. ",")
    before(e, node, result)
    e.w:put ")"
  end
  e.w:skip_to(result.to)
  guard(e, node)
end

return M
