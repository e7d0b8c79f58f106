-- section 6.3, searchers, and what messages call a function
-- run: --grant "fs.read ./**" --grant "fs.write ./**"
print(#package.searchers > 1, type(package.searchpath))
local function put(name, text) io.open(name, "w"):write(text):close() end
put("one.lua", "return { ..., found = true }")
put("half.lua", "x = ")
put("none.lua", "package.loaded[...] = 'set'")
put("no.lua", "return false")
package.path, package.cpath = "./?.lua;./?/first.lua", ""
print(package.searchpath("one", package.path), package.searchpath("a.b", package.path), package.searchpath("o-n", "./?.x", "-", "+"))
local one, from = require "one"
print(one[1], one[2], one.found, from, require "one" == one)
print(require "none", package.loaded.none)
print(require "no", package.loaded.no, (require "no"))
print(pcall(require, "half"))
table.insert(package.searchers, 2, function(name)
  if name == "made" then return function(...) return { ... } end, "up" end
  return "nothing made for '" .. name .. "'"
end)
print(table.unpack((require "made")))
print(select(2, pcall(require, "missing")):match "^(.-)\n", select(2, pcall(require, "missing")):find("\n\tnothing made for 'missing'\n\tno file './missing.lua'", 1, true) ~= nil)
package.preload.early = function(...) return select("#", ...) .. select(2, ...) end
print(require "early")
package.path = 5 .. ""
package.path = {}
print(pcall(require, "two"))
package.path, package.searchers = "", nil
print(pcall(require, "two"))
-- what a message calls a function
print(pcall(function() return io.open("one.lua", "x") end))
print(pcall(function() local t = io.open("one.lua", {}) return t end))
print(pcall(function() local t = os.date("%Q") return t end))
print(pcall(function() local t = os.time { year = 2026 } return t end))
print(pcall(function() local t = io.lines("not there") return t end))
print(pcall(function() local t = io.read("x") return t end))
print(pcall(io.read, "x"))
print(pcall(function() local t = load({}) return t end))
print(pcall(function() local t = os.getenv() return t end))
io.output("one.lua") io.close() print "still on the terminal"
print(pcall(io.write, "x"))
io.output(io.stdout)
-- keys of every kind, and next
local key, count = {}, 0
for k, v in pairs { [key] = 1, [print] = 2, [coroutine.running()] = 3, a = 4, [1] = 5, [true] = 6, [io.stdout] = 7 } do count = count + v end
print(count)
print(pcall(next, { 10, 20 }, 3))
print(pcall(next, {}, "x"))
print(pcall(next, { [key] = 1 }, {}), next({ [key] = 1 }, key))
-- the numbers of a seed
print(math.randomseed(42, 7))
print(math.random(1000), math.random(-5, 5), math.random(), math.random(0), math.random(1 << 40))
print(pcall(math.random, 2, 1)) print(math.random(10))
print(pcall(math.randomseed, 1.5)) print(pcall(math.random, 1, 2, 3))
print(select("#", math.randomseed()))
-- a call without end is an error each time
local depth = 0
local function deep() depth = depth + 1 return 1 + deep() end
collectgarbage "stop"
for _ = 1, 3 do
  depth = 0
  local ok, why = pcall(deep)
  print(ok, why:find "stack overflow" ~= nil, depth > 100000)
end
