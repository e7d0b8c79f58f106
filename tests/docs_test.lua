--- docs: what the pages show is true. Every fenced block of README.md and docs/ is run, checked or compared here.
---
---     ```lua [FILE] [fragment | error CODE]      a program; FILE is its name for the blocks below the same heading
---     ```lua values                              expressions; behind `-->` stands the value of each, and perhaps a remark
---     ```sh [exit N]                             commands, run by a shell in the directory of their heading; ID is that of the open question
---     ```output                                  what the block before prints: `…` is any text, alone on its line any lines
---     ```ebnf   ```json                          the grammar; a JSON text
---
--- A program is checked (no error, no warning; a fragment may use names from elsewhere; an `error` must be exactly that one).
--- With an output it is run, with every need granted; a program with tests is run by `aios test`. The clock begins at
--- 2026-03-02 07:59 UTC, a Monday, and jumps. A block of no kind, and an output of nothing, are failures.
local t = require "tests.tap"
local page = require "tests.docs.page"
local json = require "tests.fake.json"

local ROOT = os.getenv "PWD"
local BIN = t.BIN:match "^/" and t.BIN or ROOT .. "/" .. t.BIN
local ENV = { AIOS_CLOCK = "2026-03-02T07:59:00Z", TZ = "UTC" }

-- ------------------------------------------------------------------ where a block runs
local TOOLS = t.dir()
os.execute(("ln -s %s %s/aios"):format(t.quote(BIN), TOOLS))
-- `make` in a page: each word must be a target or a variable
t.write(TOOLS .. "/make", "#!/bin/sh\nfor w in \"$@\"; do case $w in *=*) ;; *) grep -q \"^$w:\" '" .. ROOT .. "/Makefile' || { echo no target $w; exit 2; };; esac; done\n")
os.execute("chmod +x " .. TOOLS .. "/make")

local homes = {}
-- one directory for each heading of a page; the project's own directories are there as in its root
local function home_of(name, block)
  local key = name .. block.section
  if not homes[key] then
    homes[key] = t.dir()
    for _, dir in ipairs { "examples", "programs", "docs" } do os.execute(("ln -s %s/%s %s/"):format(t.quote(ROOT), dir, homes[key])) end
  end
  return homes[key]
end

local function shell(home, script, options)
  t.write(home .. "/.script", script)
  local words = { "cd", home, "&&", "env", "-u", "AIOS_DB", "-u", "OPENAI_API_KEY", "-u", "ANTHROPIC_API_KEY", "-u", "OLLAMA_HOST", "HOME=" .. home,
    "XDG_STATE_HOME=", "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=", "NO_COLOR=1", "PATH=" .. TOOLS .. ":" .. os.getenv "PATH" }
  for name, value in pairs(ENV) do words[#words + 1] = name .. "=" .. value end
  local good, _, code = os.execute(table.concat(words, " ") .. " timeout 60 sh " .. (options or "") .. " .script </dev/null >" .. home .. "/.out 2>&1")
  return good and 0 or code, t.read(home .. "/.out")
end

local function compare(block, got)
  if block.output and not page.is_shown(block.output, got) then error("the page shows\n" .. block.output .. "and this is printed\n" .. got, 0) end
end

-- ------------------------------------------------------------------ a block of each kind
local prove = {}

-- what `aios check` finds: codes of errors and warnings
local function findings(home, file)
  local r = t.aios { "check", "--json", file, home = home, env = ENV }
  local codes = {}
  for _, problem in ipairs(json.decode(r.out).problems) do
    if problem.severity ~= "hint" then codes[#codes + 1] = { problem.code, problem.severity, problem.line .. ": " .. problem.message } end
  end
  return codes
end

local function is_fine(block, found)
  for _, item in ipairs(found) do
    if item[2] == "error" or block.words.how ~= "fragment" then return false end
  end
  return true
end

-- the value that stands behind `-->`, as Lua writes it; nil for a remark
local function value_of(text)
  while text do
    if load("return " .. text) then return text end
    text = text:match "^(.*),"
  end
end

local function values(block, home)
  local program = {}
  for expression, value in block.text:gsub("\n%s*%-%->", " -->"):gmatch "([^\n]-)%s*%-%->%s*([^\n]*)\n" do
    local want = value_of(value)
    if want then program[#program + 1] = ("print(json.encode((%s)), json.encode((%s)))"):format(expression, want) end
  end
  t.write(home .. "/values.lua", table.concat(program, "\n"))
  local _, out = shell(home, "aios run values.lua")
  local count = 0
  for got, want in out:gmatch "([^\t\n]*)\t([^\n]*)\n" do
    t.eq(got, want)
    count = count + 1
  end
  t.eq(count, #program, out)
end

function prove.lua(block, home)
  if block.words[1] == "values" then return values(block, home) end
  local file
  for _, word in ipairs(block.words) do
    if word:find "%.%l+$" then file = word
    elseif word == "fragment" or word == "error" then block.words.how = word
    elseif not word:find "^AIOS%d+$" then error("no such mark: " .. word, 0) end
  end
  file = file or "program.aios"
  os.execute(("mkdir -p %s"):format(t.quote((home .. "/" .. file):match "^(.*)/")))
  t.write(home .. "/" .. file, block.text)
  local found = findings(home, file)
  if block.words.how == "error" then
    t.eq({ found[1] and found[1][1], #found }, { block.words[#block.words], 1 }, t.show(found))
    local r = t.aios { "check", file, home = home, env = ENV }
    return compare(block, r.err)
  end
  if not is_fine(block, found) then error(t.show(found), 0) end
  if not block.called and ("\n" .. block.text):find "\ntest that" then
    local r = t.aios { "test", file, home = home, env = ENV }
    t.eq(r.code, 0, r.out .. r.err)
    return compare(block, r.out)
  end
  if block.output then
    local _, out = shell(home, "aios run --yes " .. file)
    compare(block, out)
  end
end

-- what `ID` stands for: the question that waits for its answer
local function question(home)
  local _, out = shell(home, "aios approvals --json")
  return out:match '"approval":"([^"]+)"' or "ID"
end

function prove.sh(block, home)
  local want = block.words[1] == "exit" and tonumber(block.words[2]) or 0
  if block.text:find "%f[%w]ID%f[%W]" then block.text = block.text:gsub("%f[%w]ID%f[%W]", question(home)) end
  local code, out = shell(home, block.text, want == 0 and "-e")
  t.eq(code, want, out)
  compare(block, out)
end

function prove.output(block) t.ok(block.owner and (block.owner.kind == "lua" or block.owner.kind == "sh"), "an output of nothing") end

function prove.json(block) t.ok(json.decode(block.text) ~= nil, "no JSON") end

function prove.ebnf() end                                 -- tests/docs/grammar_test.lua

local function pages()
  local out, pipe = { "README.md" }, io.popen "find docs -name '*.md' | sort"
  for path in pipe:lines() do out[#out + 1] = path end
  pipe:close()
  return out
end

for _, path in ipairs(pages()) do
  for _, block in ipairs(page.blocks(t.read(path))) do
    local claim = ("%s:%d: what the %s block shows is true"):format(path, block.line, block.kind)
    t.test(claim, function()
      t.ok(block.text, "the block has no end")
      local how = prove[block.kind] or error(("a block of the kind `%s` cannot be proved"):format(block.kind), 0)
      how(block, home_of(path, block))
    end)
  end
end

t.done()
