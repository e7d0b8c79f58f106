--- schema: the types of the language as JSON Schema, and values held against them.
---
---     local schema = require "tool.schema"
---     local s = schema.parse "{ amount: number(0..10000), note?: string(..200) }"
---     schema.check({ amount = 12000 }, s)   --> nil, "amount: expected number in 0..10000, got 12000"
---
--- A schema is a JSON Schema 2020-12 table, read-only because it is shared. `x-order` is ours: the fields of a record as
--- they were written. All words of 2020-12 that limit values are checked but pattern, patternProperties, unevaluated…
--- and $dynamicRef; a document that has one of these is told so (from_json).
---
--- What the types mean for a value:
---   integer   also a float without a fraction (3.0); the value is not changed
---   duration  number of seconds          size   integer, bytes          money  number, US dollars
---   time      epoch seconds, "HH:MM[:SS]" or an ISO 8601 instant        date   "YYYY-MM-DD"
---   string(a..b)  length in characters   record  closed: a field it does not name is an error
---   T? or a field?  may be nil or null   named types  looked up in `types`: name -> schema or notation
local parser, checker, writer = require "tool.schema.parse", require "tool.schema.check", require "tool.schema.text"
local M = {}

---The schema of a type in the language's own notation.
---
---    schema.parse "{string}"   --> { type = "array", items = { type = "string" } }
---@param notation string
---@return table? schema   read-only
---@return string? why     with the place: "column 9: expected a type, got ')'"
function M.parse(notation) return parser.parse(notation) end

---Holds a value against a schema; the message begins with the path to what is wrong.
---
---    schema.check("x", "integer")   --> nil, 'expected integer, got "x"'
---@param value any
---@param schema table|string                    a schema, or notation
---@param types table<string, table|string>?     what named types mean
---@return true? ok
---@return string? why
function M.check(value, schema, types)
  local s, why = parser.of(schema)
  if not s then return nil, why end
  return checker.check(value, s, types or {})
end

---A JSON Schema document that stands alone: the named types it uses are in `$defs`.
---
---    schema.json("{Item}", { Item = "string" })   --> { items = { ["$ref"] = "#/$defs/Item" }, ["$defs"] = ... }
---@param schema table|string
---@param types table<string, table|string>?
---@return table? document   the caller's own copy
---@return string? why       when a named type is unknown
function M.json(schema, types) return require "tool.schema.export".json(schema, types or {}) end

---The notation of a schema. What the notation cannot say (open records, patterns) is left out: see losses.
---
---    schema.text { type = "integer", minimum = 1 }   --> "integer(1..)"
---@param schema table|string
---@return string
function M.text(schema) return writer.text(assert(parser.of(schema))) end

---Where the notation of a schema says something else than the schema: places in it, none when they are the same.
---
---    schema.losses { type = "string", pattern = "^a" }   --> { "#/pattern" }
---@param schema table|string
---@return string[]
function M.losses(schema) return require "tool.schema.import".losses(assert(parser.of(schema))) end

---Takes a value as people and models write it: "5m" for a duration, "10MB" for a size, "$0.10" for money, 3.0 for an
---integer become the number they are. Changes nothing else, and nothing that could be meant otherwise.
---
---    schema.take({ wait = "5m" }, "{ wait: duration }")   --> { wait = 300 }
---@param value any                                a value fresh from JSON; tables are changed in place
---@param schema table|string
---@param types table<string, table|string>?
---@return any value
function M.take(value, schema, types) return require "tool.schema.take".take(value, assert(parser.of(schema)), types or {}) end

---The schema a reference stands for.
---
---    schema.resolve("#/$defs/Mail", { Mail = "string" })   --> { type = "string" }
---@param ref string
---@param types table<string, table|string>
---@return table? schema
---@return string? why    when there is no such type
function M.resolve(ref, types) return parser.resolve(ref, types) end

---Makes a schema of ours from any JSON Schema document (drafts 6 to 2020-12).
---
---    local s, types, lost = schema.from_json(document)
---@param document table
---@return table? schema
---@return table|string types_or_why   the named types of `$defs`, for check and json
---@return string[]? lost              words that limit values and are not checked: "#/properties/id: 'pattern' is not checked"
function M.from_json(document) return require "tool.schema.import".read(document) end

return M
