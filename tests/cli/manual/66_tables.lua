-- section 6.6
local function list(t) local out = {} for i = 1, #t do out[i] = tostring(t[i]) end return "{" .. table.concat(out, ",") .. "}" end
local t = { 1, 2, 3 }
table.insert(t, 4) table.insert(t, 1, 0) table.insert(t, 6, 9)
print(list(t), table.remove(t), table.remove(t, 1), table.remove(t, #t + 1), list(t), table.remove {}, table.remove({}, 0), pcall(table.remove, t, 7), pcall(table.insert, t, 9, 1), pcall(table.insert, t), pcall(table.insert, t, 1, 2, 3))
print(table.concat { 1, 2.5, "x" }, table.concat({ 1, 2, 3 }, ", "), table.concat({ 1, 2, 3 }, ",", 2), table.concat({ 1, 2, 3 }, ",", 2, 2), table.concat({}, ","), table.concat({ 1 }, ",", 3), pcall(table.concat, { {} }), pcall(table.concat, { 1, nil, 3 }, ",", 1, 3))
print(table.unpack { 1, 2, nil, 4 }, table.unpack({ 1, 2, 3 }, 2), table.unpack({ 1, 2, 3 }, 2, 5), table.unpack({}, 1, 3), pcall(table.unpack, {}, 1, 1e7), (table.unpack { 5, 6 }))
local p = table.pack(nil, 2, nil)
print(p.n, #table.pack(), table.pack().n, p[2])
print(list(table.move({ 1, 2, 3 }, 1, 3, 2)), list(table.move({ 1, 2, 3 }, 2, 3, 1)), list(table.move({ 1, 2, 3 }, 1, 3, 1, {})), list(table.move({ 1, 2, 3 }, 1, 0, 5)), pcall(table.move, { 1 }, 1, math.maxinteger, 2), pcall(table.move, {}, -1, math.maxinteger, 2))
for _, words in ipairs { { 3, 1, 2 }, { "b", "a", "C" }, { 1 }, {}, { 5, 5, 5 }, { 2.5, 1, 3 } } do table.sort(words) print(list(words)) end
local big = {}
for i = 1, 200 do big[i] = (i * 7919) % 211 end
table.sort(big, function(a, b) return a > b end)
print(list(big))
print(pcall(table.sort, { 1, "a" }), pcall(table.sort, { 3, 1, 2, 5, 4 }, function() return true end), pcall(table.sort, {}, 5), pcall(table.sort, { {}, {} }))
local proxy = setmetatable({}, { __len = function() return 3 end, __index = function(_, i) return i * 10 end })
print(table.concat(proxy, ","), table.unpack(proxy), #proxy)
local store = {}
local writer = setmetatable({}, { __newindex = function(_, k, v) store[k] = v end, __len = function() return #store end, __index = store })
table.insert(writer, "a") table.insert(writer, "b") table.insert(writer, 1, "c")
print(list(store), table.remove(writer, 1), list(store))
print(pcall(table.insert, setmetatable({}, { __len = function() return "x" end }), 1), pcall(table.concat, 5), pcall(table.unpack), next({}, nil), #{ 1, 2, nil }, #{ n = 1 })
local holes = { 1, 2, 3, nil, 5 }
holes[5] = nil
print(#holes == 3 or #holes)
