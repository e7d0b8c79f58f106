--- object_rules: what the compiled rooms and the binary give away, from the listings of nm and objdump.
---
---     object_rules.clashes(ours, theirs) -> { name... }
local M = {}

---The names defined in a listing of `nm`, with the letter of their kind; not those copied from a shared library (name@VERSION).
---@param listing string
---@return table<string, string>
function M.names(listing)
  local out = {}
  for kind, name, rest in listing:gmatch "%x*%s+([A-TV-Z])%s+([%w_.]+)([^\n]*)" do
    if rest:sub(1, 1) ~= "@" then out[name] = kind end
  end
  return out
end

---Names in both sets, sorted.
---@param ours table<string, any>
---@param theirs table<string, any>
---@return string[]
function M.clashes(ours, theirs)
  local out = {}
  for name in pairs(ours) do if theirs[name] then out[#out + 1] = name end end
  table.sort(out)
  return out
end

---Exported names that are not Lua's interface, sorted. A loaded library that uses such a name would get ours.
---@param exported table<string, any>
---@return string[]
function M.foreign(exported)
  local out = {}
  for name in pairs(exported) do
    if not (name:match "^luaL?_" or name:match "^luaopen_" or name:match "^_") then out[#out + 1] = name end
  end
  table.sort(out)
  return out
end

---Objects that can be written while the program runs, from `objdump -t`: { "file.o: name" }.
---@param listing string
---@return string[]
function M.mutable(listing)
  local out, file = {}, "?"
  for line in listing:gmatch "[^\n]+" do
    file = line:match "^(%S+):%s+file format" or file
    local section, size, name = line:match "O (%.%S+)%s+(%x+)%s+(%S+)$"
    if not section then section, size, name = line:match "O (%*COM%*)%s+(%x+)%s+(%S+)$" end
    local writable = section and (section:match "^%.data" and not section:match "^%.data%.rel%.ro" or section:match "^%.bss" or section == "*COM*")
    if writable and tonumber(size, 16) > 0 then out[#out + 1] = file .. ": " .. name end
  end
  table.sort(out)
  return out
end

return M
