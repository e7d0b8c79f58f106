--- The parts of the prompt that are pure: bytes to keys, keys to text, text to a screen, values to text.
local t = require "tests.tap"
local keys, editor, layout, width = require "host.repl.keys", require "host.repl.editor", require "host.repl.layout", require "host.repl.width"
local highlight, complete, locals, lex = require "host.repl.highlight", require "host.repl.complete", require "host.repl.locals", require "host.repl.lex"
local show, shape = require "session.show", require "session.shape"

-- one line: a claim
local function line(format, ...) return (format:format(...):gsub("\\?\n", "\\n")) end

-- ---------------------------------------------------------------- keys
local KEYS = {
  { "a", "text:a" }, { "a\27[Ab", "text:a up text:b" }, { "\27[1;5D\27[1;5C", "word_left word_right" }, { "\27OH\27[4~", "home end" }, { "\r", "enter" },
  { "\27\r", "newline" }, { "\27b\27f\27d", "word_left word_right kill_word_right" }, { "\127\8", "erase erase" }, { "\27[3~", "delete" }, { "\3\4\26", "interrupt end_of_input suspend" },
  { "\27[200~a\r\nb\rc\27[201~x", "paste:a\nb\nc text:x" }, { "\195\164\230\151\165", "text:\195\164\230\151\165" }, { "\255a", "text:a" }, { "\27[99;99u", "" }, { "\18", "search" },
}
for _, row in ipairs(KEYS) do
  t.test(line("the bytes %q are the keys %s", row[1], row[2]), function()
    for _, size in ipairs { #row[1], 1 } do                     -- at once, and byte by byte
      local decoder, out = keys.decoder(), {}
      for at = 1, #row[1], size do
        for _, key in ipairs(decoder:feed(row[1]:sub(at, at + size - 1))) do
          local last = out[#out]
          if key.name == "text" and last and last.name == "text" then last.text = last.text .. key.text else out[#out + 1] = key end
        end
      end
      local words = {}
      for i, key in ipairs(out) do words[i] = key.name .. (key.text and ":" .. key.text or "") end
      t.eq(table.concat(words, " "), row[2])
    end
  end)
end

-- ---------------------------------------------------------------- editor
local function typed(bytes, o)
  o = o or {}
  local e = editor.new { history = o.history or {}, finished = o.finished or function() return true end, indent = function() return "" end,
    complete = o.complete or function() end }
  local acts = {}
  for _, key in ipairs(keys.decoder():feed(bytes)) do acts[#acts + 1] = e:press(key) end
  return e.text:sub(1, e.at - 1) .. "|" .. e.text:sub(e.at), acts
end

local TYPED = {
  { "abc\27[D\27[DX", "aX|bc" }, { "a b\1\11", "|" }, { "abc\1\27[C\11\25\25", "abcbc|" }, { "one two\23", "one |" }, { "one two\27b\27d", "one |" },
  { "\195\164\195\182\127", "\195\164|" }, { "\195\164\27[D\27[3~x", "x|" }, { "abc\21x", "x|" }, { "\27[200~a\nb\27[201~", "a\nb|" }, { "a\27\rb\27[Ac", "ac|\nb" },
  { "abc\27\rx\27[A\27[Fd\27[By", "abcd\nxy|" }, { "ab\31", "|" }, { "a\4", "a|" }, { "ab\1\4", "|b" }, { "x\t", "x|" }, { "\t", "  |" },
}
for _, row in ipairs(TYPED) do
  t.test(line("the keys %q give %q", row[1], row[2]), function() t.eq((typed(row[1])), row[2]) end)
end

t.test("Enter submits what is finished and begins a line in what is not", function()
  t.eq({ typed "a\r" }, { "a|", { "submit" } })
  t.eq({ typed("a\r", { finished = function() return false end }) }, { "a\n|", {} })
end)
t.test("two empty lines at the end submit what is not finished", function()
  local _, acts = typed("a\r\r\r", { finished = function() return false end })
  t.eq(acts, { "submit" })
end)
t.test("Ctrl-C interrupts, Ctrl-D ends an empty line only", function()
  t.eq({ select(2, typed "ab\3") }, { { "interrupt" } })
  t.eq({ select(2, typed "\4") }, { { "end" } })
end)
t.test("Up brings what was typed before, Down what was being typed", function()
  local o = { history = { "one", "two" } }
  t.eq((typed("x\27[A", o)), "two|")
  t.eq((typed("x\27[A\27[A\27[A", o)), "one|")
  t.eq((typed("x\27[A\27[A\27[B\27[B", o)), "x|")
end)
t.test("a search takes the newest that holds the words, again an older one, and cancelled none", function()
  local o = { history = { "a needle", "b", "c needle" } }
  t.eq((typed("\18need\27[F", o)), "c needle|")
  t.eq((typed("\18need\18\27[F", o)), "a needle|")
  t.eq((typed("x\18need\7", o)), "x|")
end)
t.test("Tab puts in what all choices begin with, and then names them", function()
  local function choices() return 1, { { text = "reader" }, { text = "reads" } } end
  t.eq((typed("r\t", { complete = choices })), "read|")
  t.eq({ select(2, typed("read\t", { complete = choices })) }, { { "choices" } })
  t.eq((typed("r\t", { complete = function() return 1, { { text = "\195\164" }, { text = "\195\182" } } end })), "r|")
end)

-- ---------------------------------------------------------------- layout
local function rows(o)
  local out = layout.of { text = o.text, at = o.at or #o.text + 1, prompt = "> ", more = "… ", columns = o.columns or 20, rows = o.rows or 10 }
  return out.draw, out.wipe
end
t.test("a line stands behind the prompt, the cursor behind it", function() t.eq({ rows { text = "ab" } }, { "> ab\r\27[4C", "\r\27[J" }) end)
t.test("the cursor may stand anywhere", function() t.eq((rows { text = "ab", at = 1 }), "> ab\r\27[2C") end)
t.test("every line but the first begins with the other prompt", function() t.eq({ rows { text = "a\nb" } }, { "> a\r\n… b\r\27[3C", "\27[1A\r\27[J" }) end)
t.test("what is too long goes on in the next row", function() t.eq((rows { text = "abcdefgh", columns = 8 }), "> abcdef\r\ngh\r\27[2C") end)
t.test("a line that fills its row has the cursor in the next", function() t.eq((rows { text = "abcdef", columns = 8 }), "> abcdef\r\n\r") end)
t.test("a letter of two columns is not cut in two", function() t.eq((rows { text = "abcde\230\151\165", columns = 8 }), "> abcde\r\n\230\151\165\r\27[2C") end)
t.test("a text higher than the terminal is shown around its cursor", function()
  t.eq((rows { text = "1\n2\n3\n4\n5\n6", rows = 4 }), "… 4\r\n… 5\r\n… 6\r\27[3C")
  t.eq((rows { text = "1\n2\n3\n4\n5\n6", at = 1, rows = 4 }), "> 1\r\n… 2\r\n… 3\27[2A\r\27[2C")
end)
t.test("control characters and broken bytes are shown as something", function() t.eq((rows { text = "\1\127\255" }), "> ^A^??\r\27[7C") end)
t.test("letters have none, one or two columns", function() t.eq({ width.of(0x61), width.of(0x301), width.of(0x65E5), width.of(0x1F600), width.text "a\204\129\230\151\165" }, { 1, 0, 2, 2, 3 }) end)

-- ---------------------------------------------------------------- highlight
local COLOURED = {
  { "every 5m do end", "every:word 5m:number do:keyword end:keyword" }, { "every(5)", "5:number" }, { "x.every 5", "5:number" }, { "local every = 1", "local:keyword 1:number" },
  { "workflow every do end", "workflow:word do:keyword end:keyword" }, { "every day at 08:00 do end", "every:word day:word at:word 08:00:number do:keyword end:keyword" },
  { 'print "a" -- c', '"a":string -- c:comment' }, { "x = `a ${b}`", "`a ${b}`:string" }, { '"open', '"open:string' }, { "wait 5s", "wait:word 5s:number" },
  { "return every\nx = 1", "return:keyword 1:number" }, { "needs net \"a\"", 'needs:word "a":string' }, { "if step then end", "if:keyword then:keyword end:keyword" },
}
for _, row in ipairs(COLOURED) do
  t.test(line("in %q are coloured: %s", row[1], row[2]), function()
    local out = {}
    for i, span in ipairs(highlight.spans(row[1])) do out[i] = row[1]:sub(span[1], span[2]) .. ":" .. span[3] end
    t.eq(table.concat(out, " "), row[2])
  end)
end
t.test("every text has tokens, whatever it is cut to", function()
  local text = 'x = "a\\n" .. `b ${c { d }}` .. [==[ e ]==] --[[ f ]] + 1..2 => "\n" \'g'
  for at = 0, #text do
    local last = 0
    for _, token in ipairs(lex.tokens(text:sub(1, at))) do
      t.ok(token.from > last and token.to >= token.from and token.to <= at, text:sub(1, at))
      last = token.to
    end
    highlight.spans(text:sub(1, at))
  end
end)

-- ---------------------------------------------------------------- completion
local WORLD = {
  names = function(path)
    local all = { [""] = { fs = "table", first = "number", my = "table", print = "function", s = "string" }, my = { one = "number", two = "function", ["no name"] = "number" } }
    return all[table.concat(path, ".")] or {}
  end,
  kind = function(path) return path[1] == "s" and "string" or "table" end,
  tools = function() return { ["fs.read"] = { signature = "fs.read(path: path)", arguments = { { name = "path", type = "path" }, { name = "max", type = "integer", is_option = true } } } } end,
  commands = { { name = "help" }, { name = "doc", operands = "NAME" } },
}
local COMPLETED = {
  { "fs.r", "read" }, { "fs.", "read" }, { "my.", "one two" }, { "my.o", "one" }, { "fir", "first" }, { "s:upp", "upper" }, { ":d", "doc" }, { ":", "doc help" }, { '"fs.r', "" }, { "-- fs.r", "" },
  { "whi", "while" }, { "workfl", "workflow" }, { "x = workfl", "" }, { "fs.read('a', { m", "max = " }, { "fs.read('a', { ", "max = " }, { "fs.read { pa", "path = " }, { "unknown.x", "" },
  { "`a ${fs.r", "" }, { "", "" },
}
for _, row in ipairs(COMPLETED) do
  t.test(line("Tab behind %q offers %q", row[1], row[2]), function()
    local _, list = complete.at(row[1], #row[1] + 1, WORLD)
    local words = {}
    for i, item in ipairs(list or {}) do words[i] = item.text end
    t.eq(table.concat(words, " "), row[2])
  end)
end

-- ---------------------------------------------------------------- locals
local KEPT = {
  { "local x = 1", "      x = 1", "x" }, { "local x", "      x = nil ", "x" }, { "local a, b <const> = 1, 2", "      a, b         = 1, 2", "a b" },
  { "local function f() local y = 1 return y end", "      function f() local y = 1 return y end", "f" }, { "do local y = 1 end", "do local y = 1 end", "" },
  { "local h <close> = f()", "local h <close> = f()", "" }, { "local s = 'local x' -- local y", "      s = 'local x' -- local y", "s" },
  { "for i = 1, 2 do local z = i end local w = 1", "for i = 1, 2 do local z = i end       w = 1", "w" }, { "if a then local b end", "if a then local b end", "" },
  { "repeat local c until c local d", "repeat local c until c       d = nil ", "d" }, { "local __aios<const> =__aios; local e = 1", "local __aios<const> =__aios;       e = 1", "e" },
}
for _, row in ipairs(KEPT) do
  t.test(line("%q becomes %q at the prompt", row[1], row[2]), function()
    local lua, names = locals.kept(row[1])
    t.eq({ lua, table.concat(names, " ") }, { row[2], row[3] })
    t.ok(load(lua, "=x", "t"))
  end)
end

-- ---------------------------------------------------------------- values
local cycle = { 1 }
cycle.self = cycle
local deep = { { { { { { 1 } } } } } }
local SHOWN = {
  { nil, "nil" }, { 1, "1" }, { 1.5, "1.5" }, { 0 / 0, "nan" }, { -math.huge, "-inf" }, { true, "true" }, { "a\n\"b\"\1", '"a\\n\\"b\\"\\x01"' }, { "\255\195\164", '"\\xFF\195\164"' },
  { {}, "{}" }, { { 1, 2, x = "y" }, '{ 1, 2, x = "y" }' }, { { ["a b"] = 1, [10] = 2, ["end"] = 3 }, '{ [10] = 2, ["a b"] = 1, ["end"] = 3 }' }, { cycle, "{ 1, self = <cycle> }" },
  { deep, "{ { { { { { … } } } } } }" }, { print, "function (built in)" }, { setmetatable({}, { __tostring = function() return "mine" end }), "mine" },
  { setmetatable({}, { __tostring = function() error "x" end }), "<its __tostring failed>" }, { coroutine.create(print), "thread (suspended)" },
  { setmetatable({ code = "denied", message = "no" }, { __name = "error", __tostring = function(e) return e.message end }), "error denied: no" },
  { setmetatable({}, { __metatable = "locked" }), "{}" },
}
for _, row in ipairs(SHOWN) do
  t.test(("a value is shown as %s"):format(row[2]), function() t.eq(show.text(row[1]), row[2]) end)
end
t.test("a function is shown with its place", function() t.match(show.text(load("return function() end", "@prompt")()), "^function %(prompt:1%)$") end)
t.test("what does not fit a line stands in several", function()
  t.eq(show.text({ first = ("x"):rep(20), second = ("y"):rep(20) }, { width = 40 }), '{\n  first = "' .. ("x"):rep(20) .. '",\n  second = "' .. ("y"):rep(20) .. '"\n}')
end)
t.test("of a long table the first items are shown, and how many more there are", function()
  t.eq(show.text({ 1, 2, 3, 4, a = 1 }, { items = 3 }), "{ 1, 2, 3, … 2 more }")
end)
t.test("a long text inside a table is cut between letters", function() t.eq(show.text({ ("\195\164"):rep(10) }, { inner_text = 3 }), '{ "\195\164"… }') end)
local SHAPED = { { 1, "integer" }, { 1.5, "number" }, { "a", "string" }, { {}, "{}" }, { { 1, "a" }, "{integer | string}" }, { { a = 1, b = { c = true } }, "{ a: integer, b: { c: boolean } }" },
  { { [{}] = 1 }, "{ [any]: any }" }, { print, "function" } }
for _, row in ipairs(SHAPED) do
  t.test(("a value is of the type %s"):format(row[2]), function() t.eq(shape.of(row[1]), row[2]) end)
end

-- ---------------------------------------------------------------- what :doc says
t.test("stdlib/host/repl/pages.lua is what packaging/pages.lua makes of the doc comments", function()
  local pipe = assert(io.popen "lua5.4 packaging/pages.lua")
  local made = pipe:read "a"
  pipe:close()
  t.ok(made == t.read "stdlib/host/repl/pages.lua", "out of date: run lua5.4 packaging/pages.lua >stdlib/host/repl/pages.lua")
end)
local sentences, words, compiler = require "host.repl.sentences", require "compiler.words", require "compiler"
t.test("every word that begins a sentence has a page", function()
  for _, head in ipairs(words.heads) do t.ok(sentences.words[head], head) end
  for word in pairs(sentences.words) do t.ok(words.is_head[word], word) end
end)
for _, kind in ipairs { "words", "functions" } do
  for word, page in pairs(sentences[kind]) do
    t.test(("the example of :doc %s compiles"):format(word), function()
      local made, problems = compiler.compile(page[3], "page")
      if not made then made = compiler.compile("return " .. page[3], "page") end
      t.ok(made, problems and problems[1] and problems[1].message)
    end)
  end
end

t.done()
