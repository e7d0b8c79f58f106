--- values: what is known of a value before the program runs, and whether it can be what is wanted.
---
--- Known is one of: { v = scalar } a literal; { s = schema } something of a type; { t = table } a table as it is written,
--- { named, order, list, open }; { fn = true } a function; { none = true } nil; { entry = ... } what a declared name stands for.
--- nil: nothing is known, and nothing is ever said about it. `secret` beside these names the secret it holds.
local habits = require "compiler.habits"
local M = {}

M.STRING, M.NUMBER, M.BOOLEAN = { s = { type = "string" } }, { s = { type = "number" } }, { s = { type = "boolean" } }
M.INTEGER, M.FUNCTION, M.NIL = { s = { type = "integer" } }, { fn = true }, { none = true }

local FAKED = { entry = { kind = "function", name = "mock" } }
---A field of what tests have at hand: `mock.tool "mail.send"` makes a name.
function M.faked() return FAKED end

local LUA_TYPE = { string = "string", number = "number", integer = "number", boolean = "boolean", null = "nil", array = "table", object = "table" }
local judge

---What a `$ref` stands for; nil when no such type is declared here.
function M.resolve(s, types)
  local steps = 0
  while s and s["$ref"] do
    s, steps = types[s["$ref"]:match "([^/]+)$"], steps + 1
    if steps > 20 then return nil end
  end
  return s
end

-- the types of Lua that a schema's values have, as a set; nil: any
local function kinds(s, types, depth)
  s = M.resolve(s, types)
  if not s or depth > 10 then return nil end
  if s.const ~= nil then return { [type(s.const)] = true } end
  local out = {}
  if s.enum then
    for _, value in ipairs(s.enum) do out[type(value)] = true end
  elseif s.anyOf then
    for _, part in ipairs(s.anyOf) do
      local more = kinds(part, types, depth + 1)
      if not more then return nil end
      for kind in pairs(more) do out[kind] = true end
    end
  elseif s.type then
    for _, name in ipairs(type(s.type) == "table" and s.type or { s.type }) do out[LUA_TYPE[name] or name] = true end
  else
    return nil
  end
  return out
end

-- the literals a schema's values are among, as a set; nil: not only literals
local function literals(s, types)
  s = M.resolve(s, types)
  if not s then return nil end
  if s.const ~= nil then return { [s.const] = true } end
  local out = {}
  for _, value in ipairs(s.enum or {}) do out[value] = true end
  if s.enum then return out end
  for _, part in ipairs(s.anyOf or {}) do
    local more = literals(part, types)
    if not more then return nil end
    for value in pairs(more) do out[value] = true end
  end
  return s.anyOf and out or nil
end
M.literals = literals

local function disjoint(a, b)
  for key in pairs(a) do if b[key] then return false end end
  return true
end

-- whether the type may be nil
function M.may_miss(s, types)
  local set = kinds(s, types, 0)
  return not set or set["nil"] == true
end

---The record of a type, through `?`, when it is one: fields, and whether others may be there.
function M.record(s, types)
  s = M.resolve(s, types)
  if not s then return nil end
  if s.anyOf then
    local found
    for _, part in ipairs(s.anyOf) do
      local one = M.resolve(part, types)
      if not one or one.type ~= "null" and (found or not one.properties) then return nil end
      if one.type ~= "null" then found = one end
    end
    return found
  end
  return s.properties and s
end

