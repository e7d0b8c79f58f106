-- the most that a run can spend on models, and how far a secret may go
local t = require "tests.tap"
package.preload["aios.json"] = function() return { encode = tostring, decode = tostring } end
local compiler = require "compiler"

local MICRO = { reactive = 0, operational = 100, tactical = 2000, strategic = 30000 }
local model = {}
function model.ask(ask)
  local sum = 0
  for _, tier in ipairs(ask.tiers) do
    if not MICRO[tier] then return nil, "the price of " .. tier .. " is not known" end
    sum = sum + MICRO[tier]
  end
  return math.min(sum, ask.budget or sum)
end
function model.decision() return 2000 end
local library = require("tool.known").library()
library.secret = library.secret or { kind = "function", name = "secret" }
library.secret.info = { entry = library.secret }
local WORLD = { library = library, schema = require "tool.schema", model = model }

-- "name = micro-dollars" of each row; what has no bound says why
local function costs(text)
  local out = {}
  for i, row in ipairs(compiler.check(text, "x", WORLD).costs) do
    out[i] = ("%s = %s"):format(row.name, row.micro and math.tointeger(row.micro) or row.why)
  end
  return table.concat(out, ", ")
end

local function rows(claim, cases)
  t.test(claim, function() for _, case in ipairs(cases) do t.eq(costs(case[1]), case[2], case[1]) end end)
end
local ASK = "ask { 'x', tier = 'tactical' }"

rows("a question costs what its tiers cost together, all of them without a tier", {
  { "workflow w do " .. ASK .. " end", "w = 2000" }, { "workflow w do ask 'x' end", "w = 32100" },
  { "workflow w do ask { 'x', tiers = { 'operational', 'tactical' }, accept = v => v } end", "w = 2100" }, { "workflow w do print 'x' end", "w = 0" },
})
rows("a budget bounds: of a question, of a heading, of a body", {
  { "workflow w do ask { 'x', budget = $0.01 } end", "w = 10000" }, { "workflow w budget $0.005 do ask 'x' end", "w = 5000" },
  { "budget small = $0.001\nworkflow w budget small do ask 'x' end", "w = 1000" }, { "workflow w do within $0.002 do ask 'x' end " .. ASK .. " end", "w = 4000" },
  { "workflow w budget $0.10 do " .. ASK .. " end", "w = 2000" },
})
rows("a loop with literal numbers is counted, one without an end has no bound", {
  { "workflow w do for i = 1, 10 do " .. ASK .. " end end", "w = 20000" }, { "workflow w do while true do " .. ASK .. " end end", "w = a loop without a known end" },
  { "workflow w budget $0.05 do while true do " .. ASK .. " end end", "w = 50000" }, { "workflow w do while true do print 'x' end end", "w = 0" },
  { "workflow w do step a retry 3 times do return 1 end end", "" },
})
rows("a retry asks again", {
  { "workflow w do step a = " .. ASK .. " retry 3 times end", "w = 6000" }, { "workflow w retry 2 times do " .. ASK .. " end", "w = 4000" },
})
rows("what is called is added: tools, decisions, functions, also by way of each other", {
  { "tool a() do " .. ASK .. " end\nworkflow w do a() a() end", "a = 2000, w = 4000" },
  { "decision d(x) -> string prompt `x ${x}` try tactical otherwise 'y' end\nworkflow w do d('a') end", "d = 2000, w = 2000" },
  { "local function f() " .. ASK .. " end\nworkflow w do f() f() end", "w = 4000" }, { "workflow w do f() end function f() " .. ASK .. " end", "w = 2000" },
  { "local function f(n) if n > 0 then " .. ASK .. " f(n - 1) end end\nworkflow w do f(3) end", "w = f calls itself" },
})
rows("a function that is handed on may be called any number of times", {
  { "workflow w do list.map({}, v => ask { v, tier = 'tactical' }) end", "w = a loop without a known end" },
  { "local function f(v) return " .. ASK .. " end\nworkflow w do list.map({}, f) end", "w = a loop without a known end" },
})
rows("what cannot be known is said to be unknown", {
  { "workflow w do ask { 'x', tier = name } end name = 'x'", "w = the tier of the ask in line 1 is computed" },
  { "workflow w do ask { 'x', tiers = { 'own' } } end", "w = the price of own is not known" },
})

t.test("a workflow that has no bound gets a hint, one with a budget none", function()
  local function codes(text)
    local out = {}
    for _, p in ipairs(compiler.check(text, "x", WORLD).problems) do if p.code ~= "AIOS090" then out[#out + 1] = p.code end end
    return out
  end
  t.eq(codes("workflow w do while true do " .. ASK .. " end end"), { "AIOS132" })
  t.eq(codes("workflow w budget $0.01 do while true do " .. ASK .. " end end"), {})
end)

local function secrets(claim, cases)
  t.test(claim, function()
    for _, case in ipairs(cases) do
      local got = {}
      for _, p in ipairs(compiler.check("needs secret\n" .. case[1], "x", WORLD).problems) do
        if p.code ~= "AIOS090" then got[#got + 1] = p.code .. " " .. p.line end
      end
      t.eq(table.concat(got, ", "), case[2] or "", case[1])
    end
  end)
end

secrets("a secret without a tier goes to no model", {
  { "local key = secret 'K'\nask `x ${key}`", "AIOS130 3" }, { "ask { `x ${secret 'K'}`, tier = 'operational' }", "AIOS130 2" },
  { "local key = secret 'K'\nask { 'x', system = 'use ' .. tostring(key) }", "AIOS130 3" }, { "local key = secret 'K'\nprint(key)\nask 'x'" },
  { "local key = secret 'K'\nask { `x ${key}`, tier = 'reactive' }" },
})
secrets("a secret with a tier goes as far as that", {
  { "local key = secret('K', 'operational')\nask { `x ${key}`, tier = 'operational' }" },
  { "local key = secret('K', 'operational')\nask { `x ${key}`, tiers = { 'operational', 'tactical' } }", "AIOS130 3" },
  { "local key = secret('K', 'strategic')\nask `x ${key}`" }, { "local key = secret('K', 'strategic')\ntier own = 'ollama:a'\nask { `x ${key}`, tiers = { 'own' } }", "AIOS130 4" },
})
secrets("a decision that speaks of it in its prompt may not be given it", {
  { "decision d(a) -> string prompt `x ${a}` try tactical otherwise 'y' end\nd(secret 'K')", "AIOS130 3" },
  { "decision d(a) -> string prompt `x` try tactical otherwise a end\nd(secret 'K')" },
  { "decision d() -> string prompt `x ${secret 'K'}` try tactical otherwise 'y' end", "AIOS130 2" },
})
secrets("a tier that a sentence names is one that there is", {
  { "decision d(a) -> string prompt `x` try tacticla otherwise 'y' end\nsecret 'K'", "AIOS131 2" },
  { "tier own = 'ollama:a'\ndecision d(a) -> string prompt `x` try own otherwise 'y' end\nsecret 'K'" },
})

t.done()
