-- the functions of `require "aios"` beside the language: what a heading takes, its twin takes
local t = require "tests.tap"

local nothing = setmetatable({}, { __index = function() return function() end end })
package.preload["aios.run"] = function() return nothing end
package.preload["aios.json"] = function() return require "tests.fake.json" end
package.preload["aios.script"] = function() return nothing end
local twin = require "twin"
local living = require "compiler.check.living"

-- how a clause is called in the twin, where its own word is not the field; false: it has no field, and why
local FIELD = {
  workflow = {
    once = "every",                                      -- a word of the schedule: every = "once every day"
    ["as"] = false,                                      -- names the parameter; a function has one
  },
  tool = { reads = "effect", idempotent = "effect", use_tier = "tier" },
  decision = {},
}
FIELD.workflow.use_tier = "tier"
FIELD.agent = FIELD.workflow
-- fields that are no clauses: what stands between the word and the clauses, and the body
local HEAD = { name = true, params = true, returns = true, run = true, undo = true, rungs = true }

for heading, fields in pairs(twin.FIELDS) do
  t.test(("every living clause of a %s is a field of aios.%s"):format(heading, heading), function()
    for clause in pairs(living.TAKES[heading]) do
      local name = FIELD[heading][clause]
      if name == nil then name = clause end
      local refused = heading == "tool" and clause == "limit"            -- living.lua refuses it there
      if name and not living.DEAD[clause] and not refused then
        t.ok(fields[name], ("the clause `%s` is alive: stdlib/twin.lua needs it in FIELDS.%s"):format(clause, heading))
      end
    end
  end)

  t.test(("every field of aios.%s is a clause that is alive, or of its head"):format(heading), function()
    local clauses = {}
    for clause in pairs(living.TAKES[heading]) do
      if not living.DEAD[clause] then clauses[FIELD[heading][clause] or clause] = true end
    end
    for name in pairs(fields) do t.ok(HEAD[name] or clauses[name], name) end
  end)
end

-- the sentences that plain Lua writes as functions; tests are found in the text, so they have none
local SENTENCES = { workflow = "workflow", tool = "tool", tier_decl = "tier", budget_decl = "budget", decision = "decision", agent = "agent", type_decl = "type", needs_decl = "needs", step = "step", wait = "wait" }

t.test("every other sentence has a function", function()
  local aios = twin.make {}
  for kind, name in pairs(SENTENCES) do
    t.ok(not living.DEAD[kind], kind)
    t.eq(type(aios[name]), "function", name)
  end
end)

-- a schedule as the compiler writes it and as the twin does
t.test("schedule words are those the compiler writes", function()
  local compiler = require "compiler"
  local seen
  local declare = require "flow.declare"
  local before = declare.workflow
  declare.workflow = function(_, _, decl) seen = decl end
  for _, row in ipairs { { "every 5m", "5m" }, { "every weekday at 08:00", "every weekday at 08:00" }, { "once every day at 09:00", "once every day at 09:00" },
    { "once every day at 09:00", "once day at 09:00" }, { "at 17:30", "17:30", "at" } } do
    local word = row[3] or "every"
    twin.make({}).workflow { name = "w", [word] = row[2], run = print }
    local made = assert(compiler.compile(("workflow w %s do end"):format(row[1]), "x")).lua
    t.ok(made:find(('%s={"%s"}'):format(word, seen[word][1]), 1, true), made .. " and " .. seen[word][1])
  end
  declare.workflow = before
end)

t.done()
