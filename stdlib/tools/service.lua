--- service: what runs in the background of this machine, through systemd.
---
---     if service.status("nginx").state ~= "active" then service.restart "nginx" end
---
--- Without the right to change services (root), or with `plan = true`, a change is not made: the result has `done = false`, the
--- commands it would take in `plan`, and `why`.
local M = { name = "service", tools = {} }
local tools = M.tools

local function command() return require "host.command" end

local NAME = "string(1..255)"

---The unit that a name means, or nil and why not: nothing that systemctl could take for an option or a pattern.
function M.unit(name)
  if not name:find "^[%w_:.\\@][%w_:.\\@-]*$" then
    return nil, { code = "invalid", message = ("%q is no name of a service, such as \"nginx\" or \"nginx.service\""):format(name) }
  end
  return name:find "%.%l+$" and name or name .. ".service"
end

local function lacking() return nil, { code = "not_found", message = "services are managed through systemd, and this machine has no systemctl" } end

local function ask(argv)
  if not command().has "systemctl" then return lacking() end
  local got, err = command().run(argv, { timeout = 60 })
  if got then return got end
  if err.message:find("not been booted with systemd", 1, true) or err.message:find("Failed to connect to bus", 1, true) then
    return nil, { code = "offline", message = "systemd does not run on this machine, so there are no services to ask about" }
  end
  return nil, err
end

---@param text string   of systemctl list-units
function M.units(text)
  local out = {}
  for line in text:gmatch "[^\n]+" do
    local name, load, active, sub, about = line:match "^%W*(%S+)%.service%s+(%S+)%s+(%S+)%s+(%S+)%s*(.-)%s*$"
    if name then out[#out + 1] = { name = name, loaded = load == "loaded", state = active, detail = sub, about = about } end
  end
  return out
end

local STATE = [[loaded: boolean, state: string, detail: string, about: string]]

tools.list = {
  about = "The services that systemd knows: `state` is active, inactive or failed, `detail` such as running, exited or dead.",
  params = {},
  returns = "{ { name: string, " .. STATE .. " } }",
  effect = "reads",
  risk = "low",
  example = [[local ok, services = pcall(service.list)]],
  run = function()
    local got, err = ask { "systemctl", "list-units", "--type=service", "--all", "--plain", "--no-legend", "--no-pager", "--full" }
    if not got then return nil, err end
    return require("aios.json").array(M.units(got.out))
  end,
}

local FIELDS = "Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,Description"

---@param text string   of systemctl show
---@return table?   nil when there is no such service
function M.shown(text)
  local f = {}
  for key, value in text:gmatch "(%a+)=([^\n]*)" do f[key] = value end
  if f.LoadState == "not-found" or not f.Id then return nil end
  local pid = math.tointeger(tonumber(f.MainPID) or 0)
  return { name = f.Id:gsub("%.service$", ""), loaded = f.LoadState == "loaded", state = f.ActiveState, detail = f.SubState, about = f.Description,
    enabled = f.UnitFileState == "enabled", pid = pid ~= 0 and pid or nil }
end

tools.status = {
  about = "How one service is; nil when there is none of this name. `enabled`: it is started when the machine starts.",
  params = { { "name", NAME } },
  returns = "{ name: string, " .. STATE .. ", enabled: boolean, pid?: integer }?",
  effect = "reads",
  risk = "low",
  example = [[local ok, ssh = pcall(service.status, "ssh")]],
  run = function(args)
    local unit, err = M.unit(args.name)
    if not unit then return nil, err end
    local got
    got, err = ask { "systemctl", "show", "--no-pager", "--property=" .. FIELDS, "--", unit }
    if not got then return nil, err end
    return M.shown(got.out)
  end,
}

local function change(verb, about, example)
  tools[verb] = {
    about = about .. " Needs root; without it, or with `plan`, the result is what would be done.",
    params = { { "name", NAME } },
    options = { { "plan", "boolean" } },
    returns = "{ done: boolean, plan: { { string } }, why?: string, out?: string }",
    effect = "idempotent",
    effect_when = { plan = "reads" },
    risk = "high",
    needs = { "service." .. verb, "name" },
    example = example or ([[service.%s("nginx", { plan = true })]]):format(verb),
    run = function(args)
      local unit, err = M.unit(args.name)
      if not unit then return nil, err end
      if not command().has "systemctl" then return lacking() end
      local why = not require("aios.host").is_root() and "only root may change services" or nil
      local plan = { { "systemctl", "--no-pager", "--no-ask-password", verb, "--", unit } }
      return command().act(plan, { only_plan = args.plan, why = why, timeout = 300 })
    end,
  }
end

change("start", "Starts a service; one that runs already stays as it is.")
change("stop", "Stops a service.")
change("restart", "Stops a service and starts it again.")
tools.restart.effect = nil                              -- twice is not once
change("reload", "Has a service read its settings again.")
change("enable", "Has a service started when the machine starts.")
change("disable", "Has a service no longer started when the machine starts.")

return M
