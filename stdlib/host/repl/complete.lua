--- complete: what may stand where the cursor is: names, fields, arguments and options of tools, commands.
---
---     local from, list = complete.at("fs.re", 6, world)       --> 4, { { text = "read", shown = "read(path) -> string" }, … }
---
--- `world` says what there is: names(path) -> { name = kind } of the session, tools() -> the catalogue by name,
--- commands -> list. Pure besides. Nothing is called to find a name out.
local lex = require "host.repl.lex"
local words = require "compiler.words"
local M = {}

local function sorted(found)
  local list = {}
  for text, shown in pairs(found) do list[#list + 1] = { text = text, shown = shown ~= true and shown or nil } end
  table.sort(list, function(a, b) return a.text < b.text end)
  return list
end

local function starting(found, prefix)
  for text in pairs(found) do if text:sub(1, #prefix) ~= prefix then found[text] = nil end end
  return sorted(found)
end

-- tokens of the text before the cursor; nil inside a text or comment
local function before_cursor(text, at)
  local tokens = lex.tokens(text:sub(1, at - 1))
  local last = tokens[#tokens]
  if last and last.to == at - 1 and (last.kind == "comment" or (last.kind == "string" or last.kind == "template") and last.open) then return nil end
  return tokens
end

-- the path of names that ends at token i: a.b.c -> { "a", "b", "c" }, and where it begins
local function path_to(tokens, i)
  local path = {}
  while tokens[i] and tokens[i].kind == "name" do
    table.insert(path, 1, tokens[i].text)
    local dot = tokens[i - 1]
    if not dot or dot.text ~= "." and dot.text ~= ":" then break end
    i = i - 2
  end
  return path, i
end

local function member(tokens, count, prefix, world)
  local path = path_to(tokens, count)
  local found = {}
  for name, kind in pairs(world.names(path)) do found[name] = kind == "function" and name .. "()" or true end
  local space = table.concat(path, ".") .. "."
  for name, tool in pairs(world.tools()) do
    if name:sub(1, #space) == space then found[name:sub(#space + 1):match "^[%w_]+"] = tool.signature end
  end
  if path[#path] and world.kind(path) == "string" then
    for name in pairs(string) do found[name] = true end
  end
  for name in pairs(found) do if not name:find "^[%a_][%w_]*$" then found[name] = nil end end
  return starting(found, prefix)
end

-- the tool in whose arguments the cursor stands, and whether in its table
local function call_around(tokens, world)
  local depth, in_table = 0, false
  for i = #tokens, 1, -1 do
    local text = tokens[i].text
    if tokens[i].kind ~= "op" then goto next end
    if text == ")" or text == "}" or text == "]" then depth = depth + 1
    elseif text == "(" or text == "{" or text == "[" then
      if depth == 0 then
        local path = path_to(tokens, i - 1)
        local tool = world.tools()[table.concat(path, ".")]
        if tool then return tool, in_table or text == "{", text == "{" end
        if text ~= "{" or in_table then return nil end
        in_table = true
      else
        depth = depth - 1
      end
    end
    ::next::
  end
end

local function arguments(tool, in_table, alone, found)
  for _, argument in ipairs(tool.arguments) do
    if in_table and (argument.is_option or alone) then
      found[argument.name .. " = "] = ("%s: %s"):format(argument.name, argument.type)
    end
  end
end

local function keywords(found, tokens)
  for _, word in ipairs(words.reserved) do found[word] = true end
  local last = tokens[#tokens]
  if not last or last.kind ~= "op" then for _, head in ipairs(words.heads) do found[head] = true end end
end

local function names(tokens, prefix, world)
  local found = {}
  local tool, in_table, alone = call_around(tokens, world)
  if prefix == "" and not tool then return {} end
  if tool then arguments(tool, in_table, alone, found) end
  local last = tokens[#tokens]
  local key = in_table and last and (last.text == "{" or last.text == ",") and starting(found, prefix)
  if key and key[1] then return key end
  if prefix ~= "" then
    for name, kind in pairs(world.names {}) do
      if name:find "^[%a_][%w_]*$" and not name:find "^__" then found[name] = kind == "function" and name .. "()" or true end
    end
    keywords(found, tokens)
  end
  local list = starting(found, prefix)
  if #list == 0 and tool and prefix == "" then list = { { text = "", shown = tool.signature } } end
  return list
end

local function command(text, at, world)
  local word, from = text:sub(1, at - 1):match "^%s*:(%a*)()$"
  if word then
    local found = {}
    for _, one in ipairs(world.commands) do found[one.name] = (":%s %s"):format(one.name, one.operands or "") end
    return from - #word, starting(found, word)
  end
end

---@param text string
---@param at integer     the byte before which the cursor stands
---@param world table
---@return integer? from  where what is completed begins
---@return table[]? list  { text, shown? }
function M.at(text, at, world)
  local from, list = command(text, at, world)
  if from then return from, list end
  local tokens = before_cursor(text, at)
  if not tokens then return nil end
  local last, prefix = tokens[#tokens], ""
  from = at
  if last and last.kind == "name" and last.to == at - 1 then
    prefix, from = last.text, last.from
    tokens[#tokens] = nil
    last = tokens[#tokens]
  end
  if last and last.kind == "op" and (last.text == "." or last.text == ":") then
    tokens[#tokens] = nil
    return from, member(tokens, #tokens, prefix, world)
  end
  return from, names(tokens, prefix, world)
end

return M
