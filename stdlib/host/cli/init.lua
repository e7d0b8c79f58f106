--- cli: the command line. main(words) finds the command, gives it its options and turns what it
--- says into an exit code.
---
--- A command is one file beside this one that returns its table: name, group, summary, operands, options,
--- about, examples (host/help.lua), min, max, rest (host/options.lua) and run(opts, operands), which
--- returns an exit code (nothing: 0) or nil, err.
local options, out = require "host.options", require "host.print"
local M = {}

---Every command, in the order of the help.
M.NAMES = {
  "run", "repl", "call", "check", "explain", "fmt", "test", "lua", "next",
  "start", "trigger", "backfill", "enable", "disable", "pause", "signal", "query", "update", "cancel", "retry", "resume", "fork", "undo", "approvals", "approve", "deny", "doubt",
  "ps", "queue", "limits", "jobs", "runs", "logs", "why", "why-not", "trace", "replay",
  "cost", "budgets",
  "tools",
  "db",
  "keywords",
  "version", "help",
}

-- err.code -> exit code; all others are 1
local EXIT = { usage = 2, syntax = 2, denied = 3, policy = 3, cancelled = 130 }

local function is_command(word)
  for _, name in ipairs(M.NAMES) do if name == word then return true end end
  return false
end

local function is_file(word)
  if word == "-" or word:find "[/.]" then return true end
  local file = io.open(word)
  return file ~= nil and file:close()
end

-- options that may stand before the command: they are given to it
local function leading(words)
  local before, at = {}, 1
  while words[at] and words[at]:find "^%-." do
    local word = words[at]
    if word == "--version" or word == "-V" then return "version", before, at + 1 end
    if word == "--db" then
      before[#before + 1], at = word, at + 1
      before[#before + 1] = words[at]
    elseif word:find "^%-%-db=" or word == "--json" or word == "-q" or word == "--quiet" or word == "-v" or word == "--verbose" then
      before[#before + 1] = word
    else
      break
    end
    at = at + 1
  end
  return nil, before, at
end

local function unknown(word)
  local near = options.nearest(word, M.NAMES)
  return options.usage(("unknown command '%s', and there is no such file"):format(word),
    near and ("did you mean `aios %s`?"):format(near) or "`aios help` lists the commands")
end

-- no words at all: on a terminal the prompt, else what to begin with
local function alone(before)
  local host = require "aios.host"
  if host.isatty(0) and host.isatty(1) then return "repl", before end
  return "help", { "--short", table.unpack(before) }
end

-- which command, and the words it gets
local function route(words)
  local name, before, at = leading(words)
  local word = words[at]
  if name then return name, before end
  if not word then return alone(before) end
  if word == "--help" or word == "-h" then return "help", before end
  if is_command(word) then
    name, at = word, at + 1
  elseif word:find "^%-." or is_file(word) then
    name = "run"
  else
    return unknown(word)
  end
  return name, table.move(words, at, #words, #before + 1, before)
end

local function perform(words)
  local name, rest = route(words)
  if not name then return nil, rest end
  local command = require("host.cli." .. name)
  if command.raw then
    if #rest == 1 and rest[1] == "--help" then return out.line(require "host.help".command(command)) end
    return command.run(rest)
  end
  local opts, operands = options.parse(command, rest)
  if not opts then return nil, operands end
  if opts.help then return out.line(require "host.help".command(command)) end
  return command.run(opts, operands)
end

-- what was raised: ours is a table with a code, anything else is a fault of aios itself
local function fault(err)
  if type(err) == "table" and err.code then return err end
  return { code = "internal", message = "this is a fault of aios itself: " .. debug.traceback(tostring(err), 2) }
end

---Runs one command.
---@param words string[]   the command line without the program's name
---@return integer exit code
function M.main(words)
  local good, code, err = xpcall(perform, fault, words)
  if not good then code, err = nil, code end
  if good and err == nil then good, err = pcall(out.flush) end
  if good and not err then return code or 0 end
  if err.code == "closed" then return 0 end
  out.error(err.message, err.hint)
  return EXIT[err.code] or 1
end

return M
