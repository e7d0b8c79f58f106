--- lua_rows: command lines that `aios lua` and `lua5.4` must answer alike.
---
--- A row is its words, the claim, and: stdin, env, files = { name = text } in the current directory,
--- shows = what must be in one of the two streams, so that two equal failures do not pass.
local ARGS = [[
local from = 0
while arg[from - 1] do from = from - 1 end
for i = from, #arg do io.write(i, "=", arg[i], " ") end
print("dots", ...)]]

local BROKEN = "local function f()\n  error(%s)\nend\nf()\n"

local function dumped(source)
  return string.dump(assert(load(source, "=dumped")))
end

return {
  -- what is run
  { claim = "-e runs a statement", "-e", "print(1 + 1)", shows = "2\n" },
  { claim = "-e takes its statement without a space", "-eprint(2 + 2)", shows = "4\n" },
  { claim = "several -e run in their order and share globals", "-e", "x = 1", "-ex = x + 1", "-e", "print(x)", shows = "2\n" },
  { claim = "an empty -e is a statement", "-e", "", "-e", "print 'after'", shows = "after\n" },
  { claim = "a failing -e stops before the next and before the script", "-e", "error 'first'", "-e", "print 2", "s.lua",
    files = { ["s.lua"] = "print 3" }, shows = "(command line):1: first" },
  { claim = "a script runs", "s.lua", files = { ["s.lua"] = "print(_VERSION, arg[0])" }, shows = "Lua 5.4\ts.lua\n" },
  { claim = "a script gets its arguments in arg and in ...", "s.lua", "a b", "-e", "", files = { ["s.lua"] = ARGS },
    shows = "0=s.lua 1=a b 2=-e 3= dots\ta b\t-e\t\n" },
  { claim = "options and the interpreter are at negative places of arg", "-e", "x = 1", "-W", "s.lua", "a",
    files = { ["s.lua"] = ARGS }, shows = "-4=LUA -3=-e -2=x = 1 -1=-W 0=s.lua 1=a " },
  { claim = "without a script the interpreter is arg[0]", "-e", ARGS, "-v", shows = "0=LUA 1=-e " },
  { claim = "-- ends the options", "-e", "x = 1", "--", "-e", "a", files = { ["-e"] = ARGS }, shows = "-1=-- 0=-e 1=a " },
  { claim = "after -- a dash is a file", "--", "-", "a", stdin = "print 'stdin'", shows = "cannot open -" },
  { claim = "a dash is stdin, with arguments", "-", "-h", "b", stdin = ARGS, shows = "0=- 1=-h 2=b dots\t-h\tb" },
  { claim = "without words stdin is the script", stdin = "print('in', ...)", shows = "in\n" },
  { claim = "an error in stdin without words does not change the code", stdin = "error 'x'", shows = "stdin:1: x" },
  { claim = "an error in stdin behind a dash does", "-", stdin = "error 'x'", shows = "stdin:1: x" },
  { claim = "empty stdin is a script", "-", stdin = "", },
  { claim = "a script may change the arguments of the next chunk", "-e", "arg[1] = 100", "-", "a", stdin = "print(...)", shows = "100\n" },
  { claim = "an arg that is no table is an error", "-e", "arg = 1", "-", stdin = "", shows = "'arg' is not a table" },
  { claim = "thirty arguments arrive", "-", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
    "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", stdin = "print(select('#', ...), (select(30, ...)))", shows = "30\t30\n" },
  { claim = "a first line with #! is skipped and counted", "s.lua", files = { ["s.lua"] = "#!/usr/bin/env lua\nerror 'x'" }, shows = "s.lua:2: x" },
  { claim = "a first line with # without an end is a script", "s.lua", files = { ["s.lua"] = "# nothing" } },
  { claim = "a byte order mark is skipped", "s.lua", files = { ["s.lua"] = "\xEF\xBB\xBF# x\nprint(3)" }, shows = "3\n" },
  { claim = "half a byte order mark is an error", "s.lua", files = { ["s.lua"] = "\xEF\xBBprint(3)" }, shows = "unexpected symbol" },
  { claim = "a bytecode file runs", "s.luac", "a", files = { ["s.luac"] = dumped "print('code', ...)" }, shows = "code\ta\n" },
  { claim = "a bytecode file may follow a comment line", "s.luac", files = { ["s.luac"] = "#x\n" .. dumped "print(3)" }, shows = "3\n" },
  { claim = "a damaged bytecode file is an error", "s.luac", files = { ["s.luac"] = dumped("print(3)"):sub(1, 30) }, shows = "truncated" },
  { claim = "a file that is not there is an error", "nothing.lua", shows = "LUA: cannot open nothing.lua" },
  { claim = "a directory is an error", ".", shows = "cannot read ." },
  { claim = "an empty name is an error", "", shows = "cannot open" },
  -- libraries
  { claim = "-l puts a module into a global", "-l", "m", "-e", "print(m.x, package.loaded.m == m)", files = { ["m.lua"] = "return { x = 15 }" },
    shows = "15\ttrue\n" },
  { claim = "-l name=module chooses the global", "-l", "s=string", "-lm=math", "-e", "print(s.upper 'a', m.max(1, 2))", shows = "A\t2\n" },
  { claim = "-l keeps a dash of a name", "-l", "m-v2", "-e", "print(_G['m-v2'], m)", files = { ["m-v2.lua"] = "return 'two'" }, shows = "two\tnil\n" },
  { claim = "-l and -e run in the order given", "-l", "m", "-e", "a = 5", "-l", "n", files = { ["m.lua"] = "print(a)", ["n.lua"] = "print(a)" },
    shows = "nil\n5\n" },
  { claim = "a module that is not there is an error with the places", "-l", "no.such", shows = "no file './no/such.lua'" },
  { claim = "an error in a module has a traceback", "-l", "m", files = { ["m.lua"] = "error 'in m'" }, shows = "./m.lua:1: in m" },
  { claim = "a module sees arg", "-l", "m", "-", "a", files = { ["m.lua"] = "print(arg[1], ...)" }, shows = "a\tm\t./m.lua\n" },
  { claim = "C modules load", "-l", "lpeg", "-e", "print(lpeg.match(lpeg.P 'a' ^ 1, 'aab'))", shows = "3\n" },
  -- errors
  { claim = "an error has a traceback", "s.lua", files = { ["s.lua"] = BROKEN:format "'bad'" }, shows = "LUA: s.lua:2: bad\nstack traceback:\n" },
  { claim = "a number as an error is its text", "s.lua", files = { ["s.lua"] = BROKEN:format "42" }, shows = "LUA: 42\n" },
  { claim = "a table as an error is named", "s.lua", files = { ["s.lua"] = BROKEN:format "{}" }, shows = "(error object is a table value)" },
  { claim = "nil as an error is named", "s.lua", files = { ["s.lua"] = BROKEN:format "nil" }, shows = "(error object is a nil value)" },
  { claim = "an error with __tostring says itself, without a traceback", "-e",
    "error(setmetatable({}, { __tostring = function() return 'myself' end }))", shows = "LUA: myself\n" },
  { claim = "a __tostring sees the stack of the error", "-", stdin = "local m = { x = 0 }\nsetmetatable(m, { __tostring = function(x)\n"
    .. "return tostring(debug.getinfo(4).currentline) end })\n\nerror(m)", shows = "LUA: 5\n" },
  { claim = "a __tostring that answers no text is not asked again", "-e",
    "error(setmetatable({}, { __tostring = function() return {} end }))", shows = "(error object is a table value)" },
  { claim = "a __tostring that fails is an error in the error", "-e",
    "error(setmetatable({}, { __tostring = function() error 'inner' end }))", shows = "inner" },
  { claim = "a syntax error names the place", "s.lua", files = { ["s.lua"] = "x = 1\ny = = 2\n" }, shows = "LUA: s.lua:2: unexpected symbol near '='" },
  { claim = "a syntax error in -e names the command line", "-e", "a", shows = "(command line):1: syntax error near <eof>" },
  { claim = "a stack overflow is an error", "-e", "local function f() return 1 + f() end print(pcall(f))", shows = "false\t(command line):1: stack overflow" },
  { claim = "a long traceback is shortened in the middle", "-e", "local function f(n) if n == 0 then error 'deep' end f(n - 1) return 1 end f(60)",
    shows = "skipping" },
  { claim = "an error in a coroutine is one of the chunk", "-e", "coroutine.wrap(function() error 'co' end)()", shows = "(command line):1: co" },
  -- wrong options
  { claim = "an unknown option gets the usage", "-h", shows = "LUA: unrecognized option '-h'\nusage: LUA [options]" },
  { claim = "a long option is unknown", "---", shows = "unrecognized option '---'" },
  { claim = "--help with a script is no option either", "--help", "s.lua", shows = "unrecognized option '--help'" },
  { claim = "options without a value take none", "-vv", shows = "unrecognized option '-vv'" },
  { claim = "-iv is one unknown option", "-iv", shows = "unrecognized option '-iv'" },
  { claim = "-Ex is unknown", "-Ex", shows = "unrecognized option '-Ex'" },
  { claim = "-Wx is unknown", "-Wx", shows = "unrecognized option '-Wx'" },
  { claim = "-e needs a statement", "-e", shows = "'-e' needs argument" },
  { claim = "-e does not take an option for its statement", "-e", "-v", shows = "'-e' needs argument" },
  { claim = "-l needs a name", "-l", shows = "'-l' needs argument" },
  { claim = "a wrong option stops before anything runs", "-e", "print 'ran'", "-x", shows = "unrecognized option '-x'" },
  -- the version
  { claim = "-v shows the version and ends", "-v", stdin = "print 'no'", shows = "PUC-Rio\n" },
  { claim = "-v goes before everything", "-e", "print 'hello'", "-v", shows = "PUC-Rio\nhello\n" },
  { claim = "-v with a script runs it", "-v", "-", stdin = "print 'yes'", shows = "PUC-Rio\nyes\n" },
  -- the environment
  { claim = "LUA_INIT runs first and sees arg", "-e", "print(x)", "-", "3.2", env = { LUA_INIT = "x = arg[1]" }, shows = "3.2\n" },
  { claim = "LUA_INIT_5_4 goes before LUA_INIT", "-e", "print(x)", env = { LUA_INIT_5_4 = "x = 10", LUA_INIT = "x = 3" }, shows = "10\n" },
  { claim = "an empty LUA_INIT_5_4 hides LUA_INIT", "-e", "print(x)", env = { LUA_INIT_5_4 = "", LUA_INIT = "x = 3" }, shows = "nil\n" },
  { claim = "LUA_INIT with @ is a file", "s.lua", env = { LUA_INIT = "@s.lua" }, files = { ["s.lua"] = "x = (x or 0) + 1 print(x, ...)" }, shows = "1\n2\n" },
  { claim = "an error in LUA_INIT ends the interpreter", "-e", "print 1", env = { LUA_INIT = "error 'msg'" }, shows = "LUA_INIT:1: msg" },
  { claim = "a syntax error in LUA_INIT_5_4 names it", "-e", "print 1", env = { LUA_INIT_5_4 = "=" }, shows = "LUA_INIT_5_4:1:" },
  { claim = "a file of LUA_INIT that is not there is an error", "-e", "print 1", env = { LUA_INIT = "@none.lua" }, shows = "cannot open none.lua" },
  { claim = "LUA_PATH and LUA_CPATH are used", "-e", "print(package.path, package.cpath)", env = { LUA_PATH = "x;;", LUA_CPATH_5_4 = "y" }, shows = "x;/usr" },
  { claim = "-E ignores all of them", "-E", "-e", "print(package.path, package.cpath, x)",
    env = { LUA_INIT = "x = 1", LUA_PATH = "x", LUA_CPATH = "x" }, shows = "./?/init.lua\t/usr" },
  -- what a script sees
  { claim = "search paths and package.config are the stock ones", "-e", "print(package.path, package.cpath, package.config)", shows = "./?.so" },
  { claim = "the globals and the libraries are the stock ones", "-", stdin = [[
for name, value in pairs(package.loaded) do
  if type(value) == "table" then
    for key in pairs(value) do print(name, key) end
  end
end]] .. "\n", sorted = true, shows = "os\texecute\n" },
  { claim = "the collector starts in the mode of the stock interpreter", "-e", "print(collectgarbage 'incremental')", shows = "generational\n" },
  { claim = "the registry has no more than the stock one", "-e", "local n = 0 for k in pairs(debug.getregistry()) do n = n + 1 end print(n > 5, n)",
    shows = "true" },
  { claim = "child processes get the signals as they were", "-e", "print(os.execute 'kill -PIPE $$')" },
  { claim = "the debug prompt reads stdin", "-e", "debug.debug()", stdin = "io.stderr:write(1000)\ncont", shows = "lua_debug> 1000lua_debug> " },
  { claim = "a script reads what stdin has left", "s.lua", files = { ["s.lua"] = "for line in io.lines() do print(#line) end" }, stdin = "a\nbcd", shows = "1\n3\n" },
  -- warnings
  { claim = "warnings are off", "-e", "warn 'hidden' io.stderr:write 'shown'", shows = "shown" },
  { claim = "-W turns them on", "-W", "-e", "warn('@off', 'x') warn '@off' warn 'hidden' warn '@on' warn('a', 'b')",
    shows = "Lua warning: @offx\nLua warning: ab\n" },
  { claim = "-W works from its place on", "-e", "warn 'before'", "-W", "-e", "warn 'behind'", shows = "Lua warning: behind\n" },
  { claim = "an error in a finalizer at the end is a warning", "-W", "-e", "x = setmetatable({}, { __gc = function() error 'late' end })", shows = "late" },
  -- the end
  { claim = "os.exit gives its code", "-e", "os.exit(7)" },
  { claim = "os.exit(true) is 0", "-e", "io.write 'x' os.exit(true)", shows = "x" },
  { claim = "os.exit(false) is 1 and says nothing", "-e", "os.exit(false)" },
  { claim = "os.exit that closes the state runs what is pending", "-", stdin = [[
x = setmetatable({}, { __gc = function() print "collected" end })
local y <close> = setmetatable({}, { __close = function() print "closed" end })
os.exit(3, true)]], shows = "closed\ncollected\n" },
  { claim = "finalizers run at the end in the reverse order", "-e", "for i = 1, 3 do _G[i] = setmetatable({}, { __gc = function() print(i) end }) end",
    shows = "3\n2\n1\n" },
  { claim = "an open file is written at the end", "s.lua", files = { ["s.lua"] = "local f = io.open('o', 'w') f:write 'kept' io.popen('cat o; echo'):close()" } },
  -- the prompt, from a pipe
  { claim = "-i shows the version, runs stdin and says the values", "-i", stdin = "1 + 1, nil, 'x'\n", shows = "2\tnil\tx\n" },
  { claim = "-i goes on after the script", "-i", "s.lua", "a", files = { ["s.lua"] = "x = ... return 1" }, stdin = "x\n", shows = "a\n" },
  { claim = "-i goes not on after a script that failed", "-i", "s.lua", files = { ["s.lua"] = "error 'x'" }, stdin = "print 1\n", shows = "s.lua:1: x" },
  { claim = "a statement may take several lines", "-i", stdin = "for i = 1, 2 do\nprint(i)\nend\na =\n10\na\n", shows = "10\n" },
  { claim = "a long text may take several lines", "-i", stdin = "a = [[b\nc]]\n=a\n", shows = "b\nc\n" },
  { claim = "an equals sign asks for values", "-i", stdin = "=1, 2\n", shows = "1\t2\n" },
  { claim = "an equals sign alone is a line without values", "-i", stdin = "=\n1\n", shows = "\n1\n" },
  { claim = "errors at the prompt have no name in front and end nothing", "-i", stdin = "error 'x'\n= =\nerror{}\n5\n", shows = "stdin:1: x\nstack" },
  { claim = "locals live for one input only", "-i", stdin = "local a = 1\na\n", shows = "nil\n" },
  { claim = "a last line without an end counts", "-i", stdin = "7", shows = "7\n" },
  { claim = "empty lines do nothing", "-i", stdin = "\n\n1\n", shows = "1\n" },
  { claim = "_PROMPT and _PROMPT2 may be anything", "-e", "_PROMPT = 5 _PROMPT2 = false", "-i", stdin = "x = (\n1)\n", shows = "false" },
  { claim = "a prompt with __tostring is asked for each line", "-e",
    "local n = 0 _PROMPT = setmetatable({}, { __tostring = function() n = n + 1 return '<' .. n .. '>' end })", "-i", stdin = "a = 2\n\n", shows = "<3>" },
  { claim = "a prompt that fails ends the interpreter", "-e", "_PROMPT = setmetatable({}, { __tostring = function() error 'no prompt' end })",
    "-i", stdin = "1\n", shows = "no prompt" },
  { claim = "print may be replaced", "-e", "local p = print function print(...) p('got', ...) end", "-i", stdin = "1, 2\n", shows = "got\t1\t2\n" },
  { claim = "a print that fails is said", "-e", "print = nil", "-i", stdin = "10\n", shows = "error calling 'print' (attempt to call a nil value)" },
  { claim = "os.exit works at the prompt", "-i", stdin = "os.exit(4)\nprint 'no'\n" },
  { claim = "a very long line is one line", "-i", stdin = "x = '" .. ("a"):rep(5000) .. "'\n#x\n", shows = "5000\n" },
}
