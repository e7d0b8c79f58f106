local t = require "tests.tap"
local schema = require "tool.schema"
local null = io.stdout                                     -- any userdata stands for JSON's null

t.test("every form of the notation has its schema", function()
  local forms = {
    { "string", { type = "string" } }, { "string(..200)", { type = "string", maxLength = 200 } }, { "string(5)", { type = "string", minLength = 5, maxLength = 5 } },
    { "number(0..1)", { type = "number", minimum = 0, maximum = 1 } }, { "number(-1.5..)", { type = "number", minimum = -1.5 } },
    { "integer", { type = "integer" } }, { "1..5", { type = "integer", minimum = 1, maximum = 5 } }, { "0.5..1", { type = "number", minimum = 0.5, maximum = 1 } },
    { "any", {} }, { "null", { type = "null" } }, { "duration(..1h30m)", { type = "number", format = "duration", maximum = 5400 } },
    { "duration(..1h05m)", { type = "number", format = "duration", maximum = 3900 } },
    { "size(..10MB)", { type = "integer", format = "size", maximum = 10000000 } }, { "money(..$0.02)", { type = "number", format = "money", maximum = 0.02 } },
    { "url", { type = "string", format = "uri" } }, { '"a"', { const = "a" } }, { "'a' | \"b\"", { enum = { "a", "b" } } }, { "5 | 6", { enum = { 5, 6 } } },
    { "true", { const = true } }, { "string?", { anyOf = { { type = "string" }, { type = "null" } } } },
    { "string | integer", { anyOf = { { type = "string" }, { type = "integer" } } } },
    { '"a" | integer | "b"', { anyOf = { { enum = { "a", "b" } }, { type = "integer" } } } },
    { "{string}", { type = "array", items = { type = "string" } } }, { "{ {integer} }", { type = "array", items = { type = "array", items = { type = "integer" } } } },
    { "{[string]: integer}", { type = "object", additionalProperties = { type = "integer" } } }, { "Mail", { ["$ref"] = "#/$defs/Mail" } },
    { "{}", { type = "object", properties = {}, additionalProperties = false } },
    { '{ b: string "the b", a?: integer; c: boolean?, }', { type = "object", additionalProperties = false, ["x-order"] = { "b", "a", "c" }, required = { "b" },
      properties = { b = { type = "string", description = "the b" }, a = { type = "integer" }, c = { type = "boolean" } } } },
  }
  for _, form in ipairs(forms) do t.eq(assert(schema.parse(form[1])), form[2], form[1]) end
end)

t.test("notation that is wrong is refused with its column", function()
  for text, why in pairs {
    [""] = "column 1: expected a type, got the end", ["{string"] = "column 8: expected '}'", ["string(a)"] = "column 8: expected a range",
    ["string("] = "column 8", ["number(5..1)"] = "goes upward", ["boolean(1..2)"] = "no range: boolean has none", ["{ a string }"] = "column 5",
    ["{ a: string, a: string }"] = "each field once", ["{[integer]: string}"] = "text as the key", ["string string"] = "column 8: expected nothing more",
    ["a |"] = "expected a type", ['"open'] = "a closing \"", ["duration(..5x)"] = "a unit", [("{"):rep(60) .. "string" .. ("}"):rep(60)] = "at most 50",
  } do
    local s, got = schema.parse(text)
    t.eq(s, nil, text)
    if not got:find(why, 1, true) then error(text .. ": " .. got, 2) end
  end
end)

t.test("notation, schema, notation comes back the same", function()
  for _, text in ipairs { "string", "string(..200)", "string(5)", "integer(1..)", "number(0..1)", "duration(..60)", "size", "time", "date", "money", "path", "url",
    "email", "any", "null", "string?", '"a" | "b"', "string | integer", "{string}", "{string?}", "{[string]: integer}", "{[date]: any}", "Mail", "{Mail}", "{}",
    '{ b: string "the \\"b\\"", a?: { c: {integer} } }', '{ "content-type": string }', '{ a: integer | "none" }', "1 | true | \"x\"" } do
    t.eq(schema.text(schema.parse(text)), text)
    t.eq(schema.text(schema.from_json(schema.json(text, { Mail = "string" }))), text)
  end
end)

