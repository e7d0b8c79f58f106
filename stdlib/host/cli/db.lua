local options, out, report = require "host.options", require "host.print", require "host.report"
local ACTIONS = { "info", "check" }

local function info(opts)
  local path = require "aios.host".db_path(opts.db)
  local about, err = report.rows(opts, "db_info")
  if not about then return nil, err end
  local tables = report.rows(opts, "db_tables") or {}
  local one = about[1]
  if opts.json then
    local rows = {}
    for _, row in ipairs(tables) do rows[row.name] = row.rows end
    return out.json { path = path, bytes = one.bytes, schema = one.schema, journal_mode = one.journal_mode, tables = rows }
  end
  out.line("path          " .. out.plain(path))
  out.line("size          " .. one.bytes .. " bytes")
  out.line("schema        version " .. one.schema)
  out.line("journal mode  " .. one.journal_mode)
  out.line ""
  out.table(tables, { { "TABLE", "name" }, { "ROWS", "rows", right = true } })
end

-- every page and index, then the chain of the audit rows
local function check(opts)
  local rows, err = report.rows(opts, "db_integrity")
  if not rows then return nil, err end
  local problems = {}
  for _, row in ipairs(rows) do if row.result ~= "ok" then problems[#problems + 1] = row.result end end
  local host, store = require "aios.host", require "aios.store"
  local chain, why = store.verify(host.db_path(opts.db))
  if not chain and why.code ~= "corrupt" then return nil, why end
  if not chain then problems[#problems + 1] = why.message end
  if opts.json then
    out.json { ok = #problems == 0, problems = out.array(problems), audit_rows = chain }
  elseif #problems == 0 then
    out.line(("ok: every page is whole, and the chain of %d audit rows is unbroken"):format(chain))
  end
  if #problems == 0 then return 0 end
  return nil, { code = "corrupt", message = table.concat(problems, "\n      "),
    hint = "keep a copy of the file as it is, and restore the newest backup" }
end

local function run(opts, operands)
  if operands[1] == "info" then return info(opts) end
  if operands[1] == "check" then return check(opts) end
  local near = options.nearest(operands[1], ACTIONS)
  return options.usage(("`aios db` cannot '%s'"):format(operands[1]), near and ("did you mean `aios db %s`?"):format(near)
    or "`aios db info` and `aios db check` exist")
end

return {
  name = "db", group = "look", summary = "describes the database, or checks it", operands = "info|check", min = 1, max = 1,
  about = "info: path, size, schema version, rows of each table. check: reads every page and follows the\nchain of hashes through the audit rows.",
  run = run,
}
