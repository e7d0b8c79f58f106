local out = require "host.print"
local MAX_BYTES = 16 << 20                              -- the compiler's own limit
local LISTS = { "needs", "workflows", "tools", "types", "tiers", "tests", "budgets", "decisions", "agents" }

local function shown(file) return file == "-" and "stdin" or file end

local function read(file)
  if file ~= "-" then return require "aios.host".read_file(file) end
  local text = io.stdin:read(MAX_BYTES + 1)
  return text or ""
end

-- all that is known of one file; `text` is what the problems point into
local function look(file)
  local text, err = read(file)
  if not text and err.code == "too_big" then err.code = "AIOS004" end
  if not text then return { file = shown(file), problems = { { code = err.code, severity = "error", message = err.message } }, costs = {}, declarations = {} } end
  local found = require("host.inspect").text(text, shown(file), file:match "^(.*)/[^/]*$" or ".")
  found.file, found.text = shown(file), text
  return found
end

local function is_directory(name)
  local found = name ~= "-" and require("aios.fs").stat(name)
  return found and found.type == "directory"
end

-- a directory stands for the programs in and below it
local function files_of(operands)
  local out_list = {}
  for _, name in ipairs(operands) do
    local list = is_directory(name) and require("aios.fs").list(name, { deep = true, glob = "*.aios" })
    if list then
      local from = #require("aios.host").absolute(name) + 1
      for _, item in ipairs(list) do
        if item.type == "file" then out_list[#out_list + 1] = name:gsub("/+$", "") .. item.path:sub(from) end
      end
    else
      out_list[#out_list + 1] = name
    end
  end
  return out_list
end

local function count(found, into)
  for _, p in ipairs(found.problems) do into[p.severity] = into[p.severity] + 1 end
end

local function dollars(micro)
  if micro % 10000 == 0 then return ("$%.2f"):format(micro / 1000000) end
  return (("$%.6f"):format(micro / 1000000):gsub("0+$", ""))
end

local function cost_text(row)
  if row.micro then return (row.capped and "at most " or "") .. dollars(row.micro) .. (row.capped and " (its budget)" or "") end
  if row.each then return ("no bound: %s each time, %s"):format(dollars(row.each), row.why) end
  return (row.endless and "no bound: " or "not known: ") .. row.why
end

local function draw_costs(found)
  local asks = false
  for _, row in ipairs(found.costs) do asks = asks or row.asks > 0 end
  if not asks then return end
  out.line "  the most that one run can spend on models:"
  local size = 0
  for _, row in ipairs(found.costs) do size = math.max(size, #(row.kind .. row.name)) end
  for _, row in ipairs(found.costs) do
    out.line(("    %-" .. size + 1 .. "s  %s"):format((row.kind == "file" and "" or row.kind .. " ") .. out.plain(row.name), cost_text(row)))
  end
end

local function draw(found, opts)
  local problem, bad = require("compiler").problem, false
  for _, p in ipairs(found.problems) do
    bad = bad or p.severity ~= "hint"
    if not found.text then out.error(p.message)
    elseif not (opts.quiet and p.severity == "hint") then io.stderr:write(problem.draw(p, found.text, found.file), "\n") end
  end
  if opts.quiet then return end
  if not bad then out.line(found.file .. ": ok") end
  draw_costs(found)
end

-- a list with fields besides becomes an object: { "net", "a.org", line = 3 } -> { list = [..], line = 3 }
local function unmixed(value)
  if type(value) ~= "table" then return value end
  local fields, list, named = {}, {}, false
  for key, item in pairs(value) do
    if type(key) == "string" then fields[key], named = unmixed(item), true else list[key] = unmixed(item) end
  end
  if not named then return out.array(list) end
  if #list > 0 then fields.list = out.array(list) end
  return fields
end

local function as_json(found)
  local problems, declarations = {}, {}
  for i, p in ipairs(found.problems) do
    problems[i] = { code = p.code, severity = p.severity, message = p.message, hint = p.hint, line = p.line, column = p.column,
      end_line = p.end_line, end_column = p.end_column }
  end
  for _, name in ipairs(LISTS) do declarations[name] = unmixed((found.declarations or {})[name] or {}) end
  for _, row in ipairs(found.costs) do row.dollars = row.micro and row.micro / 1000000 or nil end
  return { file = found.file, problems = out.array(problems), declarations = declarations, costs = out.array(found.costs) }
end

local function plural(n, word) return ("%d %s%s"):format(n, word, n == 1 and "" or "s") end

local function summary(opts, total, bad, files)
  local parts = {}
  for _, kind in ipairs { "error", "warning", "hint" } do
    if total[kind] > 0 and not (opts.quiet and kind == "hint") then parts[#parts + 1] = plural(total[kind], kind) end
  end
  if #parts > 0 then out.note(opts, ("%s in %d of %s"):format(table.concat(parts, ", "), bad, plural(files, "file"))) end
end

local function run(opts, operands)
  local files, total, bad, all = files_of(operands), { error = 0, warning = 0, hint = 0 }, 0, {}
  for i, file in ipairs(files) do
    local found = look(file)
    count(found, total)
    if #found.problems > 0 then bad = bad + 1 end
    if opts.json then all[i] = as_json(found) else draw(found, opts) end
  end
  if opts.json then
    out.json(#files == 1 and files[1] == operands[1] and all[1] or out.array(all))
  else
    summary(opts, total, bad, #files)
  end
  return (total.error > 0 or opts.strict and total.warning > 0) and 2 or 0
end

return {
  name = "check", group = "programs", summary = "finds the mistakes of programs without running them",
  operands = "FILE…", min = 1,
  options = { { "strict", nil, "end with 2 for warnings too" } },
  about = "Looks at each FILE (- is standard input; of a directory, every .aios file in it) and shows every problem with its place\n"
    .. "and a hint: syntax, unknown names, arguments and fields against what is declared, needs, schedules, secrets; and what each\n"
    .. "workflow and decision can spend on models. `aios explain CODE` says more about a problem.\n"
    .. "Ends with 2 when there is an error; warnings and hints alone end with 0.\n"
    .. "--json prints {file, problems, declarations, costs}; an array of them for several files or a directory.",
  examples = { { "aios check report.aios", "one file" }, { "aios check --strict programs", "a directory, strictly" },
    { "aios check --json report.aios", "for an editor" } },
  run = run,
}
