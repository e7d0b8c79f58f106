--- model.margin: how sure a model was of each field of its answer, from the probabilities of its tokens. Pure.
---
---     margin.of({ { "{\"label\":\"", 0.9 }, { "spam", 0.4 }, { "\"}", 1 } }, schema)   --> { label = 0.4 }
---
--- The margin of a token is the probability of the chosen one less that of the next best; that of a field is the
--- least of its value's tokens.
local expect = require "model.expect"

local M = {}

---The margin of one token from what servers report: { logprob, top_logprobs = { { token, logprob }, … } }.
function M.token(entry)
  local best, second = -math.huge, -math.huge
  for _, other in ipairs(type(entry.top_logprobs) == "table" and entry.top_logprobs or {}) do
    local p = tonumber(other.logprob) or -math.huge
    if p > best then best, second = p, best elseif p > second then second = p end
  end
  if best == -math.huge then return nil end
  local chosen = tonumber(entry.logprob) or best
  return math.max(0, math.exp(chosen) - (chosen >= best and math.exp(second) or math.exp(best)))
end

-- where the value of a field stands in the text: first byte and the one behind the last
local function place(text, field)
  local from = text:match('"' .. field:gsub("%p", "%%%0") .. '"%s*:%s*()')
  if not from then return nil end
  if text:sub(from, from) == '"' then return from + 1, text:match('^"[^"]*()', from) end
  return from, text:match("^[^,}%]%s]*()", from)
end

---The margins of the scalar fields of an answer.
---@param tokens table[]   { text, margin }
---@param schema table     of the answer
---@return table<string, number>? margins   nil when the server told no probabilities
function M.of(tokens, schema)
  if not tokens or #tokens == 0 then return nil end
  local parts, out = {}, {}
  for i, token in ipairs(tokens) do parts[i] = token[1] end
  local text = table.concat(parts)
  for field in pairs(expect.rooted(schema).properties) do
    local from, to = place(text, field)
    local at, least = 1, nil
    for _, token in ipairs(from and tokens or {}) do
      local stop = at + #token[1]
      if at < to and stop > from and token[2] then least = math.min(least or 1, token[2]) end
      at = stop
    end
    out[field] = least
  end
  return out
end

return M
