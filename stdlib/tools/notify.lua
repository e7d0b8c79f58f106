--- notify: tells the person at this machine something, now.
---
---     notify "The backup is done."
---     notify { text = "Disk almost full", title = "Backup", level = "warning" }
---
--- Shown as a line on the terminal, on the desktop too where there is one, and kept in the logs.
local M = { name = "notify", tools = {} }

local URGENCY = { info = "normal", warning = "normal", error = "critical" }
local LOG_LEVEL = { info = "info", warning = "warn", error = "error" }
local DESKTOP_SECONDS = 5

---The desktop's own variables, handed to notify-send because a child's environment is clean. nil: no desktop.
---@param getenv fun(name: string): string?
---@return table<string, string>?
function M.desktop(getenv)
  if not (getenv "DISPLAY" or getenv "WAYLAND_DISPLAY") then return nil end
  local env = {}
  for _, name in ipairs { "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS" } do
    env[name] = getenv(name)
  end
  return env
end

---The arguments for notify-send; "--" keeps a text that begins with a dash a text.
---@param notice { text: string, title?: string, level?: string }
---@return string[]
function M.argv(notice)
  local title, body = notice.title or "aios", notice.text
  return { "notify-send", "--app-name=aios", "--urgency=" .. URGENCY[notice.level or "info"], "--", title, body }
end

---On the host's own account: a program that may notify need not be one that may start notify-send.
local function on_desktop(notice)
  local env = M.desktop(os.getenv)
  if not env then return false end
  local door, process = require "aios.door", require "aios.process"
  local before = door.trust(true)
  local ok, got = pcall(process.run, M.argv(notice), { env = env, timeout = DESKTOP_SECONDS })
  door.trust(before)
  return ok and got ~= nil and got.code == 0
end

M.tools.notify = {
  global = true,                           -- the namespace itself is called
  about = "Tells the person at this machine something: on the terminal, on the desktop where there is one, and in the logs.",
  params = { { "text", "string" } },
  options = { { "title", "string" }, { "level", [["info" | "warning" | "error"]] } },
  returns = [[{ shown: "terminal" | "desktop" }]],
  effect = "idempotent",                   -- shown twice after a crash is better than not at all
  risk = "low",
  example = [[notify "The backup is done."]],
  run = function(args, request)
    local text = args.title and args.title .. ": " .. args.text or args.text
    require("tools.log").write(LOG_LEVEL[args.level or "info"], text, nil, request)
    return { shown = on_desktop(args) and "desktop" or "terminal" }
  end,
}

return M
