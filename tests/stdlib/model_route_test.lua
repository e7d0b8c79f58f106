local t = require "tests.tap"
package.preload["aios.json"] = function() return require "tests.fake.json" end
-- the real check when it is there; this one knows only what these tests need
package.preload["tool.schema"] = function()
  return { check = function(v, s)
    if s.enum then for _, e in ipairs(s.enum) do if e == v then return true end end return nil, "expected one of the choices" end
    if s.type == "object" then
      if type(v) ~= "table" then return nil, "expected a record" end
      for _, name in ipairs(s.required or {}) do if v[name] == nil then return nil, name .. ": missing" end end
      return true
    end
    if s.type == "boolean" and type(v) ~= "boolean" then return nil, "expected true or false" end
    return true
  end }
end
local route = require "model.route"
local breaker = require "model.breaker"
local json = require "aios.json"

-- ------------------------------------------------------------------ a world that is a script
local function openai(text, finish)
  return { status = 200, kind = "sse", { "message", json.encode { choices = { { delta = { content = text } } }, model = "m" } },
    { "message", json.encode { choices = { { delta = {}, finish_reason = finish or "stop" } } } },
    { "message", '{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10}}' }, { "message", "[DONE]" } }
end
local function ollama(text)
  return { status = 200, kind = "ndjson", { "", json.encode { message = { content = text }, done = true, prompt_eval_count = 5, eval_count = 6 } } }
end
local function failing(status, body, headers) return { status = status, kind = "bytes", headers = headers, { "", body or "" } } end
local function broken(code) return { err = { code = code, message = code } } end
local function cut(text, code) return { status = 200, kind = "sse", { "message", json.encode { choices = { { delta = { content = text } } } } }, tail = code and { code = code, message = code } } end

