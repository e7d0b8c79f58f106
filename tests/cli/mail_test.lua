--- mail.send: against an SMTP server of our own, and read again by Python's mail library.
local t = require "tests.tap"

-- takes mails, writes each with its envelope to a file; a name decides how it behaves
local SERVER = [==[
import socket, sys, threading, base64, ssl, os
out, cert = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
n = 0
def serve(c, tls):
    global n
    f = c.makefile("rwb", buffering=0)
    def say(x): f.write((x + "\r\n").encode())
    env = {"from": "", "to": [], "user": ""}
    say("220 test")
    while True:
        line = f.readline().decode().rstrip("\r\n")
        if not line: return
        verb = line.split(" ")[0].upper()
        if verb == "EHLO":
            say("250-test")
            if cert and not tls: say("250-STARTTLS")
            say("250 AUTH PLAIN")
        elif verb == "STARTTLS" and cert:
            say("220 go")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(cert)
            return serve(context.wrap_socket(c, server_side=True), True)
        elif verb == "AUTH":
            words = line.split(" ")
            if len(words) < 3: say("334 "); words.append(f.readline().decode().strip())
            env["user"] = base64.b64decode(words[2]).decode().replace("\0", "|")
            say("235 ok" if env["user"].endswith("|right") else "535 wrong password")
        elif verb == "MAIL": env["from"] = line; say("250 ok")
        elif verb == "RCPT":
            if "nobody@" in line: say("550 no such user")
            else: env["to"].append(line); say("250 ok")
        elif verb == "DATA":
            say("354 go"); data = b""
            while not data.endswith(b"\r\n.\r\n"):
                more = f.readline()
                if not more: return
                data += more
            n += 1
            with open(out + "/%d.tmp" % n, "wb") as o:
                o.write((env["user"] + "\n" + env["from"] + "\n" + ",".join(env["to"]) + "\n").encode() + data[:-3].replace(b"\r\n..", b"\r\n."))
            os.rename(out + "/%d.tmp" % n, out + "/%d" % n)
            say("250 taken")
        elif verb == "QUIT": say("221 bye"); return
        else: say("250 ok")
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(5)
print(s.getsockname()[1], flush=True)
def accept():
    while True:
        c, _ = s.accept()
        def one(c=c):
            try: serve(c, False)
            except Exception: pass
            c.close()
        threading.Thread(target=one, daemon=True).start()
threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
]==]

local function server(cert)
  local dir = t.dir()
  t.write(dir .. "/s.py", SERVER)
  assert(os.execute(("mkfifo %s/stop && (python3 %s/s.py %s %s <%s/stop >%s/port &)"):format(dir, dir, dir, cert or "", dir, dir)))
  local stop = assert(io.open(dir .. "/stop", "w"))
  local port
  repeat port = (t.read(dir .. "/port") or ""):match "(%d+)\n" until port
  return { dir = dir, port = port, stop = stop }
end

local S = server()

local function run(source, o)
  o = o or {}
  local home = o.home or t.dir()
  local got = t.aios { "run", "--yes", "-", home = home, cwd = home, env = o.env, stdin = ("local SERVER = 'smtp://127.0.0.1:%s'\n"):format((o.server or S).port) .. source }
  t.eq({ got.code, got.err }, { 0, "" }, got.out)
  return got.out
end

local count = 0

-- the newest mail: the envelope, and what Python's parser says to some questions
local function taken(questions)
  count = count + 1
  local text = t.read(S.dir .. "/" .. count)
  local user, from, to, mail = text:match "^([^\n]*)\n([^\n]*)\n([^\n]*)\n(.*)$"
  t.write(S.dir .. "/mail", mail)
  t.write(S.dir .. "/ask.py", "import email, email.policy, sys\nm = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)\n" .. questions)
  local pipe = assert(io.popen(("PYTHONIOENCODING=utf-8 python3 %s/ask.py %s/mail 2>&1"):format(S.dir, S.dir)))
  local said = pipe:read "a"
  pipe:close()
  return said, { user = user, from = from, to = to, mail = mail }
end

