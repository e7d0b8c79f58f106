--- The files of editor/ in the editors themselves: Vim, Neovim, Emacs in batch, and the grammar engine of VS Code.
local t = require "tests.tap"
local BUILD = os.getenv "BUILD" or "build"
local DIR = BUILD .. "/tests/editor"
local SAMPLE = "tests/editor/sample.aios"

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function write(path, text)
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
end

local function output(command)
  local pipe = assert(io.popen(command .. " 2>&1 </dev/null"))
  local text = pipe:read "a"
  return text, pipe:close()
end

local function absolute() return (output "pwd":gsub("\n", "")) end
local ROOT = absolute()
output("mkdir -p " .. DIR)

-- ------------------------------------------------------------------ generated files
t.test("the files of the editors are those that the templates and the words make", function()
  local made = DIR .. "/made"
  output(("mkdir -p %s/vim/syntax %s/emacs %s/vscode/syntaxes"):format(made, made, made))
  local text, good = output("lua5.4 packaging/editors.lua " .. made)
  t.ok(good, text)
  for _, path in ipairs { "vim/syntax/aios.vim", "emacs/aios-mode.el", "vscode/syntaxes/aios.tmLanguage.json" } do
    t.ok(read(made .. "/" .. path) == read("editor/" .. path), "run lua5.4 packaging/editors.lua: " .. path)
  end
end)

