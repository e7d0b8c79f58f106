-- aios fmt: what it does with files
local t = require "tests.tap"

local UGLY, NEAT = "x=1\n\n\n\nif x then\ny( )\nend", "x = 1\n\nif x then\n  y()\nend\n"

local function world()
  local home = t.dir()
  os.execute(("mkdir -p %s/sub/.hidden"):format(home))
  for path, text in pairs { ["a.aios"] = UGLY, ["neat.lua"] = NEAT, ["sub/b.lua"] = UGLY, ["sub/.hidden/c.lua"] = UGLY, ["notes.txt"] = UGLY } do
    t.write(home .. "/" .. path, text)
  end
  return home, function(...) return t.aios { "fmt", home = home, cwd = home, ... } end
end

t.test("files are written, named and counted", function()
  local home, fmt = world()
  local r = fmt("a.aios", "neat.lua")
  t.eq({ r.code, r.out, r.err }, { 0, "a.aios\n", "1 of 2 files changed\n" })
  t.eq({ t.read(home .. "/a.aios"), t.read(home .. "/sub/b.lua") }, { NEAT, UGLY })
  t.eq(fmt("-q", "a.aios").out, "")
end)

t.test("a directory stands for the programs below it that are not hidden", function()
  local home, fmt = world()
  t.eq(fmt(".").out, "a.aios\nsub/b.lua\n")
  t.eq({ t.read(home .. "/sub/b.lua"), t.read(home .. "/sub/.hidden/c.lua"), t.read(home .. "/notes.txt") }, { NEAT, UGLY, UGLY })
  t.write(home .. "/sub/b.lua", UGLY)
  t.eq(fmt("sub/").out, "sub/b.lua\n")
end)

t.test("--check writes nothing and ends with 1 when a file differs", function()
  local home, fmt = world()
  local r = fmt("--check", ".")
  t.eq({ r.code, r.out, r.err }, { 1, "a.aios\nsub/b.lua\n", "2 of 3 files would change\n" })
  t.eq(t.read(home .. "/a.aios"), UGLY)
  r = fmt("--check", "neat.lua")
  t.eq({ r.code, r.out }, { 0, "" })
end)

t.test("standard input goes to standard output", function()
  for _, word in ipairs { "-", "--stdin" } do
    local r = t.aios { "fmt", word, stdin = UGLY }
    t.eq({ r.code, r.out, r.err }, { 0, NEAT, "" })
  end
  t.eq(t.aios({ "fmt", "--check", "-", stdin = UGLY }).code, 1)
  local r = t.aios { "fmt", "-", stdin = "x = = 1" }
  t.eq({ r.code, r.out }, { 2, "" })
  t.match(r.err, "stdin:1:5")
end)

t.test("a file that is no program is left alone, its problems are shown, and the end is 2", function()
  local home, fmt = world()
  t.write(home .. "/sub/bad.aios", "if x = = 1\n")
  local r = fmt("sub")
  t.eq({ r.code, r.out }, { 2, "sub/b.lua\n" })
  t.match(r.err, "%-%-> sub/bad.aios:1:6")
  t.match(r.err, "1 of 2 files changed, 1 cannot be read as a program")
  t.eq(t.read(home .. "/sub/bad.aios"), "if x = = 1\n")
  t.eq(fmt("--check", "sub").code, 2)
end)

t.test("a file that is not there is said", function()
  local _, fmt = world()
  local r = fmt "nothing.aios"
  t.eq(r.code, 2)
  t.match(r.err, "nothing.aios: cannot open")
end)

t.test("a file keeps its permissions, and a link stays a link", function()
  local home, fmt = world()
  os.execute(("cd %s && chmod 750 a.aios && ln -s sub/b.lua link.lua"):format(home))
  t.eq(fmt("a.aios", "link.lua").code, 0)
  local shown = io.popen(("cd %s && stat -c '%%a %%F' a.aios link.lua"):format(home)):read "a"
  t.eq(shown, "750 regular file\n777 symbolic link\n")
  t.eq(t.read(home .. "/sub/b.lua"), NEAT)
end)

t.test("--json is one list of files with their state", function()
  local home, fmt = world()
  t.write(home .. "/sub/bad.aios", "x = = 1\n")
  local r = fmt("--json", "--check", "neat.lua", "sub")
  t.eq(r.code, 2)
  t.eq(r.out, '[{"file":"neat.lua","problems":[],"state":"unchanged"},{"file":"sub/b.lua","problems":[],"state":"changed"},'
    .. '{"file":"sub/bad.aios","problems":[{"code":"AIOS010","column":5,"line":1,"message":"expected an expression, found `=`"}],"state":"refused"}]\n')
end)

t.test("without a file it says what it needs", function()
  local _, fmt = world()
  local r = fmt()
  t.eq(r.code, 2)
  t.match(r.err, "needs FILE|DIR")
end)

t.test("the examples, and the tests of the programs, are in the style that fmt gives", function()
  local r = t.aios { "fmt", "--check", "examples", "programs/tests", cwd = os.getenv "PWD" }
  t.eq({ r.code, r.out }, { 0, "" })
end)

t.done()
