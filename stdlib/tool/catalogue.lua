--- catalogue: the tools of the library and of a program, in one form for people and for machines.
---
---     catalogue.library()            --> { { name = "fs.read", about =, effect =, risk =, needs =, schema =, returns = }, … }
---     catalogue.of_program(decls)    --> the same of what a file declares
---
--- `schema` is a JSON Schema of an object whose properties are the arguments.
local schema, names = require "tool.schema", require "tool.names"
local M = {}

local ONCE = "once"

-- one argument as a property: its schema, and whether it may be left out
local function property(param, types)
  if not param[2] then return {}, true, {} end
  local document, why = schema.json(param[2], types)
  if not document then return nil, why end
  local defs = document["$defs"] or {}
  document["$defs"], document["$schema"] = nil, nil
  return document, param.optional or param[2]:find "%?%s*$" ~= nil, defs
end

---The JSON Schema of the arguments of a tool: params in their order, then options.
---@return table? document
---@return string? why
function M.arguments(params, options, types)
  local out = { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", type = "object", properties = {}, additionalProperties = false }
  local order, required, defs = {}, {}, {}
  local function add(param, is_option)
    local document, optional, more = property(param, types)
    if not document then return ("%s: %s"):format(param[1], optional) end
    out.properties[param[1]] = document
    order[#order + 1] = param[1]
    if not (optional or is_option) then required[#required + 1] = param[1] end
    for name, one in pairs(more) do defs[name] = one end
  end
  for nth, list in ipairs { params or {}, options or {} } do
    for _, param in ipairs(list) do
      local why = add(param, nth == 2)
      if why then return nil, why end
    end
  end
  out["x-order"], out.required = order[1] and order, required[1] and required
  out["$defs"] = next(defs) and defs
  return out
end

-- how it is written: fs.write(path: path, text: string, options) -> { bytes: integer }
local function signature(tool)
  local words = {}
  for i, p in ipairs(tool.params or {}) do
    local mark = p.optional and not (p[2] or ""):find "%?%s*$" and "?" or ""
    words[i] = p[1] .. (p[2] and ": " .. p[2] .. mark or "")
  end
  if tool.options and tool.options[1] then words[#words + 1] = "options" end
  return ("%s(%s)%s"):format(tool.name, table.concat(words, ", "), tool.returns and " -> " .. tool.returns or "")
end

local function described(tool, types)
  local document, why = M.arguments(tool.params, tool.options, types)
  if not document then return nil, why end
  local result = tool.returns and schema.json(tool.returns, types)
  return {
    name = tool.name, about = tool.about, signature = signature(tool), effect = tool.effect or ONCE, risk = tool.risk,
    needs = tool.needs, schema = document, returns = result, example = tool.example, line = tool.line,
  }
end

-- the need of a library tool: its name, and the argument that is the resource
local function need_texts(tool)
  local out = {}
  for _, need in ipairs { tool.needs, table.unpack(tool.also or {}) } do
    out[#out + 1] = type(need[2]) == "string" and need[1] .. " of " .. need[2] or need[1]
  end
  return out
end

local function add_space(out, space, alone)
  local verbs = {}
  local declared = require("tools." .. space)
  for verb in pairs(declared.tools) do verbs[#verbs + 1] = verb end
  table.sort(verbs)
  for _, verb in ipairs(verbs) do
    local tool = {}
    for k, v in pairs(declared.tools[verb]) do tool[k] = v end
    tool.name = (tool.global or alone == verb) and verb or space .. "." .. verb
    tool.needs = need_texts(tool)
    out[#out + 1] = assert(described(tool, {}))
  end
end

---Every tool of the library, sorted by name.
function M.library()
  local out = {}
  for _, space in ipairs(names.namespaces) do add_space(out, space) end
  for name, space in pairs(names.tools) do add_space(out, space, name) end
  table.sort(out, function(a, b) return a.name < b.name end)
  return out
end

---The tools that a file declares, in its order.
---@param decls table      of the compiler
---@return table[]? tools
---@return string? why     when a type of theirs is unknown
function M.of_program(decls)
  local types, out = {}, {}
  for _, one in ipairs(decls.types) do types[one.name] = one.text end
  for i, head in ipairs(decls.tools) do
    local tool, needs = {}, {}
    for k, v in pairs(head) do tool[k] = v end
    for n, need in ipairs(head.needs or {}) do
      local words = {}
      for w = 2, #need do words[w - 1] = ("%q"):format(need[w]) end
      needs[n] = need[1] .. (words[1] and " " .. table.concat(words, ", ") or "")
    end
    tool.needs = needs
    local made, why = described(tool, types)
    if not made then return nil, ("the tool %s: %s"):format(head.name, why) end
    out[i] = made
  end
  return out
end

return M
