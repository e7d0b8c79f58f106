local options, out, report = require "host.options", require "host.print", require "host.report"
local LEVELS = { DEBUG = 0, INFO = 1, WARN = 2, WARNING = 2, ERROR = 3 }
local BETWEEN_LOOKS_S = 0.25

local function show(opts, rows)
  report.trimmed(rows)
  for _, row in ipairs(rows) do
    if opts.follow and opts.json then
      out.json(row)
    elseif not opts.json then
      local level = (row.level or "info"):upper()
      local style = LEVELS[level] == 3 and "red" or LEVELS[level] == 2 and "yellow" or "dim"
      out.line(("%s %s %s%s"):format(row.time or "-", out.styled(1, style, ("%-5s"):format(out.plain(level))),
        row.job and "[" .. out.plain(row.job) .. "] " or "", out.plain(row.message or "")))
    end
  end
end

local function follow(opts, params, last)
  local time = require "aios.time"
  out.flush()
  while true do
    time.sleep(BETWEEN_LOOKS_S)
    params.after, params.limit = last, 1000
    local rows, err = report.rows(opts, "logs", params)
    if not rows and err.code ~= "not_found" and err.code ~= "busy" then return nil, err end
    rows = rows or {}
    if #rows > 0 then last = rows[#rows].id end
    show(opts, rows)
    out.flush()
  end
end

local function run(opts)
  local level = opts.level and LEVELS[opts.level:upper()]
  if opts.level and not level then
    return options.usage(("--level: there is no level '%s'"):format(opts.level), "levels are debug, info, warn and error")
  end
  local params = { job = opts.job, level = level, limit = opts.limit or 20, after = 0 }
  if opts.run then
    local found, err = report.run(opts, opts.run)
    if not found then return nil, err end
    params.run = found.run
  end
  local rows, err = report.listed(opts, "logs", params)
  if not rows then return nil, err end
  local last = rows[#rows] and rows[#rows].id or 0
  show(opts, rows)
  if opts.follow then return follow(opts, params, last) end
  if opts.json then return out.json(out.array(rows)) end
  if #rows == 0 then out.note(opts, "no such log lines") end
end

return {
  name = "logs", group = "look", summary = "prints the newest log lines, oldest of them first", max = 0,
  options = {
    { "job", "NAME", "only lines of this workflow" },
    { "run", "RUN", "only lines of this run" },
    { "level", "LEVEL", "this level and those above: debug, info, warn, error" },
    { "limit", "N", "how many, 20 if not said", short = "n" },
    { "follow", nil, "go on with new lines until interrupted", short = "f" },
  },
  about = "With --json: an array of objects; with --follow --json: one object a line.",
  run = run,
}
