--- pkg: the packages of this machine's own package manager: apt, dnf, pacman, apk or brew, whichever is there.
---
---     for _, one in ipairs(pkg.list()) do print(one.name, one.version) end
---     pkg.install { "git", "curl" }
---
--- Without the right to change packages (root), or with `plan = true`, a change is not made: the result has `done = false`, the
--- commands it would take in `plan`, and `why`.
local M = { name = "pkg", tools = {} }
local tools = M.tools

local function command() return require "host.command" end

-- ------------------------------------------------------------------ the managers
---What each manager is asked, as arguments; `names` is a list.
M.managers = {
  apt = {
    program = "apt-get", root = true, env = { DEBIAN_FRONTEND = "noninteractive" },
    list = { "dpkg-query", "--show", "--showformat=${db:Status-Status}\\t${binary:Package}\\t${Version}\\t${binary:Summary}\\n" },
    search = function(text) return { "apt-cache", "search", "--names-only", "--", text }, { "apt-cache", "search", "--", text } end,
    install = function(names) return { { "apt-get", "install", "--yes", "--no-install-recommends", "--", table.unpack(names) } } end,
    remove = function(names) return { { "apt-get", "remove", "--yes", "--", table.unpack(names) } } end,
    update = function(names)
      if #names == 0 then return { { "apt-get", "update" }, { "apt-get", "upgrade", "--yes" } } end
      return { { "apt-get", "update" }, { "apt-get", "install", "--yes", "--only-upgrade", "--", table.unpack(names) } }
    end,
  },
  dnf = {
    program = "dnf", root = true,
    list = { "rpm", "--query", "--all", "--queryformat", "installed\\t%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{SUMMARY}\\n" },
    search = function(text) return { "dnf", "--quiet", "repoquery", "--queryformat", "%{name}\\t%{summary}", "--", "*" .. text .. "*" } end,
    install = function(names) return { { "dnf", "install", "--assumeyes", "--", table.unpack(names) } } end,
    remove = function(names) return { { "dnf", "remove", "--assumeyes", "--", table.unpack(names) } } end,
    update = function(names) return { { "dnf", "upgrade", "--assumeyes", "--refresh", "--", table.unpack(names) } } end,
  },
  pacman = {
    program = "pacman", root = true,
    list = { "pacman", "--query" },
    search = function(text) return { "pacman", "--sync", "--search", "--", text } end,
    install = function(names) return { { "pacman", "--sync", "--noconfirm", "--needed", "--", table.unpack(names) } } end,
    remove = function(names) return { { "pacman", "--remove", "--noconfirm", "--", table.unpack(names) } } end,
    update = function(names)      -- part of a system alone must not be updated
      if #names == 0 then return { { "pacman", "--sync", "--refresh", "--sysupgrade", "--noconfirm" } } end
      return { { "pacman", "--sync", "--refresh", "--sysupgrade", "--noconfirm", "--needed", "--", table.unpack(names) } }
    end,
  },
  apk = {
    program = "apk", root = true,
    list = { "apk", "info", "--verbose", "--description" },
    search = function(text) return { "apk", "search", "--verbose", "--", text } end,
    install = function(names) return { { "apk", "add", "--no-interactive", "--", table.unpack(names) } } end,
    remove = function(names) return { { "apk", "del", "--no-interactive", "--", table.unpack(names) } } end,
    update = function(names)
      if #names == 0 then return { { "apk", "update" }, { "apk", "upgrade", "--no-interactive" } } end
      return { { "apk", "update" }, { "apk", "add", "--no-interactive", "--upgrade", "--", table.unpack(names) } }
    end,
  },
  brew = {
    program = "brew", root = false, env = { HOMEBREW_NO_AUTO_UPDATE = "1" },
    list = { "brew", "list", "--versions" },
    search = function(text) return { "brew", "search", "--desc", "--", text } end,
    install = function(names) return { { "brew", "install", "--", table.unpack(names) } } end,
    remove = function(names) return { { "brew", "uninstall", "--", table.unpack(names) } } end,
    update = function(names) return { { "brew", "update" }, { "brew", "upgrade", table.unpack(names) } } end,
  },
}
local ORDER = { "apt", "dnf", "pacman", "apk", "brew" }

local function manager()
  for _, name in ipairs(ORDER) do
    if command().has(M.managers[name].program) then return M.managers[name], name end
  end
  return nil, { code = "not_found", message = "this machine has none of the package managers apt, dnf, pacman, apk and brew" }
end

-- ------------------------------------------------------------------ what they answer
-- "git-2.39.5-r0 - Distributed version control system"
local function apk_line(line)
  local name, version, about = line:match "^(%S-)%-(%d[^%s]*%-r%d+)%s*%-?%s*(.*)$"
  return name and { name = name, version = version, about = about }
end

