-- plain Lua stays plain Lua
local t = require "tests.tap"
local tree = require "compiler.tree"
local compiler, grammar, words = require "compiler", require "compiler.grammar", require "compiler.words"

-- valid Lua that an eager grammar would claim
local PLAIN = {
  'test "x" do end', 'on "x" do end', "every (5) do end", 'local x = ask tactical "p"', "type = 5", "step.x = 1", "wait(5)",
  "x = step - 1", "tool { a = 1 }", 'needs "x"', "every, on = 1, 2", "within = { 5 }", "agent:run()", 'expect "x"', "advance[1] = 2",
  "goto always ::always::", "for every = 1, 2 do end", "local function workflow(tier) return tier end", "if on then end",
  "at = in_ and budget or decision", "once()", "when{}", "parallel''", "isolate[[x]]", "test.that = 1", "x = type(y) == 'string'",
  "x = a --[[ -> ]] - b", "x = a > b -- =>", "return 0x1p4, 1e5, .5, 3., 0xA", "x = a..b..1 ..2", "x = [==[ ]] ]==]", "::a:: goto a",
  "local x <const> = 1", "x = -y^-z", "x = not not a == ~b ~ c", "f{...}", "f'a'.b:c[[d]].e = 1", "x = {[1]=2;3,a=b,}", "x = '\\z\n  a'", "x = 'a\\\nb'",
}

t.test("valid Lua is handed on unchanged", function()
  for _, source in ipairs(PLAIN) do
    t.ok(load(source), source)
    local out = compiler.compile(source, "x")
    t.eq(out and out.lua, source)
    t.eq(out.plain, true)
  end
end)

t.test("the grammar accepts what Lua accepts, in all its modes", function()
  for _, source in ipairs(PLAIN) do
    local root = grammar.run(source)
    t.ok(root, "run: " .. source)
    for _, node in ipairs(root) do t.ok(not tree.forms[node.kind], node.kind .. " in " .. source) end
    t.ok(grammar.tree(source), "tree: " .. source)
    t.eq(#grammar.diagnose(source).notes, 0, source)
  end
end)

t.test("Lua keeps its meaning beside the language's own forms", function()
  for _, source in ipairs(PLAIN) do
    local both = "wait 5m\ndo " .. source .. "\nend"
    if load("do " .. source .. "\nend") then
      local out, problems = compiler.compile(both, "x")
      t.ok(out, problems and source .. ": " .. problems[1].message)
      t.ok(out.lua:find(source, 1, true), source)
    end
  end
end)

t.test("every word of the language stays a name", function()
  for _, list in ipairs { words.heads, words.clauses, words.rungs, words.inner } do
    for _, word in ipairs(list) do
      if not words.is_reserved[word] then
        local source = ("wait 5m\nlocal %s = 1\n%s = %s + 1\nfunction f(%s) return %s.%s end"):format(word, word, word, word, word, word)
        local out, problems = compiler.compile(source, "x")
        t.ok(out, problems and word .. ": " .. problems[1].message)
      end
    end
  end
end)

t.test("what only looks like a form is never claimed", function()
  for _, source in ipairs { "local every 5m do end", "f() if x", "return 1 if y" } do
    local out = compiler.compile(source, "x")
    t.eq(out, nil, source)
  end
end)

t.test("the first line of a script and a byte order mark are no part of the program", function()
  t.eq(compiler.compile("#!/usr/bin/env aios\nx = 1", "x").lua, (" "):rep(19) .. "\nx = 1")
  t.eq(compiler.compile("\xEF\xBB\xBFx = 1", "x").lua, "x = 1")
  t.eq(compiler.compile("#![[ x\nx = 1", "x").plain, true)
end)

t.test("the sources of this compiler are plain Lua to it", function()
  for _, name in ipairs { "init", "source", "explain", "grammar/lua", "grammar/tokens", "emit/values" } do
    local text = t.read("compiler/" .. name .. ".lua")
    t.ok(grammar.run(text), name)
    t.ok(grammar.tree(text), name)
    t.eq(compiler.compile(text, name).plain, true)
  end
end)

t.test("a grammar made for one short text refuses no other text", function()
  for _, mode in ipairs { "run", "rich" } do
    local patt, lacks = grammar.build(mode, nil, "print(`hello`)")
    local whole = grammar.build(mode)
    for _, source in ipairs { "x = 1", "x = `a`", "in 5m do x = 1 end", "step a = 1", "x = 5m", "goto a ::a::", "x = $2", "f() -- in 5m" } do
      local fits = true
      for _, lack in ipairs(lacks) do fits = fits and not source:find(lack[1], 1, lack[2]) end
      if fits then t.eq(patt:match(source), whole:match(source), source) end
      t.eq(grammar.build(mode, nil, source):match(source), whole:match(source), source)
    end
  end
end)
t.done()
