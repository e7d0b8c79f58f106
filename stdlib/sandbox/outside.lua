--- sandbox.outside: io and os of a run. Stock functions behind the gate, so that what they say is stock; what is not
--- repeatable is recorded.
local run = require "aios.run"
local script = require "aios.script"
local flow = require "flow"
local stock = _G
local checked = script.checked

local M = {}

-- ------------------------------------------------------------------ io
local function copy_of(library)
  local copy = {}
  for k, v in stock.next, library do copy[k] = v end
  return copy
end

local function path_need(path, mode)
  local what = stock.tostring(mode or "r"):find "[wa+]" and "fs.write" or "fs.read"
  return what, script.absolute(path)
end

-- a number is the name of a file too
local function is_path(value)
  local kind = type(value)
  return kind == "string" or kind == "number"
end

local function muted_write()
  if run.muted() then return true, stock.io.stdout end
  script.clear()
end

local FORMAT = { n = true, l = true, L = true, a = true }

local function are_formats(...)
  for i = 1, select("#", ...) do
    local format = select(i, ...)
    local text = type(format) == "string" and format:match "^%*?(.)"
    if not (FORMAT[text] or type(format) == "number" and math.tointeger(format)) then return false end
  end
  return true
end

---What was read from standard input is a step: a resumed run gets it again. Several values, which may be fewer than
---were asked for, are recorded by their places.
local function recorded_read(...)
  local formats = table.pack(...)
  local kept = flow.step("io.read", 1, { line = 0 }, function()
    if formats.n <= 1 then return stock.io.read(table.unpack(formats, 1, formats.n)) end
    local got = table.pack(stock.io.read(table.unpack(formats, 1, formats.n)))
    local by_place = { n = got.n }
    for i = 1, got.n do by_place[tostring(i)] = got[i] end
    return by_place
  end)
  if formats.n <= 1 then return kept end
  local got = {}
  for i = 1, kept.n do got[i] = kept[tostring(i)] end
  return table.unpack(got, 1, kept.n)
end

-- a closed default file is said so by Lua's own function, and so is a wrong format
local function reads_stdin()
  local ok, file = stock.pcall(stock.io.input)
  return ok and file == stock.io.stdin and stock.io.type(file) == "file"
end

local function add_reading(io, need)
  io.read = checked(stock.io.read, function(...)
    if reads_stdin() and are_formats(...) then return true, recorded_read(...) end
  end)
  io.lines = checked(stock.io.lines, function(path, ...)
    if is_path(path) then need("fs.read", script.absolute(path), "io.lines") end
    if path ~= nil or not reads_stdin() then return end
    local formats = table.pack(...)
    return true, function() return io.read(table.unpack(formats, 1, formats.n)) end
  end)
end

---@param need fun(need: string, resource: string, caller: string)   raises when it is not granted
function M.io(need)
  local io = copy_of(stock.io)
  io.open = checked(stock.io.open, function(path, mode)
    if is_path(path) then
      local what, full = path_need(path, mode)
      need(what, full, "io.open")
    end
  end)
  io.write = checked(stock.io.write, muted_write)
  add_reading(io, need)
  for _, name in ipairs { "input", "output" } do
    io[name] = checked(stock.io[name], function(file)
      if is_path(file) then need(name == "input" and "fs.read" or "fs.write", script.absolute(file), "io." .. name) end
    end)
  end
  io.popen = checked(stock.io.popen, function() need("lua.unsafe", "io.popen", "io.popen") end)
  io.tmpfile = checked(stock.io.tmpfile, function() need("fs.write", "/tmp", "io.tmpfile") end)
  return io
end

-- ------------------------------------------------------------------ os
local SECRET = { "KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL" }

local function hides(name)
  for _, word in ipairs(SECRET) do
    if type(name) == "string" and name:upper():find(word, 1, true) and not run.allowed("secret", name) then return true, nil end
  end
end

local function add_time(os)
  os.time = checked(stock.os.time, function(t)
    if t == nil then return true, math.floor(run.now()) end
  end)
  os.date = checked(stock.os.date, function(format, time)
    if time == nil then return false, format, math.floor(run.now()) end
  end)
  os.clock = run.cpu
end

---@param need fun(need: string, resource: string, caller: string)   raises when it is not granted
function M.os(need)
  local os = copy_of(stock.os)
  add_time(os)
  os.exit = checked(stock.os.exit, function(code)
    if code == true or code == nil then code = 0 elseif code == false then code = 1 end
    local number = math.tointeger(tonumber(code))
    if number then run.exit(number) end
  end)
  os.getenv = checked(stock.os.getenv, hides)
  os.execute = checked(stock.os.execute, function() need("lua.unsafe", "os.execute", "os.execute") end)
  os.remove = checked(stock.os.remove, function(path)
    if is_path(path) then need("fs.write", script.absolute(path), "os.remove") end
  end)
  os.rename = checked(stock.os.rename, function(from, to)
    if not (is_path(from) and is_path(to)) then return end
    need("fs.write", script.absolute(from), "os.rename")
    need("fs.write", script.absolute(to), "os.rename")
  end)
  os.tmpname = checked(stock.os.tmpname, function() need("fs.write", "/tmp", "os.tmpname") end)
  return os
end

return M
