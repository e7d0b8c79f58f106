--- archive.*: packed and unpacked by us, by tar, and by people with bad intentions.
local t = require "tests.tap"

local function sh(command, dir)
  local pipe = assert(io.popen(("cd %s && { %s; } 2>&1"):format(t.quote(dir or "."), command)))
  local text = pipe:read "a"
  local good = pipe:close()
  return text, good
end

local function python(source, dir)
  t.write(dir .. "/make.py", source)
  local text, good = sh("python3 make.py && rm make.py", dir)
  assert(good, text)
end

local function run(home, source)
  local got = t.aios { "run", "--yes", "-", home = home, cwd = home, stdin = source }
  t.eq({ got.code, got.err }, { 0, "" }, got.out)
  return got.out
end

local function tree(home)
  sh("mkdir -p site/sub/empty && printf one >site/a.txt && printf 'two ä' >'site/sub/b ü.txt' && ln -s a.txt site/link && chmod 600 site/a.txt && touch -d '2026-01-02T03:04:05Z' site/a.txt", home)
end

for _, kind in ipairs { "tar", "tar.gz", "tgz", "tar.xz", "tar.zst", "zip" } do
  t.test(("a directory comes back from .%s as it was"):format(kind), function()
    local home = t.dir()
    tree(home)
    t.eq(run(home, ([[
local made = archive.create("s.%s", "site")
print(made.files, made.bytes, #made.left_out)
local names = list.map(archive.list "s.%s", function(one) return one.name .. ":" .. one.type end)
table.sort(names)
print(table.concat(names, " "))
local got = archive.extract("s.%s", "out/deep")
print(got.files, got.bytes, #got.left_out, fs.stat("out/deep/site/a.txt").mode, fs.stat("out/deep/site/a.txt").modified)
]]):format(kind, kind, kind)), "2\t9\t0\nsite/a.txt:file site/link:link site/sub/b ü.txt:file site/sub/empty:directory site/sub:directory site:directory\n"
      .. "2\t9\t0\t600\t2026-01-02T03:04:05+00:00\n")
    t.eq((sh("diff -r site out/deep/site && readlink out/deep/site/link && test -d out/deep/site/sub/empty", home)), "a.txt\n")
  end)
end

t.test("what tar packs is read, what is packed tar reads", function()
  local home = t.dir()
  tree(home)
  python("import tarfile\nwith tarfile.open('theirs.tar.bz2', 'w:bz2') as t: t.add('site')\n", home)
  run(home, [[archive.extract("theirs.tar.bz2", "out") archive.create("ours.tar.gz", "site")]])
  t.eq((sh("diff -r site out/site && mkdir x && tar xzf ours.tar.gz -C x && diff -r site x/site && echo same", home)), "same\n")
end)

t.test("an archive in the directory that it packs does not hold itself", function()
  local home = t.dir()
  tree(home)
  t.eq(run(home, [[archive.create("site/s.tar", "site") print(archive.create("site/s.tar", "site").files)]]), "2\n")
end)

local EVIL = [[
import tarfile, io, zipfile
def add(t, name, data=b"evil", **kw):
    i = tarfile.TarInfo(name); i.size = len(data) if kw.get("type", tarfile.REGTYPE) == tarfile.REGTYPE else 0
    for k, v in kw.items(): setattr(i, k, v)
    t.addfile(i, io.BytesIO(data))
]]

local function refused(claim, build)
  t.test(claim, function()
    local home = t.dir()
    python(EVIL .. build, home)
    local out = run(home, [[
local ok, err = pcall(archive.extract, "x.tar", "out/inner")
print(ok, err.code)
print(fs.exists "out", fs.exists "evil.txt")
]])
    t.eq(out, "false\tdenied\nfalse\tfalse\n")
  end)
end

refused("a name with .. refuses the whole, before a file is made", [[
with tarfile.open("x.tar", "w") as t: add(t, "good.txt"); add(t, "../evil.txt")
]])
refused("so does a .. in the middle", [[
with tarfile.open("x.tar", "w") as t: add(t, "good.txt"); add(t, "a/../../evil.txt")
]])
refused("so does an absolute name", [[
with tarfile.open("x.tar", "w") as t: add(t, "good.txt"); add(t, "/tmp/evil.txt")
]])
refused("so does a name in a zip", [[
with zipfile.ZipFile("x.tar", "w") as z: z.writestr("good.txt", "x"); z.writestr("../evil.txt", "evil")
]])

t.test("links that lead up or away are left out and named, and no file goes through one", function()
  local home = t.dir()
  sh("mkdir target", home)
  python(EVIL .. [[
with tarfile.open("x.tar", "w") as t:
    add(t, "up", type=tarfile.SYMTYPE, linkname="../../target")
    add(t, "away", type=tarfile.SYMTYPE, linkname="/etc")
    add(t, "up/evil.txt")
    add(t, "away/evil.txt")
    add(t, "fine", type=tarfile.SYMTYPE, linkname="up/evil.txt")
    add(t, "pipe", type=tarfile.FIFOTYPE)
    add(t, "dev", type=tarfile.CHRTYPE, devmajor=1, devminor=3)
]], home)
  t.eq(run(home, [[
local got = archive.extract("x.tar", "out")
print(got.files, table.concat(got.left_out, " "))
print(fs.exists "target/evil.txt", fs.exists "/etc/evil.txt", fs.read "out/up/evil.txt", fs.read "out/fine")
]]), "2\tup away pipe dev\nfalse\tfalse\tevil\tevil\n")
end)

t.test("a link that is there already is never gone through to a place outside", function()
  local home = t.dir()
  sh("mkdir target out && ln -s ../target out/up", home)
  python(EVIL .. [[
with tarfile.open("x.tar", "w") as t: add(t, "up/evil.txt")
]], home)
  t.eq(run(home, [[
local ok, err = pcall(archive.extract, "x.tar", "out")
print(ok, err.code, fs.exists "target/evil.txt")
]]), "false\texists\tfalse\n")
end)

t.test("a hard link to a place outside is refused, one inside is a file", function()
  local home = t.dir()
  python(EVIL .. [[
with tarfile.open("x.tar", "w") as t: add(t, "pw", type=tarfile.LNKTYPE, linkname="../../../../etc/passwd")
with tarfile.open("y.tar", "w") as t: add(t, "a"); add(t, "b", type=tarfile.LNKTYPE, linkname="a")
]], home)
  t.eq(run(home, [[
print(select(2, pcall(archive.extract, "x.tar", "out")).code, fs.exists "out/pw")
print(archive.extract("y.tar", "out").files, fs.read "out/b")
]]), "denied\tfalse\n2\tevil\n")
end)

t.test("a setuid bit does not survive", function()
  local home = t.dir()
  python(EVIL .. [[
with tarfile.open("x.tar", "w") as t: add(t, "su", mode=0o4755)
]], home)
  t.eq(run(home, [[archive.extract("x.tar", "out") print(fs.stat("out/su").mode)]]), "755\n")
end)

t.test("an archive that unpacks to more than is allowed is stopped", function()
  local home = t.dir()
  python(EVIL .. [[
import gzip
with tarfile.open("x.tar.gz", "w:gz") as t: add(t, "zeros", b"\0" * 50_000_000)
]], home)
  t.eq(run(home, [[
local ok, err = pcall(archive.extract, "x.tar.gz", "out", { max = 1MB })
print(ok, err.code, fs.exists "out")
]]), "false\ttoo_big\tfalse\n")
end)

t.test("what is no archive, or half of one, is told as that", function()
  local home = t.dir()
  tree(home)
  sh("tar czf half.tar.gz site && head -c 120 half.tar.gz >cut.tar.gz && printf 'just a text' >text.zip && : >empty.zip", home)
  t.eq(run(home, [[
for _, name in ipairs { "cut.tar.gz", "text.zip", "empty.zip", "none.zip" } do
  local ok, err = pcall(archive.extract, name, "out")
  print(ok, err.code)
end
print(select(2, pcall(archive.create, "x.rar", "site")).message)
print(select(2, pcall(archive.create, "x.zip", "none")).code, fs.exists "x.zip")
]]):gsub("\tcorrupt", "\tinvalid") .. "", "false\tinvalid\nfalse\tinvalid\nfalse\tinvalid\nfalse\tnot_found\n"
    .. "x.rar: the name says the kind: .tar .tar.gz .tgz .tar.xz .txz .tar.zst or .zip\nnot_found\tfalse\n")
end)

t.test("both the archive and the directory must be granted", function()
  local home = t.dir()
  tree(home)
  sh("tar cf s.tar site", home)
  local got = t.aios { "run", "--grant", "fs.read **", "-", home = home, cwd = home, stdin = [[print(select(2, pcall(archive.extract, "s.tar", "out")).code)]] }
  t.eq(got.out, "denied\n")
  t.eq((sh("test -e out; echo $?", home)), "1\n")
end)

t.done()
