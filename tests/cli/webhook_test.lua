-- webhooks over a real socket: answers, refusals, deliveries that come twice, and a process that is killed in a flood
local t = require "tests.tap"

local ROOT = os.getenv "PWD"
local BIN = t.BIN:match "^/" and t.BIN or ROOT .. "/" .. t.BIN

local function client(home, words, input)
  t.write(home .. "/.requests", input or "")
  local command = ("cd %s && env HOME=%s XDG_STATE_HOME= XDG_CACHE_HOME= XDG_CONFIG_HOME= GH=sekret timeout 100 python3 %s/tests/fake/webhook_client.py %s %s/w.aios %s <.requests")
    :format(t.quote(home), t.quote(home), t.quote(ROOT), t.quote(BIN), t.quote(home), words)
  local p = assert(io.popen(command))
  local out = p:read "a"
  p:close()
  return out
end

local HOME = t.dir()
t.write(HOME .. "/w.aios", [[
type Payment = { id: string, amount: number }
on webhook.post "/pay" as req do
  local p = json.decode(req.body) -> Payment
  return { status = 204, headers = { X = p.id } }
end
on webhook.any "/echo" as req do
  return { status = 201, body = { m = req.method, q = req.query, h = req.headers["x-h"], b = req.body } }
end
on webhook.get "/text" do return "hello" end
on webhook.post "/quiet" do kv.set("quiet", true) end
on webhook.post "/signed" as req signed github with "GH" do kv.set("signed", req.body) end
on webhook.post "/unset" signed slack with "NOT_THERE" do kv.set("unset", true) end
on webhook.get "/limit" limit 1 per 1h do return "once" end
workflow typed(req: { body: string }) on webhook.post "/typed" do return req.body .. "!" end
]])

local REQUESTS = {
  { 'POST /pay {} "{\\"id\\":\\"p1\\",\\"amount\\":3}"', "204 " },
  { 'POST /pay {} "{\\"id\\":1}"', '500 {"error":"the run failed; its log says why"}' },
  { 'PUT /echo?a=1&b=x%20y+z&a=2 {"X-H":"v"} "body"', '201 {"b":"body","h":"v","m":"PUT","q":{"a":"2","b":"x y z"}}' },
  { 'GET /text {} ""', "200 hello" },
  { 'POST /typed {} "x"', "200 x!" },
  { 'POST /quiet {} "x"', '202 {"run":"trigger/6"}' },
  { 'GET /quiet {} ""', '405 {"error":"nobody waits for this method here"}' },
  { 'GET /none {} ""', '404 {"error":"nobody waits for this path"}' },
  { 'GET /%zz {} ""', '400 {"error":"the path is not written as paths are"}' },
  { 'POST /quiet {"Origin":"http://evil.example"} "x"', '403 {"error":"a page in a browser may not call this; let the sender sign its requests"}' },
  { 'POST /signed {} "x"', '401 {"error":"the signature is missing or wrong"}' },
  { 'POST /unset {} "x"', '503 {"error":"not ready"}' },
  { 'GET /limit {} ""', "200 once" },
  { 'GET /limit {} ""', '429 {"error":"limit"}' },
  { 'POST /echo {"Idempotency-Key":"k"} "one"', '201 {"b":"one","m":"POST","q":{}}' },
  { 'POST /echo {"Idempotency-Key":"k"} "one"', '201 {"b":"one","m":"POST","q":{}}' },
  { 'POST /echo {"Idempotency-Key":"k"} "two"', '409 {"error":"this delivery came before with another body"}' },
}

local lines = {}
for i, row in ipairs(REQUESTS) do lines[i] = row[1] end
local answers = {}
for line in client(HOME, "talk", table.concat(lines, "\n") .. "\n"):gmatch "([^\n]*)\n" do answers[#answers + 1] = line end
for i, row in ipairs(REQUESTS) do
  t.test(("%s is answered with %s"):format(row[1]:sub(1, 50), row[2]:sub(1, 40)), function() t.eq(answers[i], row[2]) end)
end

t.test("every request that was acknowledged has run, although the process was killed twice", function()
  local home = t.dir()
  t.write(home .. "/w.aios", 'on webhook.post "/in" as req do db.exec("insert into got values (?)", req.body) end\ndb.exec "create table if not exists got (n text)"\n')
  local acknowledged = client(home, "flood " .. (os.getenv "FLOOD" or "300"))
  local r = t.aios { "run", "--yes", "--until-idle", "--listen", "127.0.0.1:0", "w.aios", home = home, cwd = home }
  t.eq({ r.code, r.err }, { 0, "" })
  local got = t.aios { "run", "-", home = home, cwd = home, stdin = 'for _, row in ipairs(db.query "select n, count(*) as times from got group by n") do print(row.n, row.times) end' }
  local times = {}
  for n, count in got.out:gmatch "(%d+)\t(%d+)" do times[n] = tonumber(count) end
  local count = 0
  for n in acknowledged:gmatch "%d+" do
    count = count + 1
    t.eq(times[n], 1, "request " .. n)
  end
  for n, count_of in pairs(times) do t.eq(count_of, 1, "request " .. n) end
  t.ok(count > 200, count .. " were acknowledged")
end)

t.test("an address that cannot be listened to is an error that says so", function()
  local home = t.dir()
  t.write(home .. "/w.aios", 'on webhook.get "/" do return 1 end')
  local r = t.aios { "run", "--yes", "--listen", "nowhere", "w.aios", home = home, cwd = home }
  t.eq(r.code, 1)
  t.match(r.err, "cannot listen on nowhere")
end)

t.done()
