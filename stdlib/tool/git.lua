--- tool.git: what git prints, as tables, and which words it may be given. Pure.
---
---     git.status(text).changed     git.wrong_ref "--output=x"   --> '"--output=x" is no name of a branch, tag or commit'
local M = {}

local function list() return require("aios.json").array {} end

---What is wrong with a name of a branch, tag or commit, or nil. git would take a dash in front for an option.
function M.wrong_ref(name)
  if name:find "^%-" or name:find "[%c%s~^:?*%[\\]" and not name:find "^[%w_./-]+[~^]+%d*$" or name:find("..", 1, true) or name == "" then
    return ("%q is no name of a branch, tag or commit"):format(name)
  end
end

---What is wrong with an address to clone from, or nil: `ext::` and the like run any command.
function M.wrong_address(url)
  if url:find "^%-" or url:find "[%c%s]" then return ("%q is no address of a repository"):format(url) end
  local scheme = url:match "^(%w[%w+.-]*)://"
  if scheme and not ({ https = true, http = true, ssh = true, git = true, file = true })[scheme:lower()] or url:find "^%w+::" then
    return ("%q: git may be given https, ssh, git and file addresses, and paths"):format(url)
  end
end

local KINDS = { M = "modified", A = "added", D = "deleted", R = "renamed", C = "copied", T = "type", U = "conflict", ["?"] = "untracked" }

---@param text string   of git status --porcelain=v2 -z --branch
function M.status(text)
  local out = { branch = nil, ahead = 0, behind = 0, changed = list(), clean = true }
  local fields = text:gmatch "([^%z]*)%z"
  for line in fields do
    local key, value = line:match "^# branch%.(%S+) (.*)$"
    if key == "head" and value ~= "(detached)" then out.branch = value
    elseif key == "oid" and value ~= "(initial)" then out.commit = value
    elseif key == "upstream" then out.upstream = value
    elseif key == "ab" then out.ahead, out.behind = math.tointeger(value:match "%+(%d+)"), math.tointeger(value:match "%-(%d+)") end
    local kind, rest = line:match "^([12u?]) (.*)$"
    if kind then
      local index, tree = rest:match "^(.)(.)"
      local path = kind == "?" and rest or rest:match(kind == "1" and ("^" .. ("%S+ "):rep(7) .. "(.*)$")
        or kind == "2" and ("^" .. ("%S+ "):rep(8) .. "(.*)$") or ("^" .. ("%S+ "):rep(9) .. "(.*)$"))
      local one = { path = path, staged = kind == "1" and index ~= "." or kind == "2",
        kind = kind == "u" and "conflict" or kind == "?" and "untracked" or KINDS[index ~= "." and index or tree] or "modified" }
      if kind == "2" then one.from = fields() end
      out.changed[#out.changed + 1], out.clean = one, false
    end
  end
  return out
end

---The format of git log that M.log reads: fields and records end in characters that no text holds.
M.FORMAT = "%H%x1f%an%x1f%ae%x1f%aI%x1f%s%x1f%b%x1e"

---@param text string   of git log in our format
function M.log(text)
  local out = list()
  for record in text:gmatch "([^\30]+)\30" do
    local f = {}
    for field in (record:gsub("^\n", "") .. "\31"):gmatch "([^\31]*)\31" do f[#f + 1] = field end
    out[#out + 1] = { commit = f[1], author = f[2], email = f[3], time = f[4], title = f[5], text = ((f[6] or ""):gsub("%s+$", "")) }
  end
  return out
end

return M
