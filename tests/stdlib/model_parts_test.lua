local t = require "tests.tap"
package.preload["aios.json"] = function() return require "tests.fake.json" end
package.preload["tool.schema"] = function() return { check = function() return true end } end
local price, deploy, reactive, form = require "model.price", require "model.deploy", require "model.reactive", require "net.form"

-- ------------------------------------------------------------------ price
local PRICES = {
  { "openai", "gpt-4o-mini", 1000, 200, 0, 270 }, { "openai", "gpt-4o-mini-2024-07-18", 1000, 200, 0, 270 },
  { "openai", "gpt-4o-mini", 1000, 0, 1000, 75 }, { "openai", "gpt-4o", 1, 0, 0, 3 }, { "openai", "gpt-4o-mini", 0, 0, 0, 0 },
  { "anthropic", "claude-sonnet-4-5", 1000, 1000, 0, 18000 }, { "anthropic", "claude-sonnet-4-5-20250929", 1000, 1000, 0, 18000 },
  { "ollama", "anything", 1e6 // 1, 1e6 // 1, 0, 0 },
}
for _, p in ipairs(PRICES) do
  t.test(("%s:%s for %d in, %d out, %d cached costs %d"):format(table.unpack(p)), function()
    t.eq(price.cost(p[1], p[2], { input = math.tointeger(p[3]), output = math.tointeger(p[4]), cached = p[5] }), p[6])
  end)
end

t.test("an unknown model is free with a reason, or priced by AIOS_PRICE", function()
  local usage = { input = 1000, output = 1000, cached = 0 }
  t.eq({ price.cost("openai", "x", usage) }, { 0, "no price known for openai:x; set AIOS_PRICE=IN/OUT" })
  t.eq({ price.cost("openai", "x", usage, "1/2") }, { 3000 })
  t.match(select(2, price.cost("openai", "x", usage, "cheap")), "is not IN/OUT")
  t.eq(price.row("openai", "gpt-4o-minimal"), nil)
end)

-- ------------------------------------------------------------------ deploy
t.test("OLLAMA_HOST is read in all its forms", function()
  for from, to in pairs { ["localhost"] = "http://localhost:11434", ["h:1"] = "http://h:1", ["https://h/"] = "https://h",
    ["0.0.0.0"] = "http://127.0.0.1:11434", ["http://0.0.0.0:5"] = "http://127.0.0.1:5" } do t.eq(deploy.ollama_base(from), to) end
end)

t.test("every provider that has a key or a host serves by default, local first and the strategic tier by the largest", function()
  local env = { OPENAI_API_KEY = "a", ANTHROPIC_API_KEY = "b", OLLAMA_HOST = "h", AIOS_OLLAMA_MODEL = "q", OPENAI_MODEL = "o", ANTHROPIC_MODEL = "c" }
  local function ids(tier)
    local out = {}
    for i, d in ipairs(deploy.of(tier, { getenv = function(n) return env[n] end })) do out[i] = d.id end
    return table.concat(out, " ")
  end
  t.eq(ids "operational", "ollama:q openai:o anthropic:c")
  t.eq(ids "strategic", "anthropic:c openai:o")
end)

t.test("an empty variable counts as not set", function()
  t.eq(deploy.of("operational", { getenv = function() return "" end }), {})
end)

-- ------------------------------------------------------------------ reactive
local function value(schema, ...) return (reactive.answer { prompt = { "q ", ... }, schema = schema } or {}).value end

t.test("a choice is answered only when the data names exactly one", function()
  local s = { type = "string", enum = { "spam", "invoice" } }
  t.eq({ value(s, "This is an INVOICE.", ""), value(s, "spam or invoice", ""), value(s, "hello", ""), value(s, "invoices", "") }, { "invoice", nil, nil, nil })
  t.eq(value(s, "spam", ""), "spam")
end)

t.test("the instruction itself never decides", function()
  t.eq(reactive.answer { prompt = "Is it spam?", schema = { type = "string", enum = { "spam", "ham" } } }, nil)
end)

t.test("yes and no are read only when the data is nothing else", function()
  t.eq({ value({ type = "boolean" }, " Yes.", ""), value({ type = "boolean" }, "no", ""), }, { true, false })
  t.eq(value({ type = "boolean" }, "yes, but later", ""), nil)
end)

t.test("a record is answered when every needed field can be", function()
  local s = { type = "object", required = { "label", "why" }, properties = { label = { type = "string", enum = { "a1", "b1" } }, why = { type = "string" } } }
  t.eq(value(s, "it is a1", "").label, "a1")
  s.properties.name, s.required[3] = { type = "string" }, "name"
  t.eq(value(s, "it is a1", ""), nil)
end)

t.test("a summary counts and quotes the beginning of text, lists and records", function()
  local function sum(v) return reactive.summary { prompt = { "Sum up ", v, "" } } end
  t.eq(sum "One thing happened. Then more.\nAnd a line.\n", "2 lines and 8 words, beginning: One thing happened.")
  t.eq(sum "Just this", "Just this.")
  t.eq(sum "", "The data is empty.")
  t.eq(sum { "a", "b", "c", "d" }, "4 items: a; b; c; …")
  t.eq(sum { lines = 3, top = { 1, 2 } }, "Lines 3, top 2 items.")
  t.match(reactive.summary { prompt = "Write a poem" }, "No model is configured")
end)

t.test("ten megabytes are answered within a few milliseconds", function()
  local big = ("word word word\n"):rep(700000)
  local began = os.clock()
  t.match(reactive.summary { prompt = { "x", big, "" } }, "^More than")
  t.ok(os.clock() - began < 0.05, os.clock() - began)
end)

-- ------------------------------------------------------------------ form
t.test("a query is sorted, escaped, and repeats the name of a list", function()
  t.eq(form.encode { q = "a b&c", n = 2, l = { "x", "y" } }, "l=x&l=y&n=2&q=a%20b%26c")
end)

t.test("a multipart body ends every part and its boundary is not in the data", function()
  local body, kind = form.multipart({ a = "1", f = { content = "--aios-k-1", filename = 'x".txt\r\n' } }, "k")
  t.eq(kind, "multipart/form-data; boundary=aios-k-2")
  t.match(body, '^%-%-aios%-k%-2\r\nContent%-Disposition: form%-data; name="a"\r\n\r\n1\r\n%-%-aios')
  t.match(body, 'filename="x%%22%.txt%%0D%%0A"\r\nContent%-Type: application/octet%-stream\r\n\r\n%-%-aios%-k%-1\r\n%-%-aios%-k%-2%-%-\r\n$')
end)

-- ------------------------------------------------------------------ the http tools
local sent
package.preload["aios.http"] = function()
  return { request = function(r) sent = r return { status = 404, headers = {}, body = '{"a":1}', time = 0 } end, host = function() return "h:80" end }
end
local tools = require "tools.http".tools
local REQUEST = { key = "abc123" }

t.test("http.get sends no key and leaves any status to the caller", function()
  local answer = tools.get.run({ url = "http://h/a?x=1#f", query = { y = "2 3" } }, REQUEST)
  t.eq({ answer.status, sent.url, sent.method, sent.headers["idempotency-key"] }, { 404, "http://h/a?x=1&y=2%203#f", "GET", nil })
  t.eq(tools.get.finish(answer).json(), { a = 1 })
end)

t.test("check = true makes a bad status an error", function()
  local _, err = tools.get.run({ url = "http://h/", check = true }, REQUEST)
  t.eq({ err.code, err.status }, { "not_found", 404 })
end)

t.test("http.post always sends the key of the step, and the body as it was asked", function()
  tools.post.run({ url = "http://h/", json = { b = 2 } }, REQUEST)
  t.eq({ sent.body, sent.headers["content-type"], sent.headers["idempotency-key"] }, { '{"b":2}', "application/json", "abc123" })
  tools.post.run({ url = "http://h/", form = { b = 2 }, headers = { ["Content-Type"] = "x/y", ["Idempotency-Key"] = "mine" } }, REQUEST)
  t.eq({ sent.body, sent.headers["content-type"], sent.headers["Content-Type"], sent.headers["idempotency-key"] }, { "b=2", nil, "x/y", nil })
end)

t.test("two bodies at once are refused", function()
  local _, err = tools.put.run({ url = "http://h/", body = "a", json = {} }, REQUEST)
  t.eq(err.code, "invalid")
end)

t.test("follow = false keeps redirects as answers", function()
  tools.request.run({ method = "DELETE", url = "http://h/", follow = false }, REQUEST)
  t.eq({ sent.method, sent.follow }, { "DELETE", 0 })
end)

t.test("a write is idempotent only when the caller says the server honours the key", function()
  t.eq({ tools.post.effect_when, tools.get.effect, tools.post.effect }, { { idempotent = "idempotent" }, "reads", nil })
end)

t.done()
