-- what a program declares is known without running it
local t = require "tests.tap"
local compiler = require "compiler"

local SOURCE = [[
needs net "api.example.org", "b" and notify
type Order = { id: string,  -- the id
  n: number }
tier big = "a", f()
workflow report(day: string) -> Order "The report"
  about "What"
  every weekday at 8am in "Europe/London"
  every 5m
  needs fs.read "~/x"
  on trigger.go
  tags a, b
do
  every 10m do end
end
at 2026-01-01 08:00 do end
in 90s do end
tool mail.send(to: email, n: integer?) -> { ok: boolean }
  idempotent
do end
always restart after 5s do end
]]

t.test("needs, workflows, tools, types and tiers are all there", function()
  local d = compiler.compile(SOURCE, "x").decls
  t.eq(d.needs, { { "net", "api.example.org", "b", line = 1 }, { "notify", line = 1 } })
  t.eq(d.types, { { name = "Order", text = "{ id: string, n: number }", line = 2 } })
  t.eq(d.tiers, { { name = "big", line = 4 } })
  t.eq(d.tests, {})
  t.eq(d.tools, { {
    name = "mail.send", line = 17, params = { { "to", "email" }, { "n", "integer?" } }, returns = "{ ok: boolean }", effect = "idempotent",
    needs = {},
  } })
  t.eq(d.workflows[1], {
    name = "report", title = "The report", line = 5, params = { { "day", "string" } }, returns = "Order", about = "What",
    needs = { { "fs.read", "~/x", line = 9 } }, tags = { "a", "b" },
    triggers = {
      { kind = "every", spec = 'every weekday at 08:00 in "Europe/London"', line = 7 }, { kind = "every", spec = "every 5m", line = 8 },
      { kind = "trigger", name = "go", line = 10 },
    },
  })
end)

t.test("a workflow without a name has its line and its trigger", function()
  local d = compiler.compile(SOURCE, "x").decls
  local kinds = {}
  for i = 2, #d.workflows do
    t.eq(d.workflows[i].name, nil)
    kinds[#kinds + 1] = d.workflows[i].line .. d.workflows[i].triggers[1].kind
  end
  t.eq(kinds, { "13every", "15at", "16in", "20always" })
  t.eq(d.workflows[4].triggers[1].seconds, 90)
end)

t.test("cron is told apart from other schedules", function()
  local d = compiler.compile("every cron '0 9 * * *' do end", "x").decls
  t.eq(d.workflows[1].triggers, { { kind = "cron", spec = 'every cron "0 9 * * *"', line = 1 } })
end)

t.test("declarations survive being written and read", function()
  local d = compiler.compile(SOURCE, "x").decls
  local text = compiler.serialize(d)
  t.eq(load(text, "=decls", "t", {})(), d)
  t.eq(compiler.serialize(compiler.compile(SOURCE, "y").decls), text)
end)

t.test("a plain Lua file declares nothing", function()
  local d = compiler.compile("x = 1", "x").decls
  t.eq(d, { needs = {}, workflows = {}, tools = {}, types = {}, tiers = {}, budgets = {}, decisions = {}, agents = {}, tests = {} })
end)
t.done()
