-- aios tools: the tools of the library and of programs, for people and for machines
local t = require "tests.tap"
local json = require "tests.fake.json"

local PROGRAM = [[
type Mail = { to: email, text: string(..100) "what it says", cc?: {Mail} }
needs net "example.org:25"
tool mail.send(mail: Mail, copies: integer(0..5)?) -> { id: string }
  about "Sends a mail."
  needs net "example.org:25", "example.org:587"
  idempotent
  risk high
do
  return { id = "1" }
end
]]

local home = t.dir()
t.write(home .. "/p.aios", PROGRAM)

t.test("every tool of the library is listed with its effect and its risk", function()
  local r = t.aios { "tools" }
  t.eq({ r.code, r.err }, { 0, "" })
  t.match(r.out, "\nfs%.write%(path: path, text: string, options%) +idempotent +medium +fs%.write of path\n")
  t.match(r.out, "\nask%(")
end)

t.test("a namespace is listed alone", function()
  local r = t.aios { "tools", "kv" }
  for line in r.out:gmatch "[^\n]+" do t.ok(line:find "^kv%." or line:find "^TOOL", line) end
end)

t.test("one tool is shown with its arguments and an example", function()
  local r = t.aios { "tools", "fs.write" }
  t.match(r.out, "^fs%.write%(path: path, text: string, options%) %-> { bytes: integer }\n")
  t.match(r.out, "  append: boolean%?\n")
  t.match(r.out, "example: fs%.write")
end)

t.test("the tools of a program come with schema, effect, risk and needs", function()
  local list = json.decode(t.aios({ "tools", "p.aios", "--json", home = home }).out)
  t.eq(#list, 1)
  local tool = list[1]
  t.eq({ tool.name, tool.about, tool.effect, tool.risk, tool.line }, { "mail.send", "Sends a mail.", "idempotent", "high", 3 })
  t.eq(tool.needs[1], 'net "example.org:25", "example.org:587"')
  t.eq(tool.schema.required[1], "mail")
  t.eq(tool.schema.properties.mail["$ref"], "#/$defs/Mail")
  t.eq(tool.schema["$defs"].Mail.properties.text.description, "what it says")
end)

t.test("the need of a tool in a program is the argument of `aios tools FILE NAME`", function()
  t.match(t.aios({ "tools", "p.aios", "mail.send", home = home }).out, "effect: idempotent   risk: high\n")
end)

t.test("a tool that is not there gets a guess", function()
  local r = t.aios { "tools", "fs.wirte" }
  t.eq(r.code, 1)
  t.match(r.err, "no tool 'fs%.wirte'\nhint: did you mean `fs%.write`%?")
end)

t.test("a file with mistakes shows them", function()
  t.write(home .. "/bad.aios", "tool x( do end\n")
  local r = t.aios { "tools", "bad.aios", home = home }
  t.eq(r.code, 2)
  t.match(r.err, "bad%.aios:1")
end)

t.test("the audit of a call names the risk of the tool", function()
  t.write(home .. "/r.aios", 'tool deploy(x: integer) risk critical do return x end\nworkflow w do\n  deploy(1)\n  fs.write("/tmp/aios-risk.txt", "")\nend\nw()\n')
  local r = t.aios { "run", "--yes", "--grant", "fs.write /tmp/aios-risk.txt", "r.aios", home = home }
  local p = io.popen(("python3 - %s/.local/state/aios/aios.db <<'E'\nimport sqlite3,sys\nfor r in sqlite3.connect(sys.argv[1]).execute('select tool,reason from audit order by id'): print(*r)\nE"):format(home))
  local text = p:read "a"
  p:close()
  t.eq({ r.code, text }, { 0, "deploy risk critical\nfs.write risk medium\n" })
end)

t.done()
