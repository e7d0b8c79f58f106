--- plain: values of a heading as Lua text.
local source_of = require "compiler.source"
local M = {}

---A text, number, boolean, list or record as a Lua literal on one line; records in the order of their keys.
function M.value(v)
  if type(v) == "string" then return source_of.quote(v) end
  if type(v) == "number" then return source_of.number(v) end
  if type(v) ~= "table" then return tostring(v) end
  local out, keys = {}, {}
  for i, item in ipairs(v) do out[i] = M.value(item) end
  for key in pairs(v) do if type(key) == "string" and key ~= "line" then keys[#keys + 1] = key end end
  table.sort(keys)
  for _, key in ipairs(keys) do out[#out + 1] = key .. "=" .. M.value(v[key]) end
  return "{" .. table.concat(out, ",") .. "}"
end

-- fields of a heading in the order they are written
local FIELDS = {
  "line", "title", "params", "returns", "every", "at", "after", "always", "on", "as", "about", "needs", "retry", "timeout",
  "restart", "tags", "overlap", "missed", "effect", "risk", "priority", "jitter", "at_once", "per_key", "key", "rates", "throttles", "start", "first_only", "settle", "signed", "replies", "budget", "tier",
  "rounds", "tools",
}

---The fields of a lowered heading, each with a comma behind it.
function M.fields(head)
  local out = {}
  for _, key in ipairs(FIELDS) do
    if head[key] ~= nil then out[#out + 1] = key .. "=" .. M.value(head[key]) .. "," end
  end
  return table.concat(out)
end

return M
