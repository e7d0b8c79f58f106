--- bundle: a program with the modules it requires by name, as one text that a run can be pinned to.
local host = require "aios.host"
local json = require "aios.json"
local compile = require "host.compile"
local M = {}

local MODULES_MAX = 200

-- the names in `require "x"` and `require("x")`; a computed name is not seen and not pinned
local function required(text)
  local names = {}
  for name in text:gmatch "require%s*%(?%s*[\"']([%w_][%w_.]*)[\"']" do names[#names + 1] = name end
  return names
end

local function find(directories, name)
  for _, directory in ipairs(directories) do
    local base = directory .. "/" .. name:gsub("%.", "/")
    for _, path in ipairs { base .. ".aios", base .. ".lua", base .. "/init.aios", base .. "/init.lua" } do
      if host.exists(path) then return path end
    end
  end
end

local function gather(directories, text, modules, count)
  for _, name in ipairs(required(text)) do
    local path = not modules[name] and find(directories, name)
    if path and count >= MODULES_MAX then
      return nil, { code = "limit", message = ("the program requires more than %d modules"):format(MODULES_MAX) }
    end
    if path then
      local source, err = host.read_file(path)
      if not source then return nil, err end
      modules[name] = { path = path, text = source }
      count, err = gather(directories, source, modules, count + 1)
      if not count then return nil, err end
    end
  end
  return count
end

---@param directories string[]?   where modules are looked for; nil: beside the program
---@return string? source    what is stored and hashed
---@return table? modules    name -> { path, text }
function M.make(path, text, directories)
  local modules = {}
  directories = directories or { path:match "^(.*)/[^/]*$" or "." }
  local count, err = gather(directories, text, modules, 0)
  if not count then return nil, err end
  return json.encode { main = text, modules = modules }, modules
end

-- kinds of declarations that are values: fields of what `require` gives
local VALUES = { "workflows", "tools", "types", "decisions", "agents" }

local function names_of(decls)
  local names = json.array {}
  for _, kind in ipairs(VALUES) do
    for _, one in ipairs(decls[kind] or {}) do names[#names + 1] = one.name end
  end
  return names
end

---The needs a file declares, in sentences and in the headings of its workflows and tools.
function M.needs(decls, into)
  for _, need in ipairs(decls.needs or {}) do into[#into + 1] = need end
  for _, kind in ipairs { "workflows", "tools" } do
    for _, head in ipairs(decls[kind] or {}) do
      for _, need in ipairs(head.needs or {}) do into[#into + 1] = need end
    end
  end
  return into
end

---The modules compiled: JSON of name -> { path, lua, names }; nil and what to print when one has problems.
---@return string? text, table needs_or_why, table workflows   what all of them need and declare
function M.compile(modules)
  if not next(modules) then return "{}", {}, {} end
  local out, needs, workflows = {}, {}, {}
  for name, module in pairs(modules) do
    local made, problems = compile.compile(module.text, module.path)
    if not made then return nil, compile.problems_text(problems, module.text, module.path) end
    out[name] = { path = module.path, lua = made.lua, names = names_of(made.decls) }
    M.needs(made.decls, needs)
    for _, workflow in ipairs(made.decls.workflows) do workflows[#workflows + 1] = workflow.name end
  end
  return json.encode(out), needs, workflows
end

---A stored source again as what the engine runs.
function M.open(path, source)
  local bundle = assert(json.decode(source))
  local made, problems = compile.compile(bundle.main, path)
  if not made then error(compile.problems_text(problems, bundle.main, path), 0) end
  local modules, why = M.compile(bundle.modules)
  if not modules then error(why, 0) end
  return made.lua, modules
end

return M
