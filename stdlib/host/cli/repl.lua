local options = require "host.options"

local function run(opts)
  if opts.deny_all and (opts.yes or opts.grant) then
    return options.usage "--deny-all and --yes or --grant say opposite things"
  end
  return require "host.repl".run(opts)
end

return {
  name = "repl", group = "programs", summary = "is the prompt: runs what is typed, line by line", max = 0,
  options = {
    { "yes", nil, "allow everything that is typed" },
    { "grant", "NEED", "grant one need, such as 'net \"example.org\"'; may be repeated", many = true },
    { "deny-all", nil, "grant nothing, ask nobody" },
    { "memory", "SIZE", "most memory the session may use" },
  },
  about = [[
`aios` alone on a terminal begins it too. What is typed is Lua and everything of an .aios file: an expression shows its
values, a local stays for the next lines, jobs and workflows begin as soon as they are declared. What was run is kept
in a database of the session, which goes with it, unless --db names one. :help lists the commands of the prompt.]],
  examples = { { "aios", "begin" }, { "aios repl --db work.db", "keep what was run" }, { "echo '1 + 1' | aios repl", "without a terminal" } },
  run = run,
}
