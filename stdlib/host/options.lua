--- options: the words of a command line become values, by the table of a command.
---
---     local command = { name = "runs", options = { { "limit", "N", "how many", short = "n" } }, max = 0 }
---     local opts, operands = options.parse(command, { "--limit", "5" })      -- opts.limit == 5
---
--- An option is { name, value word or nil for a flag, sentence, short=, many=, also= }. The value word
--- says the type: DUR a duration, SIZE an amount of memory, N a whole number, JSON a JSON text; any
--- other word is text. Pure: reads nothing, prints nothing.
local M = {}

---Options that every command takes.
M.COMMON = {
  { "db", "PATH", "the database file to use" },
  { "json", nil, "print one JSON value instead of text" },
  { "quiet", nil, "say only what was asked for", short = "q" },
  { "verbose", nil, "say more", short = "v" },
  { "help", nil, "show the help of this command", short = "h" },
}

local SECONDS = { ms = 0.001, s = 1, m = 60, h = 3600, d = 86400, w = 604800 }
local BYTES = { B = 1, KB = 10 ^ 3, MB = 10 ^ 6, GB = 10 ^ 9, TB = 10 ^ 12,
  KiB = 1 << 10, MiB = 1 << 20, GiB = 1 << 30, TiB = 1 << 40 }

---Turns "1h30m" into seconds.
---@return number? seconds   nil when it is not a duration
function M.duration(text)
  local total, at = 0, 1
  while at <= #text do
    local digits, unit, stop = text:match("^(%d+%.?%d*)(%l+)()", at)
    if not digits or not SECONDS[unit] then return nil end
    total, at = total + tonumber(digits) * SECONDS[unit], stop
  end
  if text == "" then return nil end
  return total
end

---Turns "64MiB" into bytes.
---@return integer? bytes   nil when it is not a size
function M.size(text)
  local digits, unit = text:match "^(%d+)(%a+)$"
  if not digits or not BYTES[unit] then return nil end
  return math.tointeger(tonumber(digits) * BYTES[unit])
end

-- value word -> reader, what a good value looks like
local TYPES = {
  DUR = { M.duration, "a duration such as 10s, 5m or 1h30m" },
  SIZE = { M.size, "a size such as 64MiB or 1GB" },
  N = { function(text) return text:match "^%d+$" and math.tointeger(tonumber(text)) end, "a whole number" },
}

-- edits (add, drop, change, swap neighbours) that turn a into b, or more than `limit`
local function distance(a, b, limit)
  local before, row = {}, {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local older = before
    before, row = row, { [0] = i }
    for j = 1, #b do
      local change = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + change)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], older[j - 2] + 1)
      end
    end
  end
  return row[#b] <= limit and row[#b] or limit + 1
end

---The word of `list` that was probably meant.
---@param word string
---@param list string[]
---@return string?
function M.nearest(word, list)
  local limit = math.min(3, #word // 2 < 1 and 1 or #word // 2)
  local best, least = nil, limit + 1
  for _, candidate in ipairs(list) do
    local edits = distance(word:lower(), candidate:lower(), limit)
    if edits < least then best, least = candidate, edits end
  end
  return best
end

---A mistake of the person at the keyboard; becomes exit code 2.
---@return nil, Err
function M.usage(message, hint)
  return nil, { code = "usage", message = message, hint = hint }
end

local function find(command, name)
  for _, list in ipairs { command.options or {}, M.COMMON } do
    for _, option in ipairs(list) do
      if option[1] == name or option.short == name then return option end
    end
  end
end

local function unknown(command, word)
  local names = {}
  for _, list in ipairs { command.options or {}, M.COMMON } do
    for _, option in ipairs(list) do names[#names + 1] = "--" .. option[1] end
  end
  local near = M.nearest(word, names)
  return M.usage(("unknown option %s of `aios %s`"):format(word, command.name),
    near and ("did you mean %s?"):format(near) or ("`aios help %s` lists the options"):format(command.name))
end

local function store(opts, option, text)
  local kind = TYPES[option[2]]
  local value = text
  if kind then value = kind[1](text) end
  if not value then return M.usage(("--%s needs %s, not '%s'"):format(option[1], kind[2], text)) end
  local key = option[1]:gsub("-", "_")
  if option.many then
    opts[key] = opts[key] or {}
    table.insert(opts[key], value)
  else
    opts[key] = value
  end
  return true
end

-- one option at words[at]; the place after it
local function take(command, words, at, opts)
  local word = words[at]
  local name, value = word:match "^%-%-([^=]+)=(.*)$"
  name = name or word:match "^%-%-?(.+)$"
  local option = find(command, name)
  if not option or (#name == 1) ~= (word:sub(2, 2) ~= "-") then return unknown(command, word) end
  if not option[2] then
    if value then return M.usage(("--%s takes no value"):format(name)) end
    opts[option[1]:gsub("-", "_")] = true
    return at + 1
  end
  if not value then
    at, value = at + 1, words[at + 1]
    if not value then return M.usage(("--%s needs a value: --%s %s"):format(name, name, option[2])) end
  end
  local good, err = store(opts, option, value)
  if not good then return nil, err end
  local extra = words[at + 1]
  if option.also == "JSON" and extra and extra:find "^%s*[%[{]" then
    opts[option[1]:gsub("-", "_") .. "_json"], at = extra, at + 1
  end
  return at + 1
end

-- with `command.rest`, words after the first operand belong to somebody else, except
-- long options of ours that come directly behind it
local function is_ours(command, word, operands)
  if not command.rest or #operands == 0 then return true end
  local option = find(command, word:match "^%-%-([^=]+)" or "")
  return #operands == 1 and option ~= nil and #option[1] > 1 and option[1] ~= "help"
end

local function count(command, operands)
  if #operands < (command.min or 0) then
    return M.usage(("`aios %s` needs %s"):format(command.name, command.operands),
      ("`aios help %s` shows how it is used"):format(command.name))
  end
  if #operands > (command.max or math.huge) then
    return M.usage(("`aios %s` does not know what to do with '%s'"):format(command.name, operands[command.max + 1]),
      ("`aios help %s` shows how it is used"):format(command.name))
  end
  return true
end

---Reads the words after the name of a command.
---@param command table      its table: name, options, min, max (operands), rest
---@param words string[]
---@return table? opts       values by option name, "-" as "_"
---@return string[]|Err operands
function M.parse(command, words)
  local opts, operands, at = {}, {}, 1
  while at <= #words do
    local word = words[at]
    if word == "--" then
      table.move(words, at + 1, #words, #operands + 1, operands)
      break
    elseif word:find "^%-." and is_ours(command, word, operands) then
      local after, err = take(command, words, at, opts)
      if not after then return nil, err end
      at = after
    elseif command.rest and #operands > 0 then
      table.move(words, at, #words, #operands + 1, operands)
      break
    else
      operands[#operands + 1], at = word, at + 1
    end
  end
  if opts.help then return opts, operands end
  local good, err = count(command, operands)
  if not good then return nil, err end
  return opts, operands
end

return M
