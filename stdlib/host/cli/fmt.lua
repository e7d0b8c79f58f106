local out = require "host.print"
local MAX_BYTES = 16 << 20                              -- the compiler's own limit

local function is_program(name) return name:find "%.aios$" or name:find "%.lua$" end

-- the programs below a directory, named as the directory was, without what is hidden
local function below(operand, root, files)
  local found, err = require "aios.fs".list(operand, { deep = true })
  if not found then return nil, err end
  local before, list = operand == "." and "" or operand:gsub("/+$", "") .. "/", {}
  for _, entry in ipairs(found) do
    local path = entry.path:sub(#root + 1):gsub("^/", "")
    if entry.type == "file" and is_program(entry.name) and not ("/" .. path):find "/%." then list[#list + 1] = before .. path end
  end
  table.sort(list)
  return table.move(list, 1, #list, #files + 1, files)
end

-- operands -> files; a directory stands for the programs in it
local function files_of(operands)
  local files = {}
  for _, operand in ipairs(operands) do
    local stat = operand ~= "-" and require "aios.fs".stat(operand)
    if stat and stat.type == "directory" then
      local good, err = below(operand, stat.path, files)
      if not good then return nil, err end
    else
      files[#files + 1] = operand
    end
  end
  return files
end

local function read(file)
  if file == "-" then return io.stdin:read(MAX_BYTES + 1) or "" end
  return require "aios.host".read_file(file)
end

-- what is wrong with a text that cannot be formatted
local function problems_of(text, name)
  local made, problems = require "aios.host".compile(text, name)
  if not made then return problems end
  return { { code = "syntax", message = name .. ": this cannot be formatted as it is" } }
end

-- { file, state = "changed" | "unchanged" | "refused", problems, text, new }
local function format(file)
  local text, err = read(file)
  if not text then return { file = file, state = "refused", problems = { { code = err.code, message = err.message } } } end
  local name = file == "-" and "stdin" or file
  local new, why = require "compiler.format".format(text)
  if new then return { file = file, state = new == text and "unchanged" or "changed", problems = {}, text = text, new = new } end
  if why == "changed" then
    error { code = "internal", message = name .. ": left as it is; formatting would have changed more than white space, which is a fault of aios" }
  end
  return { file = file, state = "refused", problems = problems_of(text, name), text = text, name = name }
end

local function show(result)
  for _, problem in ipairs(result.problems) do
    if problem.pos then
      io.stderr:write(require "compiler".problem.draw(problem, result.text, result.name), "\n")
    else
      out.error(problem.message)
    end
  end
end

-- one file, done: written, listed, or its problems shown
local function finish(opts, result)
  if result.state == "changed" and not opts.check and result.file ~= "-" then
    local good, err = require "aios.fs".write(result.file, result.new)
    if not good then return nil, err end
  end
  if opts.json then return true end
  show(result)
  if result.file == "-" and not opts.check then
    if result.new then out.write(result.new) end
  elseif result.state == "changed" then
    out.line(result.file == "-" and "stdin" or result.file)
  end
  return true
end

local function rows(results)
  local list = {}
  for i, result in ipairs(results) do
    local problems = {}
    for k, p in ipairs(result.problems) do
      problems[k] = { line = p.line, column = p.column, code = p.code, message = p.message, hint = p.hint }
    end
    list[i] = { file = result.file, state = result.state, problems = out.array(problems) }
  end
  return out.array(list)
end

local function run(opts, operands)
  if opts.stdin then operands[#operands + 1] = "-" end
  if #operands == 0 then
    return require "host.options".usage("`aios fmt` needs FILE|DIR…", "`aios fmt .` formats every program here; - is standard input")
  end
  local files, err = files_of(operands)
  if not files then return nil, err end
  local results, changed, refused = {}, 0, 0
  for i, file in ipairs(files) do
    local result = format(file)
    local good, why = finish(opts, result)
    if not good then return nil, why end
    result.text, result.new = nil, nil
    results[i] = result
    if result.state == "changed" then changed = changed + 1 elseif result.state == "refused" then refused = refused + 1 end
  end
  if opts.json then
    out.json(rows(results))
  elseif files[1] ~= "-" then
    out.note(opts, ("%d of %d %s %s%s"):format(changed, #files, #files == 1 and "file" or "files", opts.check and "would change" or "changed",
      refused > 0 and (", %d cannot be read as a program"):format(refused) or ""))
  end
  return refused > 0 and 2 or opts.check and changed > 0 and 1 or 0
end

return {
  name = "fmt", group = "programs", summary = "writes programs in one style", operands = "FILE|DIR…",
  about = "Lays out each FILE, and each .aios and .lua file below each DIR, in the one style: two spaces a level,\n"
    .. "one space around operators, at most one empty line. Lines end where they ended; no token and no comment\n"
    .. "changes: that is checked, always, before anything is written. Prints the files that changed. - is standard\n"
    .. "input, whose text goes to standard output. Ends with 2 when a file is no program; such a file is left alone.",
  options = {
    { "check", nil, "write nothing; list the files that would change and end with 1 when there is one" },
    { "stdin", nil, "the same as -" },
  },
  examples = { { "aios fmt .", "every program below this directory" }, { "aios fmt --check .", "for a test on a server" },
    { "aios fmt - <report.aios", "for an editor" } },
  run = run,
}