-- ------------------------------------------------------------------ colours and indents in real editors
local editors = {}
local VIM = "timeout 60 %s -es -u NONE -i NONE --cmd 'set nocompatible' --cmd 'set runtimepath^=%s/editor/vim' --cmd 'filetype plugin indent on' --cmd 'syntax on' %s"
local function vim(name)
  local self = { name = name, keyword = { aiosSentence = true, aiosClause = true, aiosClauseStart = true, aiosUndo = true, aiosRung = true } }
  function self.colours(path)
    local out = DIR .. "/groups." .. name
    output(("OUT=%s "):format(out) .. VIM:format(name, ROOT, path) .. " -S tests/editor/vim_groups.vim")
    return read(out)
  end
  function self.indented(path)
    output(VIM:format(name, ROOT, path) .. " -c 'normal gg=G' -c wq")
    return read(path)
  end
  editors[#editors + 1] = self
end
vim "vim"
vim "nvim"

local emacs = { name = "emacs", keyword = { ["font-lock-keyword-face"] = true } }
local EMACS = "AIOS_FILE=%s OUT=%s timeout 60 emacs -Q --batch -L editor/emacs -l tests/editor/emacs_groups.el"
function emacs.colours(path)
  local out = DIR .. "/groups.emacs"
  output(EMACS:format(path, ROOT .. "/" .. out))
  return read(out)
end
function emacs.indented(path)
  output("INDENT=1 " .. EMACS:format(path, ROOT .. "/" .. path))
  return read(path)
end
editors[#editors + 1] = emacs

-- line:column of words, and whether they are keywords there
local WORDS = {
  { "3:1", "needs", true }, { "4:1", "type", true }, { "5:1", "tier", true }, { "6:1", "budget", true },
  { "8:7", "every", false }, { "8:14", "step", false }, { "8:26", "at", false }, { "9:1", "every", false }, { "10:1", "step", false },
  { "10:6", "at", false }, { "12:3", "every", false }, { "15:1", "workflow", true }, { "15:17", "day", false }, { "16:3", "every", true },
  { "16:17", "at", true }, { "17:3", "overlap", true }, { "18:3", "timeout", true }, { "20:3", "step", true }, { "21:5", "retry", true },
  { "21:13", "times", true }, { "22:5", "undo", true }, { "23:3", "parallel", true }, { "24:5", "step", true }, { "31:7", "wait", true },
  { "34:38", "accept", false }, { "35:1", "undo", true }, { "39:1", "decision", true }, { "40:3", "rule", true }, { "41:3", "prompt", true },
  { "42:3", "try", true }, { "43:3", "otherwise", true }, { "50:1", "test", true }, { "51:3", "advance", true }, { "52:3", "expect", true },
  { "52:10", "every", false },
}

for _, editor in ipairs(editors) do
  local groups = {}
  for place, group, word in editor.colours(SAMPLE):gmatch "(%d+:%d+) (%S*) ([^\n]+)" do groups[place] = { group, word } end
  for _, case in ipairs(WORDS) do
    local place, word, is_keyword = table.unpack(case)
    t.test(("%s: %s at %s is %s"):format(editor.name, word, place, is_keyword and "a keyword" or "a name"), function()
      t.ok(groups[place] and groups[place][2] == word, "the sample has moved: " .. place)
      t.eq(editor.keyword[groups[place][1]] or false, is_keyword, groups[place][1])
    end)
  end
end

-- without its indents, but for the long text in it
local function flat(text) return (text:gsub("\n[ \t]+", "\n"):gsub("%[%[\n", "[[\n  ")) end

for _, editor in ipairs(editors) do
  for _, path in ipairs { SAMPLE, "examples/01_hello.aios", "examples/03_steps.aios", "examples/09_workflow.aios" } do
    t.test(("%s gives %s the indents it has"):format(editor.name, path), function()
      local copy = ("%s/indent.%s.aios"):format(DIR, editor.name)
      write(copy, flat(read(path)))
      t.eq(editor.indented(copy), read(path))
    end)
  end
end

t.test("vim knows a script by its first line", function()
  local path = DIR .. "/script"
  write(path, "#!/usr/bin/env aios\nprint 1\n")
  output("rm -f " .. DIR .. "/type")
  output(VIM:format("vim", ROOT, path) .. (" -c 'call writefile([&filetype], \"%s/type\")' -c quitall!"):format(DIR))
  t.eq(read(DIR .. "/type"), "aios\n")
end)

t.test("the Emacs mode compiles without a warning", function()
  local copy = DIR .. "/aios-mode.el"
  write(copy, read "editor/emacs/aios-mode.el")
  local text, good = output(("timeout 60 emacs -Q --batch --eval '(setq byte-compile-error-on-warn t)' -f batch-byte-compile %s"):format(copy))
  t.ok(good, text)
end)

-- ------------------------------------------------------------------ Visual Studio Code
local NPM = BUILD .. "/npm"
local function installed(name, version)
  local path = NPM .. "/node_modules/" .. name
  if not io.open(path .. "/package.json") then
    output(("mkdir -p %s && npm install --silent --no-audit --no-fund --prefix %s %s@%s"):format(NPM, NPM, name, version))
  end
  return path
end

t.test("the grammar of VS Code colours words where they are keywords", function()
  local tool = installed("vscode-tmgrammar-test", "0.1.3")
  local text, good = output(("timeout 60 node %s/dist/unit.js -g editor/vscode/syntaxes/aios.tmLanguage.json tests/editor/vscode.test.aios"):format(tool))
  t.ok(good, text)
end)

local function node(script)
  write(DIR .. "/script.js", script)
  return output(("timeout 60 node %s/script.js"):format(DIR))
end

t.test("every JSON file of the extension is JSON, and what package.json names is there", function()
  local text, good = node(([[
    const fs = require('fs'), dir = %q + '/editor/vscode/'
    const load = (path) => JSON.parse(fs.readFileSync(dir + path, 'utf8'))
    const made = load('package.json').contributes
    for (const l of made.languages) load(l.configuration)
    for (const g of made.grammars) load(g.path)
    for (const s of made.snippets) load(s.path)
  ]]):format(ROOT))
  t.ok(good, text)
end)

t.test("the bodies of the snippets compile", function()
  local text, good = node(([[
    const snippets = JSON.parse(require('fs').readFileSync(%q + '/editor/vscode/snippets/aios.json', 'utf8'))
    for (const name in snippets) {
      let text = snippets[name].body.join('\n')
      text = text.replace(/\\\$/g, '\u0001').replace(/\$\{\d+:([^{}]*)\}/g, '$1').replace(/\$\{(\d+)\}/g, 'text').replace(/\$\d+/g, '').replace(/\u0001/g, '$')
      require('fs').writeFileSync(%q + '/' + name.replace(' ', '_') + '.snippet.aios', text + '\n')
    }]]):format(ROOT, ROOT .. "/" .. DIR))
  t.ok(good, text)
  local bad = {}
  for path in output(("ls %s/*.snippet.aios"):format(DIR)):gmatch "[^\n]+" do
    local _, problems = require "compiler".compile(read(path), path)
    for _, problem in ipairs(problems or {}) do bad[#bad + 1] = path .. ": " .. problem.message end
  end
  t.eq(bad, {})
end)

t.test("the extension asks the installed aios whether it has a language server", function()
  local text, good = node(([[
    const { hasServer } = require(%q + '/editor/vscode/extension.js'), fs = require('fs'), dir = %q
    fs.writeFileSync(dir + '/with', '#!/bin/sh\necho "  lsp    for editors"\n', { mode: 0o755 })
    fs.writeFileSync(dir + '/without', '#!/bin/sh\necho "  run    runs"\n', { mode: 0o755 })
    Promise.all(['/with', '/without', '/nothing'].map((n) => hasServer(dir + n))).then((all) => {
      if (JSON.stringify(all) !== '[true,false,false]') { console.log(all); process.exit(1) }
    })]]):format(ROOT, ROOT .. "/" .. DIR))
  t.ok(good, text)
end)

t.done()
