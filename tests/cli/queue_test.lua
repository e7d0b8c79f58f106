-- aios limits, aios queue: what holds starts back, changed while nothing is stopped, and why what is queued waits
local t = require "tests.tap"
local limits = require "host.limits"

local PROGRAM = [[
workflow send(to: string) on trigger.mail limit 3 at once limit 1 at once per to throttle 5 per 1m do print(to) end
on trigger.order as row settle 5s start within 1h do print(row.args[1]) end
every 1h do print "tick" end
]]

local function home()
  local h = t.dir()
  t.write(h .. "/q.aios", PROGRAM)
  t.eq(t.aios { "run", "q.aios", "--until-idle", home = h, cwd = h }.code, 0)
  return h
end
local function aios(h, ...) return t.aios { home = h, cwd = h, ... } end

t.test("what a heading says is listed", function()
  local out = aios(home(), "limits").out
  t.match(out, "send +limit 3 at once, limit 1 at once per to, throttle 5 per 1m +%- ")
  t.match(out, "q.aios:2 +settle 5s, start within 1h ")
  t.match(out, "q.aios:3 +as `overlap` says ")
end)

t.test("a person sets limits, one after the other, and takes them back", function()
  local h = home()
  t.match(aios(h, "limits", "send", "set", "at_once=1").out, "limit 1 at once, limit 1 at once per to, throttle 5 per 1m +by a person")
  t.match(aios(h, "limits", "send", "set", "throttle=none", "rate=10/1h30m", "per_key=none").out, "limit 1 at once, limit 10 per 90m +by a person")
  t.match(aios(h, "limits", "send", "reset").out, "limit 3 at once, limit 1 at once per to, throttle 5 per 1m +%- ")
  t.eq(aios(h, "limits", "send", "--json").out:match '"holds":(%b{})', '{"at_once":3,"per_key":1,"rates":"","settle":0,"start":0,"throttles":"5/60000"}')
end)

t.test("a limit without sense is refused, and nothing is changed", function()
  local h = home()
  for _, word in ipairs { "x=1", "at_once=0", "at_once=-1", "at_once=99999", "rate=5", "rate=0/1m", "settle=soon", "throttle=1/0s", "at_once" } do
    t.eq({ word, aios(h, "limits", "send", "set", word).code }, { word, 2 })
  end
  t.eq(aios(h, "limits", "q.aios:2", "set", "per_key=2").code, 2, "it has no key")
  t.eq(aios(h, "limits", "other").code, 1)
  t.eq(aios(h, "limits", "send", "unset").code, 2)
  t.match(aios(h, "limits", "send").out, "throttle 5 per 1m +%- ")
end)

t.test("what waits is listed with its key and the reason", function()
  local h = home()
  t.match(aios(h, "queue").err, "nothing waits to begin")
  aios(h, "trigger", "mail", "to=ada")
  local out = aios(h, "queue", "--json").out
  t.match(out, '"job":"send","key":"\\"ada\\"",.*"why":"its program is not running"')
  t.match(aios(h, "queue", "q.aios:2").err, "nothing waits to begin")
end)

t.test("each reason has its words", function()
  local limit = { key = "args.0 kwargs.to", holds = { at_once = 2, per_key = 1, settle = 5000, throttles = "2/60000" } }
  local function why(facts)
    local all = { now = 100000, runs = true, active = 0, of_key = 0, begun = {}, key = '"ada"', since = 0 }
    for k, v in pairs(facts) do all[k] = v end
    return { limits.why(limit, all) }
  end
  t.eq(why {}, { "it is about to begin" })
  t.eq(why { runs = false }, { "its program is not running" })
  t.eq(why { paused = true }, { "it is paused" })
  t.eq(why { since = 99000 }, { "it settles: no other of its key may come for 5s", 104000 })
  t.eq(why { of_key = 1, active = 1 }, { '1 of 1 at once for "ada" are at work' })
  t.eq(why { active = 2 }, { "2 of 2 at once are at work" })
  t.eq(why { begun = { 99000, 70000, 1 } }, { "2 per 1m have begun", 130000 })
  t.eq(why { begun = { 99000, 30000 } }, { "it is about to begin" })
end)

t.test("the key of a row is found as the scheduler finds it", function()
  package.loaded["aios.json"] = package.loaded["aios.json"] or { encode = function(v) return type(v) == "string" and '"' .. v .. '"' or tostring(v) end, null = {} }
  local limit = { key = "kwargs.order.to args.0.to event.to" }
  t.eq(limits.key_of(limit, { kwargs = { order = { to = "ada" } } }), '"ada"')
  t.eq(limits.key_of(limit, { args = { { to = "bob" } } }), '"bob"')
  t.eq(limits.key_of(limit, { event = { to = 7 } }), "7")
  t.eq(limits.key_of(limit, { args = { 1 } }), "null")
  t.eq(limits.key_of({}, { args = { 1 } }), nil)
end)

t.done()
