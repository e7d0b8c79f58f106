--- prompt: the binary on a terminal, for tests: types and looks at the screen (tests/fake/screen.py).
---
---     local got = prompt.at { "type:1 + 1\\r", "see:2" }      -- begins at the prompt, leaves with Ctrl-D
---     got.out, got.code                                       -- what the screen showed, 0 when every step came true
local t = require "tests.tap"
local M = {}

local ROOT = os.getenv "PWD"

---@param steps table   steps of screen.py; home, env, words (of aios), stay = true: without the Ctrl-D at the end
function M.at(steps)
  local bin = t.BIN:match "^/" and t.BIN or ROOT .. "/" .. t.BIN
  local home = steps.home or t.dir()
  local words = { bin = "/usr/bin/env", home = home, cwd = steps.cwd or home, env = { TERM = "xterm", NO_COLOR = "" } }
  for k, v in pairs(steps.env or {}) do words.env[k] = v end
  table.move({ "timeout", "100", "python3", ROOT .. "/tests/fake/screen.py", "line:>" }, 1, 5, 1, words)
  for _, step in ipairs(steps) do words[#words + 1] = step end
  if not steps.stay then table.move({ "line:>", "type:\\x04" }, 1, 2, #words + 1, words) end
  words[#words + 1] = "--"
  words[#words + 1] = bin
  for _, word in ipairs(steps.words or {}) do words[#words + 1] = word end
  return t.aios(words)
end

---The same, as a test: every step must come true, the session end well and the terminal be as before.
function M.test(claim, steps, more)
  t.test(claim, function()
    local got = M.at(steps)
    t.eq(got.code, 0, got.out .. got.err)
    local last = ("exit %d\nterminal same\n"):format(steps.exit or 0)
    t.eq(got.out:sub(-#last), last, got.out)
    if more then more(got) end
  end)
end

return M
