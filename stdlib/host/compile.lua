--- compile: a program's text to Lua, through a cache named by the hash of text and compiler.
---
--- A valid Lua file never reaches the compiler. What was compiled is kept as text, so nothing but
--- text is ever loaded; a cache that others can write is not used.
local host = require "aios.host"
local places = require "host.places"
local M = {}

local SMALL = 65536                     -- bytes of program
local FORMAT = 2                        -- of the cache files; a new number forgets the old ones

local function without_shebang(text)
  return (text:gsub("^\xEF\xBB\xBF", "", 1):gsub("^#[^\n]*", "", 1))
end

local function key_of(text, name)
  return host.hash(table.concat { FORMAT, "\0", host.version, "\0", host.compiler_id, "\0", name, "\0", text })
end

-- "--aios HASH DECLS\n", then the declarations (DECLS bytes) and the Lua: a power cut may leave anything, the hash tells
local function cached(path)
  if not host.exists(path) then return nil end
  local text = host.read_file(path) or ""
  local hash, decls, lua = text:match "^%-%-aios (%x+) (%d+)\n()"
  if not hash or host.hash(text:sub(lua)) ~= hash then return nil end
  decls = tonumber(decls)
  local fn = load(text:sub(lua, lua + decls - 1), "=decls", "t", {})
  return fn and { lua = text:sub(lua + decls), decls = fn(), plain = false }
end

local function keep(path, made, compiler)
  local decls = compiler.serialize(made.decls)
  if not decls:find "^%s*return" then decls = "return " .. decls end
  host.write_cache(path, ("--aios %s %d\n"):format(host.hash(decls .. made.lua), #decls) .. decls .. made.lua)
end

local function check_schedule(text)
  return require "aios.time".check(text)
end

---@return table? made   { lua, decls, plain }
---@return table? problems
function M.compile(text, name)
  if load(without_shebang(text), "@" .. name, "t") and utf8.len(text, 1, -1, true) then
    return { lua = without_shebang(text), plain = true, decls = { needs = {}, workflows = {}, tools = {}, types = {}, tiers = {}, tests = {} } }
  end
  local directory = places.cache()
  local path = directory and directory .. "/" .. key_of(text, name) .. ".lua"
  local made = path and cached(path)
  if made then return made end
  -- most of what a small file makes is the compiler and its grammar, which stay: collecting meanwhile only costs time
  if #text < SMALL then collectgarbage "stop" end
  local compiler = require "compiler"
  local problems
  made, problems = compiler.compile(text, name, { schedule = check_schedule })
  collectgarbage "restart"
  if not made then return nil, problems end
  if path and not made.plain then keep(path, made, compiler) end
  return made
end

---The same, with the problems drawn for people.
function M.problems_text(problems, text, name)
  local draw = require "compiler.problem".draw
  local out = {}
  for i, problem in ipairs(problems) do out[i] = draw(problem, text, name) end
  return table.concat(out, "\n")
end

return M
