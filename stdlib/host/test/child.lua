--- host.test.child: the process of one test. Opens the program with the test's permissions, runs the one block,
--- and leaves a file that says what came of it.
---
--- Nothing real happens: needs are granted as far as they stay inside the test's own directory, tools that would
--- act outside of it are refused with the words that fake them, models answer from fakes or from a tape.
local host = require "aios.host"
local engine = require "aios.engine"
local json = require "aios.json"
local bundle = require "host.bundle"
local compile = require "host.compile"
local M = {}

local MEMORY = 1024 * 1024 * 1024
local LOCAL = { fs = true, log = true, notify = true }                 -- as far as they stay inside

-- ------------------------------------------------------------------ what may happen
local function is_inside(path, root) return path == root or path:sub(1, #root + 1) == root .. "/" end

local function how_to_fake(name)
  if name == "ask" then
    return 'no model answers in a test: say mock.model("operational", "...") in it, or run it with --tape FILE (made with --record FILE)'
  end
  return ("a test does nothing real: say mock.tool(%q, function(...) ... end) in it, or start it with --live"):format(name)
end

local function resources(tool, args)
  local list = {}
  for _, param in ipairs(tool.params) do
    if (param[2] or ""):find "^path" and args[param[1]] then list[#list + 1] = host.absolute(args[param[1]], tool.link) end
  end
  return list
end

-- the test's own database, and what is only looked at on this machine
local function stays_here(tool, space)
  local need = tool.needs and tool.needs[1]
  return tool.effect == "tx" or LOCAL[space] or (tool.effect == "reads" and (not need or need:find "^fs"))
end

---Why this call must not be made, or nil. From host.doors.
local function guard(root)
  return function(tool, args)
    local space = tool.name:match "^[%w_]+"
    if not stays_here(tool, space) then return how_to_fake(tool.name) end
    if space ~= "fs" or (tool.effect or "once") == "reads" then return end
    for _, path in ipairs(resources(tool, args)) do
      if not is_inside(path, root) then return ("%s; files of the test itself are made below its current directory"):format(how_to_fake(tool.name)) end
    end
  end
end

local UNSAFE = { ["lua.unsafe"] = true }

local function grant(needs, spec, directories)
  for _, directory in ipairs(directories) do engine.grant("fs.read", directory .. "/**") end
  for _, need in ipairs { "fs.read", "fs.write" } do engine.grant(need, spec.root .. "/**") end
  for _, need in ipairs(require "host.consent".flat(needs)) do
    local writes = need[1] == "fs.write" or need[1] == "fs"
    if spec.live or (not UNSAFE[need[1]] and (not writes or is_inside(need[2], spec.root))) then engine.grant(need[1], need[2]) end
  end
end

-- ------------------------------------------------------------------ the program
local function all_needs(made, of_modules)
  local needs = {}
  for _, list in ipairs { made.decls.needs, of_modules } do table.move(list, 1, #list, #needs + 1, needs) end
  for _, kind in ipairs { made.decls.workflows, made.decls.tools, made.decls.decisions, made.decls.agents } do
    for _, head in ipairs(kind) do table.move(head.needs or {}, 1, #(head.needs or {}), #needs + 1, needs) end
  end
  return needs
end

local function job_of(spec)
  local text, err = host.read_file(spec.file)
  if not text then return nil, err end
  local made, problems = compile.compile(text, spec.file)
  if not made then return nil, { code = "syntax", message = compile.problems_text(problems, text, spec.file) } end
  local directory = spec.file:match "^(.*)/[^/]*$"
  local directories = { directory, directory:match "^(.+)/[^/]*$" }
  local source, modules = bundle.make(spec.file, text, directories)
  if not source then return nil, modules end
  local module_json, needs = bundle.compile(modules)
  if not module_json then return nil, { code = "syntax", message = needs } end
  grant(all_needs(made, needs), spec, directories)
  return { path = spec.file, typed = spec.file, lua = made.lua, source = source, modules = module_json, args = "[]", cause = "aios test",
    memory = MEMORY, silent = true, test = spec.line }
end

-- what the engine reports of runs, in place of `aios run`'s lines
local function listen(spec, outcome)
  local execute = require "host.execute"
  local say = execute.report
  function execute.report(run)
    local is_test = run.name == "test:" .. spec.line
    if not is_test and not run.is_load then return say(run) end
    if run.error then outcome.error = json.decode(run.error)
    elseif run.reason then outcome.error = { code = "stopped", message = run.reason } end
  end
end

local function run(spec, outcome)
  if spec.coverage then engine.count_lines() end
  engine.database(spec.root .. "/test.db")
  local job, err = job_of(spec)
  if not job then return nil, err end
  local doors = require "host.doors"
  if not spec.live then doors.guard = guard(spec.root) end
  if spec.tape or spec.record then require "host.test.tape".install(doors, spec) end
  listen(spec, outcome)
  local code, failed = engine.execute(job)
  if not code then return nil, failed end
  if code ~= 0 then return nil, { code = "exit", message = ("the test ended with exit code %d"):format(code) } end
  return true
end

---Runs the test that the file at `path` describes.
---@return integer exit code
function M.run(path)
  local spec = assert(json.decode(assert(host.read_file(path))))
  local outcome = {}
  local good, done, err = pcall(run, spec, outcome)
  if not good then outcome.error = { code = "internal", message = tostring(done) }
  elseif not done then outcome.error = outcome.error or err end
  outcome.ok = outcome.error == nil
  if spec.coverage then
    outcome.lines = {}
    for file, lines in pairs(engine.lines()) do
      local list = json.array {}
      for line, times in pairs(lines) do list[#list + 1] = { line, times } end
      outcome.lines[file] = list
    end
  end
  io.stdout:flush()
  assert(host.write_cache(spec.result, (json.encode(outcome))))
  return 0
end

return M
