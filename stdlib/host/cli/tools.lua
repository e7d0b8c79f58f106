local out, options = require "host.print", require "host.options"

local function is_file(word) return word:find "/" ~= nil or word:find "%.aios$" ~= nil or word:find "%.lua$" ~= nil end

local function of_file(file)
  local host = require "aios.host"
  local text, err = host.read_file(file)
  if not text then return nil, err end
  local compile = require "host.compile"
  local made, problems = compile.compile(text, file)
  if not made then
    io.stderr:write(compile.problems_text(problems, text, file), "\n")
    return nil, { code = "syntax", message = file .. " has mistakes" }
  end
  local list, why = require "tool.catalogue".of_program(made.decls)
  if not list then return nil, { code = "failed", message = why } end
  return list
end

-- the tools that are called `name` or live in the namespace `name`
local function named(list, name)
  if not name then return list end
  local found = {}
  for _, tool in ipairs(list) do
    if tool.name == name or tool.name:sub(1, #name + 1) == name .. "." then found[#found + 1] = tool end
  end
  if found[1] then return found end
  local names = {}
  for i, tool in ipairs(list) do names[i] = tool.name end
  local near = options.nearest(name, names)
  return nil, { code = "not_found", message = ("there is no tool '%s'"):format(name),
    hint = near and ("did you mean `%s`?"):format(near) or "`aios tools` lists them" }
end

local function option_lines(tool)
  local schema, lines = require "tool.schema", {}
  for _, name in ipairs(tool.schema["x-order"] or {}) do
    local s = tool.schema.properties[name]
    local text = schema.text(s)
    local must = false
    for _, one in ipairs(tool.schema.required or {}) do must = must or one == name end
    lines[#lines + 1] = ("  %s: %s%s"):format(name, text, must and "" or text:find "%?$" and "" or "?")
  end
  return lines
end

local function show(tool)
  out.line(tool.signature)
  if tool.about then out.line("  " .. out.plain(tool.about)) end
  local lines = option_lines(tool)
  if lines[1] then out.line("arguments:") end
  for _, line in ipairs(lines) do out.line(line) end
  out.line("effect: " .. tool.effect .. "   risk: " .. (tool.risk or "not stated"))
  out.line("needs: " .. (tool.needs[1] and table.concat(tool.needs, "; ") or "nothing"))
  if tool.example then out.line("example: " .. out.plain(tool.example)) end
end

local function run(opts, words)
  local file = words[1] and is_file(words[1]) and table.remove(words, 1)
  if words[2] then return options.usage("`aios tools` takes one name", "`aios tools FILE NAME` looks into a program") end
  local list, err
  if file then list, err = of_file(file) else list = require "tool.catalogue".library() end
  if not list then return nil, err end
  list, err = named(list, words[1])
  if not list then return nil, err end
  if opts.json then
    for _, tool in ipairs(list) do out.array(tool.needs) end
    return out.json(out.array(list))
  end
  if words[1] and #list == 1 then return show(list[1]) end
  out.list(opts, list, {
    { "TOOL", function(tool) return (tool.signature:gsub("%) %->.*$", ")")) end }, { "EFFECT", "effect" }, { "RISK", "risk" },
    { "NEEDS", function(tool) return tool.needs[1] and table.concat(tool.needs, "; ") end },
  }, "no tools are declared there")
end

return {
  name = "tools", group = "look", summary = "lists tools with their arguments, effect and risk",
  operands = "[FILE] [NAME]", max = 2,
  about = "Without FILE the tools of the library, with it those that the program declares. NAME is a tool or a namespace.\n"
    .. "--json gives an array: name, about, signature, effect, risk, needs, and `schema`, the JSON Schema of the arguments.",
  examples = { { "aios tools fs", "everything about files" }, { "aios tools fs.write", "one tool" },
    { "aios tools report.aios --json", "what a program declares, for a machine" } },
  run = run,
}
