--- commands: what begins with a colon at the prompt.
local options = require "host.options"
local host = require "aios.host"
local session = require "aios.session"
local say = require "host.repl.say"
local M = {}

-- a command of the command line, on the session's database
local function of_command_line(name, prompt, operands, nothing)
  if not host.exists(prompt.db) then return say.line(nothing) end
  session.sync()
  local command = require("host.cli." .. name)
  session.keys(false)
  local good, code, err = pcall(command.run, { db = prompt.db }, operands)
  if not good then err = code end
  if err then return say.error(type(err) == "table" and err.message or tostring(err), type(err) == "table" and err.hint or nil) end
  require("host.print").flush()
end

local function help()
  local size = 0
  for _, one in ipairs(M.LIST) do size = math.max(size, #one.name + #(one.operands or "") + 1) end
  for _, one in ipairs(M.LIST) do
    say.line(("  :%-" .. size .. "s  %s"):format(one.name .. (one.operands and " " .. one.operands or ""), one.summary))
  end
  say.line "Everything else is run: an expression shows its values, a local stays, a job begins as soon as it is declared.\n"
  say.line "  Tab completes   Ctrl-R searches   Alt-Enter begins a line   Ctrl-C interrupts   Ctrl-D leaves"
end

local function time(prompt, rest)
  local good, event = prompt:evaluate(rest, "value")
  if not good then return end
  local ms = event.us / 1000
  say.line(ms < 1000 and ("%.3g ms"):format(ms) or ("%.2f s"):format(ms / 1000))
end

local function stop(_, rest)
  if not session.stop(rest) then return say.error(("no workflow named %s was declared here"):format(rest), ":jobs lists them") end
  say.line(rest .. " is stopped")
end

M.LIST = {
  { name = "help", summary = "this list", run = help },
  { name = "doc", operands = "NAME", summary = "what a tool, a function or a word of the language does", needs = true,
    run = function(prompt, rest) require("host.repl.docs").show(prompt, rest) end },
  { name = "type", operands = "EXPR", summary = "what an expression is", needs = true,
    run = function(prompt, rest) prompt:evaluate(rest, "type") end },
  { name = "ps", summary = "runs that are not over", run = function(prompt) of_command_line("ps", prompt, {}, "nothing is running") end },
  { name = "jobs", summary = "workflows declared here, and when they are due",
    run = function(prompt) of_command_line("jobs", prompt, {}, "nothing is declared yet") end },
  { name = "why", operands = "[RUN]", summary = "why a run did what it did; without RUN the newest",
    run = function(prompt, rest) of_command_line("why", prompt, { rest == "" and "last" or rest }, "nothing has run that is recorded") end },
  { name = "stop", operands = "NAME", summary = "ends a workflow that was declared here", needs = true, run = stop },
  { name = "time", operands = "EXPR", summary = "runs it and says how long it took", needs = true, run = time },
  { name = "save", operands = "FILE", summary = "writes what succeeded as a program", needs = true,
    run = function(prompt, rest) require("host.repl.save").write(prompt, rest) end },
  { name = "quit", summary = "ends the session", run = function(prompt) prompt.over = true end },
}

---Runs one command.
---@param name string    without the colon
---@param rest string    what follows it
function M.run(prompt, name, rest)
  local known = {}
  for _, one in ipairs(M.LIST) do
    if one.name == name then
      if one.needs and rest == "" then return say.error((":%s needs %s"):format(name, one.operands)) end
      return one.run(prompt, rest)
    end
    known[#known + 1] = one.name
  end
  local near = options.nearest(name, known)
  say.error(("there is no command :%s"):format(name), near and ("did you mean :%s?"):format(near) or ":help lists the commands")
end

return M
