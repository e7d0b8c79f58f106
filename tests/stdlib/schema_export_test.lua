-- exported schemas before an independent validator (python3-jsonschema): it accepts what we accept, and refuses what we refuse
local t = require "tests.tap"
local json = require "tests.fake.json"
local schema = require "tool.schema"

json.null = io.stdout                                     -- JSON's null is the only userdata
math.randomseed(20260302)
local random = math.random

local function one_of(list) return list[random(#list)] end

-- ------------------------------------------------------------------ random types
local TYPES = { Name = "string(1..4)", Level = '"low" | "high" | 3', Tree = "{ value: integer, children?: {Tree} }", Pair = "{ left: Name, right: Level? }" }
local SCALARS = { "string", "string(..3)", "string(2..)", "string(2)", "number", "number(0..1)", "number(-1.5..)", "integer", "integer(1..5)", "1..5", "0.5..2",
  "boolean", "any", "duration", "duration(..5m)", "size(..10KB)", "money(..$0.50)", "time", "date", "path", "null", "true", '"a"', '"a" | "b" | 7',
  "Name", "Level", "Tree", "Pair" }

local notation

local function record(depth)
  local fields = {}
  for i = 1, random(0, 3) do
    fields[i] = ("%s%s: %s%s"):format(("abc"):sub(i, i), random(3) == 1 and "?" or "", notation(depth - 1), random(4) == 1 and ' "about it"' or "")
  end
  return "{ " .. table.concat(fields, ", ") .. " }"
end

function notation(depth)
  local kind = depth <= 0 and 1 or random(6)
  if kind <= 2 then return one_of(SCALARS) end
  if kind == 3 then return "{" .. notation(depth - 1) .. "}" end
  if kind == 4 then return "{[" .. one_of { "string", "string(..2)", "date", '"a" | "b"' } .. "]: " .. notation(depth - 1) .. "}" end
  if kind == 5 then return record(depth) end
  local first = notation(depth - 1)
  return first .. one_of { first:find "%?$" and "" or "?", " | " .. notation(depth - 1), " | null" }
end

-- ------------------------------------------------------------------ random values, as JSON
-- An empty record where a list is asked for, and null for a field that may be left out, are taken by us and not by others:
-- neither is made here.
local JUNK = { "0", "1", "3", "3.0", "-2", "0.25", "2.5", "400", "20000", '""', '"a"', '"b"', '"abc"', '"low"', '"é"', '"2026-02-29"', '"2024-02-29"', '"09:30"',
  '"25:00"', '"9:05:60"', '"2026-03-02T08:00:00+01:00"', '"2026-03-02T08:00:00"', '"2026-13-02T08:00:00Z"', "true", "false", "[]", "[1]", '["a"]', '{"a":1}', '{"value":1}',
  '{"left":"x"}', '{"z":0}', '"/tmp"', '"\\u0000"' }
local SAMPLES = {
  string = { '"ab"', '"a"', '""', '"abc"' }, number = { "0.5", "1", "2" }, integer = { "1", "3", "4.0" }, boolean = { "true", "false" }, null = { "null" },
}

local function sample(s, types, depth)
  if random(12) == 1 then return one_of(JUNK) end
  if depth > 6 or type(s) ~= "table" then return one_of(JUNK) end
  if s["$ref"] then return sample(schema.resolve(s["$ref"], types), types, depth + 1) end
  if s.const ~= nil then return json.encode(s.const) end
  if s.enum then return json.encode(one_of(s.enum)) end
  if s.anyOf then return sample(one_of(s.anyOf), types, depth + 1) end
  if s.format == "moment" then return one_of { '"09:30"', "1700000000", '"2026-03-02T08:00:00Z"' } end
  if s.format == "date" then return '"2026-03-02"' end
  if s.type == "array" then
    local items = {}
    for i = 1, random(0, 3) do items[i] = sample(s.items, types, depth + 1) end
    return "[" .. table.concat(items, ",") .. "]"
  end
  if s.type ~= "object" then return one_of(SAMPLES[s.type] or JUNK) end
  local parts, required = {}, {}
  for _, name in ipairs(s.required or {}) do required[name] = true end
  for name, field in pairs(s.properties or {}) do
    local value = sample(field, types, depth + 1)
    if random(3) > 1 and (required[name] or value ~= "null") then parts[#parts + 1] = ('"%s":%s'):format(name, value) end
  end
  for _ = 1, s.properties and 0 or random(2) do
    local key = one_of { '"k1"', '"a"', '"2026-03-02"', '"long key"' }
    if not table.concat(parts):find(key, 1, true) then parts[#parts + 1] = key .. ":" .. sample(s.additionalProperties, types, depth + 1) end
  end
  if random(15) == 1 then parts[#parts + 1] = '"zz":1' end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- an object that is empty may stand for a list with us
local function is_plain(text) return not text:find("{}", 1, true) end

-- ------------------------------------------------------------------ the other validator
local CHECKER = [[
import json, sys
from jsonschema import Draft202012Validator as V, FormatChecker
import datetime, re
checker = FormatChecker(formats=())
@checker.checks("date")
def is_date(v):
    if not isinstance(v, str): return True
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", v): return False
    try: datetime.date.fromisoformat(v)
    except ValueError: return False
    return True
for line in sys.stdin:
    case = json.loads(line)
    V.check_schema(case["schema"])
    v = V(case["schema"], format_checker=checker)
    print("".join("1" if v.is_valid(x) else "0" for x in case["values"]))
]]

local function python()
  for _, name in ipairs { "python3", "/usr/bin/python3" } do
    if os.execute(name .. " -c 'from jsonschema import Draft202012Validator' 2>/dev/null") then return name end
  end
end

local cases = {}
for i = 1, 400 do
  local text = notation(random(0, 3))
  local s = assert(schema.parse(text), text)
  local case = { notation = text, schema = s, document = assert(schema.json(s, TYPES)), values = {} }
  for k = 1, 12 do
    local value = sample(s, TYPES, 0)
    if is_plain(value) then case.values[#case.values + 1] = value end
  end
  cases[i] = case
end

-- named types are in the document, so they are known in each
t.test("every exported schema comes back as it was, and says in notation the same", function()
  for _, case in ipairs(cases) do
    local again, types, lost = schema.from_json(json.decode(json.encode(case.document)))
    t.eq(lost, {}, case.notation)
    t.eq(schema.text(again), schema.text(case.schema), case.notation)
    t.eq(schema.losses(case.schema), {}, case.notation)
    for name, text in pairs(TYPES) do
      if types[name] then t.eq(schema.text(types[name]), schema.text(text)) end
    end
  end
end)

t.test("a value fits the imported schema when it fits the type", function()
  for _, case in ipairs(cases) do
    local again, types = schema.from_json(json.decode(json.encode(case.document)))
    for _, text in ipairs(case.values) do
      local value = json.decode(text)
      local want = schema.check(value, case.schema, TYPES)
      t.eq(schema.check(value, again, types), want, case.notation .. " and " .. text)
      t.eq(schema.check(value, case.document, case.document["$defs"]), want, "document of " .. case.notation .. " and " .. text)
    end
  end
end)

local interpreter = python()
if not interpreter then
  print "ok 3 - the verdicts of an independent validator are ours # skip python3-jsonschema is not installed"
  print "1..3"
  os.exit(t.failed == 0 and 0 or 1, true)
end

t.test("the verdicts of an independent validator are ours", function()
  local dir, lines = t.dir(), {}
  for i, case in ipairs(cases) do
    lines[i] = ('{"schema":%s,"values":[%s]}'):format(json.encode(case.document), table.concat(case.values, ","))
  end
  t.write(dir .. "/check.py", CHECKER)
  t.write(dir .. "/cases", table.concat(lines, "\n") .. "\n")
  local pipe = assert(io.popen(("%s %s/check.py <%s/cases"):format(interpreter, dir, dir)))
  local asked, accepted = 0, 0
  for i, case in ipairs(cases) do
    local verdicts = pipe:read "l"
    t.ok(verdicts, "no verdict for " .. case.notation)
    for k, text in ipairs(case.values) do
      local ours, why = schema.check(json.decode(text), case.schema, TYPES)
      local theirs = verdicts:sub(k, k) == "1"
      asked, accepted = asked + 1, accepted + (ours and 1 or 0)
      if (ours == true) ~= theirs then error(("%s and %s: we say %s, they say %s"):format(case.notation, text, ours or why, theirs)) end
    end
  end
  pipe:close()
  t.ok(asked > 3000 and accepted > asked // 4 and accepted < asked, asked .. " values, accepted " .. accepted)
end)

t.done()
