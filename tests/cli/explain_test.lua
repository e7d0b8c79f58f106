-- `aios explain`: every code has an example that gives it, and one that gives none
local t = require "tests.tap"
local codes, living = require "compiler.codes", require "compiler.check.living"

local home = t.dir()
local list = codes.list()

-- file -> the codes of its problems
local function problems()
  local words = { "check", "--json", cwd = home }
  for _, code in ipairs(list) do
    local one = codes.of(code)
    t.write(("%s/%s-wrong.aios"):format(home, code), one.make and one.make() or one.wrong or "")
    t.write(("%s/%s-right.aios"):format(home, code), one.right or "")
    words[#words + 1] = code .. "-wrong.aios"
    words[#words + 1] = code .. "-right.aios"
  end
  local out, r = {}, t.aios(words)
  if r.err ~= "" then io.stderr:write(r.err) end
  for file, text in r.out:gmatch '"file":"([^"]+)","problems":(%b[])' do
    out[file] = {}
    for code in text:gmatch '"code":"(AIOS%d+)"' do out[file][#out[file] + 1] = code end
  end
  return out
end
local found = problems()

for _, code in ipairs(list) do
  t.test(code .. ": its wrong example gives exactly this problem, its right one none", function()
    local one = codes.of(code)
    t.ok(one.why and one.wrong and one.right, "no why, wrong or right in compiler/codes")
    t.eq(found[code .. "-wrong.aios"], { code })
    t.eq(found[code .. "-right.aios"], {})
  end)
end

t.test("explain shows what a code means, why, and both examples", function()
  local r = t.aios { "explain", "AIOS013" }
  t.eq(r.code, 0)
  t.match(r.out, "^AIOS013 %(error%)\nA word is nearly one of the language's words.\n")
  t.match(r.out, "\nWrong:\n    evry 5m do\n")
  t.match(r.out, "\nRight:\n    every 5m do\n")
end)

t.test("a code may be written in small letters, or as its number", function()
  t.eq(t.aios { "explain", "aios013" }.out, t.aios { "explain", "13" }.out)
end)

t.test("explain without a code lists all", function()
  local text = t.aios { "explain" }.out
  for _, code in ipairs(list) do t.match(text, code .. "  %S") end
end)

t.test("a code that there is not ends with 2 and a guess", function()
  local r = t.aios { "explain", "AIOS1000" }
  t.eq(r.code, 2)
  t.match(r.err, "did you mean AIOS100")
end)

t.test("explain habits lists what other languages write, and the same here", function()
  local text = t.aios { "explain", "habits" }.out
  t.match(text, "\nif a && b then f%(%) end +if a and b then f%(%) end\n")
end)

t.test("explain --json gives the same to programs", function()
  t.match(t.aios { "explain", "--json", "AIOS013" }.out, '^{"code":"AIOS013",.*"wrong":')
end)

t.done()
