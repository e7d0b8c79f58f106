-- ask and http through the built binary, against the servers of tests/fake
local t = require "tests.tap"

-- a server lives as long as the pipe that is its standard input; reading the fifo waits for its port
local function serve(script)
  local fifo = t.dir() .. "/port"
  os.execute("mkfifo " .. fifo)
  local input = assert(io.popen(("python3 tests/fake/%s >%s"):format(script, fifo), "w"))
  local out = assert(io.open(fifo))
  local port = out:read("l"):match "^%d+"
  out:close()
  return port, input
end

local PORT, http_input = serve "http_server.py"
local MODELS, model_input = serve "model_server.py"
local HOME = t.dir()

local function run(text, env)
  t.write(HOME .. "/p.aios", text)
  return t.aios { "run", "--yes", "p.aios", home = HOME, env = env }
end

local TYPED = 'type L = "a" | "b"\ntype V = { label: L, note?: string }\nlocal v = ask "classify" -> V\nprint(v.label)\n'
local SAY = 'say-{"label":"b"}'

for name, env in pairs {
  openai = { OPENAI_BASE_URL = ("http://127.0.0.1:%s/v1"):format(MODELS), OPENAI_MODEL = SAY },
  anthropic = { ANTHROPIC_BASE_URL = "http://127.0.0.1:" .. MODELS, ANTHROPIC_MODEL = SAY },
  ollama = { OLLAMA_HOST = "127.0.0.1:" .. MODELS, AIOS_OLLAMA_MODEL = SAY },
} do
  t.test("ask with a type is answered by " .. name, function()
    local r = run(TYPED, env)
    t.eq({ r.code, r.out, r.err }, { 0, "b\n", "" })
  end)
end

t.test("ask falls back to the second deployment of a tier that the program names", function()
  local r = run('tier operational = "openai:torn", "openai:ok"\nprint(ask "hi")\n', { OPENAI_BASE_URL = ("http://127.0.0.1:%s/v1"):format(MODELS) })
  t.eq({ r.code, r.out }, { 0, "Hello from the fake model.\n" })
end)

t.test("with nothing configured the rule tier sums up, and refuses what needs judgement", function()
  local r = run('local s = "one.\\ntwo"\nprint(ask `Sum up: ${s}`)\n')
  t.eq({ r.code, r.out }, { 0, "2 lines and 2 words, beginning: one.\n" })
  r = run(TYPED)
  t.eq(r.code, 1)
  t.match(r.err, "configure a model: OLLAMA_HOST")
end)

t.test("http.get and http.post reach a server", function()
  local r = run(('needs net "127.0.0.1"\nlocal u = "http://127.0.0.1:%s"\nprint(http.get(u .. "/ok").body)\nprint(http.post(u .. "/echo", "text").body)\n'):format(PORT))
  t.eq(r.code, 0, r.err)
  t.match(r.out, "^hello\nPOST /echo\n.*idempotency%-key: %x+\n.*\n\ntext\n$")
end)

t.test("a host that nobody granted is not reached", function()
  t.write(HOME .. "/q.aios", ('-- plain\nhttp.get "http://127.0.0.1:%s/ok"\n'):format(PORT))
  local r = t.aios { "run", "q.aios", home = HOME }
  t.ok(r.code ~= 0)
  t.match(r.err, "net \"?127%.0%.0%.1")
end)

http_input:close()
model_input:close()
t.done()
