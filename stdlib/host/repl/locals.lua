--- locals: a local at the prompt stays for the next entries: `local x = 1` at the top level becomes a name of the session.
---
---     locals.kept "local x = 1"              --> "x = 1", { "x" }
---
--- Text to text, line for line: the Lua that the compiler made. What is local to a block or function stays so, and what
--- is `<close>` ends with its entry.
local lex = require "host.repl.lex"
local M = {}

local OPENS = { ["function"] = true, ["do"] = true, ["if"] = true, ["repeat"] = true }
local CLOSES = { ["end"] = true, ["until"] = true }

-- the names behind `local` at token i: { name tokens }, the tokens of attributes, and the token behind
local function names_at(tokens, i)
  local names, marks, at = {}, {}, i + 1
  while tokens[at] and tokens[at].kind == "name" do
    names[#names + 1] = tokens[at]
    at = at + 1
    if tokens[at] and tokens[at].text == "<" then
      if tokens[at + 1].text == "close" then return nil end
      for n = at, at + 2 do marks[#marks + 1] = tokens[n] end
      at = at + 3
    end
    if not tokens[at] or tokens[at].text ~= "," then break end
    at = at + 1
  end
  return names, marks, at
end

local function blank(edits, token) edits[#edits + 1] = { token.from, token.to, (" "):rep(token.to - token.from + 1) } end

local function apply(text, edits)
  table.sort(edits, function(a, b) return a[1] < b[1] end)
  local out, at = {}, 1
  for _, edit in ipairs(edits) do
    out[#out + 1] = text:sub(at, edit[1] - 1) .. edit[3]
    at = edit[2] + 1
  end
  return table.concat(out) .. text:sub(at)
end

-- `local` at token i of the top level
local function keep(tokens, i, edits, kept)
  if tokens[i + 1].text == "function" then
    blank(edits, tokens[i])
    kept[#kept + 1] = tokens[i + 2].text
    return
  end
  local names, marks, after = names_at(tokens, i)
  if not names or names[1].text == "__aios" then return end
  blank(edits, tokens[i])
  for _, mark in ipairs(marks) do blank(edits, mark) end
  for _, name in ipairs(names) do kept[#kept + 1] = name.text end
  if tokens[after] and tokens[after].text == "=" then return end
  local last = tokens[after - 1]
  edits[#edits + 1] = { last.to + 1, last.to, " = nil " }
end

---@param lua string    a chunk that loads
---@return string lua
---@return string[] names
function M.kept(lua)
  if not lua:find("local", 1, true) then return lua, {} end
  local tokens, depth, edits, kept = lex.tokens(lua), 0, {}, {}
  for i, token in ipairs(tokens) do
    if token.kind == "name" then
      if OPENS[token.text] then depth = depth + 1
      elseif CLOSES[token.text] then depth = depth - 1
      elseif token.text == "local" and depth == 0 then keep(tokens, i, edits, kept) end
    end
  end
  return apply(lua, edits), kept
end

return M
