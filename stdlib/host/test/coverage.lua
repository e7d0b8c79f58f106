--- host.test.coverage: which lines the tests executed, put together from all of them.
local host = require "aios.host"
local out = require "host.print"
local compile = require "host.compile"
local lines_of = require "host.test.lines"
local M = {}

local function is_test_file(path)
  local name = path:match "[^/]*$"
  return name:find "_test%.aios$" or name:find "^test_.*%.aios$"
end

local function counted(results)
  local times = {}
  for _, result in ipairs(results) do
    for path, list in pairs(result.lines or {}) do
      times[path] = times[path] or {}
      for _, row in ipairs(list) do times[path][row[1]] = (times[path][row[1]] or 0) + row[2] end
    end
  end
  return times
end

---Files that were executed, tests apart: { path, lines = { { line, times } }, hit, missing = { line … } }, by name.
function M.files(results)
  local files = {}
  for path, times in pairs(counted(results)) do
    local text = not is_test_file(path) and host.read_file(path)
    local made = text and compile.compile(text, path)
    if made then
      local file = { path = path, lines = {}, hit = 0, missing = {} }
      local all = {}
      for line in pairs(lines_of.of(made.lua, text)) do all[#all + 1] = line end
      table.sort(all)
      for i, line in ipairs(all) do
        file.lines[i] = { line, times[line] or 0 }
        if times[line] then file.hit = file.hit + 1 else file.missing[#file.missing + 1] = line end
      end
      files[#files + 1] = file
    end
  end
  table.sort(files, function(a, b) return a.path < b.path end)
  return files
end

-- 3, 4, 5, 9 -> "3-5, 9"
local function ranges(list)
  local parts, i = {}, 1
  while i <= #list do
    local last = i
    while list[last + 1] == list[last] + 1 do last = last + 1 end
    parts[#parts + 1] = last > i and ("%d-%d"):format(list[i], list[last]) or tostring(list[i])
    i = last + 1
  end
  return table.concat(parts, ", ")
end

local function percent(file) return #file.lines == 0 and 100 or file.hit * 100 // #file.lines end

---One line a file: how much of it was executed, and which lines were not.
function M.print(files, before)
  local here = host.plain "." .. "/"
  for _, file in ipairs(files) do
    local path = file.path:sub(1, #here) == here and file.path:sub(#here + 1) or file.path
    local rest = #file.missing > 0 and "  not: " .. ranges(file.missing) or ""
    out.line(("%s%3d %%  %s%s"):format(before, percent(file), path, rest))
  end
end

---The format of lcov, for editors and build servers.
function M.lcov(files)
  local lines = {}
  for _, file in ipairs(files) do
    lines[#lines + 1] = "TN:"
    lines[#lines + 1] = "SF:" .. file.path
    for _, row in ipairs(file.lines) do lines[#lines + 1] = ("DA:%d,%d"):format(row[1], row[2]) end
    lines[#lines + 1] = "LF:" .. #file.lines
    lines[#lines + 1] = "LH:" .. file.hit
    lines[#lines + 1] = "end_of_record"
  end
  return table.concat(lines, "\n") .. (#lines > 0 and "\n" or "")
end

---For JSON.
function M.plain(files)
  local list = out.array {}
  for i, file in ipairs(files) do
    list[i] = { file = file.path, percent = percent(file), lines = #file.lines, hit = file.hit, missing = out.array(file.missing) }
  end
  return list
end

return M
