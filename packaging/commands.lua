--- commands: writes docs/commands.md from the tables of the commands, the same that `aios help` prints.
-- usage: lua5.4 packaging/commands.lua >docs/commands.md      from the project's root; a test compares the two
package.path = "stdlib/?.lua;stdlib/?/init.lua;" .. package.path
-- the tables are data; what a command would call is not there
table.insert(package.searchers, 2, function(name)
  if name:find "^aios" or name:find "^compiler" then return function() return setmetatable({}, { __index = function() return function() end end }) end end
end)
local options, help = require "host.options", require "host.help"

local out = {}
local function line(...) out[#out + 1] = (...):format(select(2, ...)) end

-- `<` and `|` would mean something in a table
local function cell(text) return (text:gsub("|", "\\|"):gsub("<", "\\<")) end

local function option_table(list)
  line("| option | what it does |\n|---|---|")
  for _, option in ipairs(list) do
    if not option.hidden then
      local word = (option.short and "-" .. option.short .. ", " or "") .. "--" .. option[1] .. (option[2] and " " .. option[2] or "") .. (option.also and " [" .. option.also .. "]" or "")
      line("| `%s` | %s |", cell(word), cell(option[3]))
    end
  end
  line("")
end

local function command(name)
  local one = require("host.cli." .. name)
  line("### `%s`\n", help.usage(one))
  line("%s.\n", (one.summary:gsub("^%l", string.upper)))
  if one.about then line("%s\n", one.about) end
  if #(one.options or {}) > 0 then option_table(one.options) end
  if one.examples then
    line("| example | |\n|---|---|")
    for _, row in ipairs(one.examples) do line("| `%s` | %s |", cell(row[1]), cell(row[2])) end
    line("")
  end
end

line("# The commands\n")
line("Made from the tables of the commands in `stdlib/host/cli/` by `packaging/commands.lua`; do not edit by hand. `aios help` and `aios help COMMAND` say the same.\n")
line("`aios FILE [ARGS]` is `aios run FILE [ARGS]`. Results go to standard output; everything else, such as errors, questions and log lines, goes to standard")
line("error. A run is named by its id, by the beginning of one (6 characters or more) or by `last`, the newest.\n")
line("## Exit codes\n\n| code | meaning |\n|---|---|")
for _, row in ipairs(help.CODES) do line("| %d | %s |", row[1], row[2]) end
line("\n## Options of every command\n")
option_table(options.COMMON)
line("`DUR` is a duration such as `10s`, `5m` or `1h30m`; `SIZE` is a size such as `64MiB`; `N` is a whole number; `JSON` is a JSON text.\n")
for _, group in ipairs(help.GROUPS) do
  line("## %s\n", group[2])
  for _, name in ipairs(require "host.cli".NAMES) do
    if require("host.cli." .. name).group == group[1] then command(name) end
  end
end
line("## The environment\n\n| variable | meaning |\n|---|---|")
for _, row in ipairs(help.ENVIRONMENT) do line("| `%s` | %s |", row[1], row[2]) end
io.write(table.concat(out, "\n"), "\n")
