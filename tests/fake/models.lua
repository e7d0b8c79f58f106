--- models: the fake model server of a test, and names of models that follow a plan.
---
---     local models = require "tests.fake.models".serve()
---     run(text, models.env(models.plan { { calls = { { name = "fs__read", args = { path = "x" } } } }, { text = "done" } }))
---     #models.requests()
local t = require "tests.tap"
local base64 = require "model.base64"
local json = require "tests.fake.json"
local M = {}

---A server lives as long as the pipe that is its standard input; reading the fifo waits for its port.
function M.serve()
  local fifo = t.dir() .. "/port"
  os.execute("mkfifo " .. fifo)
  local input = assert(io.popen(("python3 tests/fake/model_server.py >%s"):format(fifo), "w"))
  local out = assert(io.open(fifo))
  local port = out:read("l"):match "^%d+"
  out:close()
  local self = { port = port, base = ("http://127.0.0.1:%s"):format(port) }
  function self.close() input:close() end
  ---The bodies of all requests so far.
  function self.requests()
    local p = assert(io.popen(("python3 -c 'import urllib.request; print(urllib.request.urlopen(\"%s/requests\").read().decode())'"):format(self.base)))
    local text = p:read "a"
    p:close()
    return json.decode(text)
  end
  ---Runs a program and kills it when this many more requests have come; whether it came so far.
  function self.kill_at(more, home, words, env)
    local line = { "cd", t.quote(home), "&& env", "HOME=" .. t.quote(home), "XDG_STATE_HOME=", "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=" }
    for k, v in pairs(self.env(env)) do line[#line + 1] = k .. "=" .. t.quote(v) end
    local here = os.getenv "PWD" .. "/"
    line[#line + 1] = ("python3 %stests/fake/kill_when.py %s %d %s"):format(here, self.base, #self.requests() + more, t.BIN:match "^/" and t.BIN or here .. t.BIN)
    for _, word in ipairs(words) do line[#line + 1] = t.quote(word) end
    return (os.execute(table.concat(line, " ")))
  end
  ---The environment in which all three providers are the fake.
  function self.env(more)
    local env = { OPENAI_BASE_URL = self.base .. "/v1", ANTHROPIC_BASE_URL = self.base, OLLAMA_HOST = "127.0.0.1:" .. port }
    for k, v in pairs(more or {}) do env[k] = v end
    return env
  end
  return self
end

---The name of a model that follows the steps; `n` makes names of equal plans differ.
function M.plan(steps, n)
  local text = json.encode(steps)
  return "plan64-" .. base64.encode(text .. (" "):rep(n or 0)):gsub("+", "-"):gsub("/", "_"):gsub("=", "")
end

---The name of a model that says one text.
function M.say(text) return M.plan { { text = text } } end

return M
