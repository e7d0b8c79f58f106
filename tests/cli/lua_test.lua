-- aios lua beside lua5.4: the same command lines, the same streams and exit codes
local t = require "tests.tap"
local rows = require "tests.cli.lua_rows"

local BIN = t.BIN:match "^/" and t.BIN or os.getenv "PWD" .. "/" .. t.BIN
local TERMINAL = os.getenv "PWD" .. "/tests/fake/terminal.py"

local function sh(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  return text, select(3, pipe:close())
end

local STOCK = sh("command -v lua5.4"):match "[^\n]+"

-- the two interpreters may differ in their name only
local function nameless(text, name)
  local at, out = 1, {}
  while true do
    local from, to = text:find(name, at, true)
    if not from then break end
    out[#out + 1] = text:sub(at, from - 1) .. "LUA"
    at = to + 1
  end
  return table.concat(out) .. text:sub(at)
end

local function world(row)
  local home = t.dir()
  for name, text in pairs(row.files or {}) do t.write(home .. "/" .. name, text) end
  return home
end

-- pairs() has no order
local function sorted(text)
  local lines = {}
  for line in text:gmatch "[^\n]*\n" do lines[#lines + 1] = line end
  table.sort(lines)
  return table.concat(lines)
end

local function run(row, home, bin, name, first)
  local words = { bin = bin, home = home, env = row.env, stdin = row.stdin, first }
  for _, word in ipairs(row) do words[#words + 1] = word end
  local r = t.aios(words)
  if row.sorted then r.out = sorted(r.out) end
  return { code = r.code, out = nameless(r.out, name), err = nameless(r.err, name) }
end

for _, row in ipairs(rows) do
  t.test(row.claim, function()
    local home = world(row)
    local stock = run(row, home, STOCK, STOCK)
    local ours = run(row, home, BIN, BIN .. " lua", "lua")
    t.eq(ours, stock)
    if row.shows and not (ours.out .. ours.err):find(row.shows, 1, true) then
      error("neither shows " .. t.show(row.shows) .. ": " .. t.show(ours))
    end
  end)
end

-- a link to the binary that is called lua, lua5 or lua5.4 is that interpreter
local function link(name)
  local path = t.dir() .. "/" .. name
  sh(("ln -s %s %s"):format(t.quote(BIN), t.quote(path)))
  return path
end

local NAMED = link "lua5.4"
for _, row in ipairs(rows) do
  t.test("called lua5.4: " .. row.claim, function()
    local home = world(row)
    local words = { bin = NAMED, home = home, env = row.env, stdin = row.stdin, table.unpack(row) }
    local r = t.aios(words)
    if row.sorted then r.out = sorted(r.out) end
    t.eq({ code = r.code, out = nameless(r.out, NAMED), err = nameless(r.err, NAMED) }, run(row, home, STOCK, STOCK))
  end)
end

t.test("names like lua are the interpreter, others are aios", function()
  for name, want in pairs { lua = "Lua", ["lua-5.4"] = "Lua", ["lua5.4.4"] = "Lua", luac = "aios", luajit = "aios", ["aios-lua"] = "aios" } do
    local r = t.aios { bin = link(name), want == "Lua" and "-v" or "--version" }
    t.eq({ name, r.code, r.out:match "^%a+" }, { name, 0, want })
  end
end)

-- ---------------------------------------------------------------- a terminal
-- steps: what is waited for, what is typed then
local function typed(steps, command)
  local words = {}
  for i, step in ipairs(steps) do words[i] = t.quote(step) end
  local shown, code = sh(("cd %s && python3 %s %s -- %s"):format(t.quote(t.dir()), t.quote(TERMINAL), table.concat(words, " "), command))
  return { shown = shown, code = code }
end

local function same_terminal(claim, options, steps, shows)
  t.test(claim, function()
    local stock = typed(steps, STOCK .. options)
    local ours = typed(steps, BIN .. " lua" .. options)
    stock.shown, ours.shown = nameless(stock.shown, STOCK), nameless(ours.shown, BIN .. " lua")
    t.eq(ours, stock)
    t.match(ours.shown, shows)
  end)
end

same_terminal("a terminal without a script gets the version and a prompt", "",
  { "\n> ", [[1 + 1, nil, "x"\n]], "> ", [[\x04]] }, "PUC%-Rio\r\n> .*2\tnil\tx\r\n> \r?\n")
same_terminal("an earlier line comes back with the up key", " -i",
  { "\n> ", [[6 * 7\n]], "> ", [[\x1b[A\n]], "> ", [[\x04]] }, "42\r\n.*42\r\n")
same_terminal("keys edit the line", " -i",
  { "\n> ", [[6 * 7\x01a = \n]], "> ", [[a\n]], "> ", [[\x04]] }, "\n42\r\n")
same_terminal("Ctrl-C stops what is running and the prompt goes on", " -i",
  { "\n> ", [[=select(2, pcall(function() print("g" .. "o") while true do end end)):match "int.*"\n]], "\ngo\r\n", [[\x03]],
    "> ", [[1 + 1\n]], "> ", [[\x04]] }, "interrupted!\r\n.*2\r\n")
same_terminal("Ctrl-C ends the interpreter while it prints values, as in the stock one", " -i",
  { "\n> ", [[p = print print = function(...) p(...) while true do end end\n]], "> ", [[1\n]], "\n1\r\n", [[\x03]] }, "\n1\r\n%^C")

-- ---------------------------------------------------------------- signals
-- runs `code` in the background and sends SIGINT when it has called up()
local function interrupted(code)
  local out, err = os.tmpname(), os.tmpname()
  local fifo = os.tmpname()
  os.remove(fifo)
  local up = ("function up() local f = io.open(%q, 'w') f:write 'up' f:close() end "):format(fifo)
  local text = sh(([[mkfifo %s || exit; %s lua -e %s >%s 2>%s & pid=$!; line=$(timeout 20 cat %s); kill -INT $pid; wait $pid; echo $? $line]]):format(
    fifo, t.quote(BIN), t.quote(up .. code), out, err, fifo))
  local result = { text = text, out = t.read(out), err = nameless(t.read(err), BIN .. " lua") }
  for _, path in ipairs { out, err, fifo } do os.remove(path) end
  return result
end

t.test("SIGINT is an error that a script can catch", function()
  local r = interrupted [[print(pcall(function() up() while true do end end)) print(42)]]
  t.eq({ r.text, r.err }, { "0 up\n", "" })
  t.match(r.out, "^false\t[^\n]*interrupted!\n42\n$")
end)

t.test("SIGINT that is not caught ends the script with its traceback and code 1", function()
  local r = interrupted "up() while true do end"
  t.eq({ r.text, r.out }, { "1 up\n", "" })
  t.match(r.err, "^LUA: [^\n]*interrupted!\nstack traceback:\n")
end)

-- ---------------------------------------------------------------- ours alone
t.test("arg ends at two words that a shell runs as the interpreter", function()
  local r = t.aios { "lua", "-e", [[os.execute(arg[0] .. " -e 'print(6 * 7, #arg, arg[0])'")]] }
  t.eq({ r.code, r.out, r.err }, { 0, "42\t2\t" .. BIN .. " lua\n", "" })
end)

t.test("input that ends in a statement is told its syntax error", function()
  local r = t.aios { "lua", "-i", stdin = "x = (\n" }
  t.eq({ r.code, r.err }, { 0, "stdin:1: unexpected symbol near <eof>\n" })
end)

t.test("without readline the prompt reads lines as they come", function()
  local home = t.dir()
  t.write(home .. "/libreadline.so.8", "no library")
  local r = t.aios { "lua", "-i", home = home, env = { LD_LIBRARY_PATH = home },
    stdin = "for i = 1, 2 do\nprint(i) end\n\n'" .. ("a"):rep(3000) .. "'\nlast" }
  t.eq({ r.code, r.err }, { 0, "" })
  t.match(r.out, "PUC%-Rio\n> >> 1\n2\n> > " .. ("a"):rep(3000) .. "\n> nil\n> \n$")
end)

t.test("nothing of the house is in the state", function()
  local r = t.aios { "lua", "-e", "print(pcall(require, 'aios.fs')) print(package.loaded['aios.fs'], step, every)" }
  t.match(r.out, "^false\tmodule 'aios.fs' not found")
  t.match(r.out, "nil\tnil\tnil\n$")
end)

t.test("running a script makes no file", function()
  local home = t.dir()
  t.aios { "lua", "-e", "x = 1", home = home }
  t.eq(sh("ls " .. t.quote(home)), "")
end)

t.test("an option before the word lua is the interpreter's", function()
  local r = t.aios { "-v", "lua", "-e", "print(arg[0], ...) os.exit(7)", "-" }
  t.eq({ r.code, r.err }, { 7, "" })
  t.match(r.out, "^Lua 5%.4[^\n]*\n%-\n$")
end)

t.test("there, too, signals do what they do for the stock interpreter", function()
  for number, name in pairs { [2] = "INT", [13] = "PIPE", [15] = "TERM", [25] = "XFSZ" } do
    local r = t.aios { "-v", "lua", "-e", ("print(os.execute 'kill -%s $$')"):format(name) }
    t.match(r.out, ("\nnil\tsignal\t%d\n$"):format(number))
  end
end)

t.test("there, too, the code is 1 after an error", function()
  local r = t.aios { "-v", "lua", "-e", "error 'no'" }
  t.eq(r.code, 1)
  t.match(r.err, "^aios lua: %(command line%):1: no\nstack traceback:")
end)

t.done()