---The names of a table, sorted.
function M.names_of(map)
  local out = {}
  for name in pairs(map) do if type(name) == "string" then out[#out + 1] = name end end
  table.sort(out)
  return out
end

---"did you mean `x`?", or what there is.
function M.suggestion(word, list, what)
  local near = habits.near(word, list)
  if not near then
    for _, name in ipairs(list) do if name:lower() == word:lower() then near = name end end
  end
  if near then return ("did you mean `%s`?"):format(near), near end
  return #list > 0 and #list <= 16 and ("%s: %s"):format(what or "there are", table.concat(list, ", ")) or nil
end

local function wanted(want, c) return "expected " .. c.type_text(want) end

local function fields_misfit(t, want, c, depth)
  local free = want.additionalProperties
  for _, name in ipairs(t.order) do
    local field = t.named[name]
    local part = want.properties and want.properties[name]
    if not part and free == false then
      return { code = "AIOS105", node = field.node, message = ("there is no field `%s` in %s"):format(name, c.type_text(want)),
        hint = (M.suggestion(name, M.names_of(want.properties or {}), "its fields are")) }
    end
    part = part or type(free) == "table" and free or nil
    local wrong = part and field.info and judge(part, field.info, c, depth + 1)
    if wrong and not (field.info.none and M.may_miss(part, c.types)) then
      wrong.message = wrong.code and wrong.message or name .. ": " .. wrong.message
      wrong.node = wrong.node or field.node
      return wrong
    end
  end
  for _, name in ipairs(not t.open and want.required or {}) do
    if not t.named[name] then return { message = ("the field `%s` is missing"):format(name) } end
  end
end

local function table_misfit(want, info, c, depth)
  local t = info.t
  if want.type == "object" then
    if t.list[1] and not t.open then return { node = t.list[1].node, message = wanted(want, c) .. ", got a list" } end
    return fields_misfit(t, want, c, depth)
  elseif want.type == "array" then
    local name = t.order[1]
    if name then return { node = t.named[name].node, message = ("%s, got a table with the field `%s`"):format(wanted(want, c), name) } end
    for i, item in ipairs(type(want.items) == "table" and t.list or {}) do
      local wrong = item.info and judge(want.items, item.info, c, depth + 1)
      if wrong then
        wrong.message = wrong.code and wrong.message or ("%d: %s"):format(i, wrong.message)
        wrong.node = wrong.node or item.node
        return wrong
      end
    end
  elseif want.type or want.const ~= nil or want.enum then
    return { message = wanted(want, c) .. ", got a table" }
  end
end

local function union_misfit(want, info, c, depth)
  local best
  for _, part in ipairs(want.anyOf) do
    local wrong = judge(part, info, c, depth + 1)
    if not wrong then return nil end
    local one = M.resolve(part, c.types)
    if info.t and one and (one.properties or one.type == "array") then best = not best and wrong or nil end
  end
  if best then return best end
  return { message = ("%s, got %s"):format(wanted(want, c), info.t and "a table" or info.s and c.type_text(info.s) or info.fn and "a function" or info.none and "nothing" or c.show(info.v)) }
end

local function typed_misfit(want, have, c, depth)
  local theirs, ours = kinds(want, c.types, 0), kinds(have, c.types, 0)
  if theirs and ours and disjoint(theirs, ours) then
    return { message = ("%s, got %s"):format(wanted(want, c), c.type_text(have)) }
  end
  local some, others = literals(want, c.types), literals(have, c.types)
  if some and others and disjoint(some, others) then return { message = ("%s, got %s"):format(wanted(want, c), c.type_text(have)) } end
  local record = M.record(have, c.types)
  if not record or not want.properties or record.additionalProperties ~= false or M.resolve(have, c.types).anyOf then return nil end
  for _, name in ipairs(want.required or {}) do
    if not record.properties[name] then
      return { message = ("%s, got %s, which has no `%s`"):format(wanted(want, c), c.type_text(have), name) }
    end
  end
  for name, part in pairs(want.properties) do
    local wrong = record.properties[name] and typed_misfit(M.resolve(part, c.types) or {}, record.properties[name], c, depth + 1)
    if wrong and depth < 5 then return { message = name .. ": " .. wrong.message } end
  end
end

function judge(want, info, c, depth)
  want = M.resolve(want, c.types)
  if not want or depth > 12 or info.entry then return nil end
  if want.anyOf then return union_misfit(want, info, c, depth) end
  if info.t then return table_misfit(want, info, c, depth) end
  if info.s then return typed_misfit(want, info.s, c, depth) end
  if info.fn then return kinds(want, c.types, 0) and { message = wanted(want, c) .. ", got a function" } or nil end
  if info.none then
    local set = kinds(want, c.types, 0)
    return set and not set["nil"] and { message = wanted(want, c) .. ", got nothing" } or nil
  end
  if info.v == nil then return nil end
  local good, why = c.schema.check(info.v, want, c.types)
  if good or tostring(why):find("there is no type", 1, true) then return nil end
  local _, near = nil, nil
  if type(info.v) == "string" and want.enum then _, near = M.suggestion(info.v, want.enum) end
  return { message = (tostring(why):gsub("; did you mean.*$", "")), hint = near and ("did you mean %q?"):format(near) or nil }
end

---What keeps a value from being of a type: nil when it may be, else { message, node?, code?, hint? }.
function M.misfit(want, info, c) return judge(want, info, c, 0) end

return M
