-- aios fmt: one style, and nothing but white space changes
local t = require "tests.tap"
local bytecode = require "tests.bytecode"
local compiler, format, lex, marks_of = require "compiler", require "compiler.format", require "compiler.format.lex", require "compiler.format.marks"
local grammar = require "compiler.grammar"

-- { claim, text, what becomes of it }
local STYLE = {
  { "operators and commas", "x=a+b*-c..'d',#e^~f//g&h<<1 ,not  y", "x = a + b * -c .. 'd', #e ^ ~f // g & h << 1, not y" },
  { "minus after minus", "x = - - - y - -1", "x = - - -y - -1" },
  { "calls and indices", "f ( a , b ) ;t [ 1 ] . x = g : m ( ) [ 2 ]", "f(a, b); t[1].x = g:m()[2]" },
  { "calls without parentheses", "f'a'  x=require\"b\".c  g{1}  h[[x]]", "f 'a' x = require \"b\".c g { 1 } h [[x]]" },
  { "tables", "x={a=1,[2]=3;f(),{}}", "x = { a = 1, [2] = 3; f(), {} }" },
  { "long texts in brackets", "x = t[ [[a]]]", "x = t[ [[a]] ]" },
  { "functions", "local function f ( ... ) return (function (a) return a end) (1) end", "local function f(...) return (function(a) return a end)(1) end" },
  { "attributes and labels", "local x<const>,y  <close> =1,nil goto a :: a ::", "local x <const>, y <close> = 1, nil goto a ::a::" },
  { "comparisons are no attributes", "x = a<const and const>b", "x = a < const and const > b" },
  { "parentheses after words", "if(a)then return(b)end while(c)do end", "if (a) then return (b) end while (c) do end" },
  { "numbers", "x = 0xE-1, 1e-5, 3 ..4, .5, 0x.1p-4", "x = 0xE - 1, 1e-5, 3 .. 4, .5, 0x.1p-4" },
  { "blocks", "if a then\nb()\nelseif c then\nwhile d do\ne()\nend\nelse\nrepeat\nf()\nuntil g\nend",
    "if a then\n  b()\nelseif c then\n  while d do\n    e()\n  end\nelse\n  repeat\n    f()\n  until g\nend" },
  { "what opens on one line indents once", "f(function()\nreturn {\n{ 1,\n2 } }\nend)", "f(function()\n  return {\n    { 1,\n      2 } }\nend)" },
  { "lines that go on", "local x = a +\nb\n.c\nreturn x,\ny", "local x = a +\n  b\n  .c\nreturn x,\n  y" },
  { "chains", "a\n:b()\n:c(function()\nd()\nend)\ne()", "a\n  :b()\n  :c(function()\n    d()\n  end)\ne()" },
  { "conditions over lines", "if a\nand b then\nc()\nend\nfor i = 1,\n2\ndo\nd()\nend", "if a\n    and b then\n  c()\nend\nfor i = 1,\n    2\ndo\n  d()\nend" },
  { "a table on a line of its own", "x =\n{\n1\n}", "x =\n{\n  1\n}" },
  { "empty lines", "\n\nx = 1\n\n\n\ny = 2\nif x then\n\nz()\n\nend\n\n\n", "x = 1\n\ny = 2\nif x then\n  z()\nend" },
  { "white space at ends of lines", "x = 1  \t\n-- a  \n  \ny = 2", "x = 1\n-- a\n\ny = 2" },
  { "comments", "if x then\n    -- a\n  y() --b\nz = 12  -- c\n-- d\nend --e", "if x then\n  -- a\n  y()     --b\n  z = 12  -- c\n  -- d\nend  --e" },
  { "a comment before a line that goes on", "a = b\n-- c\n+ d", "a = b\n  -- c\n  + d" },
  { "comments inside lines", "f(--[[a]]b,c--[[d]])", "f(--[[a]] b, c --[[d]])" },
  { "long comments", "do\n--[[ a\n b ]]\nend", "do\n  --[[ a\n b ]]\nend" },
  { "nothing", "", "" }, { "only a comment", "  -- a", "-- a" },
  { "a heading", "workflow  w ( a:string ,b : integer(1 .. 5)?)->string 'T'\n  every weekday   at 08:00\nneeds net 'a',\nfs.read \"b\"\ndo\nf()\nend",
    "workflow w(a: string, b: integer(1..5)?) -> string 'T'\n  every weekday at 08:00\n  needs net 'a',\n    fs.read \"b\"\ndo\n  f()\nend" },
  { "headings for a time", "when x>1 for 5m do\nf()\nend\nwhen idle for 5m do\ng()\nend", "when x > 1 for 5m do\n  f()\nend\nwhen idle for 5m do\n  g()\nend" },
  { "undo", "tool t ( a )\nreads do\nstep x do\nf()\nundo\ng()\nend\nundo r do\nh(r)\nend", "tool t(a)\n  reads do\n  step x do\n    f()\n  undo\n    g()\n  end\nundo r do\n  h(r)\nend" },
  { "steps", "step x,y=f(1)\nretry 3 times\nundo g(x)\nz()", "step x, y = f(1)\n  retry 3 times\n  undo g(x)\nz()" },
  { "parallel work", "parallel do\nstep a=f()\nend\nparallel for i in (x) limit 3 do\ng(i)\nend", "parallel do\n  step a = f()\nend\nparallel for i in (x) limit 3 do\n  g(i)\nend" },
  { "types", "type T={a:string?,b:{ Row },c:{[string]:{x:number(0 ..1)}} ,d:\"x\"|\"y\"|-5 ..5}",
    "type T = { a: string?, b: {Row}, c: { [string]: { x: number(0..1) } }, d: \"x\" | \"y\" | -5..5 }" },
  { "a decision", "decision d(m: Mail) -> string\nrule if m then\nreturn 'a'\nend\nprompt `a ${ m }`\ntry operational accept (x)>-1\nat most $0.03\notherwise -1\nend",
    "decision d(m: Mail) -> string\n  rule if m then\n    return 'a'\n  end\n  prompt `a ${ m }`\n  try operational accept (x) > -1\n    at most $0.03\n  otherwise -1\nend" },
  { "an agent", "agent a\ngoal 'x'\ntools fs.*,mail\nend", "agent a\n  goal 'x'\n  tools fs.*, mail\nend" },
  { "waiting", "wait until(x)\nrepeat\nwait 5m\nuntil y\nat 2026-01-31 08:00 do\nend", "wait until (x)\nrepeat\n  wait 5m\nuntil y\nat 2026-01-31 08:00 do\nend" },
  { "lambdas and typed calls", "x=map(a,(b,c)=>b+c)y=f(v=>-v)->{ string }", "x = map(a, (b, c) => b + c) y = f(v => -v) -> {string}" },
  { "templates stay", "x=`a  ${ b+1 } ${ f{`c ${d}`} }`", "x = `a  ${ b+1 } ${ f{`c ${d}`} }`" },
  { "tiers", "tier a=\"x\",\"y\"\ntimeout 5s\nbudget b=$1 per day", "tier a = \"x\", \"y\"\n  timeout 5s\nbudget b = $1 per day" },
}

