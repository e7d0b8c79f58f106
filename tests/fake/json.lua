--- A small JSON codec in plain Lua, standing in for aios.json (C) where pure modules are tested with lua5.4.
local M = { null = setmetatable({}, { __tostring = function() return "null" end }) }
local List = { __metatable = "list" }            -- as the real one shows its lists

function M.array(t) return setmetatable(t, List) end

local ESC = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function text(s)
  return '"' .. s:gsub('[%c"\\]', function(c) return ESC[c] or ("\\u%04x"):format(c:byte()) end) .. '"'
end

local function encode(v)
  if v == M.null or v == nil then return "null" end
  if type(v) == "string" then return text(v) end
  if type(v) ~= "table" then return type(v) == "number" and (math.type(v) == "integer" and ("%d"):format(v) or ("%.17g"):format(v)) or tostring(v) end
  local out = {}
  if getmetatable(v) == "list" or #v > 0 then
    for i, item in ipairs(v) do out[i] = encode(item) end
    return "[" .. table.concat(out, ",") .. "]"
  end
  local keys = {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys)
  for i, k in ipairs(keys) do out[i] = text(k) .. ":" .. encode(v[k]) end
  return "{" .. table.concat(out, ",") .. "}"
end
M.encode = encode

local UN = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local WORDS = { ["true"] = true, ["false"] = false }
local value

local function string_at(s, i)
  local out = {}
  while true do
    local stop = s:find('["\\]', i) or error("unfinished string", 0)
    out[#out + 1] = s:sub(i, stop - 1)
    if s:sub(stop, stop) == '"' then return table.concat(out), stop + 1 end
    local c = s:sub(stop + 1, stop + 1)
    local high, low = s:match("^\\u([dD][89abAB]%x%x)\\u([dD][c-fC-F]%x%x)", stop)
    if high then
      out[#out + 1], i = utf8.char(0x10000 + (tonumber(high, 16) - 0xD800) * 1024 + tonumber(low, 16) - 0xDC00), stop + 12
    elseif c == "u" then out[#out + 1], i = utf8.char(tonumber(s:sub(stop + 2, stop + 5), 16)), stop + 6
    else out[#out + 1], i = UN[c] or c, stop + 2 end
  end
end

local function list_at(s, i, close, item)
  local at = s:match("^%s*()", i)
  if s:sub(at, at) == close then return at + 1 end
  while true do
    at = s:match("^%s*()", item(at))
    local c = s:sub(at, at)
    if c == close then return at + 1 end
    if c ~= "," then error("expected , or " .. close, 0) end
    at = s:match("^%s*()", at + 1)
  end
end

function value(s, i)
  i = s:match("^%s*()", i)
  local c = s:sub(i, i)
  if c == '"' then return string_at(s, i + 1) end
  if c == "{" then
    local t = {}
    return t, list_at(s, i + 1, "}", function(at)
      if s:sub(at, at) ~= '"' then error("expected a name", 0) end
      local k, v
      k, at = string_at(s, at + 1)
      at = s:match("^%s*:()", at) or error("expected :", 0)
      v, at = value(s, at)
      t[k] = v
      return at
    end)
  end
  if c == "[" then
    local t = M.array {}
    return t, list_at(s, i + 1, "]", function(at)
      t[#t + 1], at = value(s, at)
      return at
    end)
  end
  local word = s:match("^%a+", i)
  if word == "null" then return M.null, i + 4 end
  if word and WORDS[word] ~= nil then return WORDS[word], i + #word end
  local num = s:match("^-?%d+%.?%d*[eE]?[+-]?%d*", i)
  if num then return math.tointeger(num) or tonumber(num), i + #num end
  error("not JSON at " .. i, 0)
end

function M.decode(s)
  local ok, v, stop = pcall(value, s, 1)
  if ok and s:find("%S", stop) then ok, v = false, "trailing bytes" end
  if ok then return v end
  return nil, { code = "invalid", message = v }
end

return M
