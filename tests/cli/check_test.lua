-- `aios check`: what it prints, and what it ends with
local t = require "tests.tap"

local function check(files, ...)
  local home = t.dir()
  for name, text in pairs(files) do
    if name:find "/" then os.execute("mkdir -p " .. t.quote(home .. "/" .. name:match "^(.*)/")) end
    t.write(home .. "/" .. name, text)
  end
  local words = { "check", ... }
  words.cwd = home
  return t.aios(words)
end

local GOOD, WARNS, BAD = 'every 5m do\n  print "tick"\nend\n', 'wait 1s\npritn "hello"\n', "local x = = 1\nwait 1s\n"

t.test("a good program is ok", function()
  local r = check({ ["a.aios"] = GOOD }, "a.aios")
  t.eq({ r.code, r.out, r.err }, { 0, "a.aios: ok\n", "" })
end)

t.test("an error ends with 2 and shows the place, the line, a caret, a hint and the code", function()
  local r = check({ ["a.aios"] = 'step text = fs.raed "x"\n' }, "a.aios")
  t.eq({ r.code, r.out }, { 2, "" })
  t.eq(r.err, [[
error: there is no `raed` in fs
  --> a.aios:1:16
    1 | step text = fs.raed "x"
      |                ^
   hint: did you mean `read`?
   code: AIOS101
1 error in 1 of 1 file
]])
end)

t.test("a warning alone ends with 0, with --strict with 2", function()
  local r = check({ ["a.aios"] = WARNS }, "a.aios")
  t.eq({ r.code, r.out }, { 0, "" })
  t.match(r.err, "^warning: nothing here is called `pritn`")
  t.eq(check({ ["a.aios"] = WARNS }, "--strict", "a.aios").code, 2)
end)

t.test("a Lua file gets warnings at most", function()
  local r = check({ ["a.lua"] = 'fs.write(1, 2, 3, 4)\nprint(string.fromat("x"))' }, "a.lua")
  t.eq(r.code, 0)
  t.match(r.err, "^warning: ")
  t.ok(not r.err:find "error: ", r.err)
end)

t.test("all problems of a readable file are told in one pass", function()
  local r = check({ ["a.aios"] = 'wait 1s\npritn(1)\nfs.raed "x"\nfs.write("x")\nevery day at 25:00 do end\n' }, "a.aios")
  for _, code in ipairs { "AIOS100", "AIOS101", "AIOS103", "AIOS021" } do t.match(r.err, "code: " .. code) end
end)

t.test("a directory stands for the programs in it and below", function()
  local r = check({ ["a.aios"] = GOOD, ["b/c.aios"] = GOOD, ["d.txt"] = "no program" }, ".")
  t.eq({ r.code, r.out }, { 0, "./a.aios: ok\n./b/c.aios: ok\n" })
end)

t.test("a file that is not there is an error", function()
  local r = check({}, "nothing.aios")
  t.eq(r.code, 2)
  t.match(r.err, "nothing.aios")
end)

t.test("--json is one value with problems, declarations and costs, for an editor", function()
  local r = check({ ["a.aios"] = "needs net \"a.org\"\nworkflow w do\n  fs.raed(1)\nend\n" }, "--json", "a.aios")
  t.eq(r.code, 2)
  t.match(r.out, '^{"costs":%[')
  t.match(r.out, '"problems":%[')
  t.match(r.out, '{"code":"AIOS101","column":6,"end_column":10,"end_line":3,"hint":"did you mean `read`%?","line":3,"message":"there is no `raed` in fs","severity":"error"}')
  t.match(r.out, '"needs":%[{"line":1,"list":%["net","a.org"%]}%]')
  t.match(r.out, '"workflows":%[{.-"name":"w"')
  t.match(r.out, '"file":"a.aios"')
end)

t.test("--json of a good program has an empty list of problems", function()
  t.match(check({ ["a.aios"] = GOOD }, "--json", "a.aios").out, '"problems":%[%]')
end)

t.test("--json of several files is an array", function()
  t.match(check({ ["a.aios"] = GOOD, ["b.aios"] = BAD }, "--json", "a.aios", "b.aios").out, '^%[{.*"file":"a.aios".*"file":"b.aios"')
end)

t.test("a problem of the syntax has an end too", function()
  t.match(check({ ["a.aios"] = "if a != b then end" }, "--json", "a.aios").out, '"column":6,"end_column":7,"end_line":1')
end)

t.test("nothing of the program is run", function()
  local r = check({ ["a.aios"] = "print 'ran'\nfs.write('ran', 'x')\n" }, "a.aios")
  t.ok(not r.out:find "ran\n", r.out)
end)

t.test("a schedule that never comes is told, with the calendar of this machine", function()
  t.match(check({ ["a.aios"] = 'at 2001-01-01 08:00 do print "x" end\n' }, "a.aios").err, "the moment is past")
end)

t.test("what a run can spend on models is shown as a table", function()
  local r = check({ ["a.aios"] = 'workflow quiet do print "x" end\nworkflow report budget $0.05 do ask "x" end\n' }, "a.aios")
  t.match(r.out, "  the most that one run can spend on models:\n    workflow quiet +%$0.00\n    workflow report +at most %$0.05 %(its budget%)\n")
end)

t.test("a time that the change of the clock skips or doubles is hinted at", function()
  local r = check({ ["a.aios"] = 'every day at 02:30 in "Europe/Berlin" do print "x" end\n' }, "a.aios")
  t.eq(r.code, 0)
  t.match(r.err, "^hint: .* meets a change of the clock: on %d+%-%d+%-%d+ ")
end)

t.test("a time that no change of the clock touches is left alone", function()
  t.eq(check({ ["a.aios"] = 'every day at 05:30 in "Europe/Berlin" do print "x" end\n' }, "a.aios").err, "")
end)

t.test("check finds nothing wrong with a program of the language tests or the examples that runs well", function()
  local words, list = { "check", "--json", cwd = os.getenv "PWD" }, {}
  for path in io.popen "find tests/lang examples -name '*.aios' | sort":lines() do
    local text = t.read(path)
    if not text:find "\n?%-%- error:" and not text:find "\n?%-%- exit:" then words[#words + 1] = path end
  end
  for file, problems in t.aios(words).out:gmatch '"file":"([^"]+)","problems":(%b[])' do
    list[#list + 1] = file
    for problem in problems:gmatch "%b{}" do
      local code = problem:match '"code":"(AIOS%d+)"'
      local meant = t.read(file):find("-- check: " .. code, 1, true)    -- what the program shows at run time, check knows before
      t.ok(meant or not (problem:find '"severity":"error"' or problem:find '"severity":"warning"'), file .. ": " .. problem)
    end
  end
  t.eq(#list, #words - 2)
end)

t.done()
