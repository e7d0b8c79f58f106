--- help: the words of `aios help`, made from the tables of the commands.
---
--- A command's table: name, group, summary (one line), operands (as shown), options, about (paragraphs),
--- examples { { line, what it does } }. Pure: table in, text out.
local options = require "host.options"
local M = {}

---The groups of commands, in order: { name in the tables, what people read }.
M.GROUPS = {
  { "programs", "Programs" },
  { "act", "Acting on workflows" },
  { "look", "Looking" },
  { "other", "Other" },
}

---What a command ends with.
M.CODES = {
  { 0, "ok" },
  { 1, "failed" },
  { 2, "usage or compile error" },
  { 3, "permission denied" },
  { 4, "waits for approval" },
  { 6, "still waiting" },
  { 130, "interrupted" },
}

---What is read from the environment, besides --db and its like.
M.ENVIRONMENT = {
  { "AIOS_DB", "the database, when `--db` names none" },
  { "AIOS_CLOCK", "an instant such as `2026-03-02T07:59:00Z`: the process gets a clock that stands still until only alarms are left, and then jumps to the next one" },
  { "OLLAMA_HOST", "a model server on this machine, such as `127.0.0.1:11434`; `AIOS_OLLAMA_MODEL` names its model" },
  { "OPENAI_API_KEY", "the key; `OPENAI_BASE_URL` and `OPENAI_MODEL` say where and which" },
  { "ANTHROPIC_API_KEY", "the key; `ANTHROPIC_BASE_URL` and `ANTHROPIC_MODEL` say where and which" },
  { "AIOS_TIER_OPERATIONAL", "the models of that tier, such as `ollama:qwen3:0.6b`; so too `AIOS_TIER_TACTICAL` and `AIOS_TIER_STRATEGIC`" },
  { "AIOS_PRICE", "`IN/OUT[/CACHED]` in dollars for a million tokens: the price of models that are in no list" },
  { "AIOS_BUDGET_DAY", "dollars that all programs may spend on models in a day; so too `AIOS_BUDGET_MONTH`, `AIOS_BUDGET_RUN`, `AIOS_BUDGET_PROGRAM` and `AIOS_BUDGET_GLOBAL`" },
  { "AIOS_WEBHOOK_LISTEN", "where webhooks are taken, when `--listen` does not say it" },
  { "HOME", "`~`; the database is in `~/.local/state/aios` unless `XDG_STATE_HOME` names another place" },
  { "TZ", "the zone of schedules that name none" },
  { "NO_COLOR", "no colours on a terminal" },
}

local function left(option)
  local text = (option.short and ("-%s, "):format(option.short) or "    ") .. "--" .. option[1]
  if option[2] then text = text .. " " .. option[2] end
  if option.also then text = text .. " [" .. option.also .. "]" end
  return text
end

local function column(list, out)
  local size = 0
  for _, row in ipairs(list) do size = math.max(size, #row[1]) end
  for _, row in ipairs(list) do out[#out + 1] = ("  %-" .. size .. "s  %s"):format(row[1], row[2]) end
end

local function option_rows(list)
  local rows = {}
  for _, option in ipairs(list) do
    if not option.hidden then rows[#rows + 1] = { left(option), option[3] } end
  end
  return rows
end

---The line that shows how a command is called.
function M.usage(command)
  local parts = { "aios", command.name }
  if not command.raw then parts[3] = "[options]" end
  parts[#parts + 1] = command.operands
  return table.concat(parts, " ")
end

---The help of one command.
---@return string
function M.command(command)
  local out = { ("aios %s: %s"):format(command.name, command.summary), "", "usage: " .. M.usage(command) }
  if command.about then out[#out + 1] = "\n" .. command.about end
  if command.options and #command.options > 0 then
    out[#out + 1] = "\noptions:"
    column(option_rows(command.options), out)
  end
  if not command.raw then
    out[#out + 1] = "\noptions of every command:"
    column(option_rows(options.COMMON), out)
  end
  if command.examples then
    out[#out + 1] = "\nexamples:"
    column(command.examples, out)
  end
  return table.concat(out, "\n")
end

---The list of all commands.
---@param commands table[]
---@return string
function M.all(commands)
  local out = { "aios runs programs that survive a crash. A program is Lua 5.4 plus a few headings (.aios).",
    "", "usage: aios FILE [ARGS]", "       aios COMMAND [options]" }
  for _, group in ipairs(M.GROUPS) do
    local rows = {}
    for _, command in ipairs(commands) do
      if command.group == group[1] then rows[#rows + 1] = { command.name, command.summary } end
    end
    out[#out + 1] = "\n" .. group[2] .. ":"
    column(rows, out)
  end
  local codes = {}
  for i, row in ipairs(M.CODES) do codes[i] = ("%d %s"):format(row[1], row[2]) end
  out[#out + 1] = "\n`aios help COMMAND` says more. Exit codes:\n" .. table.concat(codes, ", ") .. "."
  return table.concat(out, "\n")
end

---What `aios` alone says.
---@return string
function M.short()
  return table.concat({
    "aios runs programs that survive a crash.",
    "",
    "  aios FILE               run a program",
    "  aios check FILE         find its mistakes without running it",
    "  aios ps, runs, logs     see what runs and what ran",
    "  aios why last           why the newest run did what it did",
    "  aios help               all commands",
  }, "\n")
end

return M