local GOOD = {
  { 3, "integer" }, { 3.0, "integer" }, { 3.5, "number" }, { "x", "string" }, { nil, "string?" }, { null, "string?" }, { false, "boolean" }, { null, "null" },
  { {}, "{string}" }, { {}, "{[string]: string}" }, { { "a" }, "{string}" }, { { a = "b" }, "{[string]: string}" }, { { a = 1 }, "{ a: integer, b?: string }" },
  { { a = 1, b = null }, "{ a: integer, b?: string }" }, { { a = null }, "{ a: string | null }" }, { "é", "string(1)" }, { "b", '"a" | "b"' }, { "2024-02-29", "date" },
  { "2026-03-02T08:00:00+01:00", "time" }, { "2026-03-02T08:00:00.5Z", "time" }, { "09:30", "time" }, { 1700000000, "time" }, { "https://example.org/a?b=c", "url" },
  { "a.b+c@example.org", "email" }, { 300, "duration(..5m)" }, { { print }, "any" }, { 5, "1..5" }, { { { { 1 } } }, "{{{integer}}}" },
}

t.test("values that fit are accepted", function()
  for i = 1, #GOOD do
    local ok, why = schema.check(GOOD[i][1], GOOD[i][2])
    t.eq(ok, true, i .. " " .. GOOD[i][2] .. " " .. tostring(why))
  end
end)

