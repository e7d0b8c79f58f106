-- Lua that other people wrote: none of it is refused, none of it is changed. The project's own files are always read; with
-- them the 13 MB of packaging/corpus.sh when they are there (`make soak` fetches them).
local t = require "tests.tap"
local bytecode = require "tests.bytecode"
local compiler, grammar, source_of = require "compiler", require "compiler.grammar", require "compiler.source"
local format, lex = require "compiler.format", require "compiler.format.lex"

local CORPUS = (os.getenv "BUILD" or "build") .. "/corpus"

-- { path, text, clean (as Lua sees it), chunk } of what Lua 5.4 accepts
local FILES, bytes = {}, 0
for path in io.popen("find compiler stdlib tests bench packaging '" .. CORPUS .. "' -type f -name '*.lua' -o -type f -name '*.nse' 2>/dev/null"):lines() do
  local text = t.read(path)
  local clean = source_of.clean(source_of.unmarked(text))
  local chunk = load(clean, "=x", "t")
  if chunk and utf8.len(text, 1, -1, true) then
    FILES[#FILES + 1], bytes = { path = path, text = text, clean = clean, chunk = chunk }, bytes + #text
  end
end

-- counts the files for which `judge` says no
local function none(judge)
  local bad = {}
  for _, file in ipairs(FILES) do
    local good, why = judge(file)
    if not good then bad[#bad + 1] = file.path .. (why and ": " .. why or "") end
  end
  t.ok(#bad == 0, ("%d of %d, first %s"):format(#bad, #FILES, bad[1]))
end

print(("# %d files, %.1f MB"):format(#FILES, bytes / 1e6))

t.test("there is something to read", function()
  t.ok(#FILES > 200)
  local fetched = io.open(CORPUS .. "/.")
  t.ok(not fetched or bytes > 5e6, bytes)
end)

t.test("Lua is handed on as it is", function()
  none(function(file)
    local out, problems = compiler.compile(file.text, "x")
    return out and out.plain and out.lua == file.clean, problems and problems[1].message
  end)
end)

t.test("the grammar accepts it in every mode, and finds no sentence of its own in it", function()
  none(function(file)
    if file.clean:find "__aios" then return true end          -- names that the grammar keeps for the runtime
    local events = grammar.events(file.clean)
    if not events then return false, "not read" end
    for i = 1, #events, 2 do
      local kind = events[i]
      if kind == "duration" or kind == "template" or kind == "result" or kind == "lambda" or kind == "step" then return false, kind end
    end
    return grammar.tree(file.clean) ~= nil, "no tree"
  end)
end)

t.test("behind a sentence of the language it stays byte for byte, and every function on its lines", function()
  none(function(file)
    if file.clean:find "__aios" then return true end
    local out, problems = compiler.compile("wait 5m " .. file.clean, "x")
    if not out then return false, problems[1].code .. " " .. problems[1].message end
    if out.plain or out.lua:sub(-#file.clean) ~= file.clean then return false, "changed" end
    return bytecode.lines(load(out.lua)) == bytecode.lines(file.chunk), "other lines"
  end)
end)

t.test("laid out anew it has the same tokens, comments and code; a second time nothing changes", function()
  none(function(file)
    local new, why = format.format(file.text)
    if not new then return false, why end
    if lex.signature(source_of.unmarked(new)) ~= lex.signature(source_of.unmarked(file.text)) then return false, "tokens" end
    local chunk = load(source_of.clean(source_of.unmarked(new)))
    if bytecode.without_lines(chunk) ~= bytecode.without_lines(file.chunk) then return false, "code" end
    return format.format(new) == new, "not the same twice"
  end)
end)

t.done()