for _, row in ipairs(STYLE) do
  t.test("one style: " .. row[1], function()
    t.eq(format.format(row[2]), row[3] == "" and "" or row[3] .. "\n")
    t.eq(format.format(row[3]), row[3] == "" and "" or row[3] .. "\n")
  end)
end

t.test("the first line of a script, a byte order mark and the file's line ends stay", function()
  t.eq(format.format("\xEF\xBB\xBF#!/usr/bin/env aios \r\n\r\n\r\nx=1 -- a\r\n\r\n\r\n y=2\r\n"), "\xEF\xBB\xBF#!/usr/bin/env aios\r\n\r\nx = 1  -- a\r\n\r\ny = 2\r\n")
  t.eq(format.format("#!lua\nx  =  [[\r\na]]"), "#!lua\nx = [[\r\na]]\n")
end)

t.test("bytes that are no UTF-8 are no matter in a Lua file", function() t.eq(format.format("x=' \xFF '"), "x = ' \xFF '\n") end)

t.test("what is no program is refused", function()
  for _, text in ipairs { "if x", "x = = 1", "\27Lua", "x = '\0'", "workflow w do",
    "step a do\n  step b = 1\nundo\n  f()\nend" } do
    t.eq({ format.format(text) }, { nil, "syntax" })
  end
end)

t.test("a text whose tokens would change is never handed out", function()
  local signature, calls = lex.signature, 0
  lex.signature = function(text) calls = calls + 1 return signature(text) .. calls end
  local out, why = format.format "x = 1"
  lex.signature = signature
  t.eq({ out, why, calls }, { nil, "changed", 2 })
end)

