--- web.* and http.download: against a server of our own.
local t = require "tests.tap"

local SERVER = [==[
import http.server, sys, threading
KINDS = {".html": "text/html; charset=utf-8", ".latin": "text/html; charset=iso-8859-1", ".xml": "application/rss+xml", ".txt": "text/plain", ".bin": "application/octet-stream"}
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_GET(self):
        if self.path == "/gone": self.send_response(404); self.end_headers(); self.wfile.write(b"no"); return
        if self.path == "/cut": self.send_response(200); self.send_header("Content-Length", "1000"); self.end_headers(); self.wfile.write(b"x" * 10); return
        if self.path == "/far": self.send_response(302); self.send_header("Location", "http://127.0.0.2:1/"); self.end_headers(); return
        name = self.path.lstrip("/")
        data = open(sys.argv[1] + "/" + name, "rb").read()
        self.send_response(200); self.send_header("Content-Type", KINDS["." + name.rsplit(".", 1)[1]]); self.send_header("Content-Length", str(len(data))); self.end_headers()
        self.wfile.write(data)
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
print(s.server_port, flush=True)
threading.Thread(target=s.serve_forever, daemon=True).start()
sys.stdin.read()
]==]

local dir = t.dir()
t.write(dir .. "/server.py", SERVER)
assert(os.execute(("mkfifo %s/stop && mkdir %s/files && (python3 %s/server.py %s/files <%s/stop >%s/port &)"):format(dir, dir, dir, dir, dir, dir)))
local stop = assert(io.open(dir .. "/stop", "w"))
local port
repeat port = (t.read(dir .. "/port") or ""):match "(%d+)\n" until port
local BASE = "http://127.0.0.1:" .. port .. "/"

local function file(name, text) t.write(dir .. "/files/" .. name, text) end

local function run(source)
  local home = t.dir()
  local got = t.aios { "run", "--yes", "-", home = home, cwd = home, stdin = "local BASE = '" .. BASE .. "'\n" .. source }
  t.eq({ got.code, got.err }, { 0, "" }, got.out)
  return got.out, home
end

t.test("a page is its text, its title and its links", function()
  file("a.html", "<title>Tea</title><h1>Tea &amp; milk</h1><script>x()</script><p>See <a href='../b?x=1'>b</a>.</p>")
  t.eq(run [[
print(web.text(BASE .. "a.html"))
local page = web.page(BASE .. "a.html")
print(page.title, page.links[1].text, page.links[1].url == BASE .. "b?x=1")
]], "Tea & milk\n\nSee b.\nTea\tb\ttrue\n")
end)

t.test("a page in another encoding is read, a text is a text, a file is refused", function()
  file("l.latin", "<p>K\xE4se</p>")
  file("t.txt", "a < b\n")
  file("f.bin", "\0\1")
  t.eq(run [[
print(web.text(BASE .. "l.latin"))
print(web.text(BASE .. "t.txt"))
print(select(2, pcall(web.text, BASE .. "f.bin")).code)
print(select(2, pcall(web.text, BASE .. "gone")).code)
]], "Käse\na < b\n\ninvalid\nnot_found\n")
end)