local function world(env, script)
  local w = { calls = {}, slept = {}, spent = {}, clock = 1000, env = env }
  function w.open(request)
    w.calls[#w.calls + 1] = request
    local answer = table.remove(script, 1) or error("one call too many: " .. request.url, 0)
    if answer.takes then w.clock = w.clock + answer.takes end
    if answer.err then return nil, answer.err end
    local at = 0
    return {
      status = function() return answer.status end, headers = function() return answer.headers or {} end, kind = function() return answer.kind end,
      read = function()
        at = at + 1
        local e = answer[at]
        if e then return { event = e[1], data = e[2] } end
        return nil, answer.tail
      end,
      close = function() w.closed = (w.closed or 0) + 1 end,
    }
  end
  function w.sleep(s) w.slept[#w.slept + 1] = s w.clock = w.clock + s end
  function w.mono() return w.clock end
  w.wall = w.mono
  function w.getenv(name) return env[name] end
  function w.random() return 0 end
  function w.spend(row) w.spent[#w.spent + 1] = row end
  -- a store of budgets: one transaction over all scopes
  w.budget, w.holds = {}, {}
  function w.hold(_, amount, scopes)
    for _, s in ipairs(scopes) do
      local row = w.budget[s[1]] or { spent = 0, held = 0 }
      w.budget[s[1]] = row
      if row.spent + row.held + amount > s[3] then return nil, { label = s[2], cap = s[3], spent = row.spent, held = row.held } end
    end
    for _, s in ipairs(scopes) do w.budget[s[1]].held = w.budget[s[1]].held + amount end
    w.holds[#w.holds + 1] = { amount, scopes }
    return #w.holds
  end
  function w.settle(id, cost)
    for _, s in ipairs(w.holds[id][2]) do
      local row = w.budget[s[1]]
      row.held, row.spent = row.held - w.holds[id][1], row.spent + cost
    end
  end
  function w.secret(name)
    if name == "IBAN" then return "DE02 1203" end
    return nil, "no secret " .. name
  end
  return w
end

local KEY = { OPENAI_API_KEY = "k" }
local TWO = { OPENAI_API_KEY = "k", OLLAMA_HOST = "127.0.0.1:1" }          -- operational: ollama, openai
local REQUEST = { run = "R", path = "/1" }

local function ask(env, script, args, request)
  route.breaker = breaker.new()
  local w = world(env, script)
  if type(args) ~= "table" then args = { prompt = args or "hi" } end
  local result, err = route.answer(args, request or REQUEST, w)
  return result, err, w
end

local function classes(w)
  local out = {}
  for i, row in ipairs(w.spent) do out[i] = row.outcome .. (row.class and " " .. row.class or "") end
  return table.concat(out, ", ")
end

-- ------------------------------------------------------------------ the good way
t.test("an answer comes with tier, model, cost and tokens", function()
  local r, _, w = ask(KEY, { openai "Hello" })
  t.eq(r, { text = "Hello", tier = "operational", provider = "openai", model = "m", cost = 21, tokens = { input = 100, output = 10, cached = 0 }, attempts = 1 })
  local s = w.spent[1]
  t.eq({ s.run, s.path, s.tier, s.provider, s.model, s.tokens_in, s.tokens_out, s.cost, s.outcome }, { "R", "/1", "operational", "openai", "gpt-4o-mini", 100, 10, 21, "accepted" })
  t.eq(w.closed, 1)
end)

t.test("the local model comes first when no tier is stated, and costs nothing", function()
  local r, _, w = ask(TWO, { ollama "hi" })
  t.eq({ r.provider, r.cost, w.calls[1].url }, { "ollama", 0, "http://127.0.0.1:1/api/chat" })
end)

t.test("a stated tier is the only one asked", function()
  local r = ask(TWO, { openai "x" }, { prompt = "p", tier = "strategic" })
  t.eq({ r.tier, r.provider }, { "strategic", "openai" })
end)

t.test("a program's own tiers come before the environment", function()
  local _, _, w = ask(TWO, { openai "x" }, { prompt = "p", tier = "operational", declared = { operational = { "openai:large" } } })
  t.eq(json.decode(w.calls[1].body).model, "gpt-4.1")
end)

t.test("the environment names a tier", function()
  local _, _, w = ask({ OPENAI_API_KEY = "k", AIOS_TIER_OPERATIONAL = "ollama:qwen3:0.6b, openai:x" }, { ollama "x" })
  t.eq(json.decode(w.calls[1].body).model, "qwen3:0.6b")
end)

t.test("a type is sent, read back and checked", function()
  local r = ask(KEY, { openai '{"value":true}' }, { prompt = "p", schema = { type = "boolean" } })
  t.eq({ r.value, r.text }, { true, '{"value":true}' })
end)

-- ------------------------------------------------------------------ retry
t.test("TRANSIENT is retried twice with growing pauses when nobody stands in", function()
  local r, _, w = ask(KEY, { failing(503), broken "offline", openai "ok" })
  t.eq({ r.text, r.attempts, w.slept }, { "ok", 3, { 0.5, 1.0 } })
  t.eq(classes(w), "failed TRANSIENT, failed TRANSIENT, accepted")
end)

t.test("TRANSIENT three times is an error that says what was tried", function()
  local r, err = ask(KEY, { failing(500), failing(500), failing(500) }, { prompt = "p", tier = "operational" })
  t.eq({ r, err.code }, { nil, "offline" })
  t.match(err.message, "openai:gpt%-4o%-mini: HTTP status 500")
end)

t.test("THROTTLED waits as long as it is told when there is time", function()
  local r, _, w = ask(KEY, { failing(429, "", { ["retry-after"] = "7" }), openai "ok" })
  t.eq({ r.text, w.slept }, { "ok", { 7 } })
end)

t.test("THROTTLED for longer than the deadline is not waited for", function()
  local _, err, w = ask(KEY, { failing(429, "", { ["retry-after"] = "25" }) }, { prompt = "p", timeout = 10, tier = "operational" })
  t.eq({ err.code, #w.slept }, { "throttled", 0 })
end)

t.test("money is never retried, and the next provider is asked", function()
  local quota = '{"error":{"code":"insufficient_quota","message":"no money"}}'
  local env = { OPENAI_API_KEY = "k", ANTHROPIC_API_KEY = "k", AIOS_TIER_OPERATIONAL = "openai:a,ollama:b" }
  local r, _, w = ask(env, { failing(429, quota), ollama "ok" })
  t.eq({ r.text, #w.slept, classes(w) }, { "ok", 0, "failed MONEY, accepted" })
end)

t.test("an error inside a good status is classed by what it says", function()
  local stream = { status = 200, kind = "sse", { "message", '{"error":{"code":"insufficient_quota","message":"no money"}}' } }
  local _, err, w = ask(KEY, { stream }, { prompt = "p", tier = "operational" })
  t.eq({ err.code, #w.calls }, { "money", 1 })
end)

-- ------------------------------------------------------------------ fallback
t.test("silence fails over at once, without a retry of the silent one", function()
  local r, _, w = ask(TWO, { broken "timeout", openai "ok" })
  t.eq({ r.provider, #w.slept, classes(w) }, { "openai", 0, "failed SILENT, accepted" })
end)

t.test("a stream that ends early is never an answer; it is asked again elsewhere and paid for as far as it came", function()
  local env = { OPENAI_API_KEY = "k", AIOS_TIER_OPERATIONAL = "openai:gpt-4o-mini,ollama:b" }
  local r, _, w = ask(env, { cut("half of", "truncated"), ollama "whole" })
  t.eq({ r.text, classes(w) }, { "whole", "failed TRUNCATED, accepted" })
  t.ok(w.spent[1].tokens_out > 0 and w.spent[1].cost > 0)
  t.match(w.spent[1].why, "estimated")
end)

t.test("a stream that ends in good order but without a finish is TRUNCATED too, and started once more when alone", function()
  local r, _, w = ask(KEY, { cut "half", openai "whole" })
  t.eq({ r.text, classes(w) }, { "whole", "failed TRUNCATED, accepted" })
end)

t.test("a key that is refused takes the deployment out; another one answers", function()
  local env = { OPENAI_API_KEY = "k", AIOS_TIER_OPERATIONAL = "openai:a,ollama:b" }
  local r, _, w = ask(env, { failing(401), ollama "ok" })
  t.eq({ r.text, classes(w) }, { "ok", "failed AUTH, accepted" })
  local w2 = world(env, { ollama "again" })
  t.eq(route.answer({ prompt = "p" }, REQUEST, w2).text, "again")
end)

t.test("a tier that is down gives way to the next when none is stated", function()
  local env = { OPENAI_API_KEY = "k", AIOS_TIER_OPERATIONAL = "ollama:b" }
  local r = ask(env, { broken "timeout", openai "ok" })
  t.eq(r.tier, "tactical")
end)

t.test("a model that is not there lets the next one try", function()
  local r = ask(TWO, { failing(404, [[{"error":"model 'x' not found"}]]), openai "ok" })
  t.eq(r.provider, "openai")
end)

t.test("a bad request is a bug: nobody else is asked", function()
  local _, err, w = ask(TWO, { failing(400, '{"error":"bad thing"}') })
  t.eq({ err.code, #w.calls }, { "invalid", 1 })
end)

t.test("a refusal is not shopped around", function()
  local _, err, w = ask(TWO, { failing(400, '{"error":{"code":"content_policy_violation","message":"no"}}') })
  t.eq({ err.code, #w.calls }, { "policy", 1 })
end)

t.test("a page that is not JSON is no answer", function()
  local env = { OPENAI_API_KEY = "k", AIOS_TIER_OPERATIONAL = "openai:a,ollama:b" }
  local html = failing(200, "<html>login</html>")
  local r, _, w = ask(env, { html, failing(200, "<html>login</html>"), ollama "ok" })
  t.eq({ r.text, classes(w) }, { "ok", "failed TRANSIENT, failed TRANSIENT, accepted" })
end)

-- ------------------------------------------------------------------ escalate
local BOOL = { type = "boolean" }

t.test("an answer of the wrong type is repaired once where it was made, with the reason and without the answer", function()
  local r, _, w = ask(KEY, { openai "maybe SECRETWORD", openai '{"value":false}' }, { prompt = "p", schema = BOOL })
  t.eq({ r.value, r.attempts, classes(w) }, { false, 2, "rejected, accepted" })
  t.match(w.calls[2].body, "not accepted")
  t.ok(not w.calls[2].body:find "SECRETWORD")
end)

t.test("rejected twice goes to the next tier with the reasons", function()
  local env = { OPENAI_API_KEY = "k", AIOS_TIER_OPERATIONAL = "ollama:b" }
  local r, _, w = ask(env, { ollama "no", ollama "still no", openai '{"value":true}' }, { prompt = "p", schema = BOOL })
  t.eq({ r.tier, r.value, classes(w) }, { "tactical", true, "rejected, rejected, accepted" })
  t.match(w.calls[3].body, "not accepted")
end)

t.test("a deployment that higher tiers name again is not asked again", function()
  local _, err, w = ask(KEY, { openai "x", openai "y" }, { prompt = "p", schema = BOOL })
  t.eq({ err.code, #w.calls }, { "failed", 2 })
  _, err, w = ask(KEY, { broken "timeout" })
  t.eq({ err.code, #w.calls }, { "timeout", 1 })
end)

t.test("a named type, which is a reference, is an object all the same", function()
  local schema = { ["$ref"] = "#/$defs/V", ["$defs"] = { V = { type = "object", properties = { a = { type = "integer" } }, required = { "a" } } } }
  local expect = require "model.expect"
  local rooted, wrapped = expect.rooted(schema)
  t.eq({ rooted.type, wrapped, rooted["$defs"].V.type }, { "object", false, "object" })
  t.eq({ expect.read('{"a":1}', schema) }, { true, { a = 1 } })
end)

t.test("an answer cut off at the token limit is not accepted as data", function()
  local _, _, w = ask(KEY, { openai('{"value":true}', "length"), openai '{"value":true}' }, { prompt = "p", schema = BOOL })
  t.eq(classes(w), "rejected, accepted")
end)

t.test("a stated tier that cannot satisfy the type fails and says why", function()
  local _, err = ask(KEY, { openai "x", openai "y" }, { prompt = "p", schema = BOOL, tier = "operational" })
  t.eq(err.code, "failed")
  t.match(err.message, "not JSON")
end)

-- ------------------------------------------------------------------ deadlines and rests
t.test("the whole call has one deadline, and every attempt gets what is left of it", function()
  local slow = broken "io"
  slow.takes = 8
  local _, err, w = ask(KEY, { slow, slow }, { prompt = "p", timeout = 10, tier = "operational" })
  t.eq({ w.calls[1].timeout, w.calls[2].timeout, #w.calls }, { 10, 1.5, 2 })
  t.eq(err.code, "offline")
end)

t.test("a deployment that failed three times rests, and one success forgives", function()
  local b = breaker.new()
  local p = { class = "TRANSIENT", message = "x" }
  b:failed("d", p, 0) b:failed("d", p, 0)
  t.eq(b:rests("d", 0), nil)
  b:failed("d", p, 0)
  t.eq({ b:rests("d", 1) }, { 30, "x", "TRANSIENT" })
  t.eq(b:rests("d", 31), nil)
  b:failed("d", p, 31)
  t.eq(b:rests("d", 32), 61)
  b:worked "d"
  t.eq(b:rests("d", 32), nil)
end)

t.test("money rests until the reset, a throttle as long as told, a refused key for good", function()
  local b = breaker.new()
  b:failed("m", { class = "MONEY", message = "x", retry_after = 900 }, 0)
  b:failed("t", { class = "THROTTLED", message = "x", retry_after = 7 }, 0)
  b:failed("a", { class = "AUTH", message = "x" }, 0)
  t.eq({ b:rests("m", 1), b:rests("t", 8), (b:rests("a", 1e9)) }, { 900, nil, math.huge })
end)

t.test("a caller's own mistake does not make a deployment rest", function()
  local b = breaker.new()
  for _ = 1, 5 do b:failed("d", { class = "CALLER", message = "x" }, 0) end
  t.eq(b:rests("d", 0), nil)
end)

local function purse(cap) return { { key = "k", cap = cap, label = "the purse" } } end

t.test("a call that could cost more than the budget is not made", function()
  local _, err, w = ask(KEY, {}, { prompt = "p", budgets = purse(100), tier = "operational" })
  t.eq({ err.code, #w.calls }, { "money", 0 })
  t.match(err.message, "of the purse %(%$0%.000100%) %$0%.000000 is spent")
  t.eq(ask(KEY, { openai "ok" }, { prompt = "p", budgets = purse(10000) }).text, "ok")
  t.eq(ask(TWO, { ollama "free" }, { prompt = "p", budgets = purse(0) }).text, "free")
end)

t.test("what was held is given back, and what it cost is spent", function()
  local _, _, w = ask(KEY, { openai "ok" }, { prompt = "p", budgets = purse(10000) })
  t.eq(w.budget["run R k"], { spent = 21, held = 0 })
end)

t.test("a call that nobody counted costs all that was held", function()
  local _, _, w = ask(KEY, { broken "timeout" }, { prompt = "p", budgets = purse(10000), tier = "operational" })
  t.eq(w.budget["run R k"].held, 0)
  t.ok(w.budget["run R k"].spent > 1000)
  t.match(w.spent[1].why, "all that was held is spent")
end)

t.test("a call that never reached the provider costs nothing", function()
  local _, _, w = ask(KEY, { broken "offline", failing(400, '{"error":"bad"}') }, { prompt = "p", budgets = purse(10000), tier = "operational" })
  t.eq(w.budget["run R k"], { spent = 0, held = 0 })
end)

t.test("a model without a price is not asked on a budget", function()
  local _, err = ask({ OPENAI_API_KEY = "k", AIOS_TIER_OPERATIONAL = "openai:new" }, {}, { prompt = "p", budgets = purse(10000), tier = "operational" })
  t.match(err.message, "no price known for openai:new; set AIOS_PRICE")
end)

t.test("a person's limits hold beside those of the program", function()
  local env = { OPENAI_API_KEY = "k", AIOS_BUDGET_DAY = "$0.0001" }
  local _, err, w = ask(env, {}, { prompt = "p", tier = "operational" })
  t.eq({ err.code, #w.calls }, { "money", 0 })
  t.match(err.message, "the limit per day")
end)

-- ------------------------------------------------------------------ clauses of a tier, secrets, tools
t.test("a tier's own retry counts, and its time-out leads to the next one", function()
  local declared = { operational = { models = { "openai:gpt-4o-mini" }, retry = { times = 2, every = 3 } } }
  local _, err, w = ask(KEY, { failing(503), failing(503) }, { prompt = "p", tier = "operational", declared = declared })
  t.eq({ err.code, w.slept }, { "offline", { 3.0 } })
  t.match(err.message, "HTTP status 503 %(2 times%)")
end)

t.test("a limit per minute makes the next call wait", function()
  package.loaded["model.pace"].rows = {}
  local declared = { operational = { models = { "openai:gpt-4o-mini" }, limit = { 1, 60 } } }
  route.breaker = breaker.new()
  local w = world(KEY, { openai "a", openai "b" })
  for _ = 1, 2 do route.answer({ prompt = "p", tier = "operational", declared = declared }, REQUEST, w) end
  t.eq(w.slept, { 60 })
end)

t.test("a secret goes no higher than its tier, and never into the record", function()
  local env = { OPENAI_API_KEY = "k", AIOS_TIER_OPERATIONAL = "ollama:b", AIOS_TIER_STRATEGIC = "openai:x" }
  local parts = { "Whose is it?", { ["$secret"] = "IBAN", upto = "operational" } }
  local r, _, w = ask(env, { ollama "DE02 1203 is hers" }, { prompt = parts })
  t.eq(r.text, "(secret IBAN) is hers")
  t.match(w.calls[1].body, "DE02 1203")
  local _, err, w2 = ask(env, {}, { prompt = parts, tier = "strategic" })
  t.eq({ err.code, #w2.calls }, { "denied", 0 })
  t.match(err.message, "no higher than tier operational")
  _, err = ask(env, {}, { prompt = { "x", { ["$secret"] = "IBAN" } } })
  t.match(err.message, "may go to no model")
end)

t.test("an answer with calls is handed on with the tools' own names", function()
  local stream = { status = 200, kind = "sse",
    { "message", [[{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"fs__read","arguments":"{\"pa"}}]}}]}]] },
    { "message", [[{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"th\":\"/x\"}"}}]},"finish_reason":"tool_calls"}]}]] } }
  local r, _, w = ask(KEY, { stream }, { prompt = "p", tools = { { name = "fs.read", about = "Reads.", schema = { type = "object", properties = {} } } } })
  t.eq(r.calls, { { id = "c1", name = "fs.read", arguments = { path = "/x" } } })
  t.eq(json.decode(w.calls[1].body).tools[1]["function"].name, "fs__read")
end)

-- ------------------------------------------------------------------ nothing configured
t.test("with nothing configured the rule tier answers and says so", function()
  local r, _, w = ask({}, {}, { prompt = { "Sum up:", "one. two.\nthree", "" } })
  t.eq({ r.tier, r.provider, r.cost, #w.calls }, { "reactive", "rule", 0, 0 })
  t.match(r.text, "2 lines and 3 words, beginning: one%.")
  t.eq({ w.spent[1].tier, w.spent[1].outcome }, { "reactive", "accepted" })
end)

t.test("with nothing configured a question that needs judgement is refused, naming the settings", function()
  local _, err = ask({}, {}, { prompt = "p", schema = { type = "object", required = { "label" }, properties = { label = { type = "string", enum = { "a", "b" } } } } })
  t.eq(err.code, "offline")
  t.match(err.message, "OLLAMA_HOST.*OPENAI_API_KEY.*ANTHROPIC_API_KEY")
end)

t.test("a stated tier that is not configured is an error that says what to set", function()
  local _, err = ask({ OLLAMA_HOST = "h" }, {}, { prompt = "p", tier = "strategic" })
  t.eq(err.code, "offline")
  t.match(err.message, "strategic.*AIOS_TIER_STRATEGIC=provider:model")
end)

t.test("a tier that names an unknown provider says which there are", function()
  local _, err = ask({ AIOS_TIER_OPERATIONAL = "acme:x" }, {}, { prompt = "p", tier = "operational" })
  t.match(err.message, "no provider 'acme'; there are anthropic, ollama and openai")
end)

t.test("a tier that needs a key says which", function()
  local _, err = ask({}, {}, { prompt = "p", tier = "strategic", declared = { strategic = { "anthropic:large" } } })
  t.match(err.message, "ANTHROPIC_API_KEY is not set")
end)

t.test("the reactive tier can be asked for by name", function()
  t.eq(ask(KEY, {}, { prompt = { "Sum up", "x." , "" }, tier = "reactive" }).tier, "reactive")
end)

t.done()
