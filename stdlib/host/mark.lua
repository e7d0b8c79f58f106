--- mark: `aios enable`, `disable`, `pause` and `resume`: a word about a job, that its program hears at once.
local out, report = require "host.print", require "host.report"
local M = {}

---The command of that word.
---@param word string      as aios.store.mark takes it
---@param summary string   of the help
---@param about string
function M.command(word, summary, about)
  local function run(opts, operands)
    local host, store = require "aios.host", require "aios.store"
    local name = operands[1]
    local done, err = store.mark(host.db_path(opts.db), name, word)
    if not done then
      local near = err.code == "not_found" and report.near_job(opts, name)
      if near then err.hint = ("did you mean %s?"):format(near) end
      return nil, err
    end
    if opts.json then out.json { name = name, said = word } end
  end
  return { name = word, group = "act", summary = summary, operands = "NAME", min = 1, max = 1, about = about, run = run,
    examples = { { ("aios %s backup"):format(word), "the workflow backup" } } }
end

return M