t.test("the signature holds every token and every comment, and no white space", function()
  local same = { { "a  =  1", "a=1" }, { "a..b", "a .. b" }, { "x = 1 -- a  ", "x=1\n-- a" }, { "f 'a'", "f'a'" } }
  local other = { { "a b", "ab" }, { "a = = b", "a == b" }, { "- - a", "-- a" }, { "x = ' a'", "x = 'a'" }, { "-- a b", "-- ab" },
    { "`a ${b}`", "`a ${ b}`" }, { "a. .b", "a..b" }, { "$ 5", "$5" }, { "[[\n]]", "[[\r\n]]" }, { "5 m", "5m" } }
  for _, pair in ipairs(same) do t.eq(lex.signature(pair[1]), lex.signature(pair[2])) end
  for _, pair in ipairs(other) do t.ok(lex.signature(pair[1]) ~= lex.signature(pair[2]), pair[1]) end
end)

-- ---------------------------------------------------------------- every program at hand
local function files(pattern)
  local list = {}
  for path in io.popen("find examples tests compiler stdlib packaging bench -type f -name '" .. pattern .. "' | sort"):lines() do list[#list + 1] = path end
  return list
end

-- programs that can be formatted; the others are wrong on purpose
local PROGRAMS = {}
for _, pattern in ipairs { "*.aios", "*.lua" } do
  for _, path in ipairs(files(pattern)) do
    local text = t.read(path)
    local new = format.format(text)
    if new then PROGRAMS[#PROGRAMS + 1] = { path = path, text = text, new = new } end
  end
end

t.test("every example, every program of the tests and every module is formatted", function()
  t.ok(#PROGRAMS > 300, #PROGRAMS)
  for _, program in ipairs(PROGRAMS) do program.seen = true end
  for _, path in ipairs(files "*.lua") do
    local found = false
    for _, program in ipairs(PROGRAMS) do found = found or program.path == path end
    t.ok(found, path)
  end
end)

t.test("formatting what is formatted changes nothing", function()
  for _, program in ipairs(PROGRAMS) do t.ok(format.format(program.new) == program.new, program.path) end
end)

t.test("every token and every comment stays, and Lua compiles to the same code", function()
  for _, program in ipairs(PROGRAMS) do
    t.ok(lex.signature(program.new) == lex.signature(program.text), program.path)
    local before, after = load((program.text:gsub("^#[^\n]*", ""))), load((program.new:gsub("^#[^\n]*", "")))
    t.ok(not before == not after, program.path)
    if before then t.ok(bytecode.without_lines(before) == bytecode.without_lines(after), program.path) end
  end
end)

t.test("a program of the language means the same afterwards", function()
  local checked = 0
  for _, program in ipairs(PROGRAMS) do
    local before, after = compiler.compile(program.text, "x"), compiler.compile(program.new, "x")
    t.ok(not before == not after, program.path)
    if before and not before.plain then
      local function code(out) return (lex.signature(out.lua):gsub("%s+", "")) end
      t.ok(code(before) == code(after), program.path)
      checked = checked + 1
    end
  end
  t.ok(checked > 50, checked)
end)

local seed = 20260302
local function chance(most)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed // 65536 % most
end

local function blanks(least)
  local out = {}
  for i = 1, least + chance(3) do out[i] = chance(5) == 0 and "\t" or " " end
  return table.concat(out)
end

-- the same tokens and lines with other white space
local function respaced(text)
  local body = text:gsub("^#[^\n]*", "")
  local events = load(body) and {} or grammar.events(body)
  local marks, ends = marks_of.read(events)
  local tokens, out, solid = lex.tokens(body), { text:sub(1, #text - #body) }, 0
  tokens[#tokens + 1] = #body + 1
  local stop = 1
  for i = 1, #tokens, 2 do
    local from = tokens[i]
    local gap = body:sub(stop, from - 1)
    if gap:find "\n" then
      out[#out + 1] = blanks(0) .. (gap:find "\n\n" and "\n" .. blanks(0) .. "\n" .. ("\n"):rep(chance(3)) or "\n")
      -- where an `undo` stands says whose it is
      out[#out + 1] = tokens[i + 1] and (body:find("^undo%f[%W]", from) and (" "):rep(40) or blanks(0))
    elseif gap ~= "" then
      out[#out + 1] = blanks(1)
    elseif from >= solid and chance(4) == 0 and stop > 1 then
      out[#out + 1] = blanks(0)
    end
    if marks[from] == "solid" then solid = ends[from] end
    stop = #(body:sub(from, (tokens[i + 2] or from) - 1):gsub("%s+$", "")) + from
    out[#out + 1] = body:sub(from, stop - 1)
  end
  return table.concat(out)
end

t.test("other white space between the same tokens gives the same text", function()
  for _, program in ipairs(PROGRAMS) do
    local other = respaced(program.new)
    t.ok(lex.signature(other) == lex.signature(program.new), "the test has changed a token of " .. program.path)
    t.ok(format.format(other) == program.new, program.path)
  end
end)

t.done()
