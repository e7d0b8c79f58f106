-- decisions and cascades through the built binary, against a server that speaks the providers' formats
local t = require "tests.tap"
local models = require "tests.fake.models"
local json = require "tests.fake.json"

local server = models.serve()
local HOME = t.dir()

local function run(text, env)
  t.write(HOME .. "/p.aios", text)
  return t.aios { "run", "--yes", "p.aios", home = HOME, env = server.env(env) }
end

-- the requests of one program alone
local function asked(text, env)
  local before = #server.requests()
  local r = run(text, env)
  local all = server.requests()
  return r, table.move(all, before + 1, #all, 1, {})
end

local function why() return t.aios { "why", "last", home = HOME }.out end

local function tiers(one, two, three)
  return ('tier operational = "openai:%s"\ntier tactical = "openai:%s"\ntier strategic = "openai:%s"\n'):format(one, two or one, three or two or one)
end

local HEAD = [[
decision triage(mail: { from: string, body: string }) -> { label: "spam" | "invoice" | "human", why: string(..200) }
  rule   if mail.from:match "@bank%.example$" then return { label = "invoice", why = "sender" } end
  prompt `Classify this mail.
${mail}`
]]
local CALL = 'local v = triage { from = "%s", body = "pay 12" }\nprint(v.label, v.why)\n'

local function say(label, why_text, more)
  local value = { label = label, why = why_text or "so" }
  return models.plan({ { text = json.encode(value) } }, more)
end

t.test("a rule that applies decides, and no model is asked", function()
  local r, seen = asked(tiers(say "spam") .. HEAD .. "try operational\nend\n" .. CALL:format "a@bank.example")
  t.eq({ r.code, r.out, #seen }, { 0, "invoice\tsender\n", 0 }, r.err)
  t.match(why(), "triage was decided by the rule in line 5")
end)

t.test("the first tier whose answer is accepted decides", function()
  local r, seen = asked(tiers(say "spam") .. HEAD .. "try operational\ntry tactical\nend\n" .. CALL:format "x")
  t.eq({ r.code, r.out, #seen }, { 0, "spam\tso\n", 1 }, r.err)
end)

t.test("an answer that is turned down goes up with the reason and without the answer", function()
  local r, seen = asked(tiers(say("spam", "SECRETIVE"), say("human", "checked", 1)) .. HEAD
    .. 'try operational accept answer.label ~= "spam"\ntry tactical\nend\n' .. CALL:format "x")
  t.eq({ r.code, r.out, #seen }, { 0, "human\tchecked\n", 2 }, r.err)
  local second = json.encode(seen[2].body)
  t.match(second, "answer.label ~= .*spam.* did not hold")
  t.ok(not second:find "SECRETIVE")
  local story = why()
  t.match(story, "tier operational.*rejected.*answer%.label ~= \"spam\"")
  t.match(story, "triage was decided by tier tactical")
end)

t.test("an accept of the whole decision holds for every tier", function()
  local r, seen = asked(tiers(say("spam", "a"), say("invoice", "b", 1), say("human", "c", 2)) .. HEAD
    .. 'accept answer.label == "human" or mail.body == ""\ntry operational\ntry tactical\ntry strategic\nend\n' .. CALL:format "x")
  t.eq({ r.code, r.out, #seen }, { 0, "human\tc\n", 3 }, r.err)
end)

t.test("without an accepted answer `otherwise` says what to do", function()
  local r = run(tiers(say "spam") .. HEAD .. 'try operational accept false\notherwise { label = "human", why = "no answer" }\nend\n' .. CALL:format "x")
  t.eq({ r.code, r.out }, { 0, "human\tno answer\n" }, r.err)
  t.match(why(), "triage was decided by `otherwise`")
end)

t.test("without `otherwise` the decision is abstained from, with every reason", function()
  local r = run(tiers(say "spam") .. HEAD .. 'try operational accept false\nend\n'
    .. 'local ok, e = pcall(triage, { from = "x", body = "" })\nprint(ok, e.code, e.message)\n')
  t.match(r.out, "^false\tabstained\ttriage decided nothing: tier operational: `accept false` did not hold")
end)

t.test("margin reads the probabilities of the decided word", function()
  local function sure(p, q, n)
    return models.plan({ { text = '{"label":"spam","why":"x"}', tokens = { { '{"label":"', 1, 0.0001 }, { "spam", p, q }, { '","why":"x"}', 1, 0.0001 } } } }, n)
  end
  local text = HEAD .. 'try operational accept margin("label") >= 0.3\ntry tactical\nend\n' .. CALL:format "x"
  local r, seen = asked(tiers(sure(0.8, 0.1), say "human") .. text)
  t.eq({ r.out, #seen, seen[1].body.logprobs }, { "spam\tx\n", 1, true }, r.err)
  r, seen = asked(tiers(sure(0.5, 0.4, 1), say "human") .. text)
  t.eq({ r.out, #seen }, { "human\tso\n", 2 }, r.err)
end)

t.test("margin asks again where no probabilities are told, and says so", function()
  local r, seen = asked(tiers(say("spam", "x", 3)) .. HEAD .. 'try operational accept margin("label") >= 0.3\nend\n' .. CALL:format "x")
  t.eq({ r.out, #seen }, { "spam\tx\n", 3 }, r.err)
end)

t.test("agree compares what is decided, not how it is said", function()
  local model = "first-" .. say("spam", "one") .. "-then-" .. say("spam", "two")
  local r, seen = asked(tiers(model) .. HEAD .. "try operational accept agree(2)\nend\n" .. CALL:format "x")
  t.eq({ r.out, #seen }, { "spam\tone\n", 2 }, r.err)
  model = "first-" .. say("spam", "three") .. "-then-" .. say("human", "four")
  r, seen = asked(tiers(model) .. HEAD .. "try operational accept agree(2)\notherwise { label = 'human', why = 'split' }\nend\n" .. CALL:format "x")
  t.eq({ r.out, #seen }, { "human\tsplit\n", 2 }, r.err)
end)

t.test("a tier that fails gives way to the next, and a refusal to nobody but `otherwise`", function()
  local r = run(tiers("missing", say("human", "up", 5)) .. HEAD .. "try operational\ntry tactical\nend\n" .. CALL:format "x")
  t.eq({ r.code, r.out }, { 0, "human\tup\n" }, r.err)
end)

t.test("what a rule returns must have the type of the decision", function()
  local r = run([[decision d(x: integer) -> { a: integer }
  rule { a = "no" }
end
print(pcall(d, 1))]])
  t.match(r.out, "the answer of the rule in line 2 of d is not { a: integer }")
end)

t.test("an error in a rule is the error of the call, with its line", function()
  local r = run("decision d(x) -> boolean\n  rule if x.y.z then return true end\nend\nd {}\n")
  t.eq(r.code, 1)
  t.match(r.err, "p%.aios:2: attempt to index a nil value")
end)

t.test("a decision that crashed is not paid for again", function()
  local text = tiers(say("spam", "once", 9)) .. HEAD .. "try operational\nend\n" .. CALL:format "x" .. 'if fs.exists "go" then print "end" else os.exit(9) end\n'
  t.write(HOME .. "/c.aios", text)
  local before = #server.requests()
  local function go() return t.aios { "run", "--yes", "--id", "crash-1", "c.aios", home = HOME, env = server.env() } end
  t.eq(go().code, 9)
  t.eq(#server.requests() - before, 1)
end)

t.test("ask climbs its tiers until accept says yes", function()
  local one, two = models.plan { { text = '{"value":1}' } }, models.plan { { text = '{"value":2}' } }
  local r, seen = asked(tiers(one, two) .. 'print(ask { `How many?`, tiers = { "operational", "tactical" }, accept = v => v > 1, budget = $0 } -> integer)\n',
    { AIOS_PRICE = "0/0" })
  t.eq({ r.code, r.out, #seen }, { 0, "2\n", 2 }, r.err)
  t.match(why(), "ask was decided by tier tactical")
end)

t.test("a tier of one's own name may be asked", function()
  local r = run(('tier reader = "openai:%s"\nprint(ask { "hi", tier = "reader" })\n'):format(models.say "mine"))
  t.eq({ r.code, r.out }, { 0, "mine\n" }, r.err)
end)

t.test("a provider that is down is told once", function()
  local r = run('tier operational = "openai:busy" retry 2 times every 1ms\nprint(pcall(ask, { "hi", tier = "operational" }))\n')
  local _, count = r.err:gsub("overloaded", "")
  t.eq({ r.code, count }, { 0, 0 }, r.err)
  r = run('tier operational = "openai:busy" retry 2 times every 1ms\nask { "hi", tier = "operational" }\n')
  _, count = r.err:gsub("overloaded", "")
  t.eq(count, 1)
  t.match(r.err, "%(2 times%)")
end)

t.test("an accept on a line of its own below a try is refused, for it would hold for that try alone", function()
  local r = run("decision d(x) -> boolean\n  prompt `Is it ${x}?`\n  try operational\n  accept answer\nend\n")
  t.eq(r.code, 2)
  t.match(r.err, "this `accept` belongs to `try operational`.*AIOS080")
end)

t.test("an outcome is written to the decision it is about", function()
  local r = run(tiers(say("spam", "out", 2)) .. HEAD .. "try operational\nend\n" .. CALL:format "x"
    .. 'outcome(triage, "good")\nprint(pcall(outcome, "nothing", "bad"))\n')
  t.match(r.out, "^spam\tout\nfalse\t")
  t.match(why(), "triage was decided by tier operational.*it turned out good")
end)

t.test("a picture travels to each provider in its own form", function()
  t.write(HOME .. "/dot.png", "\137PNG\r\n")
  for provider, want in pairs { openai = "data:image/png;base64,iVBORw0K", anthropic = '"media_type":"image/png"', ollama = '"images":["iVBORw0K"]' } do
    local r, seen = asked(('tier operational = "%s:ok"\nprint(ask { "What is it?", images = { "dot.png" }, tier = "operational" })\n'):format(provider))
    t.eq(r.code, 0, r.err)
    t.ok(json.encode(seen[1].body):find(want, 1, true), provider .. ": " .. json.encode(seen[1].body))
  end
end)

server.close()
t.done()
