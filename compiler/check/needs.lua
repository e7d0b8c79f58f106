--- needs: what a program uses of the world, against what it says that it needs.
local source_of, values = require "compiler.source", require "compiler.check.values"
local tree, habits = require "compiler.tree", require "compiler.habits"
local M = {}

local function use(c, need, resource, node)
  c.used[#c.used + 1] = { need = need, resource = type(resource) == "string" and resource or nil, node = node }
end

---The program reaches for something by a computed name: which need that is, nobody can tell.
function M.dynamic(c) c.unsure = true end

-- a literal as the plain value a handler would get; nil: not wholly known
local function plain(info)
  if type(info) ~= "table" then return nil end
  if info.v ~= nil then return info.v end
  if not info.t then return nil end
  local out = {}
  for i, item in ipairs(info.t.list) do
    out[i] = plain(item.info)
    if out[i] == nil then break end
  end
  for name, field in pairs(info.t.named) do out[name] = plain(field.info) end
  return out
end

local SHELLS = { sh = true, bash = true, dash = true, zsh = true, ksh = true, ash = true }
local function shell(c, node, argv)
  local name = type(argv[1]) == "string" and argv[1]:match "[^/]*$"
  if SHELLS[name] and type(argv[2]) == "string" and argv[2]:find "^%-%a*c" then
    c.report("AIOS116", node, ("`%s %s` runs a text as a program: what is put into the text is run too"):format(name, argv[2]),
      'name the program and its arguments: process.run { "git", "pull" }')
  end
end

local function one_need(c, node, need, given)
  if not need then return end
  local resource
  if type(need[2]) == "function" then
    local args = {}
    for name, info in pairs(given) do args[name] = plain(info) end
    local good, value = pcall(need[2], args)
    resource = good and value or nil
  else
    resource = plain(given[need[2]])
  end
  use(c, need[1], resource, node)
end

---A call of a tool of the library; `given` is what is known of its arguments.
function M.tool(c, node, entry, given)
  if entry.space == "process" and given.argv then shell(c, node, plain(given.argv) or {}) end
  one_need(c, node, entry.needs, given)
  for _, need in ipairs(entry.also or {}) do one_need(c, node, need, given) end
end

local OPENS = { ["io.open"] = true, ["io.lines"] = true, ["io.input"] = true, ["io.output"] = true }

---A function of Lua that passes the gate as tools do.
function M.stock(c, name, args)
  local first = args[1] and args[1].info and args[1].info.v
  if OPENS[name] and #args > 0 then
    local mode = args[2] and args[2].info and args[2].info.v or "r"
    local writes = name == "io.output" or type(mode) == "string" and mode:find "[wa+]"
    use(c, writes and "fs.write" or "fs.read", first, args.node)
  elseif name == "os.execute" or name == "io.popen" or name == "package.loadlib" then
    use(c, "lua.unsafe", nil, args.node)
  elseif name == "os.remove" or name == "os.rename" then
    use(c, "fs.write", first, args.node)
  elseif name == "os.tmpname" or name == "io.tmpfile" then
    use(c, "fs.write", "/tmp", args.node)
  elseif name == "secret" then
    use(c, "secret", first, args.node)
  elseif name == "os.getenv" then
    for _, word in ipairs { "KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL" } do
      if type(first) == "string" and first:upper():find(word, 1, true) then return use(c, "secret", first, args.node) end
    end
    if type(first) ~= "string" then c.unsure = true end
  elseif name == "load" or name == "loadfile" or name == "dofile" then
    c.unsure = true
  end
end

-- ------------------------------------------------------------------ patterns
local function path_like(glob)
  local pattern = glob:gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0"):gsub("%*%*", "\0"):gsub("%*", "[^/]*"):gsub("%?", "[^/]"):gsub("\0", ".*")
  return "^" .. pattern .. "$"
end

-- whether a pattern of a need may cover a resource; only what surely does not is told
local function covers(need, pattern, resource)
  if pattern == "" or not resource then return true end
  if need:find "^fs" then
    local function base(text) return text:match "^[~/]" or "." end
    if base(pattern) ~= base(resource) or pattern:find("[", 1, true) or (pattern .. resource):find("..", 1, true) then return true end
    pattern, resource = pattern:gsub("^%./", ""), resource:gsub("^%./", "")
    return resource:find(path_like(pattern)) ~= nil or pattern:sub(-3) == "/**" and resource:find(path_like(pattern:sub(1, -4))) ~= nil
  elseif need == "net" then
    local host, port = pattern:match "^(.-):?(%d*)$"
    local theirs, at = resource:match "^(.-):?(%d*)$"
    if port ~= "" and at ~= "" and port ~= at then return false end
    return host == theirs or host:find("*", 1, true) ~= nil and theirs:find(path_like(host)) ~= nil
  elseif need == "process" and resource:find("/", 1, true) ~= pattern:find("/", 1, true) then
    return resource:match "[^/]*$" == pattern:match "[^/]*$"
  end
  return pattern == resource or pattern:find "[*?%[]" ~= nil
end

local function names_it(declared, need) return declared == need or need:sub(1, #declared + 1) == declared .. "." end

local function covered(row, one)
  if not names_it(row[1], one.need) then return false end
  if not row[2] then return true end
  for i = 2, #row do if covers(one.need, row[i], one.resource) then return true end end
  return false
end

-- the program may read what lies beside it, and where it is started; a computed path may be one of those
local function is_free(one)
  local path = one.resource
  return one.need == "fs.read" and (not path or not path:find "^[~/]" and not path:find("..", 1, true))
end

local function undeclared(c)
  local told = {}
  for _, one in ipairs(c.used) do
    local good = is_free(one)
    for _, row in ipairs(c.facts.needs) do good = good or covered(row, one) end
    local text = one.resource and one.resource ~= "" and ("%s %s"):format(one.need, source_of.quote(one.resource)) or one.need
    if not good and not told[text] then
      told[text] = true
      c.report("AIOS110", one.node, ("this needs `%s`, which the program does not declare"):format(text), ("write needs %s"):format(text))
    end
  end
end

local function is_used(c, row)
  for _, one in ipairs(c.used) do if covered(row, one) then return true end end
  return false
end

local function declared(c, need, row, known)
  if known[row[1]] then
    if c.unsure or c.requires or #c.unknown_list > 0 or is_used(c, row) then return end
    return c.report("AIOS111", need, ("nothing here needs `%s`"):format(c.text(need)), "a need that is not used is a door left open: remove it")
  end
  local near = not c.own[row[1]] and not c.spaces[row[1]] and habits.near(row[1], values.names_of(known))
  if near then c.report("AIOS112", need, ("there is no need `%s`"):format(row[1]), ("did you mean `%s`?"):format(near)) end
end

---Tells what is used and not declared, and the reverse.
function M.tell(c)
  if c.plain then return end
  local known = { fs = true, net = true, process = true, secret = true, ["lua.unsafe"] = true }
  for _, entry in pairs(c.library) do
    for _, one in pairs(entry.fields or { entry }) do if one.needs then known[one.needs[1]] = true end end
  end
  if not c.is_module then undeclared(c) end
  local at = 0
  for _, node in ipairs(c.facts.need_nodes) do
    for _, need in ipairs(tree.children(node, "need")) do
      at = at + 1
      if c.facts.needs[at] then declared(c, need, c.facts.needs[at], known) end
    end
  end
end

return M
