local t = require "tests.tap"
local fake = require "tests.cli.fake"

local function triggered(...)
  local got
  local r = fake.main({ "trigger", ... }, { trigger = function(_, name, args, kwargs) got = { name, args, kwargs } return 3 end })
  return got, r
end

for _, case in ipairs {
  { { "w" }, "[]", "{}" },
  { { "w", "day=monday", "n=5" }, "[]", '{"day":"monday","n":5}' },
  { { "w", "a=true", "b=007", "c=" }, "[]", '{"a":true,"b":"007","c":""}' },
  { { "w", 'l=[1,2]' }, "[]", '{"l":[1,2]}' },
  { { "w", '{"a":1}' }, "[]", '{"a":1}' },
  { { "w", '[1,2]' }, "[1,2]", "{}" },
} do
  t.test("trigger writes positional and named arguments: " .. table.concat(case[1], " "), function()
    t.eq(triggered(table.unpack(case[1])), { "w", case[2], case[3] })
  end)
end

t.test("trigger prints the number of its row and warns about an undeclared name", function()
  local _, r = triggered "w"
  t.eq({ r.code, r.out }, { 0, "3\n" })
  t.match(r.err, "no program has declared 'w'")
end)

t.test("start prints the id of the run and passes the key on", function()
  local got
  local r = fake.main({ "start", "w", '{"a":1}', "--id", "k" }, { start = function(...) got = { ... } return "k" end })
  t.eq({ r.code, r.out, got }, { 0, "k\n", { "/home/a/aios.db", "w", '{"a":1}', "k" } })
end)

t.test("start of an unknown workflow names the one that was probably meant", function()
  local r = fake.main({ "start", "reprot" }, { read = function() return { { name = "report" } } end,
    start = function() return nil, { code = "not_found", message = "no workflow 'reprot'" } end })
  t.eq({ r.code, r.err }, { 1, "aios: no workflow 'reprot'\nhint: did you mean report?\n" })
end)

local function next_of(words, answer)
  local asked = {}
  table.insert(words, 1, "next")
  local r = fake.main(words, { next = function(text, how)
    asked[#asked + 1] = { text, how.after_ms, how.tz, how.count }
    return answer(text)
  end })
  return asked, r
end

t.test("next takes words behind `every` without the word", function()
  local asked, r = next_of({ "weekday", "at", "08:00", "--count", "1", "--tz", "Europe/London" }, function(text)
    if text:find "^every" then return { "2026-01-05T08:00:00+00:00" } end
    return nil, { code = "invalid", message = "?" }
  end)
  t.eq(asked, { { "weekday at 08:00", 1700000000000, "Europe/London", 1 }, { "every weekday at 08:00", 1700000000000, "Europe/London", 1 } })
  t.eq(r.out, "2026-01-05T08:00:00+00:00\n")
end)

t.test("next --from takes an instant with offset", function()
  for text, ms in pairs { ["2026-03-29T01:30:00+01:00"] = 1774744200000, ["2026-03-29T00:30Z"] = 1774744200000,
    ["1969-12-31 23:59:59-00:30"] = 1799000, ["2000-02-29T12:00:00.5+00:00"] = 951825600000 } do
    t.eq(next_of({ "every 5m", "--from", text }, function() return {} end)[1][2], ms, text)
  end
end)

t.test("next --from without offset is a moment of the schedule's zone", function()
  local asked = next_of({ "every 5m", "--from", "2026-03-29T08:00", "--tz", "Europe/Berlin" }, function(text)
    return text:find "^at" and { "2026-03-29T08:00:00+02:00" } or {}
  end)
  t.eq({ asked[1][1], asked[1][3], asked[2][2] }, { "at 2026-03-29 08:00", "Europe/Berlin", 1774764000000 })
end)

t.test("a schedule that is none ends with 2 and the words of the parser", function()
  local _, r = next_of({ "every", "blue", "moon" }, function() return nil, { code = "invalid", message = "'blue' is no period" } end)
  t.eq({ r.code, r.err }, { 2, "aios: 'blue' is no period\n" })
end)

t.done()
