--- git.*: the tools against the real git, in repositories of their own.
local t = require "tests.tap"
local ME = "author = 'Ada <ada@example.org>'"

local function aios(source, o)
  o = o or {}
  local home = o.home or t.dir()
  return t.aios { "run", o.grant == nil and "--yes" or o.grant, "-", home = home, cwd = home, stdin = source }, home
end

-- what a program says, in a repository `r` with one commit
local START = ([[
git.init "r"
fs.write("r/a.txt", "one\n")
git.commit("r", "First", { all = true, %s })
]]):format(ME)

local function says(claim, source, expected)
  t.test(claim, function()
    local got, home = aios(START .. source)
    t.eq({ got.code, got.out, got.err }, { 0, (expected:gsub("HOME", (home:gsub("%%", "%%%%")))), "" })
  end)
end

says("a repository is made, changed and described", [[
local at = git.status "r"
print(at.branch, at.clean, #at.commit, at.upstream)
fs.write("r/a.txt", "two\n")
fs.write("r/new file.txt", "x")
at = git.status "r"
for _, one in ipairs(at.changed) do print(one.path, one.kind, one.staged) end
git.add("r", { "new file.txt" })
for _, one in ipairs(git.status("r").changed) do print(one.path, one.kind, one.staged) end
]], "main\ttrue\t40\tnil\na.txt\tmodified\tfalse\nnew file.txt\tuntracked\tfalse\na.txt\tmodified\tfalse\nnew file.txt\tadded\ttrue\n")

says("a rename and a removal are told as what they are", [[
fs.move("r/a.txt", "r/b.txt")
git.add "r"
local one = git.status("r").changed[1]
print(one.kind, one.from, one.path)
]], "renamed\ta.txt\tb.txt\n")

says("the log gives titles and texts as they were written", ([[
fs.write("r/a.txt", "two\n")
git.commit("r", "Second: ä \"quoted\"\n\nBody line 1\nBody line 2", { all = true, %s })
for _, c in ipairs(git.log "r") do print(c.author, c.email, c.title, (c.text:gsub("\n", "|"))) end
print(#git.log("r", { limit = 1 }), #git.log("r", { file = "none.txt" }))
]]):format(ME), "Ada\tada@example.org\tSecond: ä \"quoted\"\tBody line 1|Body line 2\nAda\tada@example.org\tFirst\t\n1\t0\n")

says("a commit of nothing is no commit", ("print(git.commit('r', 'Nothing', { all = true, %s }))"):format(ME), "nil\n")

says("the patch shows what changed, staged or between two commits", ([[
fs.write("r/a.txt", "two\n")
print(select(2, git.diff("r"):gsub("\n%%+two", "")), #git.diff("r", { staged = true }))
git.commit("r", "Second", { all = true, %s })
print(select(2, git.diff("r", { from = "HEAD~1", to = "HEAD" }):gsub("\n%%+two", "")))
]]):format(ME), "1\t0\n1\n")

says("a branch is made, changed and merged", ([[
print(git.branch("r", "draft").made, git.branch("r", "draft").made)
fs.write("r/b.txt", "b\n")
git.commit("r", "On the draft", { all = true, %s })
git.branch("r", "main")
print(fs.exists "r/b.txt")
print(git.merge("r", "draft").merged, fs.exists "r/b.txt")
for _, b in ipairs(git.branches "r") do print(b.name, b.current) end
]]):format(ME), "true\tfalse\nfalse\ntrue\ttrue\ndraft\tfalse\nmain\ttrue\n")

says("a merge that meets a contradiction changes nothing and names the files", ([[
git.branch("r", "draft")
fs.write("r/a.txt", "draft\n")
git.commit("r", "Draft", { all = true, %s })
git.branch("r", "main")
fs.write("r/a.txt", "main\n")
git.commit("r", "Main", { all = true, %s })
local got = git.merge("r", "draft")
print(got.merged, table.concat(got.conflicts, " "), fs.read "r/a.txt", git.status("r").clean)
]]):format(ME, ME), "false\ta.txt\tmain\n\ttrue\n")

says("a clone pulls and pushes", ([[
git.clone("r", "copy")
fs.write("copy/c.txt", "c\n")
git.commit("copy", "From the copy", { all = true, %s })
print(git.status("copy").ahead, git.status("copy").upstream)
process.run({ "git", "config", "receive.denyCurrentBranch", "updateInstead" }, { cwd = "r" })
git.push "copy"
print(fs.exists "r/c.txt", git.status("copy").ahead)
fs.write("r/d.txt", "d\n")
git.commit("r", "At home", { all = true, %s })
git.pull "copy"
print(fs.exists "copy/d.txt")
]]):format(ME, ME), "1\torigin/main\ntrue\t0\ntrue\n")

says("names that git would take for options, and addresses that run commands, are refused", [[
for _, fn in ipairs {
  function() git.log("r", { of = "--output=/tmp/x" }) end,
  function() git.diff("r", { from = "--ext-diff" }) end,
  function() git.branch("r", "-D") end,
  function() git.merge("r", "--abort") end,
  function() git.clone("ext::sh -c touch% x", "copy") end,
  function() git.clone("--upload-pack=touch x", "copy") end,
  function() git.push("r", { remote = "--receive-pack=x" }) end,
} do
  local ok, err = pcall(fn)
  print(ok, err.code)
end
]], ("false\tinvalid\n"):rep(7))

t.test("what only reads starts nothing that the repository names", function()
  local home = t.dir()
  local got = aios(START .. [[
process.run({ "git", "config", "core.fsmonitor", "touch PWNED; false" }, { cwd = "r" })
process.run({ "git", "config", "diff.external", "touch PWNED" }, { cwd = "r" })
process.run({ "git", "config", "diff.x.textconv", "touch PWNED" }, { cwd = "r" })
fs.write("r/.gitattributes", "*.txt diff=x\n")
fs.write("r/a.txt", "two\n")
git.status "r" git.diff "r" git.log "r"
print(fs.exists "r/PWNED")
]], { home = home })
  t.eq({ got.code, got.out, got.err }, { 0, "false\n", "" })
end)

t.test("a directory that is no repository is told so", function()
  local got = aios [[fs.mkdir "x" print(select(2, pcall(git.status, "x")).message)]]
  t.match(got.out, "git ended with code 128: fatal: not a git repository")
end)

t.test("without the need nothing is started", function()
  local home = t.dir()
  local got = aios('git.init "r"', { grant = "--deny-all", home = home })
  t.eq(got.code, 3)
  t.match(got.err, 'process "git"')
  t.ok(not t.read(home .. "/r/.git/HEAD"))
end)

t.done()
