-- the whole grammar parses in every mode; what is not alive is refused by name
local t = require "tests.tap"
local compiler, grammar = require "compiler", require "compiler.grammar"
local living, tree, words = require "compiler.check.living", require "compiler.tree", require "compiler.words"

-- kind of the node that must appear, source, and for a dead form the words of the refusal
local FORMS = {
  { "workflow", "workflow w(a: string, b) -> T 'Title' do end" }, { "tool", "tool a.b.c() -> R do end" },
  { "every", "every 5m do end" }, { "every", "every 2 weekdays and sunday at 08:00, 9pm in 'UTC' do end" },
  { "cron", "every cron '* * * * *' do end" }, { "at", "at 08:00 do end" }, { "at", "at 2026-01-31 do end" },
  { "after", "in 5m do end" }, { "on", "on trigger.x do end" }, { "always", "always restart after 1s do end" },
  { "where", "on trigger.x as y where y.a do end" }, { "needs_decl", "needs a.b 'x', 'y', c and d" }, { "type_decl", "type T = { [string]: number(0..1) }" },
  { "type_decl", "type T = { a?: string? 'text'; b: 'x' | 'y' | 3 | 0..5, }" }, { "type_decl", "type T = {string} | string(..200)" },
  { "tier_decl", "tier big = 'a', 'b'" }, { "step", "step a, b = f() retry 2 times" }, { "step", "step a do return 1 end" },
  { "wait", "wait 1h30m" }, { "template", "x = `a ${`b ${c}`}`" }, { "lambda", "x = (a, b) => c => a" }, { "result", "x = a.b:c(d) -> T" },
  { "decision", [[decision triage(mail: Mail) -> { label: "spam" | "human", why: string(..200) }
      rule   if mail.from:match "@bank" then return { label = "human" } end
      prompt `Classify.\n${mail}`
      try operational accept margin("label") >= 0.3
      try strategic   at most $0.03
      accept answer.label ~= "invoice" or mail.body:find "%d"
      otherwise approve { `Which for ${mail.subject}?`, within = 4h }
    end]] },
  { "agent", "agent helper goal 'x' tools fs.*, git.status tier tactical up to strategic rounds 8 end" },
  { "budget_decl", "budget monthly = $20 per month" },
  { "span", "every 20m to 40m do end" }, { "random", "every day at random do end" },
  { "on_days", "every month on 1, first monday and last at 06:00 do end" }, { "from", "every 13h from 2026-01-01 07:00 do end" },
  { "fresh", "every 5m jitter 10s fresh do end" }, { "between", "every 5m between 09:00 and 17:00 do end" }, { "idle", "when idle for 10m do end" },
  { "when", "when a.b > 3 for 5m checked every 30s do end" }, { "rearm", "when a > 3 until a < 2 do end" }, { "once", "once every 5m do end" },
  { "on", "on mqtt.message 'a/b' do end", "`on mqtt.message`" }, { "on", "on line.matching('/a', 'b') do end" }, { "on", "on process.exited 'x' do end" }, { "on", "on db.insert 'orders' as row do end" }, { "on", "on file.created '*.pdf' do end" },
  { "budget", "every 5m budget $0.10 per run do end" }, { "budget", "every 5m budget monthly do end" },
  { "priority", "every 5m priority 3 do end" }, { "limit", "every 5m limit 4 at once do end" },
  { "limit", "every 5m limit 4 per minute do end" }, { "jitter", "every 5m jitter 10s do end" },
  { "parallel", "parallel do step a = 1 step b do return 2 end end" },
  { "parallel_for", "parallel for a, b in c limit 4 do f(a) end" }, { "wait_until", "wait until x > 3" },
  { "within", "within 5m, $0.10 do f() end" }, { "isolate", "isolate do f() end" },
  { "test", "test that 'it works' do f() end" }, { "advance", "test that 'a' do advance 2m end" }, { "expect", "test that 'a' do expect x == 3 end" },
  { "undo", "tool a() do return 1 undo r do f(r) end" }, { "undo", "step a do f() undo g() end" },
  { "undo", "workflow w do f() undo r do g(r) end" }, { "undo_exp", "step a = f() undo g(a)" },
  { "timeout", "step a = f() timeout 5s" }, { "timeout", "tier a = 'x' timeout 5s" },
  { "timeout", "every 5m timeout 5s do end" }, { "risk", "tool t() risk high do end" },
}

local function has(root, kind)
  local found = false
  tree.walk(root, function(node) found = found or node.kind == kind end)
  return found
end

t.test("every form parses in the run mode and in the tree mode", function()
  for _, row in ipairs(FORMS) do
    local run, all = grammar.run(row[2]), grammar.tree(row[2])
    t.ok(run, "run mode: " .. row[2])
    t.ok(has(run, row[1]), "no " .. row[1] .. " in " .. row[2])
    t.ok(all and has(all, row[1]), "tree mode: " .. row[2])
  end
end)

t.test("the diagnose mode has nothing to say about a right form", function()
  for _, row in ipairs(FORMS) do t.eq(#grammar.diagnose(row[2]).notes, 0, row[2]) end
end)

t.test("a living form compiles", function()
  for _, row in ipairs(FORMS) do
    if not row[3] then t.ok(compiler.compile(row[2], "x"), row[2]) end
  end
end)

t.test("a form that is not alive is refused once, by its name", function()
  for _, row in ipairs(FORMS) do
    if row[3] then
      local out, problems = compiler.compile(row[2], "x")
      t.eq(out, nil, row[2])
      local named = 0
      for _, problem in ipairs(problems) do
        if problem.message:find(row[3], 1, true) then named = named + 1 t.eq(problem.code, "AIOS090") end
      end
      t.eq(named, 1, row[2])
    end
  end
end)

t.test("every kind that is not alive is in the test above", function()
  local seen = {}
  for _, row in ipairs(FORMS) do
    tree.walk(grammar.run(row[2]), function(node) seen[node.kind] = true end)
  end
  for kind in pairs(living.DEAD) do t.ok(seen[kind], "no form for " .. kind) end
end)

t.test("every kind a mode records is listed in tree.lua", function()
  for _, row in ipairs(FORMS) do
    tree.walk(grammar.tree(row[2]), function(node)
      t.ok(tree.forms[node.kind] or tree.plain[node.kind], node.kind)
    end)
  end
end)

t.test("every head word of the list begins a sentence of the grammar", function()
  local source = {}
  for _, row in ipairs(FORMS) do source[#source + 1] = row[2] end
  local all = table.concat(source, "\n")
  for _, word in ipairs(words.heads) do t.ok(("\n" .. all):find("[\n ]" .. word .. "%f[%W]"), word) end
end)
t.done()
