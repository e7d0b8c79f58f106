--- answer: a person's yes or no to a question of a run, from the command line.
local out, report, person = require "host.print", require "host.report", require "host.person"
local M = {}

local function find(opts, id)
  local rows, err = report.rows(opts, "approval", { id = id })
  if not rows then return nil, err end
  if rows[1] and (rows[1].approval == id or #rows == 1) then return rows[1] end
  if rows[1] then
    return nil, { code = "invalid", message = ("'%s' is the beginning of several questions"):format(id),
      hint = ("write more of it: %s or %s"):format(rows[1].approval, rows[2].approval) }
  end
  return nil, { code = "not_found", message = ("there is no question '%s'"):format(id), hint = "`aios approvals` lists those that are open" }
end

local STANDS = { approved = "was answered with yes", denied = "was answered with no", expired = "was not answered in time" }

---Shows the question and answers it.
function M.give(opts, id, yes)
  local row, err = find(opts, id)
  if not row then return nil, err end
  if STANDS[row.state] then
    return nil, { code = "invalid", message = ("question %s %s%s"):format(row.approval, STANDS[row.state], row.answered_by and " by " .. out.plain(row.answered_by) or "") }
  end
  local told
  told, err = require "aios.store".say_answer(require "aios.host".db_path(opts.db), row.approval, row.digest, yes, person.name(), opts.why)
  if not told then return nil, report.refused(err) end
  if opts.json then return out.json { approval = row.approval, run = row.run, answer = yes and "yes" or "no", question = row.question } end
  out.line(table.concat(person.question(row), "\n"))
  out.line(yes and "Answered: yes" or "Answered: no")
end

return M
