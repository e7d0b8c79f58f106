--- fake: the command line inside the test's own Lua, over raw modules made of tables.
---
---     local fake = require "tests.cli.fake"
---     local r = fake.main({ "runs", "--json" }, { read = function(path, query, params) return {} end })
---     r.code, r.out, r.err
local M = {}

local json = {}
json.null = setmetatable({}, { __name = "null" })

function json.array(list) return setmetatable(list, { __name = "list" }) end

function json.encode(v)
  if v == json.null or v == nil then return "null" end
  if type(v) == "string" then
    return '"' .. v:gsub('[%c"\\]', function(c) return c == "\n" and "\\n" or ("\\u%04x"):format(c:byte()) end) .. '"'
  end
  if type(v) ~= "table" then return tostring(v) end
  local parts = {}
  if #v > 0 or (getmetatable(v) or {}).__name == "list" then
    for i, item in ipairs(v) do parts[i] = json.encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for k, item in pairs(v) do parts[#parts + 1] = json.encode(k) .. ":" .. json.encode(item) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

local value

local function items(text, at, close, each)
  if text:match("^%s*" .. close, at) then return text:match("^%s*" .. close .. "()", at) end
  while true do
    at = each(at)
    local comma, after = text:match("^%s*([,%]}])()", at)
    if comma ~= "," then return comma and after or error "no JSON" end
    at = after
  end
end

function value(text, at)
  at = text:match("^%s*()", at)
  local c = text:sub(at, at)
  if c == "{" then
    local map = {}
    return map, items(text, at + 1, "}", function(p)
      local key, after = text:match('^%s*"([^"]*)"%s*:()', p)
      if not key then error "no JSON" end
      map[key], after = value(text, after)
      return after
    end)
  elseif c == "[" then
    local list = json.array {}
    return list, items(text, at + 1, "%]", function(p) list[#list + 1], p = value(text, p) return p end)
  elseif c == '"' then
    local body, after = text:match('^"([^"]*)"()', at)
    return body or error "no JSON", after
  end
  local word, after = text:match("^([%w.+-]+)()", at)
  local words = { ["true"] = true, ["false"] = false, null = json.null }
  if words[word] ~= nil then return words[word], after end
  return word and not word:find "^0%d" and tonumber(word) or error "no JSON", after
end

function json.decode(text)
  local good, v, after = pcall(value, text, 1)
  if not good or text:find("%S", after) then return nil, { code = "invalid", message = "offset 0: no JSON" } end
  return v
end

local function modules(raw)
  local host = { version = "1.2.3", isatty = function() return raw.tty or false end, env = function() end,
    db_path = function(path) return path or "/home/a/aios.db" end, now_ms = function() return 1700000000000 end }
  local store = { read = function() return {} end, verify = function() return 0 end }
  local time = { iso = function(ms) return os.date("!%Y-%m-%dT%H:%M:%S+00:00", ms // 1000) end }
  for name, fn in pairs(raw) do
    if name == "read" or name == "start" or name == "trigger" or name == "verify" then store[name] = fn
    elseif name == "next" or name == "sleep" then time[name] = fn
    else host[name] = fn end
  end
  return { ["aios.host"] = host, ["aios.store"] = store, ["aios.time"] = time, ["aios.json"] = json }
end

local function sink()
  local parts = {}
  return { write = function(self, ...)
    for _, text in ipairs { ... } do parts[#parts + 1] = text end
    return self
  end, flush = function(self) return self end, text = function() return table.concat(parts) end }
end

---Runs one command line; `raw` replaces functions of aios.host, aios.store and aios.time.
---@return { code: integer, out: string, err: string }
function M.main(words, raw)
  for name, module in pairs(modules(raw or {})) do package.loaded[name] = module end
  local stdout, stderr = io.stdout, io.stderr
  io.stdout, io.stderr = (raw or {}).stdout or sink(), sink()
  local good, code = pcall(require "host.cli".main, words)
  local result = { code = code, out = io.stdout.text and io.stdout.text(), err = io.stderr.text() }
  io.stdout, io.stderr = stdout, stderr
  assert(good, code)
  return result
end

M.json = json
return M
