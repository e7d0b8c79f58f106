-- the sections of the Lua manual as programs: lua5.4, `aios lua` and `aios run` say the same, byte for byte
--
-- tests/cli/manual/NN_name.lua; on its second line may stand what `aios run` needs (-- run: --grant …) or that it differs on
-- purpose (-- run: no, REASON). Programs run in an empty directory of their own, with three lines on standard input.
local t = require "tests.tap"

local ROOT = os.getenv "PWD"
local BIN = t.BIN:match "^/" and t.BIN or ROOT .. "/" .. t.BIN
local STDIN = "in 1\n42xrest\nmore\n"

local function sh(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  pipe:close()
  return text
end

local STOCK = sh("command -v lua5.4"):match "[^\n]+"

-- addresses, the name of the interpreter and the place of the script are nobody's business; math.atan has two names in Lua
local function plain(text, file, name)
  text = text:gsub("[^%s'<]*/(" .. file:gsub("%p", "%%%0") .. ")", "%1")
  if text:sub(1, #name) == name then text = "LUA" .. text:sub(#name + 1) end
  return (text:gsub("math%.atan2", "math.atan"))
end

local function run(file, bin, name, before)
  local home = t.dir()
  t.write(home .. "/" .. file, t.read("tests/cli/manual/" .. file))
  local words = { bin = bin, home = home, stdin = STDIN, table.unpack(before) }
  words[#words + 1] = file
  local r = t.aios(words)
  local out = { code = r.code, out = plain(r.out, file, name), err = plain(r.err, file, name) }
  sh("rm -rf " .. t.quote(home))
  return out
end

-- the words of `-- run: --grant "fs.read ./**"`
local function words_of(line)
  local words, at = { "run" }, 1
  while at <= #line do
    local quoted, next_at = line:match('^%s*"([^"]*)"()', at)
    local word, after = line:match('^%s*([^"%s]+)()', at)
    if not quoted and not word then break end
    words[#words + 1], at = quoted or word, quoted and next_at or after
  end
  return words
end

for path in sh "ls tests/cli/manual/*.lua":gmatch "[^\n]+" do
  local file = path:match "[^/]*$"
  local stock = run(file, STOCK, STOCK, {})
  local asked = t.read(path):match "^[^\n]*\n%-%- run: ([^\n]*)" or ""
  local claim = t.read(path):match "^%-%- ([^\n]*)"
  t.test("aios lua, " .. claim, function()
    t.eq(run(file, BIN, BIN .. " lua", { "lua" }), stock)
    t.ok(#stock.out > 100 and stock.code == 0, stock.err)
  end)
  if not asked:find "^no" then
    t.test("aios run, " .. claim, function()
      local ours = run(file, BIN, BIN, words_of(asked))
      t.eq({ ours.out, ours.code, ours.err }, { stock.out, stock.code, "" })
    end)
  end
end
t.done()
