-- what check finds in a program that can be read, and what it leaves alone
local t = require "tests.tap"
package.preload["aios.json"] = function() return { encode = tostring, decode = tostring } end
local compiler = require "compiler"

local DUE = { ["every day at 02:30"] = { clock = "twice" }, ["at 2001-01-01"] = { never = "past" }, ["every month at 08:00"] = { advice = "write last" } }
local MICRO = { reactive = 0, operational = 100, tactical = 2000, strategic = 30000 }
local model = {}
function model.ask(ask)
  local sum = 0
  for _, tier in ipairs(ask.tiers) do sum = sum + MICRO[tier] end
  return math.min(sum, ask.budget or sum)
end
function model.decision() return 5000 end
local WORLD = { library = require("tool.known").library(), schema = require "tool.schema", model = model,
  schedule = function(spec) return DUE[spec] or {} end }

local ALIVE = { AIOS090 = true }          -- a form that cannot run yet is looked at all the same
local function found(text)
  local list = {}
  for _, p in ipairs(compiler.check(text, "x", WORLD).problems) do
    if not ALIVE[p.code] then list[#list + 1] = ("%s %d:%d %s"):format(p.code, p.line, p.column, p.hint or "") end
  end
  return list
end

local function each(claim, cases)
  t.test(claim, function()
    for _, case in ipairs(cases) do
      local got = found(case[1])
      t.eq(#got, case[2] and 1 or 0, case[1] .. ": " .. table.concat(got, ", "))
      if case[2] then t.ok(got[1]:find(case[2], 1, true), case[1] .. ": " .. got[1] .. ", want " .. case[2]) end
    end
  end)
end
local TYPES = 'type Order = { id: string, total: number, note?: string, state: "open" | "paid" }\n'

each("a name that nothing gives a value is told, with what was probably meant", {
  { "wait 1s\npritn 'x'", "AIOS100 2:1 did you mean `print`?" }, { "wait 1s\nlocal total = 1\nprint(totla)", "did you mean `total`?" },
  { "workflow report do print(1) end\nreprot()", "did you mean `report`?" }, { "wait 1s\nfoo.bar()", "AIOS100 2:1" },
})
each("a name that something gives a value is left alone", {
  { "wait 1s\nx = 1\nprint(x)" }, { "wait 1s\nprint(f())\nfunction f() return 1 end" }, { "wait 1s\nif jit then print(jit.version) end" },
  { "wait 1s\nlocal unpack = unpack or table.unpack" }, { "wait 1s\n_G.y = 1\nprint(y)" }, { "wait 1s\nrawset(_G, 'z', 1)\nprint(z)" },
  { "wait 1s\nsetmetatable(_G, {})\nprint(anything)" }, { "wait 1s\nlocal _ENV = { print = print }\n_ENV.q = 1" }, { "wait 1s\nlocal x <const> = 1\nprint(x)" },
  { "wait 1s\nfor i, v in ipairs {} do print(i, v) end" }, { "wait 1s\nrepeat local done = true until done" }, { "wait 1s\nprint(type(anything))" },
  { "step a, b = table.unpack { 1, 2 }\nprint(a, b)" }, { "local t = {}\nfunction t:m(x) return self, x end\nwait 1s" }, { "local f = v => v + 1\nprint(f(1))" },
  { "tool crm.find(name) do return name end\ncrm.find 'x'" }, { "goto done\n::done::\nwait 1s" },
})
each("a local ends with its block", {
  { "wait 1s\ndo local x = 1 end\nprint(x)", "AIOS100 3:7" }, { "wait 1s\nif a == 1 then local x = 1 else print(x) end a = 1", "AIOS100 2:39" },
  { "wait 1s\nfor i = 1, 2 do end print(i)", "AIOS100" }, { "step a do local b = 1 end\nprint(b)", "AIOS100" },
})
each("a field of a namespace must be there", {
  { "step x = fs.raed 'x'", "AIOS101 1:13 did you mean `read`?" }, { "wait 1s\nprint(string.fromat('x'))", "did you mean `format`?" },
  { "wait 1s\nprint(math.pi, string.format('x'), table.concat {})" }, { "tool fs.own(x) do return x end\nfs.own(1)\nprint(fs.exists 'x')" },
  { "wait 1s\nlocal fs = {}\nfs.anything()" }, { "wait 1s\ntable.extra = 1\nprint(table.extra)" }, { "wait 1s\nif table.unheard then print 'x' end" },
})
each("a literal must be of the declared type", {
  { "tool f(n: integer) do return n end\nf 'x'", "AIOS102 2:3" }, { "tool f(n: number(0..9)) do return n end\nf(12)", "AIOS102" },
  { "tool f(n: 'a' | 'b') do return n end\nf 'c'", "AIOS102" }, { "tool f(u: url) do return u end\nf 'no address'", "AIOS102" },
  { TYPES .. "tool f(o: Order) do return o end\nf { id = 'a', total = 'x', state = 'open' }", "AIOS102 3:15" },
  { TYPES .. "tool f(o: Order) do return o end\nf { id = 'a', total = 1, state = 'lost' }", "AIOS102" },
  { TYPES .. "tool f(o: Order) do return o end\nf { id = 'a', total = 1 }", "AIOS102" },
  { TYPES .. "tool f(o: Order) do return o end\nf { id = 'a', total = 1, state = 'open', totl = 1 }", "AIOS105 3:42 did you mean `total`?" },
  { TYPES .. "tool f(o: {Order}) do return o end\nf { { id = 5, total = 1, state = 'open' } }", "AIOS102" },
  { TYPES .. "tool f(o: Order) do return o end\nf { id = 'a', total = 1, state = 'open' }" },
  { "tool f(d: duration, s: size, m: money) do return d, s, m end\nf(5m, 64MB, $0.02)" }, { "tool f(n: string?) do return n end\nf(nil)" },
  { "tool f(n: any) do return n end\nf { a = 1 }" }, { "tool f(n: string) do return n end\nf(`x ${1}`)" },
  { "tool f(m: {[string]: number}) do return m end\nf { a = 1, b = 'x' }", "AIOS102" },
})
each("what is known of a value follows it: results, parameters, locals", {
  { TYPES .. "tool f(n: string) do return n end\ntool g(o: Order) do f(o.total) end", "AIOS102" },
  { TYPES .. "tool f() -> Order do return json.decode '' end\nlocal o = f()\nprint(o.totl)", "AIOS105 4:9 did you mean `total`?" },
  { "local s = fs.stat 'x'\nwait 1s\nprint(s.sise)", "AIOS105" }, { "wait 1s\nfor _, f in ipairs(fs.list '.') do print(f.nme) end", "did you mean `name`?" },
  { "tool f(n: integer) do return n end\nstep text = fs.read 'x'\nf(text)", "AIOS102" },
  { TYPES .. "local o = json.decode '' -> Order\nprint(o.idd)", "AIOS105" }, { "needs net 'a.org'\nstep page = http.get 'https://a.org/'\nprint(page.stats)", "AIOS105" },
  { "needs net 'a.org'\nstep page = http.get('https://a.org/')\nprint(page.status, page.json())" },
  { TYPES .. "tool f(o: Order) do o = o.other end" }, { "local o = fs.stat 'x'\no = { sise = 1 }\nwait 1s\nprint(o.sise)" },
  { TYPES .. "tool f(o: Order) do if o.state == 'lost' then return 1 end end", "AIOS106" },
  { TYPES .. "tool f(o: Order) do return o.state == 'paid' or o.note == 'x' end" },
})
each("a call has the arguments that are declared", {
  { "tool f(a: string, b: number) do return a, b end\nf 'x'", "AIOS103" }, { "tool f(a) do return a end\nf(1, 2)", "AIOS103 2:6" },
  { "workflow w(a: string) do return a end\nw()", "AIOS103" }, { "wait 1s\nlog.info('a', {}, 'b')", "AIOS103" }, { "step x = fs.read()", "AIOS103" },
  { "tool f(a: string, b: number?) do return a, b end\nf 'x'" }, { "tool f(a: string, b: number) do return a, b end\nf(table.unpack { 'x', 1 })" },
  { "tool f(a: string, b: number) do return a, b end\nf { a = 'x', b = 1 }" }, { "tool f(a: string, b: number) do return a, b end\nf { a = 'x' }", "AIOS103" },
  { "tool f(a: string, b: number) do return a, b end\nf { a = 'x', bb = 1, b = 1 }", "AIOS104" }, { "db.exec('update t set a = ?, b = ?', 1, 2)\nwait 1s" }, { "wait 1s\nlocal args = {}\nfs.read(args.path)" },
})
each("an option is one that the tool knows", {
  { "step x = fs.list('.', { globb = '*' })", "AIOS104 1:25 did you mean `glob`?" }, { "wait 1s\nnotify { 'x', titel = 'y' }", "did you mean `title`?" },
  { "step x = fs.list('.', { deep = 'yes' })", "AIOS102" }, { "wait 1s\nlocal how = { glob = '*' }\nfs.list('.', how)" },
})
each("a type is declared before it is used", {
  { "tool f(o: Ordr) do return o end", "AIOS107" }, { TYPES .. "tool f(o: {Order}?) do return o end" }, { "type A = { a: B }\ntype B = string\nwait 1s" },
  { "type A = number(9..1)\nwait 1s", "AIOS108" }, { "wait 1s\nlocal x = f() -> Nothing function f() end", "AIOS107" },
})

local function needs(text) return "needs " .. text .. "\n" end
each("what is used is declared, and what is declared is used", {
  { "wait 1s\nfs.write('/srv/a', 'x')", 'AIOS110 2:9 write needs fs.write "/srv/a"' }, { needs 'fs.write "/srv/**"' .. "fs.write('/srv/a/b', 'x')" },
  { needs 'fs.write "/srv/*"' .. "local p = arg[1]\nfs.write(p, 'x')" }, { needs "fs" .. "fs.write('/srv/a', 'x')" }, { "step x = fs.read 'beside.txt'" },
  { needs 'process "git"' .. "process.run { 'git', 'pull' }" }, { needs 'net "a.org"' .. "wait 1s", "AIOS111 1:7" }, { needs "fs.raed" .. "wait 1s", "did you mean `fs.read`?" },
  { "wait 1s\nos.execute 'ls'", "lua.unsafe" }, { needs 'fs.write "/a"' .. "io.open('/a', 'w')" }, { needs "payments" .. "wait 1s" },
  { "tool t() needs fs.write \"/a\" do fs.write('/a', 'x') end" }, { needs 'process "sh"' .. "process.run { 'sh', '-c', 'ls' }", "AIOS116" },
})
t.test("a pattern that does not cover what is used is told", function()
  local got = found(needs 'fs.write "/srv/*.md"' .. "fs.write('/etc/passwd', 'x')")
  t.match(table.concat(got, "\n"), "AIOS110 2:9")
end)
each("nothing waits where Lua's C code calls, in a condition, or in a rule", {
  { "wait 1s\ntable.sort({}, function(a, b) sleep(1) return a < b end)", "AIOS113 2:36" }, { "wait 1s\n(''):gsub('x', function() sleep(1) end)", "AIOS113" },
  { "wait 1s\nlocal m = { __gc = function() sleep(1) end }", "AIOS113" }, { "local m = {}\nwait 1s\nfunction m.__tostring() wait 1s end", "AIOS113" },
  { "on trigger.x as e where ask(e) do print 'x' end", "AIOS113" }, { "on trigger.x as e where fs.exists(e) do print(e) end" },
  { "wait 1s\nlocal m = { __index = function() sleep(1) end }" }, { "needs fs.write\nask { 'x', accept = v => fs.write('a', v) }", "AIOS113" },
  { "wait 1s\ntable.sort({}, function(a, b) return a < b end)" }, { "wait 1s\npcall(function() sleep(1) end)" },
  { "decision d(a) -> string rule do sleep(1) end prompt `x` try tactical otherwise 'x' end", "AIOS113" },
  { "wait 1s\nxpcall(print, function() sleep(1) end)", "AIOS113" },
})
each("a local of the file stays as it is in a run, and a value does not leave a step unseen", {
  { "local n = 0\nevery 5m do n = n + 1 end", "AIOS114 2:13" }, { "local n = 0\nworkflow w do step a do n = 1 end end", "AIOS114" },
  { "local n = 0\nn = n + 1\nwait 1s" }, { "workflow w do local n = 0 n = n + 1 end" }, { "local n\nstep a do n = 1 end\nprint(n)", "AIOS117 2:11" },
  { "local n = 0\nstep a do n = n + 1 return n end" }, { "local t = {}\nevery 5m do t.x = 1 end" }, { "local n = 0\nlocal function f() n = n + 1 end\nevery 5m do f() end" },
})
each("a call and `do` on one line are no heading", {
  { "wait 1s\nevery (5) do print 'x' end", "AIOS115 2:11" }, { "test 'x' do wait 1s end", "AIOS115" }, { "wait 1s\nprint 'x'\ndo print 'y' end" },
  { "wait 1s\nprint 'x'; do print 'y' end" },
})
each("a schedule is looked at by the calendar", {
  { "at 2001-01-01 do print 'x' end", "AIOS120" }, { "every day at 02:30 do print 'x' end", "AIOS121" }, { "every month at 08:00 do print 'x' end", "AIOS122" },
  { "every day at 08:00 do print 'x' end" },
})

t.test("a plain Lua file gets no error, only warnings", function()
  for _, p in ipairs(compiler.check("fs.read(1, 2, 3, 4)\nfs.raed()\nlocal s = string.fromat", "x", WORLD).problems) do t.eq(p.severity, "warning") end
end)

t.test("a problem has an end, in any bytes", function()
  for _, text in ipairs { "x = \xBF\x80", "x = 1 \u{20AC}", "wait 1s\nx = ", "x = @" } do
    local p = compiler.check(text, "x", WORLD).problems[1]
    t.ok(p.end_line > p.line or p.end_column >= p.column, text)
  end
end)

t.test("nothing is said of the project's own Lua", function()
  for path in io.popen "find compiler stdlib tests bench packaging -name '*.lua'":lines() do
    local got = compiler.check(t.read(path), path, WORLD).problems
    t.eq(#got, 0, path .. ": " .. (got[1] and got[1].message or ""))
  end
end)

t.test("a nesting without end, or a very long file, is looked at without harm", function()
  t.ok(compiler.check("wait 1s x = " .. ("("):rep(5000) .. "1" .. (")"):rep(5000), "x", WORLD).problems[1])
  t.eq(#compiler.check("wait 1s\n" .. ("local a = { 1, 2, x = 'y' }\n"):rep(150), "x", WORLD).problems, 0)
end)

each("an approval takes a question alone or with its words, and gives what the person said", {
  { "local yes, answer = approve { `Pay ${1}?`, by = 'ops', within = 2d, default = { label = 'x' } }\nprint(answer.why)" },
  { "print(approve { question = 'Pay?' }.label, approve 'Pay?')" },
  { "wait 1s\napprove { 'Pay?', bye = 'ops' }", "AIOS104 2:19 did you mean `by`?" }, { "wait 1s\napprove { 'Pay?', within = 'soon' }", "AIOS102" },
})

t.done()