t.test("a mail arrives with its text, and its lines are whole", function()
  run [[
local got = mail.send { server = SERVER, plain = true, from = "Me <me@example.org>", to = "ada@example.org", subject = "Hello", text = "One\n.\n..two\nFrom here" }
print(#got.id > 10, got.bytes > 100)
]]
  local said, envelope = taken "print(m['subject'], '|', m['from'], '|', m['to']); print(repr(m.get_content())); print(m['message-id'] is not None, m['date'].datetime.year > 2000)"
  t.eq(said, "Hello | Me <me@example.org> | ada@example.org\n'One\\n.\\n..two\\nFrom here\\n'\nTrue True\n")
  t.eq({ envelope.from, envelope.to }, { "MAIL FROM:<me@example.org>", "RCPT TO:<ada@example.org>" })
  t.ok(not envelope.mail:gsub("\r\n", ""):find "[\r\n]", "a line that ends otherwise")
end)

t.test("any language, names, several people, and those whom nobody sees", function()
  run [[mail.send { server = SERVER, plain = true, from = "Jürgen Müller <me@example.org>", to = { "Ada, Countess <ada@example.org>", "bob@example.org" },
    cc = "c@example.org", bcc = "hidden@example.org", subject = "Grüße an alle, die das hier lesen, und noch viel mehr Wörter 😀", text = "Käse\n" }]]
  local said, envelope = taken [[
print(m['subject'], '|', m['from'], '|', [str(a) for a in m['to'].addresses], '|', m['cc'], '|', m['bcc']); print(repr(m.get_content()))]]
  t.eq(said, "Grüße an alle, die das hier lesen, und noch viel mehr Wörter 😀 | Jürgen Müller <me@example.org> | "
    .. "['\"Ada, Countess\" <ada@example.org>', 'bob@example.org'] | c@example.org | None\n'Käse\\r\\n'\n")
  t.eq(envelope.to, "RCPT TO:<ada@example.org>,RCPT TO:<bob@example.org>,RCPT TO:<c@example.org>,RCPT TO:<hidden@example.org>")
  t.ok(not envelope.mail:find "hidden" and not envelope.mail:find "[\x80-\xFF]")
end)

t.test("two forms of the text, and files byte for byte", function()
  run [[
fs.write("bericht ä.bin", "\0\1\255" .. ("x"):rep(1000))
fs.write("a.csv", "a,b\n")
mail.send { server = SERVER, plain = true, from = "me@example.org", to = "ada@example.org", subject = "Files", text = "plain", html = "<p>rich</p>", attach = { "bericht ä.bin", "a.csv" } }
]]
  t.eq((taken [[
print(m.get_content_type(), m.get_body(('plain',)).get_content().strip(), m.get_body(('html',)).get_content().strip())
for a in m.iter_attachments(): print(a.get_filename(), a.get_content_type(), len(a.get_payload(decode=True)), a.get_payload(decode=True)[:3])
]]), "multipart/mixed plain <p>rich</p>\nbericht ä.bin application/octet-stream 1003 b'\\x00\\x01\\xff'\na.csv text/csv 4 b'a,b'\n")
end)

t.test("a name and a password are given to the server, the password nowhere else", function()
  local home = t.dir()
  run([[mail.send { server = SERVER, plain = true, from = "me@example.org", user = "me", password = secret "SMTP_PASSWORD", to = "ada@example.org", text = "x" }]],
    { home = home, env = { SMTP_PASSWORD = "right" } })
  local _, envelope = taken ""
  t.eq(envelope.user, "|me|right")
  local pipe = assert(io.popen(("grep -rl 'right' %s --include='*.db*' | wc -l"):format(home)))
  t.eq(pipe:read "a", "0\n")
  pipe:close()
end)

t.test("a server that says no is told in its words", function()
  t.eq(run([[
local function code(more)
  local mail_of = { server = SERVER, plain = true, from = "me@example.org", to = "ada@example.org", text = "x" }
  for k, v in pairs(more) do mail_of[k] = v end
  local ok, err = pcall(mail.send, mail_of)
  print(ok, err.code)
end
code { user = "me", password = secret "SMTP_PASSWORD" }
code { to = "nobody@example.org" }
code { server = "smtp://127.0.0.1:1" }
]], { env = { SMTP_PASSWORD = "wrong" } }), "false\tauth\nfalse\tfailed\nfalse\toffline\n")
end)

t.test("headers cannot be smuggled in, and what is no address is refused before anything is sent", function()
  t.eq(run([[
local function code(more)
  local mail_of = { server = SERVER, plain = true, from = "me@example.org", to = "ada@example.org", text = "x" }
  for k, v in pairs(more) do mail_of[k] = v end
  print(select(2, pcall(mail.send, mail_of)).code)
end
code { subject = "a\r\nBcc: x@example.org" }
code { to = "ada@example.org\r\nRCPT TO:<x@example.org>" }
code { to = "no address" }
code { to = {} }
code { from = "x\n <me@example.org>" }
code { server = "http://127.0.0.1/" }
code { attach = { "none.txt" } }
]]), ("invalid\n"):rep(6) .. "not_found\n")
  t.eq(t.read(S.dir .. "/" .. count + 1), nil)
end)

t.test("nothing is said in the open to another machine, nor to a server that does not encrypt", function()
  t.eq(run([[
print(select(2, pcall(mail.send, { server = "smtp://203.0.113.1:25", plain = true, from = "me@example.org", to = "a@example.org", text = "x" })).code)
print(select(2, pcall(mail.send, { server = SERVER, from = "me@example.org", to = "a@example.org", text = "x" })).code)
]]), "denied\nauth\n")
end)

t.test("a server whose certificate nobody vouches for gets nothing", function()
  local dir = t.dir()
  if not os.execute(("openssl req -x509 -newkey rsa:2048 -nodes -keyout %s/k -out %s/c -days 1 -subj /CN=127.0.0.1 2>/dev/null && cat %s/k %s/c >%s/cert"):format(dir, dir, dir, dir, dir)) then return end
  local tls = server(dir .. "/cert")
  local out = run([[print(select(2, pcall(mail.send, { server = SERVER, from = "me@example.org", to = "a@example.org", text = "x" })).code)]], { server = tls })
  tls.stop:close()
  t.eq(out, "auth\n")
  t.eq(t.read(tls.dir .. "/1"), nil)
end)

t.test("the server is what must be granted", function()
  local home = t.dir()
  local got = t.aios { "run", "--grant", "net other.example.org", "-", home = home, cwd = home, stdin = ([[
print(select(2, pcall(mail.send, { server = 'smtp://127.0.0.1:%s', plain = true, from = "me@example.org", to = "a@example.org", text = "x" })).code)
]]):format(S.port) }
  t.eq(got.out, "denied\n")
end)

S.stop:close()
t.done()
