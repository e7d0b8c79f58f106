local t = require "tests.tap"
local text = require "text"

t.test("trim takes away space at both ends and nothing inside", function()
  for given, want in pairs { ["  a b \n"] = "a b", [""] = "", [" \t\n "] = "", ["a"] = "a", [" a"] = "a" } do t.eq(text.trim(given), want) end
end)

t.test("trim of long inner space takes linear time", function()
  local inner = "a" .. (" "):rep(20000) .. "b"
  local before = os.clock()
  t.eq(text.trim(inner), inner)
  t.ok(os.clock() - before < 0.5)
end)

t.test("split cuts at plain text, or into words", function()
  t.eq(text.split("a,b,,c", ","), { "a", "b", "", "c" })
  t.eq(text.split("a.b", "."), { "a", "b" })
  t.eq(text.split("", ","), { "" })
  t.eq(text.split(",", ","), { "", "" })
  t.eq(text.split("a--b--", "--"), { "a", "b", "" })
  t.eq(text.split "  two\twords \n", { "two", "words" })
  t.eq(text.split "", {})
  t.eq(pcall(text.split, "a", ""), false)
end)

t.test("lines know both line ends, and a last line without one", function()
  t.eq(text.lines "one\r\ntwo\n\nthree", { "one", "two", "", "three" })
  t.eq(text.lines "one\n", { "one" })
  t.eq(text.lines "\n\n", { "", "" })
  t.eq(text.lines "", {})
end)

t.test("wrap breaks between words and keeps paragraphs", function()
  t.eq(text.wrap("the quick brown fox", 10), "the quick\nbrown fox")
  t.eq(text.wrap("a\nb\n\nc", 10), "a b\n\nc")
  t.eq(text.wrap("incomprehensible is long", 5), "incomprehensible\nis\nlong")
  t.eq(text.wrap("äöü äöü", 7), "äöü äöü")
  t.eq(text.wrap("", 7), "")
end)

t.test("template fills names and paths, and refuses a hole", function()
  t.eq(text.template("Dear {user.name}, {n} {list.2}", { user = { name = "Ada" }, n = 3, list = { "a", "b" } }), "Dear Ada, 3 b")
  t.eq(text.template("100% {a}", { a = "%1" }), "100% %1")
  t.eq(text.template("{{a}", { a = 1 }), "{a}")
  t.eq(text.template("{{a}} {b}", { b = 1 }), "{a} 1")
  t.eq(text.template("{{{b}}} {x", { b = 1 }), "{1} {x")
  local got, err = text.template("{a.b.c} {x}", { a = { b = 1 } })
  t.eq(got, nil)
  t.eq(err.code, "not_found")
  t.match(err.message, "'a.b.c'")
end)

t.done()
