-- budgets through the built binary: what is held, what is spent, and that nothing goes over
local t = require "tests.tap"
local models = require "tests.fake.models"
local json = require "tests.fake.json"

local server = models.serve()
local HOME = t.dir()
-- 20 tokens in and 10 out cost 30 micro-dollars; a call may cost its bytes and 100 tokens
local PRICE = { AIOS_PRICE = "1/1" }

local function run(text, env, args)
  t.write(HOME .. "/p.aios", text)
  local words = { "run", "--yes", "p.aios", home = HOME, env = server.env(env or PRICE) }
  for i, word in ipairs(args or {}) do words[2 + i], words[3 + i] = word, words[2 + i] end
  return t.aios(words)
end

local function budgets()
  return json.decode(t.aios { "budgets", "--json", home = HOME }.out)
end

local function of(pattern)
  for _, row in ipairs(budgets()) do if row.scope:find(pattern) then return row end end
end

local TIER = ('tier operational = "openai:%s"\n'):format(models.say "yes")
local ASK = '{ "Is it?", tier = "operational", max_tokens = 100 }'

t.test("a budget of a call stops what could cost more, and says by how much", function()
  local r = run(TIER .. 'print(pcall(ask, { "Is it?", tier = "operational", max_tokens = 100, budget = $0.0001 }))\n')
  t.match(r.out, "^false\task: no model answered: .*one more call may cost %$0%.000%d+, of ask %(%$0%.000100%) %$0%.000000 is spent")
end)

t.test("`within` an amount holds for everything inside, in branches too", function()
  local r = run(TIER .. [[
local ok, why = pcall(function()
  within 10s, $0.0001 do
    parallel do step a = ask { "Is it?", tier = "operational", max_tokens = 100 } end
  end
end)
print(ok, why.code, why.message)
]])
  t.match(r.out, "^false\t%w+\t.*of within %(%$0%.000100%)")
end)

t.test("what a call cost is spent, and what it might have cost is given back", function()
  local r = run("budget mine = $0.01 per day\n" .. TIER .. "print(ask " .. ASK .. ")\n")
  t.eq({ r.code, r.out }, { 0, "yes\n" }, r.err)
  local row = of "budget mine"
  t.eq({ row.spent, row.held, row.cap }, { 30, 0, 10000 })
end)

t.test("a budget per day is shared by the runs of a day, and the next day is new", function()
  local text = "budget daily = $0.0003 per day\n" .. TIER .. "print(pcall(ask, " .. ASK .. "))\n"
  local function on(day) return run(text, { AIOS_PRICE = "1/1", AIOS_CLOCK = day .. "T10:00:00Z" }).out:match "^%a+" end
  local day, count = "2026-05-01", 0
  while on(day) == "true" and count < 20 do count = count + 1 end
  t.ok(count >= 2 and count < 20, tostring(count))
  t.eq(on "2026-05-02", "true")
end)

t.test("a budget that a heading names binds only what is under it", function()
  local r = run("budget small = $0.00001\n" .. TIER
    .. "workflow poor() budget small do return ask " .. ASK .. " end\nprint(pcall(poor))\nprint(ask " .. ASK .. ")\n")
  t.match(r.out, "^false\t.*budget small.*\nyes\n$")
end)

t.test("a budget of a workflow is that of each call of it", function()
  local r = run(TIER .. "workflow w() budget $0.0002 do return ask " .. ASK .. " end\nfor i = 1, 4 do print(w()) end\n")
  t.eq(r.out, "yes\nyes\nyes\nyes\n", r.err)
end)

t.test("`at most` bounds a try, and what does not fit is left to `otherwise`", function()
  local decide = "decision d(x: integer) -> { a: boolean }\n prompt `Is ${x}?`\n try operational accept agree(3) at most $%s\n otherwise { a = false }\nend\nprint(d(1).a)\n"
  local tier = ('tier operational = "openai:%s"\n'):format(models.say '{"a":true}')
  t.eq(run(tier .. decide:format "0.1").out, "true\n")
  t.eq(run(tier .. decide:format "0.001").out, "false\n")
end)

t.test("a tier may have a budget of its own", function()
  local r = run(TIER:gsub("\n", " budget $0.00001\n") .. "print(pcall(ask, " .. ASK .. "))\n")
  t.match(r.out, "of tier operational")
end)

