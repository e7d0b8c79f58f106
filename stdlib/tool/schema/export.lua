--- export: schemas as JSON Schema 2020-12 documents that stand alone. See tool.schema.
---
--- What only this language knows is said in words that every validator has, and named in `x-type`, so that it comes
--- back as it was: duration, size and money are numbers, path and time are texts with a pattern.
local parser = require "tool.schema.parse"
local M = {}

local UNIT = { duration = "seconds", size = "bytes", money = "US dollars" }
local CLOCK = "^([01]?[0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\\.[0-9]*)?)?$"
local INSTANT = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01]?[0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\\.[0-9]*)?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})$"
local MOMENT = "HH:MM[:SS], an ISO 8601 instant with its offset, or seconds since 1970"

---The description that a base type is given when nobody has described it.
M.ABOUT = { duration = UNIT.duration, size = UNIT.size, money = UNIT.money, time = MOMENT }

-- a base type of ours in everybody's words
local function outside(out)
  if UNIT[out.format] and out.type ~= "string" then
    out["x-type"], out.description, out.format = out.format, out.description or UNIT[out.format], nil
  elseif out.format == "path" then
    out["x-type"], out.format, out.minLength, out.pattern = "path", nil, 1, "^[^\0]+$"
  elseif out.format == "moment" then
    out["x-type"], out.description, out.format, out.type = "time", out.description or MOMENT, nil, nil
    out.anyOf = { { type = "string", format = "date-time", pattern = INSTANT }, { type = "string", pattern = CLOCK }, { type = "number" } }
  end
  return out
end

local DATA = { const = true, enum = true, default = true, examples = true }

-- names: whether the keys of `s` are names of fields, not words of JSON Schema
local function copy(s, see, names)
  if type(s) ~= "table" then return s end
  if not names and type(s["$ref"]) == "string" then see(s["$ref"]) end
  local out = {}
  for k, v in next, s do
    if DATA[k] and not names then out[k] = v else out[k] = copy(v, see, not names and (k == "properties" or k == "dependentSchemas")) end
  end
  return names and out or outside(out)
end

---@return table? document
---@return string? why
function M.json(schema, types)
  local defs, why = {}, nil
  local function see(ref)
    local name = ref:match "^#/%$defs/(.+)$" or ref
    if defs[name] or why then return end
    local real, problem = parser.resolve(ref, types)
    if not real then why = problem return end
    defs[name] = true
    defs[name] = copy(real, see)
  end
  local source, problem = parser.of(schema)
  if not source then return nil, problem end
  local out = copy(source, see)
  if why then return nil, why end
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
  if next(defs) then out["$defs"] = defs end
  return out
end

return M
