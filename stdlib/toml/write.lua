--- toml.write: a table as a TOML document. Pure.
local M = {}

local DEEPEST = 200

local function refuse(place, why) error({ code = "invalid", message = ("%s: %s"):format(place == "" and "the document" or place, why) }, 0) end

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\b"] = "\\b", ["\f"] = "\\f" }

local function quoted(text, place)
  if not utf8.len(text) then refuse(place, "a text that is not UTF-8") end
  return '"' .. text:gsub('[%c"\\]', function(c) return ESCAPES[c] or ("\\u%04X"):format(c:byte()) end) .. '"'
end

local function key(name, place)
  if type(name) ~= "string" then refuse(place, ("a key must be a text, not %s"):format(tostring(name))) end
  return name:find "^[%w_-]+$" and name or quoted(name, place)
end

local function number(value)
  if math.type(value) == "integer" then return ("%d"):format(value) end
  if value ~= value then return "nan" end
  if value == math.huge then return "inf" end
  if value == -math.huge then return "-inf" end
  local text = ("%.15g"):format(value)
  if tonumber(text) ~= value then text = ("%.17g"):format(value) end
  return text:find "[.e]" and text or text .. ".0"
end

local function is_list(value)
  if #value > 0 then return true end
  return next(value) == nil and getmetatable(value) ~= nil
end

-- a list whose items are all tables with names: written as [[name]]
local function is_tables(value)
  if type(value) ~= "table" or #value == 0 then return false end
  for i = 1, #value do if type(value[i]) ~= "table" or is_list(value[i]) then return false end end
  return true
end

local function sorted(value, place)
  local names = {}
  for name in pairs(value) do
    key(name, place)
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

local inline

local function items(value, place, depth)
  local out, count = {}, 0
  for _ in pairs(value) do count = count + 1 end
  if count ~= #value then refuse(place, "a list with holes, or with names besides its items") end
  for i = 1, #value do out[i] = inline(value[i], ("%s[%d]"):format(place, i), depth + 1) end
  return "[" .. table.concat(out, ", ") .. "]"
end

function inline(value, place, depth)
  local kind = type(value)
  if kind == "string" then return quoted(value, place) end
  if kind == "number" then return number(value) end
  if kind == "boolean" then return tostring(value) end
  if kind ~= "table" then refuse(place, kind == "userdata" and "null, which TOML does not have" or "a " .. kind .. ", which TOML does not have") end
  if depth > DEEPEST then refuse(place, "tables nested more than 200 deep, or a table that holds itself") end
  if is_list(value) then return items(value, place, depth) end
  local out = {}
  for i, name in ipairs(sorted(value, place)) do
    out[i] = key(name) .. " = " .. inline(value[name], place .. "." .. name, depth + 1)
  end
  return #out == 0 and "{}" or "{ " .. table.concat(out, ", ") .. " }"
end

local function section(out, value, path, depth)
  if depth > DEEPEST then refuse(path, "tables nested more than 200 deep, or a table that holds itself") end
  local later = {}
  for _, name in ipairs(sorted(value, path)) do
    local one = value[name]
    if is_tables(one) or type(one) == "table" and not is_list(one) then later[#later + 1] = name
    else out[#out + 1] = ("%s = %s"):format(key(name), inline(one, path == "" and name or path .. "." .. name, depth)) end
  end
  for _, name in ipairs(later) do
    local full = path == "" and key(name) or path .. "." .. key(name)
    for _, one in ipairs(is_tables(value[name]) and value[name] or { value[name] }) do
      if #out > 0 then out[#out + 1] = "" end
      out[#out + 1] = (is_tables(value[name]) and "[[%s]]" or "[%s]"):format(full)
      section(out, one, full, depth + 1)
    end
  end
end

---@param value table
---@return string? text
---@return table? err
function M.document(value)
  if type(value) ~= "table" or #value > 0 then return nil, { code = "invalid", message = "a TOML document is a table with names" } end
  local out = {}
  local good, err = pcall(section, out, value, "", 1)
  if not good then
    if type(err) == "table" and err.code then return nil, err end
    error(err, 0)
  end
  return #out == 0 and "" or table.concat(out, "\n") .. "\n"
end

return M
