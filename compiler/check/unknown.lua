--- unknown: names and fields that nothing gives a value.
local habits, values = require "compiler.habits", require "compiler.check.values"
local M = {}

-- what older versions of Lua had
local OLD = { unpack = "table.unpack", loadstring = "load", setfenv = "load with a table of globals", getfenv = "load with a table of globals",
  module = "a module that returns a table" }

-- what stands for nothing, or a truth, elsewhere: looking whether it is there is what it is for
local NOTHING = { null = true, undefined = true, None = true, True = true, False = true }

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
  c.unknown_fields[#c.unknown_fields + 1] = { entry = entry, name = name, node = node }
end

local function tell_field(c, use)
  local entry, name = use.entry, use.name
  if c.tested[entry.name .. "." .. name] then return end
  local hint, near = values.suggestion(name, values.names_of(entry.fields), entry.name .. " has")
  -- a module of a Lua program may have added it
  if c.plain and not (near and #name > 4 and habits.distance(name, near) == 1) then return end
  c.report("AIOS101", use.node, ("there is no `%s` in %s"):format(name, entry.name), hint, (c.requires or entry.stock) and "warning" or nil)
end

local function known_names(c) return values.names_of(c.library) end

local function candidates(c)
  local out = known_names(c)
  for name in pairs(c.facts.set) do out[#out + 1] = name end
  for name in pairs(c.locals) do out[#out + 1] = name end
  table.sort(out)
  return out
end

---Tells the names that are still unknown at the end.
---A plain Lua file may get its globals from anywhere: only what is nearly a known name, or was one once, is told.
function M.tell(c)
  for _, use in ipairs(c.unknown_fields) do tell_field(c, use) end
  if c.facts.open then return end
  local list
  -- a file that looks which Lua it runs on knows what it does
  local looks = c.source:find("_VERSION", 1, true) ~= nil
  for name in pairs(OLD) do looks = looks or c.tested[name] end
  for _, name in ipairs(c.unknown_list) do
    local use = c.unknown[name]
    if not c.facts.set[name] and (not c.tested[name] or NOTHING[name]) then
      list = list or c.plain and known_names(c) or candidates(c)
      local habit = habits.names[name]
      if habit and name == "f" and not c.source:find("^f%s*[\"'][^\n]*{", use.node.from) then habit = nil end
      local near = #name > 2 and habits.near(name, list) or nil
      local old = not looks and OLD[name]
      local sure = near and (#name > 4 or #near == #name)
      if habit and not c.requires then
        c.report("AIOS012", use.node, habit[1], habit[2])
      elseif old then
        c.report("AIOS100", use.node, ("there is no `%s`: it was part of an older Lua"):format(name), "write " .. old)
      elseif not c.plain or sure and #name > 4 and habits.distance(name, near) == 1 then
        c.report("AIOS100", use.node, ("nothing here is called `%s`"):format(name), near and ("did you mean `%s`?"):format(near)
          or (c.requires and "if a module sets it, all is well; else declare it" or "give it a value, or declare it as a tool"),
          c.requires and not sure and "hint" or nil)
      end
    end
  end
end

return M
