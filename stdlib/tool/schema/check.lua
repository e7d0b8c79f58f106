--- check: a value held against a schema. See tool.schema.
---
--- A visit returns nothing when the value fits, else what is wrong and the path below the value.
--- Fields are visited in a fixed order, so that the first mistake found is always the same one.
local parser, writer, near = require "tool.schema.parse", require "tool.schema.text", require "tool.schema.near"
local format, rare = require "tool.schema.format", require "tool.schema.rare"
local M = {}
local DEEPEST = 1000
local visit

-- ------------------------------------------------------------------ words
---nil, or JSON's null (the only userdata JSON can give).
local function is_absent(v) return v == nil or type(v) == "userdata" end

local function show(v)
  if is_absent(v) then return "nothing" end
  if type(v) == "string" then
    if #v > 60 then v = v:sub(1, (utf8.offset(v, 0, 58) or 58) - 1) .. "..." end
    return writer.quote(v)
  end
  if type(v) ~= "table" then return type(v) == "function" and "a function" or tostring(v) end
  if next(v) == nil then return "an empty table" end
  return #v > 0 and ("a list of %d"):format(#v) or "a table"
end

local function expected(s) return "expected " .. writer.text(s, 80) end

local function span(low, high)
  if low and high then return low == high and tostring(low) or low .. ".." .. high end
  return low and low .. ".." or ".." .. high
end

-- ------------------------------------------------------------------ kinds
local KINDS = {}
KINDS.null = is_absent
KINDS.boolean = function(v) return type(v) == "boolean" end
KINDS.string = function(v) return type(v) == "string" end
KINDS.number = function(v) return type(v) == "number" and v == v and v ~= math.huge and v ~= -math.huge end
KINDS.integer = function(v) return type(v) == "number" and math.tointeger(v) ~= nil end

---A table that JSON gave as a list, or that is marked as one.
local function is_marked(v) return getmetatable(v) == "list" end

function KINDS.array(v)
  if type(v) ~= "table" then return false end
  local count, highest = 0, 0
  for k in next, v do
    if math.type(k) ~= "integer" or k < 1 then return false end
    count, highest = count + 1, math.max(highest, k)
  end
  return count == highest
end

function KINDS.object(v)
  if type(v) ~= "table" or is_marked(v) then return false end
  for k in next, v do
    if type(k) ~= "string" then return false end
  end
  return true
end

local function has_kind(v, kind)
  if type(kind) ~= "table" then return not KINDS[kind] or KINDS[kind](v) end
  for _, one in ipairs(kind) do
    if not KINDS[one] or KINDS[one](v) then return true end
  end
  return false
end

-- ------------------------------------------------------------------ numbers, text, lists
-- 0.3 is a multiple of 0.1, though no computer can say so exactly
local function is_multiple(v, unit)
  if math.type(v) == "integer" and math.type(unit) == "integer" then return v % unit == 0 end
  local times = v / unit
  return times - times == 0 and math.abs(times - math.floor(times + 0.5)) <= 1e-9 * math.max(1, math.abs(times))
end

local function check_number(v, s)
  local low, high, above, below = s.minimum, s.maximum, s.exclusiveMinimum, s.exclusiveMaximum
  local name = writer.base_name(s) or "number"
  if (low and v < low) or (high and v > high) then return ("expected %s in %s, got %s"):format(name, span(low, high), show(v)) end
  if type(above) == "number" and v <= above then return ("expected %s above %s, got %s"):format(name, above, show(v)) end
  if type(below) == "number" and v >= below then return ("expected %s below %s, got %s"):format(name, below, show(v)) end
  if s.multipleOf and not is_multiple(v, s.multipleOf) then return ("expected a multiple of %s, got %s"):format(s.multipleOf, show(v)) end
end

local function check_text(v, s)
  if s.minLength or s.maxLength then
    local length = utf8.len(v) or #v
    if length < (s.minLength or 0) or length > (s.maxLength or math.huge) then
      return ("expected text of %s characters, got %d"):format(span(s.minLength, s.maxLength), length)
    end
  end
  local fits = format.CHECKS[s.format]
  if fits and not fits(v) then
    return ("expected %s such as %s, got %s"):format(writer.base_name(s) or s.format, format.EXAMPLES[s.format], show(v))
  end
end

