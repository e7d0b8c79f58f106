-- aios.http and the model router over real sockets; run by lua_http_test.c, which passes the ports
local PORT, REFUSED, MODELS = ...
local t = require "tests.tap"
local http, json = require "aios.http", require "aios.json"
local BASE = ("http://127.0.0.1:%d"):format(PORT)

t.test("request gives status, headers, body and time", function()
  local r = assert(http.request { url = BASE .. "/ok" })
  t.eq({ r.status, r.body, r.headers["x-two"], type(r.time) }, { 200, "hello", "two", "number" })
end)

t.test("request sends method, headers and body", function()
  local r = http.request { method = "PUT", url = BASE .. "/echo", headers = { ["X-A"] = "1" }, body = "b\0c" }
  t.match(r.body, "^PUT /echo\n.*x%-a: 1\n\nb\0c$")
end)

t.test("the world's failures come back as nil and an error with a word", function()
  local function code(ask) return select(2, http.request(ask)).code end
  t.eq(code { url = BASE .. "/hang", first_byte = 0.1 }, "timeout")
  t.eq(code { url = BASE .. "/stall", stall = 0.1 }, "timeout")
  t.eq(code { url = BASE .. "/short" }, "truncated")
  t.eq(code { url = BASE .. "/big?n=100", max = 99 }, "too_big")
  t.eq(code { url = ("http://127.0.0.1:%d/"):format(REFUSED) }, "offline")
  t.eq(code { url = "file:///etc/passwd" }, "invalid")
  t.eq(code { url = BASE .. "/ok", headers = { ["a b"] = "c" } }, "invalid")
end)

t.test("the caller's mistakes raise", function()
  for _, bad in ipairs { { url = 7 }, { url = BASE, timeout = -1 }, { url = BASE, max = 1.5 }, { url = BASE, headers = "x" }, { url = BASE, headers = { a = {} } } } do
    t.eq(pcall(http.request, bad), false)
  end
end)

t.test("the gate refuses before anything is sent, and on a redirect", function()
  local ok, err = pcall(http.request, { url = ("http://localhost:%d/ok"):format(PORT) })
  t.eq({ ok, err.code }, { false, "denied" })
  local _, why = http.request { url = ("%s/redirect?to=http://localhost:%d/ok"):format(BASE, PORT) }
  t.eq(why.code, "denied")
  t.match(why.message, "redirected to localhost")
  t.eq(http.request { url = BASE .. "/redirect?to=/ok" }.body, "hello")
end)

t.test("host is what the gate judges", function()
  t.eq({ http.host "HTTP://A.b/x", http.host "https://[::1]/" }, { "a.b:80", "[::1]:443" })
  t.eq(select(2, http.host "nonsense").code, "invalid")
end)

t.test("open reads an answer as it comes", function()
  local a = assert(http.open { url = BASE .. "/stall", stall = 0.1 })
  t.eq({ a:status(), a:headers()["content-length"], a:kind() }, { 200, "50", "bytes" })
  t.eq(a:read(), { event = "", data = "some" })
  local none, err = a:read()
  t.eq({ none, err.code }, { nil, "timeout" })
  t.eq(select(2, a:read()).code, "timeout")
end)

t.test("an answer that was read to its end gives nil without an error, and may be closed twice", function()
  local a = http.open { url = BASE .. "/chunked" }
  local all = {}
  for piece in a.read, a do all[#all + 1] = piece.data end
  t.eq({ table.concat(all), select("#", a:read()) }, { "abcdefg", 1 })
  a:close()
  a:close()
  t.eq(a:read(), nil)
end)

t.test("an answer nobody reads is let go by the collector", function()
  http.open { url = BASE .. "/stall" }
  collectgarbage()
  collectgarbage()
  t.eq(http.request { url = BASE .. "/ok" }.status, 200)
end)

-- ------------------------------------------------------------------ the router on three wire formats
package.loaded["tool.schema"] = nil
local has_schema = pcall(require, "tool.schema")
if not has_schema then package.preload["tool.schema"] = function() return { check = function(v) return type(v) == "table" end } end end
local route = require "model.route"
local breaker = require "model.breaker"
local MODEL = ("http://127.0.0.1:%d"):format(MODELS)
local ENV = { OPENAI_BASE_URL = MODEL .. "/v1", OPENAI_API_KEY = "k", ANTHROPIC_BASE_URL = MODEL, ANTHROPIC_API_KEY = "k", OLLAMA_HOST = MODEL }

local function ask(list, args)
  local spent = {}
  route.breaker = breaker.new()
  args = args or { prompt = { "Sum up ", { a = 1 }, "." }, tier = "operational" }
  args.declared = { operational = list }
  local r, err = route.answer(args, { run = "r", path = "/1" }, {
    open = http.open, sleep = function() end, wall = os.time, mono = os.clock, getenv = function(n) return ENV[n] end,
    random = function() return 0 end, spend = function(row) spent[#spent + 1] = row end,
  })
  return r, err, spent
end

for _, name in ipairs { "openai", "anthropic", "ollama" } do
  t.test(name .. " answers over a real stream", function()
    local r = assert(ask { name .. ":ok" })
    t.eq({ r.text, r.model, r.tokens.input, r.tokens.output }, { "Hello from the fake model.", "fake-1", 20, 10 })
  end)

  t.test(name .. " gives a checked value when a type is asked", function()
    local schema = json.decode '{"type":"object","properties":{"label":{"type":"string"}},"required":["label"],"additionalProperties":false}'
    local r, err = ask({ name .. ":say-{\"label\":\"x\"}" }, { prompt = "p", tier = "operational", schema = schema })
    t.eq(r and r.value, { label = "x" }, err and err.message)
  end)

  for mishap, class in pairs { busy = "TRANSIENT", broke = "MONEY", locked = "AUTH", missing = "CALLER", cut = "TRUNCATED", torn = "TRUNCATED", html = "TRANSIENT",
    reset = "TRANSIENT", inband = "TRANSIENT" } do
    t.test(("%s: '%s' is %s, and the next deployment answers"):format(name, mishap, class), function()
      local r, err, spent = ask { name .. ":" .. mishap, name .. ":ok" }
      t.eq({ spent[1].class, r and r.text }, { class, "Hello from the fake model." }, err and err.message)
    end)
  end

  t.test(name .. ": a server that is busy once answers the second time", function()
    local r = ask { name .. ":first-busy-then-ok-" .. name }
    t.eq({ r.attempts, r.text }, { 2, "Hello from the fake model." })
  end)
end

t.test("a provider that nobody runs is offline, and says how to go on", function()
  ENV.OLLAMA_HOST = ("127.0.0.1:%d"):format(REFUSED)
  local _, err = ask { "ollama:x" }
  t.eq(err.code, "offline")
end)

print("1.." .. t.count)
return t.failed == 0
