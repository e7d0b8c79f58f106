-- net.html and net.address: pages as what a reader sees, and where they lead.
local t = require "tests.tap"
local html, address = require "net.html", require "net.address"

t.test("paragraphs, headings and items are lines of their own", function()
  for source, want in pairs {
    ["<h1>News</h1><p>One &amp; two</p><p>Three</p>"] = "News\n\nOne & two\n\nThree",
    ["<ul><li>Tea<li>Milk</ul>after"] = "- Tea\n- Milk\n\nafter",
    ["a<br>b<br/>c"] = "a\nb\nc",
    ["<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"] = "1 2\n3",
    ["one\n   two\t<b>three</b> <i>four</i>five"] = "one two three fourfive",
    ["<pre>a\n  b</pre>"] = "a\n  b",
    ["<div>a</div><div>b</div>"] = "a\nb",
  } do t.eq(html.text(source), want, source) end
end)

t.test("what is not for readers is left out", function()
  for source, want in pairs {
    ["<head><title>x</title><style>p { }</style></head><body>a</body>"] = "a",
    ["<head><title>never closed<body>a"] = "a",
    ["a<script>if (1 < 2) document.write('</p>')</script>b"] = "ab",
    ["a<!-- <p>hidden</p> -->b"] = "ab",
    ["a<noscript>turn it on</noscript>b"] = "ab",
    ["<a title='a > b' href=x>link</a>"] = "link",
    ["<!DOCTYPE html><?xml version='1'?>a"] = "a",
  } do t.eq(html.text(source), want, source) end
end)

t.test("broken pages are read as far as they go", function()
  for source, want in pairs {
    ["<p>never closed"] = "never closed", ["a < b"] = "a < b", ["<"] = "<", ["<p"] = "", [""] = "", ["</p></p>a"] = "a", ["<script>x"] = "",
    ["<!-- no end"] = "", ["<a href='no end>text"] = "text",
  } do t.eq(html.text(source), want, source) end
end)

t.test("entities are characters", function()
  t.eq(html.unescape "&lt;&#228;&#xE4;&auml;&Eacute;&euro;&hellip;&nope;&#0;&#xD800;&#99999999999;&amp;lt;", "<äää\u{C9}€…&nope;\u{FFFD}\u{FFFD}\u{FFFD}&lt;")
end)

t.test("other encodings become UTF-8, and nothing stays that is none", function()
  t.eq(html.utf8("\xE4\x80", "text/html; charset=ISO-8859-1"), "ä€")
  t.eq(html.utf8("<meta charset='windows-1252'>\x93a\x94"), "<meta charset='windows-1252'>“a”")
  t.eq(html.utf8 "ä", "ä")
  t.eq(html.utf8 "\xE4", "ä")
  t.eq(html.utf8("a\xE4b", "text/html; charset=utf-8"), "a\u{FFFD}b")
end)

t.test("title and links are found", function()
  local page = "<title>A &amp;\n B</title><a href='/x?a=1&amp;b=2'>The <b>x</b></a> <A HREF=y>y</A> <a name=z>z</a>"
  t.eq(html.title(page), "A & B")
  t.eq(html.title "no title", nil)
  t.eq(html.links(page), { { url = "/x?a=1&b=2", text = "The x" }, { url = "y", text = "y" } })
end)

t.test("a large page full of mistakes takes no more than its share of time", function()
  for _, piece in ipairs { "<", "<title", "<a '", "<script>", "&#", "<!--", "<p>", "&amp" } do
    local began = os.clock()
    html.text(piece:rep(100000))
    html.title(piece:rep(100000))
    html.links(piece:rep(100000))
    t.ok(os.clock() - began < 5, piece .. " took " .. os.clock() - began)
  end
end)

-- RFC 3986, 5.4
t.test("an address on a page is resolved as the standard says", function()
  local base = "http://a/b/c/d;p?q"
  for given, want in pairs {
    ["g:h"] = "g:h", ["g"] = "http://a/b/c/g", ["./g"] = "http://a/b/c/g", ["g/"] = "http://a/b/c/g/", ["/g"] = "http://a/g", ["//g"] = "http://g",
    ["?y"] = "http://a/b/c/d;p?y", ["g?y"] = "http://a/b/c/g?y", ["#s"] = "http://a/b/c/d;p?q#s", ["g#s"] = "http://a/b/c/g#s", [";x"] = "http://a/b/c/;x",
    [""] = "http://a/b/c/d;p?q", ["."] = "http://a/b/c/", ["./"] = "http://a/b/c/", [".."] = "http://a/b/", ["../"] = "http://a/b/", ["../g"] = "http://a/b/g",
    ["../.."] = "http://a/", ["../../g"] = "http://a/g", ["../../../g"] = "http://a/g", ["/./g"] = "http://a/g", ["/../g"] = "http://a/g",
    ["g."] = "http://a/b/c/g.", ["..g"] = "http://a/b/c/..g", ["./../g"] = "http://a/b/g", ["./g/."] = "http://a/b/c/g/", ["g/../h"] = "http://a/b/c/h",
  } do t.eq(address.resolve(base, given), want, given) end
end)

t.done()
