--- git: repositories, through the program git. `path` is a directory in the repository.
---
---     local at = git.status "~/site"
---     if #at.changed > 0 then git.commit("~/site", "Changes of the day", { all = true }) end
---
--- A repository can say what git starts (hooks, filters, helpers), so every tool here needs `process "git"`; those that only read
--- start none of what the repository names. git never asks a question: what needs a password fails.
local git = require "tool.git"
local M = { name = "git", tools = {} }
local tools = M.tools

local NEEDS = { "process", function() return "git" end }
local READS = { "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat", "-c", "diff.external=" }

local function invalid(...) return nil, { code = "invalid", message = (...):format(select(2, ...)) } end

local function run(args, words, options)
  options = options or {}
  local argv = { "git", table.unpack(options.reads and READS or {}) }
  table.move(words, 1, #words, #argv + 1, argv)
  local env = { GIT_TERMINAL_PROMPT = "0", GIT_ASKPASS = "/bin/false", SSH_ASKPASS = "/bin/false", GIT_EDITOR = "/bin/true", LC_ALL = "C.UTF-8",
    GIT_SSH_COMMAND = "ssh -oBatchMode=yes", GIT_OPTIONAL_LOCKS = options.reads and "0" or "1" }
  return require("host.command").run(argv, { cwd = args.path, env = env, timeout = args.timeout or options.timeout or 60, good = options.good })
end

local function trim(text) return (text:gsub("%s+$", "")) end

local PATH = { "path", "path" }
local SLOW = { "timeout", "duration" }

-- ------------------------------------------------------------------ reading
tools.status = {
  about = "The branch of a repository, how far it is from its upstream, and the files that changed.",
  params = { PATH },
  returns = "{ branch?: string, commit?: string, upstream?: string, ahead: integer, behind: integer, clean: boolean, "
    .. "changed: { { path: string, kind: string, staged: boolean, from?: string } } }",
  effect = "reads",
  risk = "low",
  needs = NEEDS,
  example = [[local ok, at = pcall(git.status, ".")]],
  run = function(args)
    local got, err = run(args, { "status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all" }, { reads = true })
    return got and git.status(got.out), err
  end,
}

tools.log = {
  about = "The last commits: 20, or `limit`; of one `file` or of another branch (`of`), if named.",
  params = { PATH },
  options = { { "limit", "integer(1..10000)" }, { "file", "string" }, { "of", "string" } },
  returns = "{ { commit: string, author: string, email: string, time: time, title: string, text: string } }",
  effect = "reads",
  risk = "low",
  needs = NEEDS,
  example = [[local ok, commits = pcall(git.log, ".", { limit = 5 })]],
  run = function(args)
    local wrong = args.of and git.wrong_ref(args.of)
    if wrong then return invalid("%s", wrong) end
    local words = { "log", "--max-count=" .. (args.limit or 20), "--format=" .. git.FORMAT, "--no-show-signature", args.of or "HEAD", "--" }
    if args.file then words[#words + 1] = ":(literal)" .. args.file end
    local got, err = run(args, words, { reads = true })
    if not got and err.message:find("does not have any commits yet", 1, true) or not got and err.message:find("ambiguous argument 'HEAD'", 1, true)
      or not got and err.message:find("bad revision 'HEAD'", 1, true) then return require("aios.json").array {} end
    return got and git.log(got.out), err
  end,
}

tools.diff = {
  about = "What changed and is not committed, as a patch; `staged`: what the next commit will hold; `from` and `to`: between two commits.",
  params = { PATH },
  options = { { "staged", "boolean" }, { "from", "string" }, { "to", "string" }, { "file", "string" } },
  returns = "string",
  effect = "reads",
  risk = "low",
  needs = NEEDS,
  example = [[local ok, patch = pcall(git.diff, ".")]],
  run = function(args)
    local words = { "diff", "--no-ext-diff", "--no-textconv", "--no-color" }
    if args.staged then words[#words + 1] = "--cached" end
    for _, ref in ipairs { args.from or false, args.to or false } do
      local wrong = ref and git.wrong_ref(ref)
      if wrong then return invalid("%s", wrong) end
      if ref then words[#words + 1] = ref end
    end
    words[#words + 1] = "--"
    if args.file then words[#words + 1] = ":(literal)" .. args.file end
    local got, err = run(args, words, { reads = true })
    return got and got.out, err
  end,
}

tools.branches = {
  about = "The branches of a repository and the commits they are at; `current`: the one that is checked out.",
  params = { PATH },
  returns = "{ { name: string, commit: string, current: boolean } }",
  effect = "reads",
  risk = "low",
  needs = NEEDS,
  example = [[local ok, branches = pcall(git.branches, ".")]],
  run = function(args)
    local got, err = run(args, { "for-each-ref", "--format=%(HEAD)%(objectname) %(refname:short)", "refs/heads" }, { reads = true })
    if not got then return nil, err end
    local out = require("aios.json").array {}
    for mark, commit, name in got.out:gmatch "([ *])(%x+) ([^\n]+)" do out[#out + 1] = { name = name, commit = commit, current = mark == "*" } end
    return out
  end,
}

-- ------------------------------------------------------------------ changing
local function declare(name, tool)
  tool.risk, tool.needs = tool.risk or "medium", NEEDS
  tools[name] = tool
end

declare("init", {
  about = "Makes a repository, and the directory when it is not there; `branch` names its first branch (main).",
  params = { PATH },
  options = { { "branch", "string" } },
  returns = "boolean",
  effect = "idempotent",
  example = [[git.init "/tmp/site"]],
  run = function(args)
    local wrong = args.branch and git.wrong_ref(args.branch)
    if wrong then return invalid("%s", wrong) end
    local got, err = run({}, { "init", "--quiet", "--initial-branch=" .. (args.branch or "main"), "--", require("aios.host").plain(args.path) })
    return got and true, err
  end,
})

declare("clone", {
  about = "Copies a repository from an address or a path into a new directory; `depth`: only the last commits.",
  params = { { "url", "string(1..4000)" }, PATH },
  options = { { "branch", "string" }, { "depth", "integer(1..)" }, SLOW },
  returns = "boolean",
  example = [[local ok, why = pcall(git.clone, "/tmp/none.git", "/tmp/copy")]],
  run = function(args)
    local wrong = git.wrong_address(args.url) or args.branch and git.wrong_ref(args.branch)
    if wrong then return invalid("%s", wrong) end
    local words = { "clone", "--quiet" }
    if args.branch then words[#words + 1] = "--branch=" .. args.branch end
    if args.depth then words[#words + 1] = "--depth=" .. args.depth end
    local url = args.url:find "^[~/.]" and require("aios.host").plain(args.url) or args.url
    table.move({ "--", url, require("aios.host").plain(args.path) }, 1, 3, #words + 1, words)
    local got, err = run({ timeout = args.timeout }, words, { timeout = 3600 })
    return got and true, err
  end,
})

declare("add", {
  about = "Puts files (all that changed, unless named) into the next commit.",
  params = { PATH, { "files", "{ string }", optional = true } },
  returns = "boolean",
  effect = "idempotent",
  example = [[local ok = pcall(git.add, "/tmp/site", { "index.html" })]],
  run = function(args)
    local words = { "add", "--all", "--" }
    for i, file in ipairs(args.files or {}) do words[3 + i] = ":(literal)" .. file end
    if not args.files then words[4] = ":/" end
    local got, err = run(args, words)
    return got and true, err
  end,
})

declare("commit", {
  about = "Records what was added (with `all`: all that changed) under a message; nil when there is nothing to record. `author` is \"Name <mail>\".",
  params = { PATH, { "message", "string(1..)" } },
  options = { { "all", "boolean" }, { "author", "string" } },
  returns = "{ commit: string }?",
  example = [[local ok, done = pcall(git.commit, "/tmp/site", "A first page", { all = true })]],
  run = function(args)
    if args.all then
      local added, err = tools.add.run { path = args.path }
      if not added then return nil, err end
    end
    local staged, why = run(args, { "diff", "--cached", "--quiet", "--no-ext-diff" }, { good = { [1] = true } })
    if not staged then return nil, why end
    if staged.code == 0 then return nil end
    local words, who = { "commit", "--quiet", "--message=" .. args.message }, nil
    if args.author then
      who = args.author:match "^[^<>%c]+ <[^<>%s]+>$"
      if not who then return invalid("%q is no author; write \"Name <mail@example.org>\"", args.author) end
      words[#words + 1] = "--author=" .. who
      local name, mail = who:match "^(.-) <(.-)>$"
      words = { "-c", "user.name=" .. name, "-c", "user.email=" .. mail, table.unpack(words) }
    end
    local got, err = run(args, words)
    if not got then return nil, err end
    got, err = run(args, { "rev-parse", "HEAD" }, { reads = true })
    return got and { commit = trim(got.out) }, err
  end,
})

declare("branch", {
  about = "Makes a branch from here (or from `from`) and checks it out; one that is there is checked out.",
  params = { PATH, { "name", "string(1..200)" } },
  options = { { "from", "string" } },
  returns = "{ branch: string, made: boolean }",
  effect = "idempotent",
  example = [[local ok = pcall(git.branch, "/tmp/site", "draft")]],
  run = function(args)
    local wrong = git.wrong_ref(args.name) or args.from and git.wrong_ref(args.from)
    if wrong then return invalid("%s", wrong) end
    local there, err = run(args, { "show-ref", "--verify", "--quiet", "refs/heads/" .. args.name }, { reads = true, good = { [1] = true } })
    if not there then return nil, err end
    local words = there.code == 0 and { "switch", "--quiet", args.name } or { "switch", "--quiet", "--create", args.name, args.from }
    local got
    got, err = run(args, words)
    return got and { branch = args.name, made = there.code ~= 0 }, err
  end,
})

declare("merge", {
  about = "Merges a branch into the one that is checked out. Where the two contradict each other nothing is changed, and `conflicts` names the files.",
  params = { PATH, { "name", "string(1..200)" } },
  options = { { "message", "string" } },
  returns = "{ merged: boolean, conflicts: { string } }",
  example = [[local ok, end_of_it = pcall(git.merge, "/tmp/site", "draft")]],
  run = function(args)
    local wrong = git.wrong_ref(args.name)
    if wrong then return invalid("%s", wrong) end
    local words = { "merge", "--quiet", "--no-edit", args.message and "--message=" .. args.message or "--no-edit", args.name }
    local conflicts = require("aios.json").array {}
    local got, err = run(args, words, { good = { [1] = true } })
    if not got then return nil, err end
    if got.code == 0 then return { merged = true, conflicts = conflicts } end
    local names = run(args, { "diff", "--name-only", "--diff-filter=U", "-z" }, { reads = true })
    for name in (names and names.out or ""):gmatch "([^%z]+)%z" do conflicts[#conflicts + 1] = name end
    if #conflicts == 0 then return nil, { code = "failed", message = "git merge: " .. require("host.command").tail(got) } end
    run(args, { "merge", "--abort" })
    return { merged = false, conflicts = conflicts }
  end,
})

local function remote(name, about, words, example)
  declare(name, {
    about = about,
    params = { PATH },
    options = { { "remote", "string" }, { "branch", "string" }, SLOW },
    returns = "{ said: string }",
    risk = name == "push" and "high" or "medium",
    example = example,
    run = function(args)
      local wrong = args.remote and git.wrong_ref(args.remote) or args.branch and git.wrong_ref(args.branch)
      if wrong then return invalid("%s", wrong) end
      if args.branch and not args.remote then return invalid("name the remote of the branch too, such as remote = \"origin\"") end
      local argv = { table.unpack(words) }
      argv[#argv + 1] = args.remote
      argv[#argv + 1] = args.branch
      local got, err = run(args, argv, { timeout = 3600 })
      return got and { said = trim(got.out .. got.err) }, err
    end,
  })
end

remote("fetch", "Fetches what is new at the remote and changes no file.", { "fetch", "--prune" }, [[local ok, got = pcall(git.fetch, "/tmp/site")]])
remote("pull", "Fetches what is new at the remote and moves the branch on; fails where the two have gone different ways.", { "pull", "--ff-only" },
  [[local ok, got = pcall(git.pull, "/tmp/site")]])
remote("push", "Sends the commits of the branch to the remote.", { "push" }, [[local ok, got = pcall(git.push, "/tmp/site")]])
tools.fetch.effect, tools.pull.effect, tools.push.effect = "idempotent", "idempotent", "idempotent"

return M
