--- library: writes docs/library.md from the declarations of the tools and the doc comments of the libraries.
-- usage: lua5.4 packaging/library.lua >docs/library.md      from the project's root; a test compares the two
package.path = "stdlib/?.lua;" .. package.path
package.preload["aios.json"] = function() return { encode = tostring } end

local SPACES = { "fs", "process", "http", "web", "net", "mail", "archive", "git", "pkg", "service", "container", "monitor", "kv", "db", "sqlite", "log", "notify", "emit", "signal", "approve", "ask", "workflow" }
local LIBRARIES = { "json", "text", "list", "csv", "toml", "xml", "time" }
local ONCE = "once"
local MEANING = {
  reads = "changes nothing; recorded when convenient",
  tx = "changes only aios' own database, in order with its record",
  idempotent = "may be repeated with the same end: after a crash it is",
  once = "never repeated blindly: after a crash in its midst the run waits for a person",
}

local out = {}
local function line(...) out[#out + 1] = (...):format(select(2, ...)) end

local function type_text(param)
  local text = param[2]
  if param.optional and not text:find "%?$" then text = text .. "?" end
  return (text:gsub("|", "\\|"))
end

local function signature(name, tool)
  local words = {}
  for i, p in ipairs(tool.params or {}) do words[i] = p[1] .. ": " .. type_text(p) end
  if tool.rest then words[#words + 1] = tool.rest .. " ..."
  elseif #(tool.options or {}) > 0 then words[#words + 1] = "options" end
  return ("%s(%s)%s"):format(name, table.concat(words, ", "), tool.returns and " -> " .. tool.returns or "")
end

local function tool_text(name, tool)
  line("### `%s`", signature(name, tool))
  line("")
  line("%s", tool.about)
  line("")
  if #(tool.options or {}) > 0 and not tool.rest then
    local options = {}
    for i, p in ipairs(tool.options) do options[i] = ("`%s: %s`"):format(p[1], type_text(p)) end
    line("Options: %s.", table.concat(options, ", "))
  end
  local classes = { ("*%s*"):format(tool.effect or ONCE) }
  for option, class in pairs(tool.effect_when or {}) do classes[#classes + 1] = ("*%s* with `%s`"):format(class, option) end
  local need = tool.needs and ("Needs `%s`%s."):format(tool.needs[1], type(tool.needs[2]) == "string" and (" of `%s`"):format(tool.needs[2]) or "") or "Needs no grant."
  line("Effect: %s. %s", table.concat(classes, ", "), need)
  line("")
  line("```lua fragment\n%s\n```\n", tool.example)
end

local function space(name)
  local module = require("tools." .. name)
  local verbs = {}
  for verb in pairs(module.tools) do verbs[#verbs + 1] = verb end
  table.sort(verbs)
  line("## %s\n", name)
  for _, verb in ipairs(verbs) do
    local tool = module.tools[verb]
    tool_text((tool.global or name == verb) and verb or name .. "." .. verb, tool)
  end
end

-- a comment, with its indented lines as a block of examples
local function told(comment)
  local list, inside = {}, false
  for i = 1, #comment + 1 do
    local example = comment[i] and comment[i]:match "^   (.*)$"
    if (example ~= nil) ~= inside then
      inside = example ~= nil
      list[#list + 1] = inside and "```lua values" or "```"
    end
    list[#list + 1] = example or comment[i]
  end
  return table.concat(list, "\n")
end

-- the comment lines directly above `function M.name`
local function library(name)
  line("## %s\n", name)
  local comment, seen = {}, 0
  for text in io.lines("stdlib/" .. name .. ".lua") do
    local said = text:match "^%-%-%-? ?(.*)$"
    local shape = text:match "^function M%.([%w_]+%b())"
    if said then
      if not said:find "^@" then comment[#comment + 1] = said end
    else
      if shape then
        seen = seen + 1
        line("### `%s.%s`\n\n%s\n", name, shape, told(comment))
      end
      comment = {}
    end
  end
  if seen == 0 then
    line("`json.encode(value, { pretty = true })` gives text, `json.decode(text)` a value or nil and an error; `json.null` is JSON's null,")
    line("`json.array(list)` marks a table as a list even when it is empty.\n")
  end
end

line("# The library\n")
line("Made from the declarations in `stdlib/` by `packaging/library.lua`; do not edit by hand.\n")
line("Tools act on the world: they are recorded as steps, pass the gate and raise structured errors (`err.code`, `err.message`, `err.tool`).")
line("Each has one of four effects:\n")
for _, effect in ipairs { "reads", "tx", "idempotent", "once" } do line("- *%s*: %s", effect, MEANING[effect]) end
line("\n# Words\n")
line("| word | what it does |\n|---|---|")
for _, row in ipairs {
  { "`print(…)`, `say(…)`", "writes a line; silent while a resumed run repeats what it has said" },
  { "`ask(prompt)`, `ask { prompt, tier=, tiers=, accept=, budget=, system=, images=, temperature=, timeout=, max_tokens=, tools=, rounds=, stream= }`",
    "an answer of a model, or by rule; with `-> T` a checked value" },
  { "`sleep(seconds)`, `wait 5m`", "waits; a long wait leaves memory and survives a restart" },
  { "`now()`", "seconds since the epoch, to the millisecond; a resumed run gets the same readings" },
  { "`random([m [, n]])`, `math.random`, `uuid()`", "chance, from the run's own seed" },
  { "`approve \"question\"`, `approve { question, by=, within=, default=, detail= }`", "a person's yes or no, and `{ by, at, why }`" },
  { "`signal(run, name, payload)`, `receive(name, { within= })`", "letters between runs; `receive` gives nil when none came in time" },
  { "`notify(text)`, `emit(name, payload)`", "see below" },
  { "`NAME(args)`", "a declared workflow, tool, decision or agent as a step of this run" },
  { "`NAME:start(args, { id=, at= })`", "a run of its own; the same id never starts twice. Gives a handle: `.id`, `:wait(seconds)`, `:result()`, `:signal(name, payload)`, `:cancel()`" },
  { "`run.id name program cause due late missed attempt key cost`", "what is known of this run" },
  { "`state.NAME`", "a value of the program that outlives its runs" },
  { "`race { fn, name = fn }`", "the value and the key of the first function that returns; the others are ended" },
  { "`retry(fn, { times=, backoff=, upto=, on= })`", "calls fn again after a failure; `on` is a code, a list of codes or a function of the error" },
  { "`secret(name[, tier])`", "a handle of a secret, for tools; models up to that tier may see it, without a tier none" },
  { "`outcome(decision, \"good\" or \"bad\")`", "says how a decision turned out" },
  { "`version(name, n)`", "n for runs that come there new, less for those whose record goes on without it" },
  { "`continue_with(args)`", "ends this run; a new one of its workflow goes on with the newest text" },
  { "`arg`", "the arguments, as in Lua" },
  { "`require \"aios\"`", "the headings as functions, for plain Lua: [Lua and aios](lua.md#functions-for-the-headings)" },
} do line("| %s | %s |", row[1], row[2]) end
line("\n# Tools\n")
for _, name in ipairs(SPACES) do space(name) end
line("# Libraries\n")
line("No effects; they return `nil, err` when the input is at fault.\n")
for _, name in ipairs(LIBRARIES) do library(name) end
io.write(table.concat(out, "\n"), "\n")
