local options, out, report = require "host.options", require "host.print", require "host.report"

-- k=v: v is a JSON value when it reads as one, else text
local function named(words)
  local json, values = require "aios.json", {}
  for _, word in ipairs(words) do
    local key, text = word:match "^([%a_][%w_]*)=(.*)$"
    if not key then return options.usage(("'%s' is neither NAME=VALUE nor JSON"):format(word)) end
    if values[key] ~= nil then return options.usage(("'%s' is given twice"):format(key)) end
    local value = json.decode(text)
    if value == nil then value = text end
    values[key] = value
  end
  return values
end

-- the words after the name -> args, kwargs as JSON texts (columns of the table `triggers`)
local function input(words)
  local json = require "aios.json"
  local text = words[1]
  if #words == 1 and text:find "^%s*[%[{]" then
    local value, err = json.decode(text)
    if value == nil then return options.usage("the input is no JSON: " .. err.message) end
    if text:find "^%s*%[" then return text, "{}" end
    return "[]", text
  end
  local values, err = named(words)
  if not values then return nil, err end
  return "[]", json.encode(values)
end

local function run(opts, operands)
  local name = operands[1]
  local args, kwargs = input(table.move(operands, 2, #operands, 1, {}))
  if not args then return nil, kwargs end
  local host, store = require "aios.host", require "aios.store"
  local near, known = report.near_job(opts, name)
  local id, err = store.trigger(host.db_path(opts.db), name, args, kwargs)
  if not id then return nil, err end
  if not known then
    out.note(opts, ("no program has declared '%s' yet%s"):format(name, near and ("; did you mean %s?"):format(near) or ""))
  end
  if opts.json then return out.json { id = id, name = name } end
  out.line(tostring(id))
end

return {
  name = "trigger", group = "act", summary = "adds a row to the trigger table",
  operands = "NAME [k=v… | JSON]", min = 1,
  about = "A JSON array gives positional arguments, an object or k=v words give named ones. Programs with\n`on trigger.NAME` start a run for the row. Prints the number of the row.",
  examples = { { "aios trigger report day=monday pages=3", "two named arguments" } },
  run = run,
}
