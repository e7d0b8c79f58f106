--- lang_test: what the language does. Most of it is said in tests/lang/*_test.aios, which `aios test` runs: each claim
--- a `test that`. What a process says and ends with is said by the programs in the directories: the file name is the claim.
---
--- Expectations are comments in the program:
---   --> text          a printed line; all of them, in order, are what the program prints
---   -- exit: N        its exit code (0)
---   -- error: PATTERN what its standard error holds, as a Lua pattern; none: it is empty
---   -- run: WORDS     options of `aios run`      -- args: WORDS   arguments of the program (shell words)
---   -- env: K=V …     environment                -- stdin: TEXT   with \n for line ends
---
--- A program is run where it lies, from an empty directory of its own with a HOME of its own. The directory
--- is shown as /tmp/here. A file without any expectation is a module of another.
local t = require "tests.tap"

local ROOT = os.getenv "PWD"
local LANES = 2

local function lines_of(command)
  local out, p = {}, assert(io.popen(command))
  for line in p:lines() do out[#out + 1] = line end
  p:close()
  return out
end

local function read_case(path)
  local case = { path = path, want = {}, run = "", args = "", env = "", stdin = "", exit = 0 }
  local expects = false
  for line in (t.read(path) .. "\n"):gmatch "(.-)\n" do
    local key, value = line:match "^%-%- (%a+): (.*)$"
    if key and case[key] ~= nil or key == "error" then case[key], expects = value, true end
    local text = line:match "%-%-> ?(.*)$"
    if text then case.want[#case.want + 1], expects = text, true end
  end
  case.exit = math.tointeger(tonumber(case.exit))
  return expects and case or nil
end

-- one shell command: runs the case and leaves out, err and code beside its directory
local function command(case, place)
  local bin = t.BIN:match "^/" and t.BIN or ROOT .. "/" .. t.BIN
  t.write(place .. "/in", (case.stdin:gsub("\\n", "\n")))
  local env = "env -u AIOS_DB -u OPENAI_API_KEY -u ANTHROPIC_API_KEY -u OLLAMA_HOST -u OPENAI_BASE_URL -u ANTHROPIC_BASE_URL -u OLLAMA_BASE_URL"
  return ("(cd %s && %s HOME=%s XDG_STATE_HOME= XDG_CACHE_HOME= XDG_CONFIG_HOME= NO_COLOR=1 %s timeout 60 %s run %s %s %s <../in >../out 2>../err; echo $? >../code)")
    :format(t.quote(place .. "/here"), env, t.quote(place), case.env, t.quote(bin), case.run, t.quote(ROOT .. "/" .. case.path), case.args)
end

local function run_all(cases)
  local base, lanes = t.dir(), {}
  for i = 1, LANES do lanes[i] = {} end
  for i, case in ipairs(cases) do
    case.place = ("%s/%d"):format(base, i)
    lanes[i % LANES + 1][#lanes[i % LANES + 1] + 1] = case
  end
  os.execute(("cd %s && mkdir -p $(seq -f %%g/here 1 %d)"):format(t.quote(base), #cases))
  local scripts = {}
  for i, lane in ipairs(lanes) do
    local text = {}
    for k, case in ipairs(lane) do text[k] = command(case, case.place) end
    scripts[i] = ("%s/lane%d"):format(base, i)
    t.write(scripts[i], table.concat(text, "\n") .. "\n")
  end
  os.execute("sh " .. table.concat(scripts, " & sh ") .. " & wait")
  return base
end

local function claim_of(path)
  local topic, name = path:match "([^/]+)/([^/]+)%.aios$"
  return topic .. ": " .. name:gsub("_", " ")
end

local function verify(case)
  local function shown(name)
    return (t.read(case.place .. "/" .. name) or ""):gsub(case.place:gsub("%p", "%%%0") .. "/here", "/tmp/here")
  end
  local out, err = shown "out", shown "err"
  local want = table.concat(case.want, "\n") .. (#case.want > 0 and "\n" or "")
  local note = err ~= "" and "standard error was: " .. err or nil
  -- a last line without its end is the same line
  t.eq(out ~= "" and out:sub(-1) ~= "\n" and out .. "\n" or out, want, note)
  t.eq(tonumber(t.read(case.place .. "/code")), case.exit, note)
  if case.error then t.match(err, case.error) else t.eq(err, "", "standard error") end
end

local cases = {}
for _, path in ipairs(lines_of "find tests/lang -name '*.aios' | LC_ALL=C sort") do
  cases[#cases + 1] = read_case(path)
end
local base = run_all(cases)
for _, case in ipairs(cases) do t.test(claim_of(case.path), function() verify(case) end) end
t.in_aios "tests/lang"
os.execute("rm -rf " .. t.quote(base))
t.done()
