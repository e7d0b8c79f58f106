-- what each form becomes in Lua
local t = require "tests.tap"
local compiler = require "compiler"

local function emitted(source)
  local out, problems = compiler.compile(source, "x.aios")
  if not out then error(compiler.problem.draw(problems[1], source, "x.aios")) end
  assert(load(out.lua, "=x", "t"))
  return (out.lua:gsub("^local __aios<const> =__aios;", ""))
end

-- blanks beside newlines, brackets and commas say nothing
local function plain(text)
  text = text:gsub("[ \t]*\n[ \t]*", "\n"):gsub(" +", " ")
  return (text:gsub("([(,]) ", "%1"):gsub(" ([),])", "%1"))
end

local function same(claim, rows)
  t.test(claim, function()
    for _, row in ipairs(rows) do t.eq(plain(emitted(row[1])), plain(row[2]), row[1]) end
  end)
end

same("a template is a call with literals at odd and values at even places", {
  { "x = `a`", 'x = __aios.str("a")' },
  { "x = ``", 'x = __aios.str("")' },
  { "x = `${a}`", 'x = __aios.str("",(a))' },
  { "x = `${a}${b}`", 'x = __aios.str("",(a),"",(b))' },
  { "x = `a ${b} c`", 'x = __aios.str("a ",(b)," c")' },
  { 'x = `say "hi"`', 'x = __aios.str("say \\"hi\\"")' },
  { "x = `a\\`b\\${c}`", 'x = __aios.str("a`b${c}")' },
  { "x = `a\\nb`", 'x = __aios.str("a\\nb")' },
  { "x = `a\nb`", 'x = __aios.str("a\\\nb")' },
  { "x = `$5 ${ ({1})[1] or `in ${y}` }`", 'x = __aios.str("$5 ",(({1})[1] or __aios.str("in ",(y)) ))' },
})

same("a template as an argument gets parentheses", {
  { "say `x`", 'say (__aios.str("x"))' },
  { "o:say `x`", 'o:say (__aios.str("x"))' },
  { "f `x` (y)", 'f (__aios.str("x")) (y)' },
  { "say(`x`, 1)", 'say(__aios.str("x"), 1)' },
})

same("a template that is ask's own argument keeps its parts", {
  { "ask `q ${x}`", 'ask (__aios.tpl("q ",(x)))' },
  { "y = ask(`q`)", 'y = ask(__aios.tpl("q"))' },
  { "y = ask(`q`, 1)", 'y = ask(__aios.tpl("q"), 1)' },
  { "y = ask { `q`, tier = `t` }", 'y = ask { __aios.tpl("q"), tier = __aios.str("t") }' },
  { "y = ask { tier = 't', `q` }", 'y = ask { tier = \'t\', __aios.tpl("q") }' },
  { "y = ask { 'a', `q` }", 'y = ask { \'a\', __aios.str("q") }' },
  { "y = ask(`q` .. z)", 'y = ask(__aios.str("q") .. z)' },
  { "y = m.ask `q`", 'y = m.ask (__aios.str("q"))' },
  { "y = task `q`", 'y = task (__aios.str("q"))' },
})

same("numbers with a unit become plain numbers", {
  { "x = 5m", "x = 300" }, { "x = 500ms", "x = 0.5" }, { "x = 1h30m", "x = 5400" }, { "x = 1w", "x = 604800" },
  { "x = 64MB", "x = 64000000" }, { "x = 2KiB", "x = 2048" }, { "x = 7B", "x = 7" }, { "x = 10k", "x = 10000" },
  { "x = 2M", "x = 2000000" }, { "x = 9:30pm", "x = 77400" }, { "x = 12am", "x = 0" }, { "x = 08:00", "x = 28800" },
  { "x = 23:59:59", "x = 86399" }, { "x = $0.02", "x = 0.02" }, { "x = $007", "x = 7" },
})

same("a literal never grows together with its neighbours", {
  { "x = 5m..y", "x = 300 ..y" }, { "return$5", "return 5" }, { "x = a and$5 or 1", "x = a and 5 or 1" }, { "x = y..5m", "x = y..300" },
})

