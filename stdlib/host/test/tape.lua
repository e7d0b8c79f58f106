--- host.test.tape: answers of models, recorded once and played back without a network.
---
--- A tape is lines of JSON, one an answer: { key, prompt, tier, answer }. The key is the hash of the whole question; the
--- same question asked again gets the next answer of that key, and after the last one the last again.
local host = require "aios.host"
local json = require "aios.json"
local M = {}

local SHOWN = 200
local ASKED = { "prompt", "system", "schema", "tier", "tiers", "temperature", "max_tokens", "rejected" }

local function text_of(prompt)
  if type(prompt) == "string" then return prompt end
  local parts = {}
  for i, part in ipairs(prompt) do parts[i] = type(part) == "table" and json.encode(part) or tostring(part) end
  return table.concat(parts)
end

local function key_of(args)
  local question = {}
  for _, name in ipairs(ASKED) do question[name] = args[name] end
  return host.hash(json.encode(question))
end

---Reads a tape.
---@return table? entries   in order
---@return Err? err
function M.read(path)
  local text, err = host.read_file(path)
  if not text then return nil, err end
  local entries, n = {}, 0
  for line in text:gmatch "[^\n]+" do
    n = n + 1
    local entry = json.decode(line)
    if type(entry) ~= "table" or not entry.key or not entry.answer then
      return nil, { code = "corrupt", message = ("%s:%d: this is no line of a tape"):format(path, n) }
    end
    entries[#entries + 1] = entry
  end
  return entries
end

-- three letters in a row that both have, against those that either has
local function likeness(a, b)
  local seen, both, all = {}, 0, 0
  for i = 1, #a - 2 do
    local three = a:sub(i, i + 2)
    if not seen[three] then seen[three] = 1 all = all + 1 end
  end
  for i = 1, #b - 2 do
    local three = b:sub(i, i + 2)
    if seen[three] == 1 then both = both + 1 seen[three] = 2
    elseif not seen[three] then seen[three] = 2 all = all + 1 end
  end
  return all == 0 and 0 or both / all
end

local function short(text) return #text > SHOWN and text:sub(1, SHOWN) .. "..." or text end

local function miss(entries, args, path)
  local asked = text_of(args.prompt)
  local lines, best, most = { ("%s has no answer to: %s"):format(path, short(asked)) }, nil, 0
  for _, entry in ipairs(entries) do
    local like = likeness(asked, entry.prompt)
    if like > most then best, most = entry, like end
  end
  if best and best.prompt == asked then
    lines[2] = "  it has one to the same prompt asked with other options (tier, system, type, temperature)"
  else
    lines[2] = best and "  the nearest it has is: " .. short(best.prompt) or "  it is empty"
  end
  lines[3] = "  record it anew with --record"
  return nil, { code = "offline", message = table.concat(lines, "\n") }
end

local function play(entries, path)
  local used = {}
  return function(args)
    local key = key_of(args)
    local last, nth = nil, 0
    used[key] = (used[key] or 0) + 1
    for _, entry in ipairs(entries) do
      if entry.key == key then
        last, nth = entry, nth + 1
        if nth == used[key] then break end
      end
    end
    if not last then return miss(entries, args, path) end
    return last.answer
  end
end

local function record(path, ask)
  return function(args, request)
    local key, prompt = key_of(args), text_of(args.prompt)
    local answer, err = ask(args, request)
    if not answer then return nil, err end
    local file, why = io.open(path, "a")
    if not file then return nil, { code = "io", message = why } end
    file:write(json.encode { key = key, prompt = prompt, tier = answer.tier, answer = answer }, "\n")
    file:close()
    return answer
  end
end

---Puts the tape in the place of the models: spec.tape is played, spec.record is written.
function M.install(doors, spec)
  local ask = doors.find "ask"
  local guard = doors.guard
  doors.guard = function(tool, args)
    if tool.name ~= "ask" then return guard and guard(tool, args) end
  end
  if spec.record then
    ask.run = record(spec.record, ask.run)
    return
  end
  local entries, err = M.read(spec.tape)
  if not entries then error(err.message, 0) end
  ask.run = play(entries, spec.tape)
end

return M
