--- editors: writes the files of editor/ that list words of the language, from the templates beside them.
-- usage: lua5.4 packaging/editors.lua [DIR]      from the project's root; a test compares what it writes with what is there
--
-- In a template {{heads:|}} stands for all words that begin a sentence, joined by what follows the colon; a list may be
-- several: {{overlap+missed:|}}. {{quoted heads: }} puts each word into double quotes.
package.path = "?.lua;?/init.lua;" .. package.path
local words = require "compiler.words"

local DIR = arg[1] or "editor"
local FILES = {
  ["aios.vim"] = "vim/syntax/aios.vim",
  ["aios-mode.el"] = "emacs/aios-mode.el",
  ["aios.tmLanguage.json"] = "vscode/syntaxes/aios.tmLanguage.json",
}

local function spellings(list)
  local found = {}
  for i, unit in ipairs(list) do found[i] = unit[1] end
  return found
end

local LISTS = {
  reserved = words.reserved, clauses = words.clauses, rungs = words.rungs, inner = words.inner, overlap = words.overlap,
  missed = words.missed, risk = words.risk, periods = words.periods, types = words.types, ordinals = words.ordinals, signed = words.signed,
  duration = spellings(words.duration), size = spellings(words.size), count = spellings(words.count), heads = {},
}
-- `in` is a reserved word of Lua: editors see it by the number behind it
for _, word in ipairs(words.heads) do if word ~= "in" then table.insert(LISTS.heads, word) end end

-- the words of several lists, each once, long ones first so that no word hides a longer one
local function all_of(names)
  local found, seen = {}, {}
  for name in names:gmatch "[^+]+" do
    for _, word in ipairs(assert(LISTS[name], "no list named " .. name)) do
      if not seen[word] then seen[word], found[#found + 1] = true, word end
    end
  end
  table.sort(found, function(a, b) if #a ~= #b then return #a > #b end return a < b end)
  return found
end

local function fill(template)
  return (template:gsub("{{([%l+ ]+):(.-)}}", function(names, separator)
    local quoted = names:match "^quoted (.+)"
    local list = all_of(quoted or names)
    if quoted then for i, word in ipairs(list) do list[i] = '"' .. word .. '"' end end
    return table.concat(list, separator)
  end))
end

for from, to in pairs(FILES) do
  local template <close> = assert(io.open("editor/templates/" .. from))
  local file <close> = assert(io.open(DIR .. "/" .. to, "w"))
  file:write(fill(template:read "a"))
end
