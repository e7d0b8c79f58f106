--- say: how the prompt words what happened: errors of an entry, what runs in the background says, questions.
local json = require "aios.json"
local session = require "aios.session"
local M = {}

local STATES = { [4] = "paused", [5] = "diverged", [6] = "in doubt", [8] = "failed", [9] = "cancelled", [11] = "skipped" }

---One text on the terminal, above the line that is typed.
function M.line(text) session.say(text .. "\n") end

---What went wrong; red where there are colours.
function M.error(text, hint)
  M.line(require("host.print").styled(1, "red", "error:") .. " " .. text)
  if hint then M.line("hint: " .. hint) end
end

-- the frames of a person's own functions: where an error came through
local function frames(traceback)
  local out = {}
  for line in traceback:gmatch "\n%s+([^\n]+)" do
    if not line:find "^%[C%]" and not line:find "^stdlib/" and not line:find "in main chunk" and not line:find "^%(%.%.%." then out[#out + 1] = "  " .. line end
  end
  return out
end

---The error of a run as text.
---@param error_json string
function M.failure(error_json)
  local err = json.decode(error_json)
  if type(err) ~= "table" then return error_json end
  local text = tostring(err.message)
  if err.tool then text = ("%s: %s (%s)"):format(err.tool, text, err.code) end
  local through = err.traceback and not err.tool and frames(err.traceback) or {}
  if #through > 1 then text = text .. "\n" .. table.concat(through, "\n") end
  return text
end

---How an entry ended, when that must be said.
function M.ended(event)
  if event.state == 9 then session.say "\n" end           -- behind the ^C
  if event.state == 9 then return M.line(require("host.print").styled(1, "yellow", event.reason or "interrupted")) end
  if event.error then return M.error(M.failure(event.error)) end
  if STATES[event.state] then M.error(("the entry is %s: %s"):format(STATES[event.state], event.reason or "")) end
end

---A run of the background that is over or stopped.
function M.report(event)
  if event.error then return M.line(("%s: %s"):format(event.name, M.failure(event.error))) end
  if STATES[event.state] and event.state ~= 9 and event.state ~= 11 then
    M.line(("%s is %s: %s"):format(event.name, STATES[event.state], event.reason or ""))
  end
end

return M