same("an arrow makes a function", {
  { "f = v => v + 1", "f = (function(v) return v + 1 end)" },
  { "f = (a, b) => a", "f = (function(a,b) return a end)" },
  { "f = () => 1", "f = (function() return 1 end)" },
  { "f = a => b => a + b", "f = (function(a) return (function(b) return a + b end) end)" },
  { "f(v => v, 1)", "f((function(v) return v end), 1)" },
  { "f = v => v -- note", "f = (function(v) return v end) -- note" },
})

same("a typed call carries its type and its arguments", {
  { "x = f(a) -> T", 'x = __aios.typed("T",f,a)' },
  { "x = f() -> T", 'x = __aios.typed("T",f)' },
  { "x = f(--[[no]]) -> T", 'x = __aios.typed("T",f--[[no]])' },
  { "x = f { a } -> T", 'x = __aios.typed("T",f ,{ a })' },
  { "x = f 's' -> T", "x = __aios.typed(\"T\",f ,'s')" },
  { "x = f `s` -> T", 'x = __aios.typed("T",f ,__aios.str("s"))' },
  { "x = ask `s` -> T", 'x = __aios.typed("T",ask ,__aios.tpl("s"))' },
  { "x = a.b.c(1, 2) -> string?", 'x = __aios.typed("string?",a.b.c,1, 2)' },
  { "x = f(1)(2) -> T", 'x = __aios.typed("T",f(1),2)' },
  { "x = o:m(a) -> T", 'x = __aios.typed_method("T",o,"m",a)' },
  { "x = o:m() -> T", 'x = __aios.typed_method("T",o,"m")' },
  { "x = f(g):m { 1 } -> T", 'x = __aios.typed_method("T",f(g),"m" ,{ 1 })' },
  { "x = o.f -> T", 'x = __aios.as("T",o.f)' },
  { "x = (f(a)) -> T", 'x = __aios.as("T",(f(a)))' },
  { 'x = f(a) -> { a: "x" |  "y", -- c\n b: number(0..1) }', 'x = __aios.typed("{ a: \\"x\\" | \\"y\\", b: number(0..1) }",f,a)\n ' },
  { "x = f(g(a) -> A, 5m) -> B", 'x = __aios.typed("B",f,__aios.typed("A",g,a), 300)' },
})

same("what ends a statement in the source ends it in Lua", {
  { "x = `a`\n(f)()", 'x = __aios.str("a");\n(f)()' },
  { "x = f() -> T\n(g or h)()", 'x = __aios.typed("T",f);\n(g or h)()' },
  { "x = v => v -- c\n;(f)()", "x = (function(v) return v end) -- c\n;(f)()" },
  { "wait 5m\n(f)()", "__aios.wait(300);\n(f)()" },
})

same("declarations become calls of the runtime", {
  { "type T = { a: string,\n  b: number }", 'T=__aios.type(_ENV,"T","{ a: string, b: number }");\n ' },
  { 'needs fs.read "x","y" and c', '__aios.needs({{"fs.read","x","y"},{"c"}});' },
  { 'tier big = "a", "b"', '__aios.tier("big",{"a", "b"});' },
  { "wait 5m", "__aios.wait(300);" },
})

same("a step is a local and a call", {
  { "step a = f()", 'local a=__aios.step("a",1,{line=1},function() return f() end);' },
  { "step a, b = f() retry 3 times", 'local a,b=__aios.step("a,b",2,{line=1,retry={times=3}},function() return f() end);' },
  { "step a = f()\n  retry 3 every 5s", 'local a=__aios.step("a",1,{line=1,retry={every=5,times=3}},function() return f() end);\n ' },
  { "step a = f() retry 3 backoff 1s to 1m", 'local a=__aios.step("a",1,{line=1,retry={backoff={1,60},times=3}},function() return f() end);' },
  { "step a do\n  return 1\nend", 'local a=__aios.step("a",1,{line=1},function()\n  return 1\nend);' },
  { "step a = f()\n  undo g(a)", 'local a=__aios.step("a",1,{line=1},function() return f() end,function(a) \n return g(a) end);' },
  { "step a, b = f() undo g(a, 5m) retry 3", 'local a,b=__aios.step("a,b",2,{line=1,retry={times=3}},function() return f() end,function(a,b) return g(a, 300) end);' },
  { "step a do return f() undo g(a) end", 'local a=__aios.step("a",1,{line=1},function() return f() end,function(a)  g(a) end);' },
  { "step a = 1 -- c", 'local a=__aios.step("a",1,{line=1},function() return 1 end); -- c' },
})

