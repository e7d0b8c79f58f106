--- repl: the prompt of a person at a terminal.
---
--- One program holds everything that is typed (stdlib/session.lua); every entry is a run of it. This side compiles,
--- draws, asks and remembers. Its fiber waits for events: keys, the end of an entry, what runs in the background.
local engine = require "aios.engine"
local host = require "aios.host"
local session = require "aios.session"
local M = {}

local PROGRAM = "local __aios<const> =__aios;return __aios.entry(...)"
local MEMORY = "1GiB"

-- a database that goes with the session: a directory that nobody else may look into
local function scratch()
  local name = os.tmpname()
  os.remove(name)
  local path = (host.env "XDG_RUNTIME_DIR" or host.env "TMPDIR" or "/tmp") .. "/aios-" .. name:match "[^/_]*$"
  if not host.private_directory(path) then return nil, { code = "denied", message = path .. ": somebody else has made this directory" } end
  return path
end

local function remove(directory)
  for _, name in ipairs { "aios.db", "aios.db-wal", "aios.db-shm", "aios.db-journal" } do os.remove(directory .. "/" .. name) end
  os.remove(directory)
end

local function begin(prompt, mode)
  local front
  if mode == "screen" then front = require("host.repl.screen").new(prompt, not host.env "NO_COLOR")
  else front = require("host.repl.plain").new(prompt, mode == "terminal") end
  prompt:loop(front, mode)
end

---Runs a session; returns the exit code, or nil and an error.
---@param o table   { db, yes, grant, deny_all, memory }
function M.run(o)
  local cap, err = require("host.execute").memory(o.memory or MEMORY)
  if not cap then return nil, err end
  local directory
  if not o.db then
    directory, err = scratch()
    if not directory then return nil, err end
  end
  local db = directory and directory .. "/aios.db" or host.db_path(o.db)
  local path = host.plain "." .. "/prompt"
  if o.db then path = path .. "-" .. host.hash(os.tmpname() .. host.now_ms()):sub(1, 8) end
  engine.database(db)
  local good
  good, err = require("host.consent").settle { path = path, needs = {}, yes = o.yes, grants = o.grant, deny_all = o.deny_all, db = db }
  local code
  if good then
    require("host.doors").consent = not o.deny_all and require("host.repl.consent").of_tool or nil
    local prompt = require("host.repl.prompt").new { db = db, deny_all = o.deny_all }
    good, err = session.open(function(mode) begin(prompt, mode) end)
    if good then
      code, err = engine.execute { path = path, typed = "prompt", lua = PROGRAM, source = PROGRAM, modules = "{}", args = "[]", cause = "the prompt",
        memory = cap, silent = true }
      session.close()
    end
  end
  if directory then remove(directory) end
  if code then return code end
  return nil, err
end

return M