local function check_list(v, s, env)
  if #v < (s.minItems or 0) or #v > (s.maxItems or math.huge) then
    return ("expected %s items, got %d"):format(span(s.minItems, s.maxItems), #v)
  end
  if s.items == nil then return end
  for i = s.prefixItems and #s.prefixItems + 1 or 1, #v do
    local why, path = visit(v[i], s.items, env)
    if why then return why, "[" .. i .. "]" .. path end
  end
end

-- ------------------------------------------------------------------ records and maps
local plans = setmetatable({}, { __mode = "k" })         -- a cache: what one schema asks of its fields

local function plan_of(s)
  if plans[s] then return plans[s] end
  local plan = { order = writer.order_of(s), required = {} }
  for _, name in ipairs(s.required or {}) do
    if not (s.properties or {})[name] and not plan.required[name] then plan.order[#plan.order + 1] = name end
    plan.required[name] = true
  end
  plans[s] = plan
  return plan
end

local function step(name, path) return (name:match "^[%a_][%w_]*$" and "." .. name or "[" .. writer.quote(name) .. "]") .. path end

local function check_extra(v, s, plan, env)
  local names, properties = {}, s.properties or {}
  for k in next, v do
    if properties[k] == nil then names[#names + 1] = k end
  end
  table.sort(names)
  if names[1] and s.additionalProperties == false then
    local meant = near.find(names[1], plan.order)
    local known = #plan.order > 0 and "; the fields are " .. table.concat(plan.order, ", ") or "; it has no fields"
    return ("unknown field '%s'%s"):format(names[1], meant and "; did you mean '" .. meant .. "'?" or known), ""
  end
  for _, name in ipairs(names) do
    local why, path
    if s.additionalProperties then why, path = visit(v[name], s.additionalProperties, env) end
    if not why and s.propertyNames then
      why, path = visit(name, s.propertyNames, env)
      why = why and "as a key: " .. why
    end
    if why then return why, step(name, path) end
  end
end

local function check_fields(v, s, env)
  local plan, fields = plan_of(s), s.properties or {}
  for _, name in ipairs(plan.order) do
    local field, value = fields[name], v[name]
    if not is_absent(value) then
      local why, path = visit(value, field, env)
      if why then return why, step(name, path) end
    elseif plan.required[name] and (value == nil or visit(value, field, env)) then
      return "is missing; " .. expected(field), step(name, "")
    end
  end
  if s.additionalProperties ~= nil or s.propertyNames then return check_extra(v, s, plan, env) end
end

-- ------------------------------------------------------------------ choices
local function check_enum(v, s)
  local words = {}
  for i, one in ipairs(s.enum) do
    if rare.same(one, v) then return end
    words[i] = type(one) == "string" and one or nil
  end
  local meant = type(v) == "string" and #words == #s.enum and near.find(v, words)
  return ("%s, got %s%s"):format(expected { enum = s.enum }, show(v), meant and "; did you mean " .. writer.quote(meant) .. "?" or "")
end

---When only one of the ways is of the value's kind, its mistake says more than the list of ways.
local function check_any(v, s, ways, env)
  local likely, count, why, path
  for _, way in ipairs(ways) do
    local wrong, where = visit(v, way, env)
    if not wrong then return end
    local real = type(way) == "table" and way["$ref"] and parser.resolve(way["$ref"], env.types) or way
    if type(real) == "table" and real.type and has_kind(v, real.type) then likely, count, why, path = real, (count or 0) + 1, wrong, where end
  end
  if likely and count == 1 then return why, path end
  return expected(s) .. ", got " .. show(v)
end

local function check_reference(v, s, env)
  local ref = s["$ref"]
  local real, why = parser.resolve(ref, env.types)
  if not real then return why end
  local before = env.open[ref]
  if before and rawequal(before[1], v) then return "the type '" .. ref:match "[^/]*$" .. "' leads back to itself" end
  env.open[ref] = { v }
  local wrong, path = visit(v, real, env)
  env.open[ref] = before
  return wrong, path
end

local function is_const(v, const) return rare.same(v, const) or is_absent(const) and is_absent(v) end

-- a table without a mark and without anything inside is what it is asked to be
local function check_table(v, s, env)
  if is_marked(v) or v[1] ~= nil or s.type == "array" then
    if s.items ~= nil or s.minItems or s.maxItems then return check_list(v, s, env) end
  elseif s.properties or s.required or s.additionalProperties ~= nil or s.propertyNames then
    return check_fields(v, s, env)
  end
end

local function check_ways(v, s, env)
  local ways = s.anyOf or s.oneOf
  if ways then
    local why, path = check_any(v, s, ways, env)
    if why then return why, path end
  end
  for i = 1, s.allOf and #s.allOf or 0 do
    local why, path = visit(v, s.allOf[i], env)
    if why then return why, path end
  end
  local more = rare.of(s)
  for i = 1, more and #more or 0 do
    local why, path = more[i](v, s, env, visit)
    if why then return why, path end
  end
end

local function inspect(v, s, env)
  if s["$ref"] then
    local why, path = check_reference(v, s, env)
    if why then return why, path end
  end
  if s.const ~= nil and not is_const(v, s.const) then return expected(s) .. ", got " .. show(v) end
  if s.enum then
    local why = check_enum(v, s)
    if why then return why end
  end
  if s.type and not has_kind(v, s.type) then return expected(s) .. ", got " .. show(v) end
  local why, path = check_ways(v, s, env)
  if why then return why, path end
  if type(v) == "number" then return check_number(v, s) end
  if type(v) == "string" then return check_text(v, s) end
  if type(v) ~= "table" then return end
  env.depth = env.depth + 1
  if env.depth > DEEPEST then return ("is nested more than %d deep"):format(DEEPEST) end
  why, path = check_table(v, s, env)
  env.depth = env.depth - 1
  return why, path
end

function visit(v, s, env)
  if s == false then return "nothing may stand here, got " .. show(v), "" end
  if type(s) ~= "table" then return end
  if s["x-type"] then s = parser.restored(s) end
  local why, path = inspect(v, s, env)
  if why then return why, path or "" end
end

function M.check(value, schema, types)
  local why, path = visit(value, schema, { types = types, depth = 0, open = {} })
  if not why then return true end
  path = path:gsub("^%.", "")
  return nil, (path == "" and "" or path .. ": ") .. why
end

return M
