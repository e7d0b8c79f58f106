--- lua_rules: what one file of compiler/ or stdlib/ may require and weigh.
---
---     lua_rules.check("compiler/lower.lua", lines, function(line, message) ... end)
local M = {}

-- compiler: a file requires its own room or a lower number
M.RANK = {
  words = 0, source = 1, lines = 1, problem = 2, habits = 2, advice = 2, refusal = 2, events = 2, codes = 3, tree = 3, blocks = 4, openers = 4, grammar = 4,
  explain = 5, lower = 6, minds = 7, decls = 8, emit = 8, check = 9, format = 10, init = 11,
}

-- modules of C that a program's own state has as well
local PURE = { ["aios.json"] = true, ["aios.run"] = true, ["aios.script"] = true, ["aios.prompt"] = true, ["aios.xml"] = true, ["aios.zone"] = true }

local function check_compiler(path, name, report)
  local room, target = path:match "^compiler/(%w+)", name:match "^compiler%.(%w+)"
  if name == "lpeg" then return end
  if not target then return report("the compiler is pure: it requires lpeg and its own rooms, not " .. name) end
  local own, other = M.RANK[room], M.RANK[target]
  if not own then return report(("no rank for compiler/%s: give it one in tests/floors/lua_rules.lua"):format(room)) end
  if not other then return report(("no rank for %s: give it one in tests/floors/lua_rules.lua"):format(name)) end
  if room ~= target and other >= own then report(("%s must not require %s: it stands above"):format(room, target)) end
end

local function check_stdlib(path, name, at_load, report)
  if path:match "^stdlib/host/" then return end
  if name:match "^compiler" then return report "only stdlib/host may require the compiler" end
  local raw = name:match "^host" or name:match "^aios%." and not PURE[name]
  if not raw then return end
  if not path:match "^stdlib/tools/" then return report(name .. " exists in the host state only; scripts load this file too") end
  if at_load then report(name .. " exists in the host state only; require it inside `run`") end
end

---Calls each(first_line, line_count, text) for functions that end on the line `end` of the same indent.
function M.each_function(lines, each)
  for n, line in ipairs(lines) do
    line = line:gsub('"[^"]*"', '""')
    local indent = line:match "^(%s*)[^%-]*%f[%w_]function%f[^%w_]"
    if indent and not line:match "%f[%w_]end%f[^%w_][%s%)%],}]*$" then
      for stop = n + 1, #lines do
        if lines[stop]:match("^" .. indent .. "end%f[^%w_]") then
          each(n, stop - n + 1, line)
          break
        end
      end
    end
  end
end

---@param path string
---@param lines string[]
---@param report fun(line: integer, message: string, key?: string)
function M.check(path, lines, report)
  for n, line in ipairs(lines) do
    if not line:match "^%s*%-%-" then
      for name in line:gmatch "%f[%w_]require%s*%(?%s*[\"']([%w_.%-]+)[\"']" do
        local function here(message) report(n, message, path .. " -> " .. name) end
        if path:match "^compiler/" then check_compiler(path, name, here) else check_stdlib(path, name, line:match "^%S" and not line:match "^local function", here) end
      end
    end
  end
  local face = path:match "^stdlib/host/cli/[%l%-]+%.lua$" or (lines[1] or ""):match "^%-%-%- "      -- a subcommand's help is its face
  if not face then report(1, "a module begins with --- name: what it is", path) end
  M.each_function(lines, function(first, count, text)
    local name = text:match "function%s+([%w_.:]+)" or text:match "([%w_.]+)%s*=%s*function" or "function"
    if count > 50 then report(first, ("%s has %d lines, the limit is 50"):format(name, count), path .. ":" .. name) end
  end)
end

-- what Lua itself gives; sandbox and flow hand programs their own globals by table, never by assignment
local STOCK = {}
for _, name in ipairs { "_G", "_VERSION", "assert", "collectgarbage", "coroutine", "debug", "error", "getmetatable", "io", "ipairs",
  "load", "math", "next", "os", "package", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require", "select",
  "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "xpcall", "warn", "arg" } do STOCK[name] = true end

---Reports globals that a file sets or reads without Lua having them, from the listing of `luac -l`.
---@param listing string
---@param report fun(line: integer, message: string)
function M.check_globals(listing, report)
  for line, how, name in listing:gmatch "%[(%d+)%]%s+([GS]ETTABUP)%s[^\n]-; _ENV \"([%w_]+)\"" do
    if how == "SETTABUP" then report(tonumber(line), "sets the global " .. name)
    elseif not STOCK[name] then report(tonumber(line), "reads the global " .. name .. ", which nobody sets") end
  end
end

return M
