--- session: the program of a person at a prompt. Every entry is a run of it; all of them share one table of globals.
---
--- `entry` is the whole top level of that program. A workflow that was declared at the prompt finds itself in the
--- shared globals, so an activation has nothing to repeat.
local run = require "aios.run"
local script = require "aios.script"
local prompt = require "aios.prompt"
local flow = require "flow"
local show = require "session.show"
local shape = require "session.shape"
local stock = _G

local M = {}

---What messages call the place of what was typed.
M.NAME = "prompt"

---The globals of the session.
---@type table?
M.env = nil

---From the sandbox: the globals are made.
function M.begin(env)
  M.env = env
  flow.renews = true
  prompt.keep(env)
end

local function say(text)
  script.clear()
  prompt.fresh()
  stock.io.write(text, "\n")
end

local HOW = {
  value = function(value) return show.text(value, { width = prompt.width() }) end,
  type = function(value) return shape.of(value) end,
}

---Runs what was typed, and says what it gives.
---@param lua string?        as the compiler made it; nil: a workflow of the session begins
---@param how string?        "value": shows the values; "type": what they are; "quiet": nothing
---@param modules table?     compiled modules that the text requires, by name
function M.entry(lua, how, modules)
  if not lua then return end
  for name, module in stock.next, modules or {} do script.modules()[name] = module end
  local fn, why = stock.load(lua, "@" .. M.NAME, "t", M.env)
  if not fn then error(why, 0) end
  local got = table.pack(fn())
  if not HOW[how] or run.muted() then return end
  for i = 1, got.n do say(HOW[how](got[i])) end
end

return M
