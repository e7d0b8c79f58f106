--- docs: what `:doc NAME` says: tools from their declarations, libraries from their pages, words of the language.
local names = require "tool.names"
local options = require "host.options"
local say = require "host.repl.say"
local M = {}

local function find(list, name)
  for _, tool in ipairs(list) do if tool.name == name then return tool end end
end

-- the tools that were declared at the prompt; of one name the newest
local function of_session(prompt, name)
  local found, types = nil, {}
  for _, kept in ipairs(prompt.kept) do
    for _, one in ipairs(kept.made.decls.types or {}) do types[#types + 1] = one end
    found = find(kept.made.decls.tools or {}, name) or found
  end
  if not found then return nil end
  local list = require("tool.catalogue").of_program { types = types, tools = { found } }
  return list and list[1]
end

local function workflow_of_session(prompt, name)
  local found
  for _, kept in ipairs(prompt.kept) do found = find(kept.made.decls.workflows or {}, name) or found end
  if not found then return nil end
  local parts = {}
  for i, p in ipairs(found.params or {}) do parts[i] = p[1] .. (p[2] and ": " .. p[2] or "") end
  return { ("workflow %s(%s)%s"):format(name, table.concat(parts, ", "), found.returns and " -> " .. found.returns or ""), "Declared here." }
end

local function tool_lines(tool)
  local schema, lines = require "tool.schema", { tool.signature }
  if tool.about then lines[#lines + 1] = "  " .. tool.about end
  for _, name in ipairs(tool.schema["x-order"] or {}) do
    lines[#lines + 1] = ("  %s: %s"):format(name, schema.text(tool.schema.properties[name]))
  end
  lines[#lines + 1] = ("effect: %s   needs: %s"):format(tool.effect, tool.needs[1] and table.concat(tool.needs, "; ") or "nothing")
  if tool.example then lines[#lines + 1] = "example: " .. tool.example end
  return lines
end

local function page(entry)
  return { entry[1], "  " .. entry[2], "example: " .. entry[3]:gsub("\n", "\n         ") }
end

local STOCK = {}
for _, name in ipairs(names.lua) do STOCK[name] = true end

local function is_stock(name)
  local library, field = name:match "^(%w+)%.(%w+)$"
  for _, one in ipairs(names.lua_libraries) do
    if library == one and type(_G[one]) == "table" and _G[one][field] ~= nil then return true end
  end
  return STOCK[name]
end

local function space(name)
  local lines = {}
  for _, tool in ipairs(require("tool.catalogue").library()) do
    if tool.name:sub(1, #name + 1) == name .. "." then lines[#lines + 1] = tool.signature end
  end
  for full, entry in pairs(require "host.repl.pages") do
    if full:sub(1, #name + 1) == name .. "." then lines[#lines + 1] = entry[1] end
  end
  table.sort(lines)
  return lines[1] and lines
end

---What is known of a name, as lines; nil when nothing is.
---@return string[]?
function M.of(prompt, name)
  local sentences = require "host.repl.sentences"
  local tool = of_session(prompt, name) or find(require("tool.catalogue").library(), name)
  if tool then return tool_lines(tool) end
  local workflow = workflow_of_session(prompt, name)
  if workflow then return workflow end
  local entry = sentences.words[name] or sentences.functions[name]
  if entry then return page(entry) end
  entry = require "host.repl.pages"[name]
  if entry then
    local lines = { entry[1] }
    for i = 2, #entry do lines[i] = "  " .. entry[i] end
    return lines
  end
  if is_stock(name) then return { ("%s is Lua's own: https://www.lua.org/manual/5.4/manual.html#pdf-%s"):format(name, name) } end
  return space(name)
end

local function all_names()
  local sentences, list = require "host.repl.sentences", {}
  for _, tool in ipairs(require("tool.catalogue").library()) do list[#list + 1] = tool.name end
  for _, from in ipairs { sentences.words, sentences.functions, require "host.repl.pages" } do
    for name in pairs(from) do list[#list + 1] = name end
  end
  table.sort(list)
  return list
end

---Says it, or the name that was probably meant.
function M.show(prompt, name)
  local lines = M.of(prompt, name)
  if lines then return say.line(table.concat(lines, "\n")) end
  local near = options.nearest(name, all_names())
  say.error(("nothing is written of %s"):format(name), near and ("did you mean :doc %s?"):format(near) or "Tab completes names; `:type EXPR` tells what a value is")
end

return M
