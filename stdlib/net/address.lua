--- net.address: what an address on a page means, seen from the page (RFC 3986, 5.2). Pure.
---
---     address.resolve("https://example.org/a/b?c", "../d")    --> "https://example.org/d"
local M = {}

local function without_dots(path)
  local out = {}
  for part in (path .. "/"):gmatch "([^/]*)/" do
    if part == ".." then
      if #out > 1 then out[#out] = nil end
    elseif part ~= "." then
      out[#out + 1] = part
    end
  end
  if path:find "/%.%.?$" then out[#out + 1] = "" end
  return table.concat(out, "/")
end

---@param base string   an absolute address
---@param given string
---@return string
function M.resolve(base, given)
  given = given:gsub("^%s+", ""):gsub("%s+$", "")
  if given:find "^%a[%w+.-]*:" then return given end
  local scheme, host, path, query = base:match "^(%a[%w+.-]*:)(//[^/?#]*)([^?#]*)(%??[^#]*)"
  if not scheme then return given end
  if given:find "^//" then return scheme .. given end
  if given == "" or given:find "^#" then return scheme .. host .. path .. query .. given end
  if given:find "^%?" then return scheme .. host .. path .. given end
  local target, rest = given:match "^([^?#]*)(.*)$"
  if not target:find "^/" then target = (path:match "^(.*/)" or "/") .. target end
  return scheme .. host .. without_dots(target) .. rest
end

return M
