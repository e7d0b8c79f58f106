--- prune: `aios runs prune`: removes runs that are over.
local options, out, report = require "host.options", require "host.print", require "host.report"

local OVER = { done = 7, failed = 8, cancelled = 9, continued = 10, skipped = 11 }
local DAY, DAYS = 86400000, 30

-- a bit for each state
local function states_of(state)
  if state and not OVER[state] then
    return options.usage(("--state: a run that is %s is not over; prune takes done, failed, cancelled, continued and skipped ones"):format(state))
  end
  local bits = 0
  for word, number in pairs(OVER) do if not state or state == word then bits = bits | 1 << number end end
  return bits
end

local function plural(n, word) return ("%d %s%s"):format(n, word, n == 1 and "" or "s") end

return function(opts)
  local states, err = states_of(opts.state)
  if not states then return nil, err end
  local older = opts.older and opts.older * 1000 or (opts.keep and 0 or DAYS * DAY)
  local gone, why = require "aios.store".prune(require "aios.host".db_path(opts.db),
    { states = states, name = opts.name, older_ms = older, keep = opts.keep or 0, dry = opts.dry_run })
  if not gone then return nil, report.refused(why) end
  if opts.json then
    gone.dry_run = opts.dry_run or false
    return out.json(gone)
  end
  if opts.dry_run then return out.line(("%s would go, with %s of their journals"):format(plural(gone.runs, "run"), plural(gone.rows, "row"))) end
  out.line(("%s went, with %s of their journals, %s over 32 KiB and %s; %d bytes were given back"):format(plural(gone.runs, "run"),
    plural(gone.rows, "row"), plural(gone.blobs, "value"), plural(gone.programs, "text") .. " of programs", gone.bytes))
end