local LINES = {
  apt = function(line)
    local status, name, version, about = line:match "^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$"
    return status == "installed" and { name = name, version = version, about = about }
  end,
  pacman = function(line)
    local name, version = line:match "^(%S+) (%S+)$"
    return name and { name = name, version = version, about = "" }
  end,
  apk = apk_line,
}
LINES.dnf, LINES.brew = LINES.apt, LINES.pacman

local FOUND = {
  apt = function(line) return line:match "^(%S+) %- (.*)$" end,
  dnf = function(line) return line:match "^([^\t]+)\t(.*)$" end,
  apk = function(line)
    local one = apk_line(line)
    if one then return one.name, one.about end
  end,
  brew = function(line) return line:match "^([^%s:]+):%s*(.*)$" end,
}

---The packages that a manager lists.
---@param name string   of the manager
---@param text string
function M.listed(name, text)
  local out = {}
  for line in text:gmatch "[^\n]+" do
    local one = LINES[name](line)
    if one then out[#out + 1] = one end
  end
  table.sort(out, function(a, b) return a.name < b.name end)
  return out
end

---The packages that a manager found.
function M.found(name, text)
  local out, seen = {}, {}
  local function add(package, about)
    if package and not seen[package] then out[#out + 1], seen[package] = { name = package, about = about }, true end
  end
  if name == "pacman" then                             -- "core/git 2.39-1\n    the fast one"
    for package, about in text:gmatch "%S-/(%S+) [^\n]*\n%s+([^\n]*)" do add(package, about) end
    return out
  end
  for line in text:gmatch "[^\n]+" do add(FOUND[name](line)) end
  return out
end

-- ------------------------------------------------------------------ tools
tools.list = {
  about = "The packages that are installed, by name.",
  params = {},
  returns = "{ { name: string, version: string, about: string } }",
  effect = "reads",
  risk = "low",
  example = [[local count = #pkg.list()]],
  run = function()
    local one, name = manager()
    if not one then return nil, name end
    local got, err = command().run(one.list, { timeout = 120 })
    if not got then return nil, err end
    return require("aios.json").array(M.listed(name, got.out))
  end,
}

tools.search = {
  about = "The packages that the manager knows by this word in their name, else in what they say of themselves; 100 at most, or `limit`.",
  params = { { "text", "string(1..100)" } },
  options = { { "limit", "integer(1..10000)" } },
  returns = "{ { name: string, about: string } }",
  effect = "reads",
  risk = "low",
  example = [[local found = pkg.search "libuv"]],
  run = function(args)
    local one, name = manager()
    if not one then return nil, name end
    local out = require("aios.json").array {}
    for _, argv in ipairs { one.search(args.text) } do
      local got, err = command().run(argv, { timeout = 120, good = { [1] = name == "pacman" } })
      if not got then return nil, err end
      table.move(M.found(name, got.out), 1, args.limit or 100, 1, out)
      if out[1] then break end
    end
    return out
  end,
}

---The names in a list or a single one, or nil and why not: nothing that a manager could take for an option, a file or an address.
function M.names(given)
  for _, name in ipairs(given) do
    if not name:find "^[%w][%w.+_@:-]*$" then
      return nil, { code = "invalid", message = ("%q is no name of a package"):format(name) }
    end
  end
  return given
end

local function all_granted(verb, names)
  for _, name in ipairs(names) do
    if not require("aios.door").allowed("pkg." .. verb, name) then
      return nil, { code = "denied", message = ("the grant pkg.%s %q is missing; declare `needs pkg.%s %q`"):format(verb, name, verb, name) }
    end
  end
  return true
end

local function change(verb, about, example, optional)
  tools[verb] = {
    about = about .. " Needs root, but for brew; without it, or with `plan`, the result is what would be done.",
    params = { { "names", "{ string(1..200) }", optional = optional } },
    options = { { "plan", "boolean" } },
    returns = "{ done: boolean, plan: { { string } }, why?: string, out?: string }",
    effect = "idempotent",
    effect_when = { plan = "reads" },
    risk = "high",
    needs = { "pkg." .. verb, function(args) return args.names and args.names[1] or "" end },
    example = example,
    run = function(args)
      local names, err = M.names(args.names or {})
      if not names then return nil, err end
      if #names == 0 and not optional then return nil, { code = "invalid", message = "name at least one package" } end
      local good
      good, err = all_granted(verb, names)
      if not good then return nil, err end
      local one, name = manager()
      if not one then return nil, name end
      local why = one.root and not require("aios.host").is_root() and "only root may change packages" or nil
      return command().act(one[verb](names), { only_plan = args.plan, why = why, env = one.env, timeout = 3600 })
    end,
  }
end

change("install", "Installs packages; one that is there stays as it is.", [[pkg.install({ "git" }, { plan = true })]])
change("remove", "Removes packages and leaves their settings.", [[pkg.remove({ "git" }, { plan = true })]])
change("update", "Brings the named packages, or all, to their newest version.", [[pkg.update({ "git" }, { plan = true })]], true)

return M
