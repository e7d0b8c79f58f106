--- host.test.find: the files that hold tests, and the tests in them.
local host = require "aios.host"
local compile = require "host.compile"
local M = {}

local function is_named(path)
  local name = path:match "[^/]*$"
  return name:find "_test%.aios$" ~= nil or name:find "^test_.*%.aios$" ~= nil
end

local function mentions(path)
  local text = host.read_file(path)
  return text ~= nil and text:find "%f[%w_]test%s+that%f[^%w_]" ~= nil
end

local function in_directory(path, found)
  local list, err = require "aios.fs".list(path, { deep = true, glob = "*.aios" })
  if not list then return nil, err end
  table.sort(list, function(a, b) return a.path < b.path end)
  for _, entry in ipairs(list) do
    local hidden = entry.path:sub(#path + 1):find("/.", 1, true)
    if entry.type == "file" and not hidden and (is_named(entry.path) or mentions(entry.path)) then found[#found + 1] = entry.path end
  end
  return true
end

---The files under the given paths, each once. A file that is named is taken as it is.
---@param paths string[]
---@return string[]? files   as a person would write them
---@return Err? err
function M.files(paths)
  local found, known, files = {}, {}, {}
  for _, path in ipairs(paths) do
    local stat, err = require "aios.fs".stat(path)
    if not stat then return nil, { code = "usage", message = ("%s: %s"):format(path, err and err.message or "there is no such file") } end
    if stat.type == "directory" then
      local good
      good, err = in_directory(path, found)
      if not good then return nil, err end
    else
      found[#found + 1] = path
    end
  end
  local here = host.plain "." .. "/"
  for _, path in ipairs(found) do
    local full = host.plain(path)
    local shown = full:sub(1, #here) == here and full:sub(#here + 1) or full
    if not known[full] then files[#files + 1] = shown end
    known[full] = true
  end
  return files
end

---The tests of one file: { { file, name, line } … }, or nil and what is wrong with it, drawn.
function M.tests(file)
  local text, err = host.read_file(file)
  if not text then return nil, err.message end
  local made, problems = compile.compile(text, file)
  if not made then return nil, compile.problems_text(problems, text, file) end
  local tests = {}
  for i, test in ipairs(made.decls.tests) do tests[i] = { file = file, name = test.name, line = test.line } end
  return tests
end

return M