same("a workflow is one call with its body last", {
  { "workflow w do end", '__aios.workflow(_ENV,"w",{line=1,},function()  end);' },
  { "workflow w() do end", '__aios.workflow(_ENV,"w",{line=1,params={},},function()  end);' },
  { 'workflow w(a: string, b) -> T "Title" do f(a) end',
    '__aios.workflow(_ENV,"w",{line=1,title="Title",params={{"a","string"},{"b"}},returns="T",},function(a,b)  f(a) end);' },
  { "every 5m do f() end", '__aios.workflow(_ENV,nil,{line=1,every={"every 5m"},},function()  f() end);' },
  { "every weekday, sunday at 9am and 5:30pm in 'Europe/London' do end",
    '__aios.workflow(_ENV,nil,{line=1,every={"every weekday, sunday at 09:00 and 17:30 in \\"Europe/London\\""},},function()  end);' },
  { "every cron '0 9 * * *' do end", '__aios.workflow(_ENV,nil,{line=1,every={"every cron \\"0 9 * * *\\""},},function()  end);' },
  { "every 2 hours do end", '__aios.workflow(_ENV,nil,{line=1,every={"every 2 hours"},},function()  end);' },
  { "at 2026-01-01 08:00 do end", '__aios.workflow(_ENV,nil,{line=1,at={"at 2026-01-01 08:00"},},function()  end);' },
  { "in 5m do end", '__aios.workflow(_ENV,nil,{line=1,after={300},},function()  end);' },
  { "workflow w always restart after 5s do end", '__aios.workflow(_ENV,"w",{line=1,always=true,restart=5,},function()  end);' },
  { "on trigger.x as y do end", '__aios.workflow(_ENV,nil,{line=1,on={{"trigger","x"}},as="y",},function(y)  end);' },
  { "on trigger.x where it.n > 5k do end",
    '__aios.workflow(_ENV,nil,{line=1,on={{"trigger","x"}},where=function(it) return it.n > 5000 end,},function()  end);' },
  { "workflow w(a) every 1h every day at 08:00 as r where r.a\ndo end",
    '__aios.workflow(_ENV,"w",{line=1,params={{"a"}},every={"every 1h","every day at 08:00"},as="r",where=function(r) return r.a end,\n},function(a,r)  end);' },
  { "workflow w needs a, b.c 'x' needs d retry 2 times tags x, y overlap skip missed once within 1d about 'A' do end",
    '__aios.workflow(_ENV,"w",{line=1,about="A",needs={{"a"},{"b.c","x"},{"d"}},retry={times=2},tags={"x","y"},overlap="skip",missed={"once",86400},},function()  end);' },
})

same("a tool is one call with its body last", {
  { "tool a.b(p: T, n: U?) -> R\n  reads\ndo\n  return p\nend",
    '__aios.tool(_ENV,"a.b",{line=1,params={{"p","T"},{"n","U?"}},returns="R",effect="reads",\n \n},function(p,n) \n  return p\nend);' },
  { "tool t(p) do return p undo --[[c]] r do f(r, 5m) end", '__aios.tool(_ENV,"t",{line=1,params={{"p"}},},function(p)  return p end,function(p,r)  f(r, 300) end);' },
  { "workflow w do\nf()\nundo r do\ng(r)\nend", '__aios.workflow(_ENV,"w",{line=1,},function() \nf()\nend,function(r) \ng(r)\nend);' },
})

t.test("the tree mode emits the same text as the run mode", function()
  local grammar, emit = require "compiler.grammar", require "compiler.emit"
  for _, source in ipairs { "x = ask { `a ${b}` } -> T", "every 5m where `x` do step a = v => v end", "f `x` -- c\n" } do
    t.eq(emit.emit(grammar.run(source), source), emit.emit(grammar.tree(source), source), source)
  end
end)
t.done()
