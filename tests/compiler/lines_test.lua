-- generated line N is source line N
local t = require "tests.tap"
local compiler, grammar, emit, source_of = require "compiler", require "compiler.grammar", require "compiler.emit", require "compiler.source"

local PROGRAMS = {
  "01_hello", "02_daily", "03_random_window", "04_daemon", "05_idle", "06_db", "07_webhook", "08_file", "09_tool", "10_cascade", "11_durable", "12_test",
}
local ODD = {
  "type T = {\n a: string,\r\n b: number\n}\nx = 1", "x = f(\n a,\n b\n) ->\n -- c\n T\ny = 2", "x = v\n=>\nv\ny = 1",
  "workflow\nw\n(\na: string,\nb\n)\n-> T\n'title'\nevery\n5m\nwhere\nx\n(1)\ndo\nf()\nend\ny = 1", "step a,\nb\n=\nf()\nretry\n3\ntimes\ny = 1",
  "x = `a\nb${\nc\n}\nd`\ny = 1", "needs a 'x',\n'y',\nb\ny = 1", "tier a =\n'x',\n-- c\n'y'\nz = 1", "wait\n5m\ny = 1", "say `a\r\nb`\r\ny = 1",
  "workflow w [[a\nb]] about 'c\\\nd' do end y = 1", "x = ask {\n`a`\n,\n} -> {\n a: string }\n(f)()", "x = o\n:m\n(\n)\n->\nT\ny = 1", "every 5m do\r\r f() end",
}

local function newlines(text)
  local _, count = text:gsub("\n", "")
  local _, returns = text:gsub("\r", "")
  return count, returns
end

t.test("the twelve programs keep their lines", function()
  for _, name in ipairs(PROGRAMS) do
    local text = source_of.clean(t.read("tests/compiler/programs/" .. name .. ".aios"))
    local root = grammar.run(text)
    t.ok(root, name)
    t.eq({ newlines(emit.emit(root, text)) }, { newlines(text) }, name)
  end
end)

t.test("the twelve programs parse in every mode", function()
  for _, name in ipairs(PROGRAMS) do
    local text = source_of.clean(t.read("tests/compiler/programs/" .. name .. ".aios"))
    t.ok(grammar.tree(text), name)
    t.eq(#grammar.diagnose(text).notes, 0, name)
    t.eq(emit.emit(grammar.tree(text), text), emit.emit(grammar.run(text), text), name)
  end
end)

t.test("text spread over lines in odd ways keeps its lines", function()
  for _, source in ipairs(ODD) do
    local out, problems = compiler.compile(source, "x")
    t.ok(out, problems and source .. ": " .. problems[1].message)
    t.eq({ newlines(out.lua) }, { newlines(source) }, source)
  end
end)

t.test("an error in the middle of a program names the line of the source", function()
  local out = compiler.compile("type T = {\n a: string }\nlocal x = `a\n${\n1}`\nboom()", "x")
  local runtime = setmetatable({}, { __index = function() return function() end end })
  local chunk = load(out.lua, "@x", "t", { __aios = runtime })
  local good, message = pcall(chunk)
  t.eq(good, false)
  t.match(message, "^x:6:")
end)
t.done()
