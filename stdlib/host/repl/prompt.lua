--- prompt: reads entries, runs them, tells how they went, until the person leaves.
local engine = require "aios.engine"
local host = require "aios.host"
local json = require "aios.json"
local session = require "aios.session"
local consent = require "host.repl.consent"
local input = require "host.repl.input"
local say = require "host.repl.say"
local M = {}
local Prompt = {}
Prompt.__index = Prompt

---@param o table   { db, deny_all }
function M.new(o)
  return setmetatable({ db = o.db, deny_all = o.deny_all, line = 1, kept = {}, granted = {}, withdrawn = {} }, Prompt)
end

-- ------------------------------------------------------------------ events
---Everything that is not a key.
function Prompt:on(event)
  if event.kind == "ended" then self.ended = event
  elseif event.kind == "report" then say.report(event)
  elseif event.kind == "say" then
    if event.level ~= "info" then say.line(("%s%s"):format(event.job ~= "" and event.job .. ": " or "", event.text)) end
  elseif event.kind == "consent" then self:asked(event)
  elseif event.kind == "question" then self:questioned(event.id)
  elseif event.kind == "withdrawn" then self.withdrawn[event.id] = true
  elseif event.kind == "bytes" then self.front:hold(event.text)
  elseif event.kind == "end" then self.front.at_end = true end
end

local ANSWER = { history = {}, finished = function() return true end, complete = function() end, indent = function() return "" end }

-- asks the person; false when the question is withdrawn or there is nobody
function Prompt:agrees(need, resource, is_gone)
  if engine.covers(need, resource) then return true end
  if self.mode == "pipe" or self.deny_all then return false end
  local answer = self.front:read { prompt = consent.question(need, resource), editor = ANSWER, is_gone = is_gone }
  if not answer or not consent.settle(answer, need, resource) then return false end
  self.granted[#self.granted + 1] = { need, resource }
  return true
end

function Prompt:asked(event)
  local function is_gone() return self.withdrawn[event.id] end
  local agreed = not is_gone() and self:agrees(event.need, event.resource, is_gone)
  if self.running then session.keys(false) end
  session.answer(event.id, agreed)
end

-- a run asks a person: `approve`
function Prompt:questioned(id)
  local person = require "host.person"
  local row = (require("host.report").rows({ db = self.db }, "approval", { id = id }) or {})[1]
  if not row or row.approval ~= id or row.state ~= "open" or self.mode == "pipe" then return end
  say.line(table.concat(person.question(row), "\n"))
  local function is_gone() return self.running and self.ended ~= nil end
  local yes, line, why
  repeat
    line, why = self.front:read { prompt = "Yes or no? [y/N] ", editor = ANSWER, is_gone = is_gone }
    if line then yes = person.meaning(line) end
  until not line or yes ~= nil
  if self.running then session.keys(false) end
  if why == "interrupt" and self.running then session.interrupt() end
  if not line then return end
  local told, err = require("aios.store").say_answer(self.db, id, row.digest, yes, person.name())
  if not told then say.error(require("host.report").refused(err).message) end
end

-- ------------------------------------------------------------------ one entry
local function failed_needs(self, needs)
  for _, need in ipairs(require("host.consent").flat(needs or {})) do
    if not self:agrees(need[1], need[2]) then
      say.error(("not allowed: %s %q; nothing was run"):format(need[1], need[2]))
      return true
    end
  end
end

local function modules_of(text)
  if not text:find("require", 1, true) then return "{}" end
  local bundle = require "host.bundle"
  local _, modules = bundle.make(host.plain "." .. "/prompt", text)
  return bundle.compile(modules or {})
end

---Runs a text and waits for its end; true when it succeeded. `how`: "value", "type" or "quiet".
---@return boolean good
---@return table event
function Prompt:evaluate(text, how)
  local made, why, problems = input.read(text, self.line)
  if not made then
    if why == "unfinished" then why = input.drawn(problems, ("\n"):rep(self.line - 1) .. text) end
    say.line(why)
    return false, {}
  end
  if failed_needs(self, require("host.bundle").needs(made.decls, {})) then return false, {} end
  local modules, wrong = modules_of(text)
  if not modules then
    say.line(wrong)
    return false, {}
  end
  self.ended, self.running = nil, true
  session.keys(false)
  local args = json.encode(json.array { made.lua, how, json.decode(modules) })
  local good, err = session.enter(args)
  while good and not self.ended do self:on(session.next()) end
  self.running = false
  self.line = self.line + select(2, text:gsub("\n", "")) + 1
  local event = self.ended or { state = 8, error = json.encode(err) }
  say.ended(event)
  if event.state == 7 then self:keep(text, made) end
  return event.state == 7, event
end

---Remembers what succeeded, and says once what becomes of locals.
function Prompt:keep(text, made)
  self.kept[#self.kept + 1] = { text = text, made = made }
  if not made.names[1] or self.told or self.mode == "pipe" then return end
  self.told = true
  say.line(require("host.print").styled(1, "dim", ("(a local at the prompt stays: %s is a name of the session)"):format(made.names[1])))
end

-- ------------------------------------------------------------------ the loop
function Prompt:take(text)
  self.history:add(text)
  local name, rest = text:match "^%s*:(%a*)%s*(.-)%s*$"
  if name then return require("host.repl.commands").run(self, name, rest) end
  self:evaluate(text, "value")
end

local function greeting()
  say.line(("aios %s, a Lua with durable runs. :help lists commands, Ctrl-D leaves."):format(host.version))
end

---@param front table    host.repl.screen or host.repl.plain
---@param mode string    "screen", "terminal" or "pipe"
function Prompt:loop(front, mode)
  self.front, self.mode = front, mode
  self.history = mode == "screen" and require("host.repl.history").open() or { list = {}, add = function() end }
  if mode ~= "pipe" then greeting() end
  local world = require("host.repl.world").of(self)
  local paint = require("host.repl.highlight").paint
  while not self.over do
    local text, why = front:read { prompt = "> ", more = "… ", paint = paint, editor = {
      history = self.history.list, finished = input.is_finished, indent = input.indent, complete = world.complete } }
    if why == "end" then break end
    if text and text:find "%S" then self:take(text) end
  end
end

return M
