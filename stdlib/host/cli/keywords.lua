local out = require "host.print"

-- the words of the language by what they are, for editors
local function all()
  local words, names = require "compiler.words", require "tool.names"
  local array = out.array
  local function spellings(list)
    local found = array {}
    for i, unit in ipairs(list) do found[i] = unit[1] end
    return found
  end
  local result = {
    reserved = array(words.reserved), heads = array(words.heads), clauses = array(words.clauses), rungs = array(words.rungs),
    inner = array(words.inner), periods = array(words.periods), types = array(words.types),
    choices = { overlap = array(words.overlap), missed = array(words.missed), risk = array(words.risk) },
    units = { duration = spellings(words.duration), size = spellings(words.size), count = spellings(words.count) },
    namespaces = array(names.namespaces), libraries = array(names.libraries), functions = array(names.words),
  }
  for name in pairs(names.tools) do result.functions[#result.functions + 1] = name end
  table.sort(result.functions)
  return result
end

-- every list under `value`, with its name
local function lists(value, name, each)
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  if type(keys[1]) == "number" or #keys == 0 then return each(name, value) end
  table.sort(keys)
  for _, key in ipairs(keys) do lists(value[key], name == "" and key or name .. "." .. key, each) end
end

local function run(opts)
  local words = all()
  if opts.json then return out.json(words) end
  lists(words, "", function(name, list) out.line(("%-16s %s"):format(name, table.concat(list, " "))) end)
end

return {
  name = "keywords", group = "other", summary = "lists every word that has a meaning, for editors", max = 0,
  about = "The words of the language by what they are. --json is what the files under editor/ are checked against.",
  examples = { { "aios keywords --json", "one object of lists" } },
  run = run,
}
