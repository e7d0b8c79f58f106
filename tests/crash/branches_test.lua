-- programs with branches, drawn at random: however far the record of a run reaches, what follows it ends the same way
local t = require "tests.tap"
local kit = require "tests.crash.kit"

local PLACE = kit.place()
local SEEDS = tonumber(os.getenv "BRANCH_SEEDS" or "") or 3
local FIRST = tonumber(os.getenv "BRANCH_FIRST" or "") or 1
local CLOCK = "2026-03-02T08:00:00Z"

-- ---------------------------------------------------------------- programs
local Maker = {}
Maker.__index = Maker

local function maker(seed, wild)
  local state = seed * 7919 + 17
  local function random(n)
    state = (state * 1103515245 + 12345) % 2147483648
    return state // 65536 % n + 1
  end
  -- when `wait until` looks is not recorded, only what it saw
  local forms = { "parallel do", "parallel for", "within", "race", "fail", "isolate", "swallow", "undo", wild and "until" or nil }
  return setmetatable({ random = random, forms = forms, out = {}, undone = {}, names = 0, wild = wild }, Maker)
end

-- a step that is recorded is not gone through again: what is noted inside would be missing
function Maker:put(depth, text)
  if self.muted then text = text:gsub("note%(", "quiet(") end
  self.out[#self.out + 1] = ("  "):rep(depth) .. text
end

-- no two are equal, nor sums of a few: which of two alarms of the same instant comes first is open until one is recorded
function Maker:ms(most)
  self.odd = (self.odd or 0) + 1
  return self.random(most) * 100 + (self.odd * self.odd * 13 + self.odd * 7) % 97
end

function Maker:name()
  self.names = self.names + 1
  return self.names
end

local OPS = {}
function OPS.wait(self, depth, id) self:put(depth, ("wait %dms note(%d)"):format(self:ms(40), id)) end
function OPS.long(self, depth, id) self:put(depth, ("wait %dms note(%d)"):format(30000 + self:ms(600), id)) end
function OPS.kv(self, depth, id) self:put(depth, ('kv.set("k%d", %d) note(%d)'):format(id, id, id)) end
function OPS.chance(self, depth, id) self:put(depth, ("note(%d, random(1000), now())"):format(id)) end
function OPS.step(self, depth, id)
  self:put(depth, ("step s%d do wait %dms return random(1000) end note(%d, s%d)"):format(id, self:ms(9), id, id))
end
function OPS.process(self, depth, id)
  self:put(depth, ('process.run({ "/bin/sleep", "0.00%d" }, { reads = true }) note(%d)'):format(self.random(9), id))
end
function OPS.retry(self, depth, id)
  self:put(depth, ("local tries%d = 0"):format(id))
  self:put(depth, ("step r%d = (function() wait %dms tries%d = tries%d + 1 if tries%d < 2 then error 'x' end return 1 end)() retry 3 times every 1s")
    :format(id, self:ms(3), id, id, id))
  self:put(depth, ("note(%d)"):format(id))
end

local LEAVES = { "wait", "wait", "long", "kv", "kv", "chance", "step", "retry" }

local FORMS = {}
FORMS["parallel do"] = function(self, depth, id)
  self:put(depth, "parallel do")
  local names, muted = {}, self.muted
  self.muted = true
  for i = 1, 1 + self.random(3) do
    names[i] = ("p%d_%d"):format(id, i)
    self:put(depth + 1, "step " .. names[i] .. " do")
    self:block(depth + 2)
    self:put(depth + 2, ("return %d"):format(i))
    self:put(depth + 1, "end")
  end
  self.muted = muted
  self:put(depth, ("end note(%d, %s)"):format(id, table.concat(names, ", ")))
end
FORMS["parallel for"] = function(self, depth, id)
  self:put(depth, ("parallel for i, x in { 3, 1, 2 } limit %d do"):format(self.random(4)))
  self:put(depth + 1, ("sleep(x * %d / 1000)"):format(self:ms(2)))
  self:block(depth + 1)
  self:put(depth, ("end note(%d)"):format(id))
end
FORMS.within = function(self, depth, id)
  self:put(depth, "note(" .. id .. ", pcall(function()")
  self:put(depth + 1, ("within %dms do"):format(self:ms(60)))
  self:block(depth + 2)
  self:put(depth + 1, "end")
  self:put(depth, "end))")
end
FORMS.race = function(self, depth, id)
  self:put(depth, ("note(%d, race {"):format(id))
  for i = 1, 2 do
    self:put(depth + 1, "function()")
    self:block(depth + 2)
    self:put(depth + 2, "do return " .. i .. " end")
    self:put(depth + 1, "end,")
  end
  self:put(depth, "})")
end
FORMS.fail = function(self, depth, id)
  self:put(depth, ("note(%d, pcall(function()"):format(id))
  self:put(depth + 1, "parallel for x in { 1, 2 } do")
  self:block(depth + 2)
  self:put(depth + 2, ("if x == 2 then wait %dms error('two', 0) end"):format(self:ms(30)))
  self:block(depth + 2)
  self:put(depth + 1, "end")
  self:put(depth, "end))")
end
-- the branches end one after the other, then the step around them fails: what each did is taken back, and when is kept
FORMS.undo = function(self, depth, id)
  local muted = self.muted
  self:put(depth, ("note(%d, pcall(function()"):format(id))
  self:put(depth + 1, ("step g%d do"):format(id))
  self.muted = true
  self:put(depth + 2, "parallel do")
  for i = 1, 2 do
    self:put(depth + 3, ("step u%d_%d do wait %dms return %d undo wait 10ms kv.set(\"u%d_%d\", now()) end"):format(id, i, self:ms(9), i, id, i))
    self.undone[#self.undone + 1] = ("u%d_%d"):format(id, i)
  end
  self:put(depth + 3, ("step f%d do"):format(id))
  self:block(depth + 4)
  self:put(depth + 4, ("wait %dms error(%s, 0)"):format(self:ms(12), self.random(2) == 1 and "'side'" or "'other'"))
  self:put(depth + 3, "end")
  self:put(depth + 2, "end")
  self:put(depth + 1, "end")
  self.muted = muted
  self:put(depth, "end))")
end
FORMS["until"] = function(self, depth, id)
  self:put(depth, ("wait until seen >= %d or now() - began > %d note(%d)"):format(self.random(12), self.random(30), id))
end
FORMS.isolate = function(self, depth, id)
  self:put(depth, "isolate do")
  self:block(depth + 1)
  if self.random(2) == 1 then self:put(depth + 1, "error 'inside'") end
  self:put(depth, ("end note(%d)"):format(id))
end
FORMS.swallow = function(self, depth, id)
  self:put(depth, ("note(%d, pcall(function() within %dms do for _ = 1, 3 do pcall(sleep, 0.6) end note(%d) end end))"):format(id, self:ms(10), self:name()))
end

function Maker:block(depth)
  for _ = 1, self.random(2) do
    local id = self:name()
    if depth < 5 and self.names < 12 and self.random(3) > 1 then FORMS[self.forms[self.random(#self.forms)]](self, depth, id)
    elseif self.wild and self.random(2) == 1 then OPS.process(self, depth, id)
    else OPS[LEAVES[self.random(#LEAVES)]](self, depth, id) end
  end
end

-- how values are kept: an error by its code, so that places in messages do not count
local HEAD = [[
needs process "/bin/sleep" and fs.write "order"
local order, seen, began = {}, 0, now()
local function word(v) return type(v) == "table" and v.code or tostring(v):gsub("^.-:%d+: ", "") end
local function quiet() end
local function note(id, ...)
  seen = seen + 1
  local words = { id }
  for i = 1, select("#", ...) do words[#words + 1] = word((select(i, ...))) end
  order[#order + 1] = table.concat(words, ":")
end
]]

local function program(seed, wild)
  local self = maker(seed, wild)
  FORMS[self.forms[self.random(5)]](self, 0, self:name())
  self:block(0)
  self:block(0)
  for _, name in ipairs(self.undone) do self:put(0, ('note("%s", kv.get("%s"))'):format(name, name)) end
  self:put(0, 'local file = io.open("order", "w") file:write(table.concat(order, "\\n")) file:close()')
  return HEAD .. table.concat(self.out, "\n") .. "\n"
end

-- ---------------------------------------------------------------- lives
local function run(home, file, clock)
  os.execute(("rm -f %s/order"):format(home))
  local r = kit.run(home, { "run", "--yes", file }, { AIOS_CLOCK = clock or CLOCK })
  return t.read(home .. "/order"), r
end

local function first_life(name, text)
  local home = PLACE .. "/" .. name
  os.execute("mkdir -p " .. home)
  t.write(home .. "/p.aios", text)
  local order, r = run(home, home .. "/p.aios")
  if not order or r.code ~= 0 then error(("%s ends with %d: %s\n%s"):format(name, r.code, r.err, text)) end
  return home, order
end

-- lives that begin with the first N rows of the one that was led in `home`, at the time of the last of them; and the number of rows
local function cut(home, first, last, stride)
  local text = kit.output(("python3 tests/crash/cut.py %s %d %d %d %s/cut"):format(kit.db(home), first, last, stride, home))
  local list = {}
  for n, ms in text:gmatch "(%d+) (%d+)\n" do
    ms = tonumber(ms)
    list[#list + 1] = { n = tonumber(n), home = ("%s/cut/%s"):format(home, n),
      clock = ms > 0 and os.date("!%Y-%m-%dT%H:%M:%S", ms // 1000) .. (".%03dZ"):format(ms % 1000) or CLOCK }
  end
  return list, tonumber(text:match "(%d+)\n$")
end

local function check(life, file, want, text)
  local order, r = run(life.home, file, life.clock)
  if order ~= want or r.code ~= 0 then
    error(("after %d rows it ends with %d: %s\n--- is\n%s\n--- was\n%s\n--- of\n%s"):format(life.n, r.code, r.err, order, want, text), 0)
  end
end

local seeds = { FIRST == 1 and 60 or nil }      -- of 60, a step ends after the time around it is over
for seed = FIRST, FIRST + SEEDS - 1 do seeds[#seeds + 1] = seed end

for _, seed in ipairs(seeds) do
  t.test(("program %d ends the same after every row of its record"):format(seed), function()
    local text = program(seed, false)
    local home, want = first_life("even" .. seed, text)
    for _, life in ipairs((cut(home, 0, 120, 1))) do check(life, home .. "/p.aios", want, text) end
    kit.remove(home)
  end)
  t.test(("program %d, whose tools answer in another order when it goes on, is repeated as it went on"):format(seed), function()
    local text = program(seed, true)
    local home = first_life("wild" .. seed, text)
    for _, life in ipairs((cut(home, 0, 120, 7))) do
      local order, r = run(life.home, home .. "/p.aios", life.clock)
      t.eq(r.code, 0, ("after %d rows: %s\n%s"):format(life.n, r.err, text))
      local _, rows = cut(life.home, 1, 0, 1)
      check(cut(life.home, rows, rows, 1)[1], home .. "/p.aios", order, text)
    end
    kit.remove(home)
  end)
end

kit.remove(PLACE)
t.done()
