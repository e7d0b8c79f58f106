--- check: a value held against a schema. See tool.schema.
---
--- A visit returns nothing when the value fits, else what is wrong and the path below the value.
--- Fields are visited in a fixed order, so that the first mistake found is always the same one.
local parser, writer, near = require "tool.schema.parse", require "tool.schema.text", require "tool.schema.near"
local M = {}
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
  if type(v) ~= "table" then return false end
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

-- ------------------------------------------------------------------ formats
local FORMATS = {}
local DAYS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

function FORMATS.date(v)
  local y, m, d = v:match "^(%d%d%d%d)%-(%d%d)%-(%d%d)$"
  y, m, d = tonumber(y), tonumber(m), tonumber(d)
  if not y or not DAYS[m] or d < 1 or d > DAYS[m] then return false end
  return not (m == 2 and d == 29) or (y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0))
end

local function is_clock(text)
  local h, m, s = text:match "^(%d%d?):(%d%d)$"
  if not h then h, m, s = text:match "^(%d%d?):(%d%d):(%d%d)%.?%d*$" end
  return h ~= nil and tonumber(h) < 24 and tonumber(m) < 60 and tonumber(s or 0) < 61
end

FORMATS["date-time"] = function(v)
  local date, clock, zone = v:match "^(%d%d%d%d%-%d%d%-%d%d)[Tt ]([%d:.]+)([Zz+-]?[%d:]*)$"
  if not date or not FORMATS.date(date) or not is_clock(clock) then return false end
  return zone:match "^[Zz]$" ~= nil or zone:match "^[+-]%d%d:?%d%d$" ~= nil
end

function FORMATS.moment(v) return is_clock(v) or FORMATS["date-time"](v) end
function FORMATS.uri(v) return v:match "^%a[%w+.-]*://[^%s/?#]+[^%s]*$" ~= nil or v:match "^mailto:%S+@%S+$" ~= nil or v:match "^file:///" ~= nil end
function FORMATS.email(v) return #v <= 254 and v:match "^[^%s@]+@[%w.-]*%w$" ~= nil and not v:find("..", 1, true) end
function FORMATS.path(v) return v ~= "" and not v:find("\0", 1, true) end

local EXAMPLES = {
  date = "2026-03-02", moment = "09:30 or 2026-03-02T08:00:00+01:00", ["date-time"] = "2026-03-02T08:00:00+01:00",
  uri = "https://example.org/x", email = "ada@example.org", path = "/tmp/a.txt",
}

-- ------------------------------------------------------------------ numbers, text, lists
local function check_number(v, s)
  local low, high, above, below = s.minimum, s.maximum, s.exclusiveMinimum, s.exclusiveMaximum
  local name = writer.base_name(s) or "number"
  if (low and v < low) or (high and v > high) then return ("expected %s in %s, got %s"):format(name, span(low, high), show(v)) end
  if type(above) == "number" and v <= above then return ("expected %s above %s, got %s"):format(name, above, show(v)) end
  if type(below) == "number" and v >= below then return ("expected %s below %s, got %s"):format(name, below, show(v)) end
  if s.multipleOf and v / s.multipleOf % 1 ~= 0 then return ("expected a multiple of %s, got %s"):format(s.multipleOf, show(v)) end
end

local function check_text(v, s)
  if s.minLength or s.maxLength then
    local length = utf8.len(v) or #v
    if length < (s.minLength or 0) or length > (s.maxLength or math.huge) then
      return ("expected text of %s characters, got %d"):format(span(s.minLength, s.maxLength), length)
    end
  end
  local format = FORMATS[s.format]
  if format and not format(v) then
    local name = writer.base_name(s) or s.format
    return ("expected %s such as %s, got %s"):format(name, EXAMPLES[s.format], show(v))
  end
end

local function check_list(v, s, env)
  if #v < (s.minItems or 0) or #v > (s.maxItems or math.huge) then
    return ("expected %s items, got %d"):format(span(s.minItems, s.maxItems), #v)
  end
  if type(s.items) ~= "table" then return end
  for i = 1, #v do
    local why, path = visit(v[i], s.items, env)
    if why then return why, "[" .. i .. "]" .. path end
  end
end

-- ------------------------------------------------------------------ records and maps
local plans = setmetatable({}, { __mode = "k" })         -- a cache: what one schema asks of its fields

local function plan_of(s)
  if plans[s] then return plans[s] end
  local plan = { order = writer.order_of(s), required = {} }
  for _, name in ipairs(s.required or {}) do plan.required[name] = true end
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
    if type(s.additionalProperties) == "table" then why, path = visit(v[name], s.additionalProperties, env) end
    if not why and s.propertyNames then
      why, path = visit(name, s.propertyNames, env)
      why = why and "as a key: " .. why
    end
    if why then return why, step(name, path) end
  end
end

local function check_fields(v, s, env)
  local plan = plan_of(s)
  for _, name in ipairs(plan.order) do
    local field, value = s.properties[name], v[name]
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
    if one == v then return end
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
    local real = way["$ref"] and parser.resolve(way["$ref"], env.types) or way
    if real.type and has_kind(v, real.type) then likely, count, why, path = real, (count or 0) + 1, wrong, where end
  end
  if likely and count == 1 then return why, path end
  return expected(s) .. ", got " .. show(v)
end

local function check_reference(v, s, env)
  local real, why = parser.resolve(s["$ref"], env.types)
  if not real then return why end
  env.depth = env.depth + 1
  if env.depth > 200 then return "the type '" .. s["$ref"]:match "[^/]*$" .. "' leads back to itself" end
  local wrong, path = visit(v, real, env)
  env.depth = env.depth - 1
  return wrong, path
end

local function inspect(v, s, env)
  if s["$ref"] then return check_reference(v, s, env) end
  if s.const ~= nil and v ~= s.const and not (is_absent(s.const) and is_absent(v)) then return expected(s) .. ", got " .. show(v) end
  if s.enum then
    local why = check_enum(v, s)
    if why then return why end
  end
  if s.type and not has_kind(v, s.type) then return expected(s) .. ", got " .. show(v) end
  local ways = s.anyOf or s.oneOf
  if ways then
    local why, path = check_any(v, s, ways, env)
    if why then return why, path end
  end
  for i = 1, s.allOf and #s.allOf or 0 do
    local why, path = visit(v, s.allOf[i], env)
    if why then return why, path end
  end
  if type(v) == "number" then return check_number(v, s) end
  if type(v) == "string" then return check_text(v, s) end
  if type(v) ~= "table" then return end
  if s.items or s.minItems or s.maxItems then return check_list(v, s, env) end
  if s.properties or s.additionalProperties or s.propertyNames then return check_fields(v, s, env) end
end

function visit(v, s, env)
  if type(s) ~= "table" then return end
  local why, path = inspect(v, s, env)
  if why then return why, path or "" end
end

function M.check(value, schema, types)
  local why, path = visit(value, schema, { types = types, depth = 0 })
  if not why then return true end
  path = path:gsub("^%.", "")
  return nil, (path == "" and "" or path .. ": ") .. why
end

return M
