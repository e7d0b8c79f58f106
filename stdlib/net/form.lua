--- net.form: values as a query, a form body or a multipart body. Pure.
---
---     form.encode { q = "a b", n = 2 }      -- "n=2&q=a%20b"
local M = {}

---Percent-encodes everything that is not unreserved (RFC 3986).
function M.escape(text)
  return (tostring(text):gsub("[^%w%-._~]", function(c) return ("%%%02X"):format(c:byte()) end))
end

local function sorted(fields)
  local names = {}
  for name in pairs(fields) do names[#names + 1] = name end
  table.sort(names)
  return names
end

---A query or form body: names sorted, lists repeat their name.
function M.encode(fields)
  local out = {}
  for _, name in ipairs(sorted(fields)) do
    local value = fields[name]
    for _, one in ipairs(type(value) == "table" and value or { value }) do
      out[#out + 1] = M.escape(name) .. "=" .. M.escape(one)
    end
  end
  return table.concat(out, "&")
end

local function quoted(text) return '"' .. tostring(text):gsub('[\r\n"]', function(c) return ("%%%02X"):format(c:byte()) end) .. '"' end

---A multipart/form-data body (RFC 7578); a file is { content=, filename=, type= }.
---@param seed string   makes the boundary; the same seed and fields give the same bytes
---@return string body
---@return string content_type
function M.multipart(fields, seed)
  local parts, names = {}, sorted(fields)
  for _, name in ipairs(names) do
    local value = fields[name]
    local file = type(value) == "table" and value or { content = tostring(value) }
    local head = "Content-Disposition: form-data; name=" .. quoted(name) .. (file.filename and "; filename=" .. quoted(file.filename) or "")
    if file.type or file.filename then head = head .. "\r\nContent-Type: " .. tostring(file.type or "application/octet-stream"):gsub("[\r\n]", " ") end
    parts[#parts + 1] = head .. "\r\n\r\n" .. tostring(file.content or "") .. "\r\n"
  end
  local all, n = table.concat(parts), 0
  local boundary
  repeat
    n = n + 1
    boundary = ("aios-%s-%d"):format(seed:sub(1, 32):gsub("%W", ""), n)
  until not all:find(boundary, 1, true)
  return "--" .. boundary .. "\r\n" .. table.concat(parts, "--" .. boundary .. "\r\n") .. "--" .. boundary .. "--\r\n",
    "multipart/form-data; boundary=" .. boundary
end

return M
