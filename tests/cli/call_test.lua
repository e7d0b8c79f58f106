--- aios call: one tool from the command line, through the gate and into the audit.
local t = require "tests.tap"

t.test("arguments come by name or by place, the result goes out as JSON", function()
  local home = t.dir()
  t.write(home .. "/a.txt", "hello")
  t.eq(t.aios({ "call", "fs.read", '{"path":"a.txt"}', home = home }).out, '"hello"\n')
  t.eq(t.aios({ "call", "fs.read", '["a.txt"]', home = home }).out, '"hello"\n')
  t.match(t.aios({ "call", "fs.list", '{"path":".","glob":"*.txt"}', "--json", home = home }).out, '^%[{"modified":"[^"]+","name":"a.txt",')
  t.eq(t.aios({ "call", "fs.stat", '["none"]', home = home }).out, "null\n")
  t.eq(t.aios({ "call", "kv.list", '[""]', "--json", home = home }).out, "[]\n")
end)

t.test("the options stand beside the arguments", function()
  local home = t.dir()
  t.eq(t.aios({ "call", "fs.write", '{"path":"x","text":"t","mode":600}', "--yes", "--json", home = home }).out, '{"bytes":1}\n')
  t.match(t.aios({ "call", "fs.stat", '["x"]', home = home }).out, '"mode": 600')
end)

t.test("wrong arguments are refused before anything is run", function()
  for args, message in pairs {
    ['{"path":1,"text":"x"}'] = "path: expected path, got 1",
    ['{"path":"x"}'] = "the argument text is missing",
    ['{"path":"x","text":"y","colour":"red"}'] = "there is no argument colour",
    ['["x","y","z"]'] = "3 arguments are too many; it takes 2",
    ['{"path":'] = "the arguments must be a JSON object or list",
    ['7'] = "the arguments must be a JSON object or list",
  } do
    local home = t.dir()
    local got = t.aios { "call", "fs.write", args, "--yes", home = home }
    t.ok(got.code ~= 0 and got.out == "", args)
    t.ok(got.err:find(message, 1, true), got.err)
    t.ok(not t.read(home .. "/x"))
  end
end)

t.test("an unknown tool is told with the one that was meant", function()
  local got = t.aios { "call", "fs.wirte", "{}" }
  t.ok(got.code ~= 0)
  t.match(got.err, "there is no tool 'fs.wirte'.*did you mean `fs.write`%?")
end)

t.test("without a grant nothing is done, and the need is named", function()
  local home = t.dir()
  local got = t.aios { "call", "fs.write", '["x","y"]', home = home }
  t.eq(got.code, 3)
  t.match(got.err, "needs what nobody has granted:\n  fs.write \"" .. home:gsub("%p", "%%%0") .. "/x\"")
  t.ok(not t.read(home .. "/x"))
end)

t.test("one grant is enough for the call that needs it, and for no other", function()
  local home = t.dir()
  t.write(home .. "/a", "1")
  t.eq(t.aios({ "call", "fs.copy", '["a","b"]', "--grant", "fs.write b", home = home }).out, "true\n")
  t.eq(t.aios({ "call", "fs.copy", '["a","c"]', "--grant", "fs.write b", home = home }).code, 3)
  t.eq(t.aios({ "call", "fs.copy", '["/etc/passwd","b"]', "--grant", "fs.write b", home = home }).code, 3)
  t.eq(t.read(home .. "/b"), "1")
end)

t.test("a tool that fails says so, with its name and the code of the failure", function()
  local got = t.aios { "call", "fs.read", '["none.txt"]' }
  t.eq(got.out, "")
  t.match(got.err, "fs.read: .*none.txt")
  t.ok(got.code ~= 0)
end)

t.test("the call is a run that can be looked at afterwards", function()
  local home = t.dir()
  t.aios { "call", "fs.write", '["x","y"]', "--yes", home = home }
  t.match(t.aios({ "trace", "last", home = home }).out, "fs.write")
end)

t.test("lists of values and rest arguments pass", function()
  local home = t.dir()
  t.eq(t.aios({ "call", "db.exec", '{"sql":"create table a (x, y)"}', "--json", home = home }).code, 0)
  t.eq(t.aios({ "call", "db.insert", '["a",{"x":1,"y":"ä"}]', "--json", home = home }).out, '{"id":1}\n')
  t.eq(t.aios({ "call", "db.query", '{"sql":"select * from a where x = ? and y = ?","values":[1,"ä"]}', "--json", home = home }).out, '[{"x":1,"y":"ä"}]\n')
  t.eq(t.aios({ "call", "process.run", '[["echo","-n","a b"]]', "--yes", "--json", home = home }).out:match '"out":"[^"]*"', '"out":"a b"')
end)

t.done()