t.test("a value that does not fit is refused with path, expectation and what came", function()
  for _, row in ipairs {
    { { amount = 12000 }, "{ amount: number(0..10000) }", "amount: expected number in 0..10000, got 12000" },
    { "x", "integer", 'expected integer, got "x"' }, { 3.5, "integer", "expected integer, got 3.5" }, { 2 ^ 63, "integer", "expected integer, got 9.2233720368548e+18" },
    { 0 / 0, "number", "expected number, got " .. tostring(0 / 0) }, { nil, "string", "expected string, got nothing" }, { true, "string", "expected string, got true" },
    { {}, "string", "expected string, got an empty table" }, { { 1, 2 }, "string", "expected string, got a list of 2" }, { { a = 1 }, "{string}", "expected {string}, got a table" },
    { { 1, x = 1 }, "{integer}", "expected {integer}, got a list of 1" }, { { { x = 1 }, { x = "a" } }, "{{ x: integer }}", '[2].x: expected integer, got "a"' },
    { { ["two words"] = 1 }, "{[string]: string}", '["two words"]: expected string, got 1' }, { {}, "{ a: integer }", "a: is missing; expected integer" },
    { { a = null }, "{ a: integer }", "a: is missing; expected integer" }, { { amout = 1 }, "{ amount?: integer }", "unknown field 'amout'; did you mean 'amount'?" },
    { { zzz = 1 }, "{ a?: integer, b?: integer }", "unknown field 'zzz'; the fields are a, b" }, { { q = 1 }, "{}", "unknown field 'q'; it has no fields" },
    { "tacticl", '"tactical" | "strategic"', 'expected "tactical" | "strategic", got "tacticl"; did you mean "tactical"?' }, { 7, '"a"', 'expected "a", got 7' },
    { true, "string | integer", "expected string | integer, got true" }, { { kind = "b" }, '{ kind: "a" } | string', 'kind: expected "a", got "b"' },
    { "abc", "string(..2)", "expected text of ..2 characters, got 3" }, { "2026-02-29", "date", 'expected date such as 2026-03-02, got "2026-02-29"' },
    { "25:00", "time", 'expected time such as 09:30 or 2026-03-02T08:00:00+01:00, got "25:00"' }, { "2026-03-02T08:00:00", "time", "expected time such as" },
    { "example.org", "url", 'expected url such as https://example.org/x, got "example.org"' }, { "a@b@c", "email", "expected email such as" }, { "", "path", "expected path such as" },
    { 400, "duration(..5m)", "expected duration in ..300, got 400" }, { 6, "1..5", "expected integer in 1..5, got 6" }, { 5, "int", "there is no type 'int'; did you mean integer?" },
    { { ["not a date"] = 1 }, "{[date]: integer}", '["not a date"]: as a key: expected date such as 2026-03-02, got "not a date"' },
  } do
    local ok, why = schema.check(row[1], row[2])
    t.eq(ok, nil, row[2])
    if why:sub(1, #row[3]) ~= row[3] then error(row[2] .. ": got '" .. why .. "', want '" .. row[3] .. "'", 2) end
  end
end)

t.test("the first of several mistakes is always the same", function()
  local value = {}
  for i = 1, 50 do value["f" .. i] = 1 end
  t.match(select(2, schema.check(value, "{ b: string, a: string }")), "^b: is missing")
  t.match(select(2, schema.check(value, "{[string]: string}")), "^f1: ")
  t.match(select(2, schema.check(value, "{}")), "'f1'")
end)

t.test("named types are followed, also when they contain themselves", function()
  local types = { Tree = "{ value: integer, children?: {Tree} }", Loop = "Loop" }
  t.eq(schema.check({ value = 1, children = { { value = 2, children = {} } } }, "Tree", types), true)
  t.eq(select(2, schema.check({ value = 1, children = { { value = "x" } } }, "Tree", types)), 'children[1].value: expected integer, got "x"')
  t.match(select(2, schema.check(1, "Loop", types)), "leads back to itself")
  t.match(select(2, schema.check(1, "Nope", types)), "there is no type 'Nope'")
end)

t.test("a document stands alone with the named types it uses, and no others", function()
  local js = assert(schema.json("{Item}", { Item = "{ next?: Item, kind: Kind }", Kind = '"a" | "b"', Other = "string" }))
  t.eq(js["$defs"], { Item = schema.parse "{ next?: Item, kind: Kind }", Kind = { enum = { "a", "b" } } })
  t.eq(js.items, { ["$ref"] = "#/$defs/Item" })
  t.eq(js["$schema"], "https://json-schema.org/draft/2020-12/schema")
  t.match(select(2, schema.json("{Item}", {})), "no type 'Item'")
end)

t.test("a document made of a schema does not share its tables", function()
  schema.json("{ a: integer }").properties.a.type = "string"
  t.eq(schema.check({ a = 1 }, "{ a: integer }"), true)
end)

t.test("foreign JSON Schema is understood", function()
  local s, types = schema.from_json {
    ["$schema"] = "http://json-schema.org/draft-07/schema#", type = "object", required = { "id" },
    definitions = { Pos = { type = "object", properties = { x = { type = "number", exclusiveMinimum = 0 } }, required = { "x" } } },
    properties = { id = { type = "integer" }, at = { ["$ref"] = "#/definitions/Pos" }, note = { type = { "string", "null" }, maxLength = 3, description = "why" },
      mode = { oneOf = { { const = "r" }, { const = "w" } } }, tags = { type = "array", items = { type = "string" }, minItems = 1 }, step = { type = "number", multipleOf = 0.5 } },
  }
  t.eq(schema.check({ id = 1, at = { x = 1 }, note = "abc", mode = "r", tags = { "a" }, extra = true, step = 1.5 }, s, types), true)
  for want, value in pairs {
    ["id: is missing"] = {}, ["at.x: expected number above 0, got 0"] = { id = 1, at = { x = 0 } }, ["note: expected text of ..3"] = { id = 1, note = "abcd" },
    ["mode: expected \"r\" | \"w\""] = { id = 1, mode = "x" }, ["tags: expected 1.. items, got 0"] = { id = 1, tags = {} }, ["step: expected a multiple"] = { id = 1, step = 1.2 },
  } do t.match(select(2, schema.check(value, s, types)), "^" .. want:gsub("%W", "%%%0")) end
  t.eq(schema.text(s), '{ at?: Pos, id: integer, mode?: "r" | "w", note?: string(..3) "why", step?: number, tags?: {string} }')
  local self = schema.from_json { type = "object", properties = { next = { ["$ref"] = "#" } } }
  t.eq(self.properties.next, { ["$ref"] = "#/$defs/root" })
  t.match(select(2, schema.from_json { ["$ref"] = "https://example.org/x.json" }), "cannot follow")
end)

t.test("what a foreign schema limits and nobody checks is reported with its place", function()
  for want, document in pairs {
    ["#: 'pattern' is not checked"] = { type = "string", pattern = "^a" },
    ["#/properties/x: 'format ipv6' is not checked"] = { properties = { x = { type = "string", format = "ipv6" } } },
    ["#/$defs/P: 'patternProperties' is not checked"] = { ["$defs"] = { P = { patternProperties = { a = {} } } } },
    ["#/items: 'unevaluatedProperties' is not checked"] = { items = { unevaluatedProperties = false } },
  } do
    local s, _, lost = schema.from_json(document)
    t.ok(s)
    t.eq(lost, { want })
  end
  local s, types, lost = schema.from_json { patternProperties = { ["^x"] = {} }, additionalProperties = false }
  t.eq(lost, { "#: 'additionalProperties' is not checked", "#: 'patternProperties' is not checked" })
  t.eq(schema.check({ x1 = 1 }, s, types), true)
  t.eq(select(3, schema.from_json { title = "t", default = 1, ["x-vendor"] = true, readOnly = true }), {})
end)

t.test("what the notation of a schema cannot say is named", function()
  for want, s in pairs {
    ["#/pattern"] = { type = "string", pattern = "^a" }, ["#/additionalProperties"] = { type = "object", properties = { a = { type = "string" } }, required = { "a" } },
    ["#/items/multipleOf"] = { type = "array", items = { type = "number", multipleOf = 2 } }, ["#/minItems"] = { type = "array", items = { type = "string" }, minItems = 1 },
  } do t.eq(schema.losses(s), { want }) end
  t.eq(schema.losses "{ a: integer, b?: {string} \"said\" }", {})
end)

t.test("references to any place of a document are followed", function()
  local s, types = schema.from_json { properties = { a = { type = "integer" }, b = { ["$ref"] = "#/properties/a" }, c = { ["$ref"] = "#/$defs/x~1y" } },
    ["$defs"] = { ["x/y"] = { const = 5 } } }
  t.eq(schema.check({ b = 1, c = 5 }, s, types), true)
  t.match(select(2, schema.check({ b = "x" }, s, types)), "^b: expected integer")
  t.match(select(2, schema.check({ c = 4 }, s, types)), "^c: expected 5")
  t.match(select(2, schema.from_json { ["$ref"] = "#/nowhere" }), "cannot follow")
  t.match(select(2, schema.from_json { ["$ref"] = "#anchor" }), "cannot follow")
end)

t.test("a deep value is followed to its end, and an endless one is refused", function()
  local types, deep = { Tree = "{ next?: Tree }" }, {}
  for _ = 1, 900 do deep = { next = deep } end
  t.eq(schema.check(deep, "Tree", types), true)
  local loop = {}
  loop.next = loop
  t.ok(not schema.check(loop, "Tree", types))
  loop = {}
  loop[1] = { loop }
  t.ok(not schema.check({ loop }, "L", { L = "{L}" }))
  t.match(select(2, schema.check(1, "A", { A = "B | string", B = "A" })), "expected B | string")
end)

t.test("people's and models' words for one number are that number", function()
  local types = { Wait = "duration" }
  for _, row in ipairs {
    { "5m", "duration", 300 }, { "1h30m", "duration(..2h)", 5400 }, { "500ms", "duration", 0.5 }, { "10MB", "size", 10000000 }, { "1KiB", "size", 1024 },
    { "$0.10", "money", 0.1 }, { 3.0, "integer", 3 }, { 3.5, "integer", 3.5 }, { "5m", "string", "5m" }, { "5 minutes", "duration", "5 minutes" }, { "", "duration", "" },
    { "5m", "duration?", 300 }, { "5m", "duration | string", "5m" }, { "5m", "Wait", 300 }, { { a = "5m" }, "{ a: Wait, b?: size }", { a = 300 } },
    { { "1s", "2s" }, "{duration}", { 1, 2 } }, { { x = "1s" }, "{[string]: duration}", { x = 1 } }, { "5", "integer", "5" }, { "true", "boolean", "true" },
  } do
    t.eq(schema.take(row[1], row[2], types), row[3], row[2])
  end
  local document = schema.json("{ wait: Wait }", types)
  t.eq(schema.take({ wait = "5m" }, document, document["$defs"]), { wait = 300 })
end)

t.test("a list that JSON gave is no record", function()
  local list = setmetatable({}, { __metatable = "list" })
  t.eq(schema.check(list, "{string}"), true)
  t.eq(select(2, schema.check(list, "{ a?: string }")), "expected { a?: string }, got an empty table")
end)

t.test("a map may name its keys", function()
  t.eq(schema.check({ low = 1 }, '{["low" | "high"]: integer}'), true)
  t.eq(select(2, schema.check({ lo = 1 }, '{["low" | "high"]: integer}')), 'lo: as a key: expected "low" | "high", got "lo"; did you mean "low"?')
  t.eq(schema.text(schema.parse '{["low" | "high"]: integer}'), '{["low" | "high"]: integer}')
end)

t.test("the same notation gives the same table", function() t.ok(schema.parse "{ q: string }" == schema.parse "{ q: string }") end)

t.done()
