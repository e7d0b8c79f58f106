local options, out = require "host.options", require "host.print"

local function tables()
  local list = {}
  for i, name in ipairs(require "host.cli".NAMES) do list[i] = require("host.cli." .. name) end
  return list
end

-- what completions and manual pages are made from
local function described(command)
  local list = {}
  for i, o in ipairs(command.options or {}) do
    list[i] = { name = o[1], value = o[2], about = o[3], short = o.short, many = o.many }
  end
  return { name = command.name, summary = command.summary, usage = require "host.help".usage(command), options = out.array(list) }
end

local function run(opts, operands)
  local help = require "host.help"
  local name = operands[1]
  if opts.json then
    local list = {}
    for _, command in ipairs(tables()) do
      if not name or name == command.name then list[#list + 1] = described(command) end
    end
    return out.json(out.array(list))
  end
  if not name then return out.line(opts.short and help.short() or help.all(tables())) end
  for _, known in ipairs(require "host.cli".NAMES) do
    if known == name then return out.line(help.command(require("host.cli." .. name))) end
  end
  local near = options.nearest(name, require "host.cli".NAMES)
  return options.usage(("there is no command '%s'"):format(name), near and ("did you mean `aios help %s`?"):format(near))
end

return {
  name = "help", group = "other", summary = "shows how a command is used",
  operands = "[COMMAND]", max = 1,
  options = { { "short", nil, "only what to begin with" } },
  examples = { { "aios help run", "everything about `aios run`" } },
  run = run,
}
