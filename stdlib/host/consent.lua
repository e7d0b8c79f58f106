--- consent: what a program needs, in plain words, and what the person says to it.
local host = require "aios.host"
local engine = require "aios.engine"
local store = require "aios.store"
local M = {}

local WORDS = {
  ["fs.read"] = "read %s", ["fs.write"] = "write, make and remove %s", fs = "read and write %s", net = "connect to %s",
  process = "run the program %s", ["process.kill"] = "end processes", secret = "use the secret %s",
  ["lua.unsafe"] = "run any code at all (%s)", service = "change the service %s", container = "use the container %s",
  ["container.create"] = "make containers of the image %s", pkg = "install, update and remove the package %s",
  ["pkg.install"] = "install the package %s", ["pkg.remove"] = "remove the package %s", ["pkg.update"] = "update the package %s",
}

---A need as a person says it: "read /etc/hosts".
function M.in_words(need, pattern)
  return ((WORDS[need] or need .. " %s"):format(pattern == "" and "anything" or pattern))
end
local in_words = M.in_words

-- "~/x" and "x" in the needs of a program mean the user's and the program's own directory
local function expand(need, pattern)
  if not need:find "^fs" or pattern == "" then return pattern end
  return host.plain(pattern)
end

---All needs as a flat list of { need, pattern }.
function M.flat(needs)
  local list = {}
  for _, need in ipairs(needs) do
    if #need == 1 then list[#list + 1] = { need[1], "" } end
    for i = 2, #need do list[#list + 1] = { need[1], expand(need[1], need[i]) } end
  end
  return list
end

---One text of --grant: 'fs.read "/var/log/**"', 'fs.read /var/log/**' or 'lua.unsafe'.
function M.parse(text)
  local need, rest = text:match "^%s*([%w_.]+)%s*(.-)%s*$"
  if not need then return nil, ("--grant %s: a need and what it is for, such as 'fs.read \"/var/log/**\"'"):format(text) end
  local list = {}
  for quoted in rest:gmatch '"([^"]*)"' do list[#list + 1] = { need, expand(need, quoted) } end
  if #list == 0 then list[1] = { need, expand(need, rest) } end
  return list
end

local function ask_person(path, missing)
  io.stderr:write(("%s wants to:\n"):format(path))
  for _, n in ipairs(missing) do io.stderr:write("  - ", in_words(n[1], n[2]), "\n") end
  io.stderr:write("Allow this, now and for later runs? [y/N] ")
  local answer = io.stdin:read "l" or ""
  return answer:lower():find "^%s*y" ~= nil
end

local function explain(path, missing)
  local lines = { ("%s needs what nobody has granted:"):format(path) }
  for _, n in ipairs(missing) do lines[#lines + 1] = ("  %s %q   (%s)"):format(n[1], n[2], in_words(n[1], n[2])) end
  return { code = "denied", message = table.concat(lines, "\n"), hint = "run it once on a terminal, or say --yes, or --grant for each" }
end

---Grants what may be granted; nil and an error when something is missing.
---@param o table   { path, needs, yes, grants, deny_all, db }
function M.settle(o)
  local directory = o.path:match "^(.*)/[^/]*$" or "/"
  engine.grant("fs.read", directory .. "/**")
  engine.grant("fs.read", host.plain "." .. "/**")
  if o.deny_all then return true end
  if o.yes then engine.grant() end
  for _, text in ipairs(o.grants or {}) do
    local list, why = M.parse(text)
    if not list then return nil, { code = "usage", message = why } end
    for _, n in ipairs(list) do engine.grant(n[1], n[2]) end
  end
  local needs = M.flat(o.needs)
  if #needs > 0 and host.exists(o.db) and not o.yes then
    for _, n in ipairs(store.grants(o.path) or {}) do engine.grant(n[1], n[2]) end
  end
  local missing = {}
  for _, n in ipairs(needs) do if not engine.covers(n[1], n[2]) then missing[#missing + 1] = n end end
  if #missing == 0 then return true end
  if host.isatty(0) and host.isatty(2) then
    if not ask_person(o.path, missing) then return nil, { code = "denied", message = "not allowed; nothing was run" } end
    for _, n in ipairs(missing) do
      engine.grant(n[1], n[2])
      store.grant(o.path, n[1], n[2], "owner")
    end
    return true
  end
  return nil, explain(o.path, missing)
end

return M
