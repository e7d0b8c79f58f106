local t = require "tests.tap"
local args = require "tool.args"

local function bind(params, ...)
  local values, why = args.bind("f", params, { Mail = "{ to: string }", Name = "string", Loop = "Loop" }, ...)
  return values or why
end

t.test("what a call was given comes in the order of the parameters", function()
  local ab, mail = { { "a", "integer" }, { "b", "string?" } }, { to = "x" }
  for i, row in ipairs {
    { ab, { 1, "x" }, { 1, "x", n = 2 } }, { ab, { 1 }, { 1, n = 2 } }, { ab, { { a = 1, b = "x" } }, { 1, "x", n = 2 } },
    { ab, { { 1, b = "x" } }, { 1, "x", n = 2 } }, { ab, { {} }, { n = 2 } }, { ab, { { a = 1 }, "x" }, { { a = 1 }, "x", n = 2 } },
    { { { "m", "Mail" } }, { mail }, { mail, n = 1 } }, { { { "m", "Name" } }, { { m = "x" } }, { "x", n = 1 } },
    { { { "m" } }, { mail }, { mail, n = 1 } }, { { { "m", "any" } }, { mail }, { mail, n = 1 } }, { {}, { mail }, { mail, n = 1 } },
    { { { "m", "string | {string}" } }, { { "x" } }, { { "x" }, n = 1 } }, { { { "m", '"a" | "b"' } }, { { m = "a" } }, { "a", n = 1 } },
    { { { "m", "string?" } }, { { m = "a" } }, { "a", n = 1 } }, { { { "m", "Loop" } }, { mail }, { mail, n = 1 } },
    { { { "m", "Nope" } }, { mail }, { mail, n = 1 } }, { ab, {}, { n = 2 } }, { ab, { 1, "x", 3 }, { 1, "x", 3, n = 3 } },
  } do t.eq(bind(row[1], table.unpack(row[2])), row[3], "row " .. i) end
end)

t.test("a name that is no argument gets a guess, or the list", function()
  local params = { { "subject", "string" }, { "text", "string" } }
  t.eq(bind(params, { subjet = "" }), "f has no argument 'subjet'; did you mean 'subject'?")
  t.eq(bind(params, { from = "" }), "f has no argument 'from'; it takes subject, text")
  t.eq(bind(params, { "a", "b", "c" }), "f has no argument '3'; it takes subject, text")
  t.eq(bind(params, { "a", subject = "b" }), "f is given 'subject' twice, by its name and by its place")
end)

t.test("a table with a metatable is a value", function()
  local list = setmetatable({}, {})
  t.eq(bind({ { "a", "string" } }, list)[1], list)
end)

t.done()
