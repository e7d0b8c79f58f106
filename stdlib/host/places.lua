--- places: where a user's files of aios are. Nothing is made here.
local host = require "aios.host"
local M = {}

---The database: --db, AIOS_DB, ./orchestrator.db when present, else aios.db in the state directory.
---@param explicit string?  what --db said
function M.db_path(explicit)
  local path = explicit or host.env "AIOS_DB"
  if path then return host.plain(path) end
  if host.exists "orchestrator.db" then return host.plain "orchestrator.db" end
  if host.env "XDG_STATE_HOME" then return host.env "XDG_STATE_HOME" .. "/aios/aios.db" end
  if host.is_root() and host.env "HOME" == "/root" then return "/var/lib/aios/aios.db" end
  return (host.env "HOME" or "/tmp") .. "/.local/state/aios/aios.db"
end

---The cache directory, private to the user; nil when there is none to trust.
function M.cache()
  local base = host.env "XDG_CACHE_HOME" or (host.env "HOME" and host.env "HOME" .. "/.cache")
  if not base or not (host.private_directory(base) or host.exists(base)) then return nil end
  local path = base .. "/aios"
  return host.private_directory(path) and path or nil
end

return M
