local out = require "host.print"
local MAX_BYTES = 16 << 20                              -- the compiler's own limit

local function read(file)
  if file ~= "-" then return require "aios.host".read_file(file) end
  local text = io.stdin:read(MAX_BYTES + 1)
  return text or ""
end

-- all problems of one file; the second value is the text they point into
local function problems_of(file)
  local text, err = read(file)
  if not text then return { { code = err.code, message = err.message } } end
  local made, problems = require "aios.host".compile(text, file == "-" and "stdin" or file)
  return made and {} or problems, text
end

local function draw(file, problems, text)
  for _, problem in ipairs(problems) do
    if text then
      io.stderr:write(require "compiler".problem.draw(problem, text, file == "-" and "stdin" or file), "\n")
    else
      out.error(problem.message)
    end
  end
end

local function run(opts, files)
  local found, bad = {}, 0
  for _, file in ipairs(files) do
    local problems, text = problems_of(file)
    if not opts.json then draw(file, problems, text) end
    if #problems > 0 then bad = bad + 1 elseif not opts.json and not opts.quiet then out.line(file .. ": ok") end
    for _, p in ipairs(problems) do
      found[#found + 1] = { file = file, line = p.line, column = p.column, code = p.code, message = p.message, hint = p.hint }
    end
  end
  if opts.json then
    out.json(out.array(found))
  elseif #found > 0 then
    out.note(opts, ("%d %s in %d of %d %s"):format(#found, #found == 1 and "problem" or "problems", bad, #files,
      #files == 1 and "file" or "files"))
  end
  return #found > 0 and 2 or 0
end

return {
  name = "check", group = "programs", summary = "finds the mistakes of programs without running them",
  operands = "FILE…", min = 1,
  about = "Compiles each FILE (- is standard input) and shows every problem with its place and a hint.\n"
    .. "Ends with 2 when there is one. --json prints an array of problems.",
  examples = { { "aios check report.aios", "one file" }, { "aios check --json *.aios", "for an editor" } },
  run = run,
}
