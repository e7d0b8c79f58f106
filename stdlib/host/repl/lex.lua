--- lex: what is typed as a list of tokens, whatever state it is in: open texts and brackets are tokens too.
---
---     lex.tokens('say "a')     --> { { kind = "name", from = 1, to = 3, text = "say" }, { kind = "string", from = 5, to = 6, open = true } }
---
--- Kinds: name, number, string, template, comment, op. Pure; works on Lua and on `.aios` alike.
local M = {}

local function long_end(text, at, level)
  local _, stop = text:find("]" .. level .. "]", at, true)
  return stop
end

local function quoted_end(text, at, quote)
  local i = at + 1
  while i <= #text do
    local c = text:sub(i, i)
    if c == "\\" then i = i + 1
    elseif c == quote then return i
    elseif c == "\n" then return i - 1, true end
    i = i + 1
  end
  return #text, true
end

-- a template ends at its backtick; what stands in ${ } may hold braces and texts of its own
local function template_end(text, at)
  local i, depth = at + 1, 0
  while i <= #text do
    local c = text:sub(i, i)
    if c == "\\" then i = i + 1
    elseif depth == 0 and c == "`" then return i
    elseif c == "$" and text:sub(i + 1, i + 1) == "{" then depth, i = depth + 1, i + 1
    elseif depth > 0 and c == "{" then depth = depth + 1
    elseif depth > 0 and c == "}" then depth = depth - 1 end
    i = i + 1
  end
  return #text, true
end

local function comment(text, at)
  local level = text:match("^%-%-%[(=*)%[", at)
  if not level then return (text:find("\n", at, true) or #text + 1) - 1 end
  local stop = long_end(text, at, level)
  return stop or #text, not stop
end

local function one(text, at)
  local c = text:sub(at, at)
  local _, stop = text:find("^[%a_\x80-\xff][%w_\x80-\xff]*", at)
  if stop then return "name", stop end
  _, stop = text:find("^%$%d[%d.]*", at)
  if stop then return "number", stop end
  _, stop = text:find("^%.?%d[%w.:]*", at)
  if stop then
    local dots = text:find("..", at, true)              -- 1..2 is a range of a type
    if dots and dots < stop then stop = dots - 1 end
    return "number", stop
  end
  if text:find("^%-%-", at) then return "comment", comment(text, at) end
  if c == '"' or c == "'" then return "string", quoted_end(text, at, c) end
  if c == "`" then return "template", template_end(text, at) end
  local level = text:match("^%[(=*)%[", at)
  if level then
    stop = long_end(text, at, level)
    return "string", stop or #text, not stop
  end
  for _, op in ipairs { "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>", "->", "=>" } do
    if text:sub(at, at + #op - 1) == op then return "op", at + #op - 1 end
  end
  return "op", at
end

---@param text string
---@return table[] tokens
function M.tokens(text)
  local out, at = {}, 1
  while true do
    at = text:find("%S", at)
    if not at then return out end
    local kind, stop, open = one(text, at)
    out[#out + 1] = { kind = kind, from = at, to = stop, text = text:sub(at, stop), open = open }
    at = stop + 1
  end
end

return M
