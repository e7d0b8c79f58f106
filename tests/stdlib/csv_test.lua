local t = require "tests.tap"
local csv = require "csv"

t.test("rows, quotes and line ends are read as RFC 4180 says", function()
  for _, row in ipairs {
    { "a,b\r\n1,2\r\n", { { "a", "b" }, { "1", "2" } } }, { "a,b\n1,2", { { "a", "b" }, { "1", "2" } } }, { "a\rb", { { "a" }, { "b" } } },
    { '"a,b","c\r\nd","say ""hi"""', { { "a,b", "c\r\nd", 'say "hi"' } } }, { '"",x', { { "", "x" } } }, { ",", { { "", "" } } }, { "a,\nb,", { { "a", "" }, { "b", "" } } },
    { "", {} }, { "\n\n", {} }, { "a\n\nb\n\n", { { "a" }, { "" }, { "b" } } }, { "\xEF\xBB\xBFa", { { "a" } } }, { '""""', { { '"' } } },
  } do t.eq(csv.parse(row[1]), row[2], ("%q"):format(row[1])) end
end)

t.test("a header names the columns", function()
  t.eq(csv.parse("name;age\nAda;36\n", { header = true, separator = ";" }), { { name = "Ada", age = "36" } })
  t.eq(csv.parse("a,b\n", { header = true }), {})
  t.eq(csv.parse("", { header = true }), {})
end)

t.test("broken text is refused with its line", function()
  for text, why in pairs {
    ['a\n"b'] = "line 2: a quote is never closed", ['"a"b'] = "line 1: text after a closing quote", ['a\n\nb"c'] = "line 3: a quote inside a field",
    ['"x\ny"\nb"'] = "line 3: a quote inside",
  } do
    local rows, err = csv.parse(text)
    t.eq(rows, nil)
    t.eq(err.code, "invalid")
    t.match(err.message, "^" .. why)
  end
  t.match(select(2, csv.parse("a,b\n1", { header = true })).message, "row 2 has 1 fields, the header has 2")
  t.match(select(2, csv.parse("a,a\n1,2", { header = true })).message, "two columns are called 'a'")
  t.eq(pcall(csv.parse, "", { separator = ", " }), false)
end)

t.test("format quotes what needs it and writes a header for named rows", function()
  t.eq(csv.format { { "a", 1 }, { 'say "hi"', 2.5 } }, 'a,1\r\n"say ""hi""",2.5\r\n')
  t.eq(csv.format({ { "a;b", "c,d" } }, { separator = ";" }), '"a;b";"c,d"\r\n')
  t.eq(csv.format { { name = "Ada", age = 36 }, { name = "Bob" } }, "age,name\r\n36,Ada\r\n,Bob\r\n")
  t.eq(csv.format({ { name = "Ada", age = 36 } }, { header = { "name" } }), "name\r\nAda\r\n")
  t.eq(csv.format {}, "")
end)

t.test("whatever format writes, parse reads back", function()
  local seed, letters = 3, { "a", '"', ",", "\n", "\r", " ", ";", "é" }
  local function chance(n)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed // 65536 % n
  end
  for round = 1, 500 do
    local rows, width = {}, 1 + chance(4)
    for i = 1, 1 + chance(4) do
      rows[i] = {}
      for j = 1, width do
        local out = {}
        for k = 1, chance(6) do out[k] = letters[1 + chance(#letters)] end
        rows[i][j] = table.concat(out)
      end
    end
    local text = csv.format(rows)
    local back = assert(csv.parse(text))
    while width == 1 and #rows > 0 and rows[#rows][1] == "" do rows[#rows] = nil end   -- parse drops empty lines at the end
    t.eq(back, rows, round .. ": " .. ("%q"):format(text))
  end
end)

t.done()
