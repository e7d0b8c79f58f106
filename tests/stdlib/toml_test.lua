-- TOML, held against the cases of toml-test where Debian's golang-github-burntsushi-toml-dev is installed.
local t = require "tests.tap"
local LIST = {}
package.preload["aios.json"] = function() return { array = function(list) return setmetatable(list, LIST) end } end
local toml, json = require "toml", require "tests.fake.json"

local CASES = "/usr/share/gocode/src/github.com/BurntSushi/toml/internal/toml-test/tests"

local function files(below)
  local pipe = assert(io.popen(("find '%s/%s' -name '*.toml' 2>/dev/null | sort"):format(CASES, below)))
  local out = {}
  for path in pipe:lines() do out[#out + 1] = path end
  pipe:close()
  return out
end

local function plain_time(text)
  local out = text:upper():gsub(" ", "T"):gsub("(%.%d-)0+$", "%1"):gsub("(%.%d-)0+([Z+-])", "%1%2"):gsub("%.$", ""):gsub("%.([Z+-])", "%1")
  return out
end

local CHECKS = {
  string = function(got, want) return got == want end,
  bool = function(got, want) return got == (want == "true") end,
  integer = function(got, want) return math.type(got) == "integer" and got == math.tointeger(want) end,
  float = function(got, want)
    if want:find "nan" then return got ~= got end
    if want:find "inf" then return got == (want:find "^%-" and -math.huge or math.huge) end
    return math.type(got) == "float" and got == tonumber(want)
  end,
}
local function is_time(got, want) return type(got) == "string" and plain_time(got) == plain_time(want) end

local function same(got, want)
  if type(want) == "table" and type(want.type) == "string" and type(want.value) == "string" then
    return (CHECKS[want.type] or is_time)(got, want.value)
  end
  if type(got) ~= "table" then return false end
  for key, value in pairs(want) do if not same(got[key], value) then return false end end
  for key in pairs(got) do if want[key] == nil then return false end end
  return true
end

-- the one case of TOML 1.1 in that package
local NEWER = { ["escape-esc"] = true }

local valid, invalid = files "valid", files "invalid"
if #valid == 0 then
  print "# the cases of toml-test are not installed (apt install golang-github-burntsushi-toml-dev)"
else
  t.test("every valid case of toml-test is read as it says", function()
    local wrong = {}
    for _, path in ipairs(valid) do
      local name = path:match "([^/]*)%.toml$"
      local got, err = toml.decode(t.read(path))
      local want = json.decode(t.read((path:gsub("toml$", "json"))))
      if not NEWER[name] and (not got or not same(got, want)) then wrong[#wrong + 1] = path:sub(#CASES) .. ": " .. (err and err.message or t.show(got)) end
    end
    t.ok(#wrong == 0, table.concat(wrong, "\n"))
    t.ok(#valid > 90, "only " .. #valid)
  end)

  t.test("every invalid case of toml-test is refused with its line", function()
    local wrong = {}
    for _, path in ipairs(invalid) do
      local got, err = toml.decode(t.read(path))
      if got or not err.message:find "^line %d+: " then wrong[#wrong + 1] = path:sub(#CASES) end
    end
    t.ok(#wrong == 0, table.concat(wrong, "\n"))
    t.ok(#invalid > 200, "only " .. #invalid)
  end)

  t.test("what was read and written is read again as the same", function()
    for _, path in ipairs(valid) do
      local got = toml.decode(t.read(path))
      if got then
        local text = assert(toml.encode(got), path)
        local again, err = toml.decode(text)
        t.ok(again, path .. ": " .. (err and err.message or "") .. "\n" .. text)
        if not path:find "nan" then t.eq(again, got, path) end
      end
    end
  end)
end

t.test("a mistake is told with its line and what to write", function()
  for text, message in pairs {
    ["a = 1\nb = yes"] = "line 2: yes is no value; texts are written in quotes",
    ["a = 1\na = 2"] = "line 2: 'a' is given twice",
    ["a 1"] = "line 1: '=' is missing behind the key a",
    ["a = 'x"] = "line 1: a string that does not end",
    ["d = 2026-02-30"] = "line 1: 2026-02-30 is no date or time",
    ["a = [1 2]"] = "line 1: ',' or ']' is missing in a list",
    ["[a]\n[a]"] = "line 2: the table [a] is there already",
    ["a = \xff"] = "line 1: a byte that is not UTF-8",
  } do
    local _, err = toml.decode(text)
    t.eq(err and err.message, message)
  end
end)

t.test("a document is written with values first and tables by name", function()
  t.eq(toml.encode { title = "Plan", server = { port = 8080, tags = { "a", "b" } }, items = { { n = 1 }, { n = 2.5 } }, ["a b"] = true },
    '"a b" = true\ntitle = "Plan"\n\n[[items]]\nn = 1\n\n[[items]]\nn = 2.5\n\n[server]\nport = 8080\ntags = ["a", "b"]\n')
end)

t.test("what TOML cannot hold is told with its place", function()
  local loop = {}
  loop.a = loop
  for message, value in pairs {
    ["a.b: a function, which TOML does not have"] = { a = { b = print } },
    ["a: null, which TOML does not have"] = { a = io.stdout },
    ["a: a list with holes, or with names besides its items"] = { a = { 1, x = 2 } },
  } do
    local _, err = toml.encode(value)
    t.eq(err and err.message, message)
  end
  local _, err = toml.encode(loop)
  t.match(err.message, "more than 200 deep")
end)

t.test("lists nested without end are refused in place", function()
  local _, err = toml.decode("a = " .. ("["):rep(100000))
  t.match(err.message, "more than 500 deep")
end)

t.done()
