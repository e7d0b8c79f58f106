-- format, gsub, rep, find, byte, concat
local total = 0
for round = 1, 12 do
  local parts = {}
  for i = 1, 10000 do parts[#parts + 1] = ("%d:%s"):format(i, "value " .. i) end
  local text = table.concat(parts, ",")
  text = text:gsub("%d+", function(digits) return #digits end)
  text = text:gsub("value", "word"):upper()
  for word in text:gmatch "%a+" do total = total + #word end
  for i = 1, 20000 do total = total + text:byte(i % #text + 1) end
  total = total + #("x"):rep(100000 + round)
end
assert(total > 0)