t.test("RSS is read: titles, addresses, times as ISO 8601, text without marks", function()
  file("rss.xml", [==[<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>News</title><link>http://x/</link><description>All of it</description>
<item><title>One &amp;amp; two</title><link>http://x/1</link><guid isPermaLink="false">id-1</guid><pubDate>Sun, 06 Nov 1994 08:49:37 GMT</pubDate>
<dc:creator>Ada</dc:creator><description>&lt;p&gt;Short&lt;/p&gt;</description><content:encoded><![CDATA[<p>Long <b>text</b></p>]]></content:encoded></item>
<item><guid>http://x/2</guid></item></channel></rss>]==])
  t.eq(run [[
local feed = web.feed(BASE .. "rss.xml")
print(feed.title, feed.link, feed.about, #feed.items)
local one = feed.items[1]
print(one.title, one.link, one.id, one.time, one.author, one.text)
print(feed.items[2].title, feed.items[2].link, feed.items[2].id)
]], "News\thttp://x/\tAll of it\t2\nOne & two\thttp://x/1\tid-1\t1994-11-06T08:49:37+00:00\tAda\tLong text\nnil\thttp://x/2\thttp://x/2\n")
end)

t.test("Atom and RSS 1.0 are read the same", function()
  file("atom.xml", [[<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">A &lt;b&gt;feed&lt;/b&gt;</title><link rel="self" href="http://x/self"/><link href="http://x/"/>
<entry><title>One</title><id>urn:1</id><link rel="alternate" href="http://x/1"/><updated>2026-03-02T08:00:00+01:00</updated><author><name>Ada</name></author><summary>Sum</summary></entry></feed>]])
  file("rdf.xml", [[<rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/" xmlns:dc="d"><channel><title>Old</title></channel>
<item rdf:about="http://x/9"><title>Nine</title><link>http://x/9</link><dc:date>2026-03-02T07:00:00Z</dc:date></item></rdf:RDF>]])
  t.eq(run [[
for _, name in ipairs { "atom.xml", "rdf.xml" } do
  local feed = web.feed(BASE .. name)
  local one = feed.items[1]
  print(feed.title, feed.link, one.title, one.id, one.link, one.time, one.author, one.text)
end
]], "A feed\thttp://x/\tOne\turn:1\thttp://x/1\t2026-03-02T07:00:00+00:00\tAda\tSum\nOld\tnil\tNine\thttp://x/9\thttp://x/9\t2026-03-02T07:00:00+00:00\tnil\tnil\n")
end)

t.test("what is no feed is told as what it is", function()
  file("html.xml", "<html><body/></html>")
  file("bad.xml", "<rss><channel>")
  t.eq(run [[
print(select(2, pcall(web.feed, BASE .. "html.xml")).message)
print(select(2, pcall(web.feed, BASE .. "bad.xml")).code)
]], "this is no feed: its root is <html>, not <rss>, <rdf:RDF> or <feed>\ninvalid\n")
end)

t.test("a download is a file with the bytes of the answer, and their hash", function()
  file("big.bin", ("0123456789abcdef"):rep(200000))
  local out, home = run [[
local got = http.download(BASE .. "big.bin", "big")
print(got.bytes, got.sha256 == fs.hash "big", #fs.list ".")
]]
  t.eq(out:match "^%d+\ttrue", "3200000\ttrue")
  t.eq(t.read(home .. "/big"), t.read(dir .. "/files/big.bin"))
end)

t.test("a download that fails leaves what was there, and nothing else", function()
  local out, home = run [[
fs.mkdir "d"
fs.write("d/f", "old")
for _, name in ipairs { "gone", "cut" } do
  local ok, err = pcall(http.download, BASE .. name, "d/f")
  print(ok, err.code)
end
print(select(2, pcall(http.download, BASE .. "big.bin", "d/f", { max = 1KB })).code)
print(select(2, pcall(http.download, BASE .. "big.bin", "d")).code)
print(#fs.list "d", fs.read "d/f")
]]
  t.eq(out, "false\tnot_found\nfalse\ttruncated\ntoo_big\ninvalid\n1\told\n")
  t.ok(home)
end)

t.test("a download needs its host, its path, and the host that it is sent on to", function()
  local home = t.dir()
  local got = t.aios { "run", "--grant", "net 127.0.0.1:" .. port, "--grant", "fs.write a", "-", home = home, cwd = home, stdin = ([[
local BASE = "%s"
print(select(2, pcall(http.download, BASE .. "t.txt", "b")).code)
print(select(2, pcall(http.download, BASE .. "far", "a")).code)
print(select(2, pcall(http.download, "http://127.0.0.3/", "a")).code)
print(http.download(BASE .. "t.txt", "a").bytes)
]]):format(BASE) }
  t.eq(got.out, "denied\ndenied\ndenied\n6\n")
end)

stop:close()
t.done()
