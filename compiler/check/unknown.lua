--- unknown: names and fields that nothing gives a value.
local habits, values = require "compiler.habits", require "compiler.check.values"
local M = {}

-- what older versions of Lua had
local OLD = { unpack = "table.unpack", loadstring = "load", setfenv = "load with a table of globals", getfenv = "load with a table of globals",
  table_getn = "#", module = "a module that returns a table" }

---A global that neither the file nor the library has: told at the end, when all of the file is known.
---@param used string? "call", "index" or "method": what follows the name
function M.use(c, name, node, used)
  local use = c.unknown[name]
  if not use then
    use = { node = node, count = 0 }
    c.unknown[name], c.unknown_list[#c.unknown_list + 1] = use, name
  end
  use.count = use.count + 1
  use.used = use.used or used
end

---A field of a namespace.
function M.field(c, entry, node, name)
  if entry.kind ~= "space" then return nil end
  local known = entry.fields[name]
  if known then return known.info end
  if entry.open or c.facts.touched[entry.name] then return nil end
  c.report("AIOS041", node, ("there is no `%s` in %s"):format(name, entry.name), values.suggestion(name, values.names_of(entry.fields), entry.name .. " has"))
end

local function candidates(c)
  local out = values.names_of(c.library)
  for name in pairs(c.facts.set) do out[#out + 1] = name end
  for name in pairs(c.locals) do out[#out + 1] = name end
  table.sort(out)
  return out
end

---Tells the names that are still unknown at the end.
---A plain Lua file may get its globals from anywhere: only what is nearly a known name, or was one once, is told.
function M.tell(c)
  if c.facts.open then return end
  local list
  for _, name in ipairs(c.unknown_list) do
    local use = c.unknown[name]
    if not c.facts.set[name] and not c.tested[name] then
      list = list or candidates(c)
      local near = #name > 2 and habits.near(name, list) or nil
      local old = OLD[name]
      local sure = near and (#name > 4 or #near == #name)
      if old then
        c.report("AIOS040", use.node, ("there is no `%s`: it was part of an older Lua"):format(name), "write " .. old)
      elseif not c.plain or sure and #name > 4 and habits.distance(name, near) == 1 then
        c.report("AIOS040", use.node, ("nothing here is called `%s`"):format(name), near and ("did you mean `%s`?"):format(near)
          or (c.requires and "if a module sets it, all is well; else declare it" or "give it a value, or declare it as a tool"),
          nil, c.requires and not sure and "hint" or nil)
      end
    end
  end
end

return M
