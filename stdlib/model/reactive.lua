--- model.reactive: the tier without a model. It answers by rule, the same every time, or says that it cannot.
---
--- With no type asked for, it sums up the data of the prompt: how much there is and how it
--- begins. For `boolean` and choices it answers only what the data says in so many words;
--- what needs judgement it refuses, naming what to configure.
local json = require "aios.json"
local expect = require "model.expect"
local prompt = require "model.prompt"

local M = {}

M.CONFIGURE = "configure a model: OLLAMA_HOST=127.0.0.1:11434 for a local one, or OPENAI_API_KEY or ANTHROPIC_API_KEY"

local SCAN = 65536                                     -- bytes looked at: the tier answers within a millisecond

local function count_word(n, one) return n == 1 and "1 " .. one or ("%d %ss"):format(n, one) end

local function first_sentence(text)
  local flat = text:sub(1, 2000):gsub("%s+", " "):gsub("^ ", "")
  local stop = flat:find "[.!?] " or flat:find "[.!?]$" or #flat
  local one = flat:sub(1, stop):gsub(" $", "")
  if #one <= 240 then return one end
  return one:sub(1, utf8.offset(one, 0, 241) - 1) .. "…"
end

local function about_text(text)
  if text:match "^%s*$" then return "The data is empty." end
  local seen = text:sub(1, SCAN)
  local _, lines = seen:gsub("\n", "")
  if seen:sub(-1) ~= "\n" then lines = lines + 1 end
  local more = #text > SCAN and "more than " or ""
  local _, words = seen:gsub("%S+", "")
  local begins = first_sentence(text)
  if lines == 1 then return #text == #begins and begins or ("%s%s, beginning: %s"):format(more, count_word(words, "word"), begins) end
  return ("%s%s and %s, beginning: %s"):format(more, count_word(lines, "line"), count_word(words, "word"), begins)
end

local function show(v)
  if type(v) == "table" then return #v > 0 and count_word(#v, "item") or "a record" end
  return first_sentence(prompt.text_of(v))
end

local function about_table(value)
  if #value > 0 then
    local first = {}
    for i = 1, math.min(#value, 3) do first[i] = type(value[i]) == "table" and about_table(value[i]) or show(value[i]) end
    return ("%s: %s%s"):format(count_word(#value, "item"), table.concat(first, "; "), #value > 3 and "; …" or "")
  end
  local names, out = {}, {}
  for k in pairs(value) do names[#names + 1] = tostring(k) end
  table.sort(names)
  for i = 1, math.min(#names, 12) do out[i] = names[i] .. " " .. show(value[names[i]]) end
  if #names > 12 then out[#out + 1] = ("and %s"):format(count_word(#names - 12, "more field")) end
  return #out > 0 and table.concat(out, ", ") or "The data is empty."
end

---A summary by rule of what the prompt carries.
function M.summary(args)
  local _, values = prompt.split(args.prompt)
  local out = {}
  for _, v in ipairs(values) do
    local text = type(v) == "table" and about_table(v) or about_text(prompt.text_of(v))
    if not text:find "[.!?…]$" then text = text .. "." end
    out[#out + 1] = text:sub(1, 1):upper() .. text:sub(2)
  end
  if #out > 0 then return table.concat(out, " ") end
  return "No model is configured, so this is the rule tier's answer: it can sum up data that a prompt carries, and this one carries none."
end

-- ------------------------------------------------------------------ answers of a type
local function data_text(args)
  local literals, values = prompt.split(args.prompt)
  local texts = {}
  for i, v in ipairs(values) do texts[i] = prompt.text_of(v) end
  return (#texts > 0 and table.concat(texts, "\n") or ""):sub(1, SCAN):lower(), literals
end

local function has_word(text, word)
  return text:find("%f[%w_]" .. word:lower():gsub("%p", "%%%0") .. "%f[^%w_]") ~= nil
end

local RULES = {}

local YES = { yes = true, ["true"] = true, y = true, on = true }
local NO = { no = true, ["false"] = true, n = true, off = true }

function RULES.boolean(_, data)
  local word = data:match "^%s*(%a+)[%s.!]*$"
  if YES[word] then return true end
  if NO[word] then return false end
end

local function by_choice(schema, data)
  local found
  for _, choice in ipairs(schema.enum) do
    if type(choice) ~= "string" then return nil end
    if has_word(data, choice) then
      if found then return nil end                     -- two are named: choosing would be judging
      found = choice
    end
  end
  return found
end

function RULES.integer(_, data) return math.tointeger(tonumber(data:match "^%s*([+-]?%d+)%s*$")) end
function RULES.number(_, data) return tonumber((data:match "^%s*([+-]?%d+%.?%d*)%s*$")) end

local EXPLAINS = { summary = true, why = true, reason = true, text = true, explanation = true }
local decide

local function by_fields(schema, data, args)
  local value = {}
  for name, s in pairs(schema.properties) do
    local v
    if s.type == "string" and not s.enum and s.const == nil then v = EXPLAINS[name] and "by rule: " .. M.summary(args) or nil
    else v = decide(s, data, args) end
    local needed = false
    for _, must in ipairs(schema.required or {}) do needed = needed or must == name end
    if v == nil and needed then return nil end
    value[name] = v
  end
  return value
end

function decide(schema, data, args)
  if schema.const ~= nil then return schema.const end
  if type(schema.enum) == "table" then return by_choice(schema, data) end
  if type(schema.properties) == "table" then return by_fields(schema, data, args) end
  local rule = RULES[schema.type]
  return rule and rule(schema, data, args)
end

---Answers by rule.
---@return table? answer   { text, value? }
---@return table? err      { code = "offline", message }
function M.answer(args)
  local schema = args.schema
  if not schema then return { text = M.summary(args) } end
  local value
  schema = expect.root(schema)
  if schema.type == "string" and not schema.enum and schema.const == nil then value = M.summary(args)
  else value = decide(schema, (data_text(args)), args) end
  local ok = value ~= nil and require("tool.schema").check(value, schema, schema["$defs"])
  if not ok then
    return nil, { code = "offline", message = "no model is configured, and no rule can decide this honestly; " .. M.CONFIGURE }
  end
  return { text = type(value) == "string" and value or json.encode(value), value = value }
end

return M
