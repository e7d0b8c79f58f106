--- world: what there is to name at the prompt: what the session made, the tools of the library, commands.
local session = require "aios.session"
local names = require "tool.names"
local M = {}

local function signature(name, tool)
  local parts = {}
  for i, p in ipairs(tool.params or {}) do parts[i] = p[1] .. (p[2] and ": " .. p[2] or "") end
  if tool.options and tool.options[1] then parts[#parts + 1] = "options" end
  return ("%s(%s)%s"):format(name, table.concat(parts, ", "), tool.returns and " -> " .. tool.returns or "")
end

local function described(name, tool)
  local arguments = {}
  for _, p in ipairs(tool.params or {}) do arguments[#arguments + 1] = { name = p[1], type = p[2] or "any" } end
  for _, p in ipairs(tool.options or {}) do arguments[#arguments + 1] = { name = p[1], type = p[2] or "any", is_option = true } end
  return { name = name, signature = signature(name, tool), arguments = arguments }
end

local library
-- the tools of the library by name
local function tools_of_library()
  if library then return library end
  library = {}
  local function add(space, alone)
    for verb, tool in pairs(require("tools." .. space).tools) do
      local name = (tool.global or alone == verb) and verb or space .. "." .. verb
      library[name] = described(name, tool)
    end
  end
  for _, space in ipairs(names.namespaces) do add(space) end
  for name, space in pairs(names.tools) do add(space, name) end
  return library
end

---@param prompt table
function M.of(prompt)
  local world = { commands = {} }
  world.names = session.names
  function world.kind(path)
    return session.names(table.move(path, 1, #path - 1, 1, {}))[path[#path]]
  end
  ---Tools of the library and those that were declared at the prompt.
  function world.tools()
    local all = {}
    for name, tool in pairs(tools_of_library()) do all[name] = tool end
    for _, kept in ipairs(prompt.kept) do
      for _, tool in ipairs(kept.made.decls.tools or {}) do all[tool.name] = described(tool.name, tool) end
    end
    return all
  end
  function world.complete(text, at)
    world.commands = require("host.repl.commands").LIST
    return require("host.repl.complete").at(text, at, world)
  end
  return world
end

return M