t.test("a person's limit for the day holds for every program", function()
  local r = run(TIER .. "print(pcall(ask, " .. ASK .. "))\n", { AIOS_PRICE = "1/1", AIOS_BUDGET_DAY = "0.00001" })
  t.match(r.out, "the limit per day")
end)

t.test("a model without a price is not asked on a budget", function()
  local r = run("budget b = $1\n" .. TIER .. "print(pcall(ask, " .. ASK .. "))\n", {})
  t.match(r.out, "no price known")
end)

t.test("what a killed process held stays spent, and its run goes on", function()
  local hang = ('tier operational = "openai:first-stall-then-%s"\n'):format(models.say "late")
  t.write(HOME .. "/k.aios", "budget killed = $0.01\n" .. hang .. "print(ask " .. ASK .. ")\n")
  t.ok(server.kill_at(1, HOME, { "run", "--yes", "--id", "kill-1", "k.aios" }, PRICE), "it was asked")
  local held = of "budget killed"
  t.eq(held.spent, 0)
  t.ok(held.held > 100)
  local r = t.aios { "run", "--yes", "--id", "kill-1", "k.aios", home = HOME, env = server.env(PRICE) }
  t.eq({ r.code, r.out }, { 0, "late\n" }, r.err)
  local row = of "budget killed"
  t.eq({ row.spent, row.held }, { held.held + 30, 0 })
end)

t.test("aios cost adds up what was recorded", function()
  local home = t.dir()
  t.write(home .. "/p.aios", TIER .. "ask " .. ASK .. "\nask { 'Or is it?', tier = 'operational' }\n")
  t.eq(t.aios { "run", "--yes", "p.aios", home = home, env = server.env(PRICE) }.code, 0)
  for _, by in ipairs { "tier", "model", "day", "run" } do
    local rows = json.decode(t.aios { "cost", "--by", by, "--json", home = home }.out)
    t.eq({ #rows, rows[1].calls, rows[1].tokens_in, rows[1].tokens_out, rows[1].cost }, { 1, 2, 40, 20, 60 }, by)
  end
  t.match(t.aios { "cost", home = home }.out, "operational%s+2%s+40%s+20%s+0%s+%$0%.00006")
  t.eq(t.aios { "cost", "--by", "color", home = home }.code, 2)
end)

-- many at once: runs of one program, several processes on one database
local MANY = "budget all = $%s\n" .. TIER .. [[
workflow one(n) do
  local ok, e = pcall(ask, { "Is it?", tier = "operational", max_tokens = 100, temperature = 0 })
  if not ok and e.code ~= "money" then error(e, 0) end
  return ok
end
for i = 1, %d do one:start { i } end
]]

local function spent(home)
  local row, cost = json.decode(t.aios { "budgets", "--json", home = home }.out)[1], json.decode(t.aios { "cost", "--json", home = home }.out)[1]
  return row, cost
end

t.test("200 asks at once against a budget for 50 never cost more, and use it", function()
  local home = t.dir()
  t.write(home .. "/m.aios", MANY:format("0.0015", 200))
  local r = t.aios { "run", "--yes", "m.aios", home = home, env = server.env(PRICE) }
  t.eq(r.code, 0, r.err:sub(1, 500))
  local row, cost = spent(home)
  t.eq({ row.cap, row.held, row.spent }, { 1500, 0, cost.calls * 30 })
  t.ok(row.spent <= 1500 and cost.calls >= 40, ("%d answered, %d spent"):format(cost.calls, row.spent))
end)

t.test("a kill in the middle of 200 asks leaves the budget whole", function()
  local home = t.dir()
  t.write(home .. "/m.aios", MANY:format("0.0015", 200))
  t.ok(server.kill_at(10, home, { "run", "--yes", "--id", "m1", "m.aios" }, PRICE), "it was asked")
  local row = json.decode(t.aios { "budgets", "--json", home = home }.out)[1]
  t.ok(row.spent + row.held <= 1500, ("%d spent, %d held"):format(row.spent, row.held))
  local r = t.aios { "run", "--yes", "--id", "m1", "m.aios", home = home, env = server.env(PRICE) }
  t.eq(r.code, 0, r.err:sub(1, 500))
  row = json.decode(t.aios { "budgets", "--json", home = home }.out)[1]
  t.ok(row.spent + row.held <= 1500, ("%d spent, %d held"):format(row.spent, row.held))
end)

server.close()
t.done()
