-- 11: plain Lua with the library.
--
--     aios examples/11_plain.lua
--
-- A .lua file is a program too, and every valid Lua program means here what it means in Lua. What
-- the language adds is only notation: the same functions are there, and calls are recorded just the same.

local rows = csv.parse("name,score\nAda,36\nGrace,45\nAlan,41\n", { header = true })

local best = list.sort(rows, function(row) return -tonumber(row.score) end)
for place, row in ipairs(list.take(best, 2)) do
  print(place, row.name, row.score)
end

print(json.encode { names = list.map(rows, function(row) return row.name end) })

-- A plain Lua module beside this file, or one of the standard library, is required as usual.
local text = require "text"
print(text.wrap("Words are wrapped between spaces, so that no line is longer than asked.", 30))
