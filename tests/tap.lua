--- tap: one claim a test, printed in the Test Anything Protocol.
---
---     local t = require "tests.tap"
---     t.test("two and two are four", function() t.eq(2 + 2, 4) end)
---     t.done()
local M = { count = 0, failed = 0 }
local ROOT = os.getenv "AIOS_ROOT" or "."

-- module names as in the binary: "compiler.x" and "x" (from stdlib)
table.insert(package.searchers, 2, function(name)
  local path = name:gsub("%.", "/")
  local places = name:match "^compiler" and { ROOT .. "/" .. path } or { ROOT .. "/stdlib/" .. path }
  for _, base in ipairs(places) do
    for _, file in ipairs { base .. ".lua", base .. "/init.lua" } do
      local f = io.open(file)
      if f then f:close() return assert(loadfile(file)), file end
    end
  end
  return "\n\tno module '" .. name .. "' in compiler or stdlib"
end)

local function show(v, depth)
  if type(v) == "string" then return string.format("%q", v) end
  if type(v) ~= "table" or (depth or 0) > 4 then return tostring(v) end
  local keys, out = {}, {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, k in ipairs(keys) do out[i] = "[" .. show(k) .. "]=" .. show(v[k], (depth or 0) + 1) end
  return "{" .. table.concat(out, ", ") .. "}"
end
M.show = show

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b and math.type(a) == math.type(b) end
  for k, v in pairs(a) do if not same(v, b[k]) then return false end end
  for k in pairs(b) do if a[k] == nil then return false end end
  return true
end

---Fails unless the two values are equal all the way down.
function M.eq(got, want, note)
  if not same(got, want) then
    error((note and note .. ": " or "") .. "got " .. show(got) .. ", want " .. show(want), 2)
  end
end

---Fails unless `v` is true.
function M.ok(v, note) if not v then error(note or "not true: " .. show(v), 2) end end

---Fails unless `text` contains the Lua pattern.
function M.match(text, pattern)
  if type(text) ~= "string" or not text:find(pattern) then error("no " .. show(pattern) .. " in " .. show(text), 2) end
end

---Runs one claim.
function M.test(claim, fn)
  M.count = M.count + 1
  local good, why = xpcall(fn, function(e) return debug.traceback(tostring(e), 2) end)
  if good then print(("ok %d - %s"):format(M.count, claim)) return end
  M.failed = M.failed + 1
  print(("not ok %d - %s"):format(M.count, claim))
  print("# " .. why:gsub("\n", "\n# "))
end

---Prints the plan and ends the process with the right code.
function M.done()
  print("1.." .. M.count)
  os.exit(M.failed == 0 and 0 or 1, true)
end

-- ---------------------------------------------------------------- the built binary
local function quote(s) return "'" .. tostring(s):gsub("'", "'\\''") .. "'" end
M.quote = quote

local function slurp(path)
  local f = io.open(path, "rb")
  if not f then return nil end
  local text = f:read "a"
  f:close()
  return text
end
M.read = slurp

---Writes a file, making nothing else.
function M.write(path, text)
  local f = assert(io.open(path, "wb"))
  f:write(text)
  f:close()
end

---A fresh private directory, removed by t.done's caller if it wants to.
function M.dir()
  local p = assert(io.popen "mktemp -d")
  local path = p:read "l"
  p:close()
  return path
end

M.BIN = os.getenv "AIOS_BIN" or "build/aios"

---Runs the binary: t.aios{ "run", "x.aios", env = {K=V}, stdin = text, cwd = dir, home = dir } -> { code, out, err }.
function M.aios(args)
  local home = args.home or M.dir()
  local cwd = args.cwd or home
  local bin = M.BIN:match "^/" and M.BIN or (os.getenv "PWD" .. "/" .. M.BIN)
  local words = { "cd", quote(cwd), "&&", "env", "-u", "AIOS_DB", "-u", "OPENAI_API_KEY", "-u", "ANTHROPIC_API_KEY", "-u", "OLLAMA_HOST",
    "HOME=" .. quote(home), "XDG_STATE_HOME=", "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=", "NO_COLOR=1" }
  for k, v in pairs(args.env or {}) do words[#words + 1] = k .. "=" .. quote(v) end
  words[#words + 1] = quote(args.bin or bin)
  for _, a in ipairs(args) do words[#words + 1] = quote(a) end
  local out, err, input = home .. "/.out", home .. "/.err", home .. "/.in"
  M.write(input, args.stdin or "")
  local good, how, code = os.execute(table.concat(words, " ") .. " <" .. quote(input) .. " >" .. quote(out) .. " 2>" .. quote(err))
  if not good and how == "signal" then code = 128 + code end
  return { code = good and 0 or code, out = slurp(out), err = slurp(err), home = home }
end

---The tests below `path` that are written in the language itself: each is a test here.
function M.in_aios(path)
  local got = M.aios { "test", "--tap", path, cwd = os.getenv "PWD" }
  local claim, good, notes
  local function close()
    if not claim then return end
    local said = table.concat(notes, "\n")
    M.test(claim, good and function() end or function() error(said, 0) end)
  end
  for line in got.out:gmatch "[^\n]+" do
    local word, text = line:match "^(%l[%l ]*) %d+ %- (.*)$"
    if word then
      close()
      claim, good, notes = text:gsub("^[^:]*/", "", 1), word == "ok", {}
    elseif notes then
      notes[#notes + 1] = line:match "^  # (.*)$"
    end
  end
  close()
  M.test("aios test " .. path .. " ends with 0", function() M.eq(got.code, 0, got.out:sub(-2000) .. got.err) end)
end

return M
