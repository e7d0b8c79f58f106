local options, out, report = require "host.options", require "host.print", require "host.report"

-- "NAME=JSON", … as { step, canonical JSON }
local function sets_of(list)
  local json, sets = require "aios.json", {}
  for i, text in ipairs(list or {}) do
    local step, value = text:match "^([^=]+)=(.+)$"
    if not step then return options.usage(("--set %s: NAME=JSON is meant"):format(text)) end
    local decoded, err = json.decode(value)
    if decoded == nil then return options.usage(("--set %s: the value is no JSON: %s"):format(step, err.message), [[a text stands in quotes: --set 'name="Ada"']]) end
    sets[i] = { step, json.encode(decoded) }
  end
  return sets
end

local function run(opts, operands)
  local found, err = report.run(opts, operands[1])
  if not found then return nil, err end
  if not opts.at then return options.usage("`aios fork` needs the step: --at STEP", ("`aios trace %s` lists its steps"):format(found.run)) end
  local sets, wrong = sets_of(opts.set)
  if not sets then return nil, wrong end
  local source
  if opts.code then
    source, err = require "host.history.source"(opts.code)
    if not source then return nil, err end
  end
  local uid, path = require "aios.store".fork(require "aios.host".db_path(opts.db), found.run, opts.at, sets, opts.id, source)
  if not uid then return nil, report.refused(path) end
  if opts.json then return out.json { run = uid, forked_from = found.run, step = path } end
  out.line(uid)
  out.note(opts, ("it begins at step %s as soon as %s runs"):format(path:gsub("^/", ""), out.plain(found.program)))
end

return {
  name = "fork", group = "act", summary = "begins a new run with what another one recorded before a step",
  operands = "RUN", min = 1, max = 1,
  options = {
    { "at", "STEP", "its path, as `aios trace` shows it, or its name" },
    { "set", "NAME=JSON", "another value of a step before it, or of the step itself; may be repeated", many = true },
    { "code", "FILE", "with this text of the program, which must begin as the record does" },
    { "id", "KEY", "name of the new run" },
  },
  about = [[
The new run has the record of RUN up to STEP and does STEP and all behind it itself. RUN stays as it is. What the shared
part did outside is not done again; what comes behind it is. With --set for STEP itself the run goes on behind STEP.]],
  examples = {
    { "aios fork last --at 4", "do step 4 and the rest again" },
    { "aios fork last --at draft --set 'draft=\"Dear Ada\"'", "as if step draft had given that" },
  },
  run = run,
}
