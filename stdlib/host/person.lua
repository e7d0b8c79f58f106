--- person: questions of runs as people see them, and what people answer.
local M = {}

---The lines of a question: `row` is one of the reports approvals or approval.
---@return string[]
function M.question(row)
  local out, report = require "host.print", require "host.report"
  local lines = { ("Question %s of `%s`%s:"):format(out.plain(row.approval), out.plain(row.name), row.by and " to " .. out.plain(row.by) or "") }
  for line in (row.question .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = "  " .. out.plain(line) end
  if row.detail ~= nil then lines[#lines + 1] = "  " .. report.short(row.detail, 2000) end
  if row["until"] then lines[#lines + 1] = "  An answer counts until " .. row["until"] .. "." end
  return lines
end

local MEANING = { y = true, yes = true, n = false, no = false, [""] = false }

---What a line means: true, false, or nil.
function M.meaning(line) return MEANING[line:lower():match "^%s*(.-)%s*$"] end

---Who is at the machine.
function M.name()
  return os.getenv "SUDO_USER" or os.getenv "USER" or os.getenv "LOGNAME" or "the owner"
end

return M
