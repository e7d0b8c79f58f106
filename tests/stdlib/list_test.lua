local t = require "tests.tap"
local list = require "list"

t.test("map, filter and reduce go from left to right with the index", function()
  t.eq(list.map({ 5, 6 }, function(x, i) return x * i end), { 5, 12 })
  t.eq(list.filter({ 5, 6, 7 }, function(x, i) return x > 5 and i < 3 end), { 6 })
  t.eq(list.reduce({ "a", "b", "c" }, function(sum, x, i) return sum .. x .. i end), "ab2c3")
  t.eq(list.reduce({ 1, 2 }, function(sum, x) return sum + x end, 10), 13)
  t.eq(list.reduce({}, error), nil)
  t.eq(list.reduce({}, error, 7), 7)
end)

t.test("sort orders by itself, a field or a function, and leaves its argument alone", function()
  local given = { 3, 1, 2 }
  t.eq(list.sort(given), { 1, 2, 3 })
  t.eq(given, { 3, 1, 2 })
  t.eq(list.sort({ { n = 2 }, { n = 1 } }, "n"), { { n = 1 }, { n = 2 } })
  t.eq(list.sort({ "b", "A", "c" }, string.lower), { "A", "b", "c" })
  t.eq(list.sort {}, {})
  t.eq(list.sort { 1 }, { 1 })
end)

t.test("sort is right at every length and keeps equal items in order", function()
  local seed = 7
  for count = 0, 70 do
    local items = {}
    for i = 1, count do
      seed = (seed * 1103515245 + 12345) % 2147483648
      items[i] = { key = seed // 65536 % 10, place = i }
    end
    local sorted = list.sort(items, "key")
    t.eq(#sorted, count)
    for i = 2, count do
      local a, b = sorted[i - 1], sorted[i]
      t.ok(a.key < b.key or (a.key == b.key and a.place < b.place), "length " .. count)
    end
  end
end)

t.test("group gathers by field or function and keeps the order inside", function()
  t.eq(list.group({ "a", "bb", "c" }, function(s) return #s end), { { "a", "c" }, { "bb" } })
  t.eq(list.group({ { k = "x", n = 1 }, { k = "y", n = 2 }, { k = "x", n = 3 } }, "k"), { x = { { k = "x", n = 1 }, { k = "x", n = 3 } }, y = { { k = "y", n = 2 } } })
  t.match(select(2, pcall(list.group, { {} }, "k")), "item 1 has nothing")
end)

t.test("take gives the first or the last items", function()
  local given = { 1, 2, 3 }
  for count, want in pairs { [0] = {}, [2] = { 1, 2 }, [9] = { 1, 2, 3 }, [-2] = { 2, 3 }, [-9] = { 1, 2, 3 } } do t.eq(list.take(given, count), want) end
end)

t.done()
