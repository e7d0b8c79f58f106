--- The grammar for tree-sitter, compiled and used through Debian's libtree-sitter.
local t = require "tests.tap"
local BUILD = os.getenv "BUILD" or "build"
local DIR, PARSE = "editor/tree-sitter-aios/", BUILD .. "/tests/editor/parse"
local words = require "compiler.words"

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function output(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "a"
  return text, pipe:close()
end

local function parsed(text)
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  local tree = output(("%s tree <%s"):format(PARSE, path))
  os.remove(path)
  return tree
end

-- one line, one space, no names of fields
local function plain(tree) return (tree:gsub("[%a_]+: ", ""):gsub("%s+", " "):gsub("%( ", "("):gsub(" %)", ")"):match "^ ?(.-) ?$") end

t.test("the grammar compiles without a warning", function()
  local text, good = output(("mkdir -p %s && cc -std=c11 -O1 -Wall -Wextra -Werror -I%ssrc -o %s tests/editor/parse.c %ssrc/scanner.c -x c -Wno-unused %ssrc/parser.c -ltree-sitter")
    :format(PARSE:match "(.*)/", DIR, PARSE, DIR, DIR))
  t.ok(good, text)
end)

t.test("its ABI is one that Debian's library and Neovim load", function()
  t.match(read(DIR .. "src/parser.c"), "#define LANGUAGE_VERSION 14\n")
end)

for _, name in ipairs { "words", "expressions", "declarations" } do
  local rule = ("="):rep(18)
  for claim, source, tree in read(DIR .. "test/corpus/" .. name .. ".txt"):gmatch(rule .. "\n(.-)\n" .. rule .. "\n(.-)\n%-%-%-\n([^=]+)") do
    t.test("tree-sitter: " .. claim, function() t.eq(plain(parsed(source)), plain(tree)) end)
  end
end

local function no_errors(files)
  local text, good = output(PARSE .. " errors " .. table.concat(files, " "))
  t.ok(good, text)
  t.ok(not text:find "^0 files", "no files")
end

local function found(command)
  local files = {}
  for path in output(command):gmatch "[^\n]+" do files[#files + 1] = path end
  return files
end

t.test("every example and every program parses without an error node", function()
  no_errors(found "find examples programs tests/compiler/programs bench -name '*.aios'")
end)

t.test("real Lua parses without an error node", function()
  no_errors(found "find compiler stdlib tests packaging bench /usr/share/lua -name '*.lua'")
end)

-- programs that the language refuses on purpose are left out
t.test("every language test that compiles parses without an error node", function()
  local files = {}
  for _, path in ipairs(found "find tests/lang -name '*.aios'") do
    if select(2, require "compiler".compile(read(path), path)) == nil then files[#files + 1] = path end
  end
  t.ok(#files > 50, "only " .. #files)
  no_errors(files)
end)

t.test("every word of the language is in the grammar", function()
  local grammar, missing = read(DIR .. "grammar.js"), {}
  for _, list in ipairs { words.heads, words.clauses, words.rungs, words.inner, words.overlap, words.missed, words.risk, words.periods } do
    for _, word in ipairs(list) do
      if not grammar:find("%f[%w]" .. word .. "%f[%W]") then missing[#missing + 1] = word end
    end
  end
  t.eq(missing, {})
end)

t.test("the scanner knows the words that begin a sentence, in the grammar's order", function()
  local heads = {}
  for word in read(DIR .. "grammar.js"):match "const HEADS = %[(.-)%]":gmatch "'([%l]+)'" do heads[#heads + 1] = word end
  local scanner = {}
  for word in read(DIR .. "src/scanner.c"):match "WORDS%[%] = {(.-)/%*":gmatch '{ "([%l]+)"' do scanner[#scanner + 1] = word end
  t.eq(scanner, heads)
  local all = { "in" }                                  -- reserved in Lua: it needs no scanner
  for _, word in ipairs(heads) do all[#all + 1] = word end
  table.sort(all)
  local known = table.move(words.heads, 1, #words.heads, 1, {})
  table.sort(known)
  t.eq(all, known)
end)

local function captures(source)
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "wb"))
  file:write(source)
  file:close()
  local text = output(("%s query %squeries/highlights.scm %s"):format(PARSE, DIR, path))
  os.remove(path)
  return text
end

t.test("a word is coloured as a keyword where it is one", function()
  t.match(captures "every 5m do end", "1:1 keyword every")
end)
t.test("a word with a call behind it is not coloured as a keyword", function()
  local text = captures "every(5)"
  t.match(text, "1:1 function every")
  t.ok(not text:find "keyword", text)
end)

t.done()
