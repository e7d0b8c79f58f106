-- every form of the table of foreign habits has a message of its own, and every answer is good
local t = require "tests.tap"
package.preload["aios.json"] = function() return { encode = tostring, decode = tostring } end
local compiler = require "compiler"
local world = { library = require("tool.known").library(), schema = require "tool.schema" }

local function first(text) return compiler.check(text, "x", world).problems[1] end

for _, row in ipairs(require "compiler.habits.foreign") do
  t.test(("%s: %s"):format(row[1], (row[2]:gsub("\n%s*", " "))), function()
    local problem = first(row[2])
    t.ok(problem, "no problem was seen")
    t.eq(problem.code, "AIOS012", problem.message)
    t.ok(problem.hint or problem.message:find "is written", problem.message)
  end)
end

t.test("what the table answers can be read as a program", function()
  for _, row in ipairs(require "compiler.habits.foreign") do
    local made, problems = compiler.compile(row[3], "x")
    t.ok(made, row[3] .. ": " .. (problems and problems[1].message or ""))
  end
end)

t.test("a habit in a comment or a text is none", function()
  for _, text in ipairs { "-- a != b\nwait 1s", "print 'x ? y : z && w'\nwait 1s", "wait 1s -- x := 5" } do t.eq(first(text), nil, text) end
end)

t.done()
