local options = require "host.options"

local NAMED = { notify = true, emit = true }

local function nearest(name)
  local names = {}
  for i, tool in ipairs(require "tool.catalogue".library()) do names[i] = tool.name end
  local near = options.nearest(name, names)
  return nil, { code = "not_found", message = ("there is no tool '%s'"):format(name), hint = near and ("did you mean `%s`?"):format(near) or "`aios tools` lists them" }
end

local function find(name)
  local space, verb = name:match "^(%a[%w_]*)%.(%a[%w_]*)$"
  if not space and NAMED[name] then space, verb = name, name end
  for _, known in ipairs(require "tool.names".namespaces) do
    if space == known or NAMED[space] then
      local tool = require("tools." .. space).tools[verb]
      if tool then return tool end
      break
    end
  end
  return nearest(name)
end

---The arguments by name; a list gives them by place.
local function arguments(tool, text)
  local args, err = require "aios.json".decode(text or "{}")
  if type(args) ~= "table" then
    return options.usage(("the arguments must be a JSON object or list%s"):format(err and ": " .. err.message or ""), "such as '{\"path\":\"/etc/hostname\"}'")
  end
  local by_name, params = {}, tool.params or {}
  for key, value in pairs(args) do
    if type(key) == "string" then by_name[key] = value
    elseif not params[key] then return options.usage(("%d arguments are too many; it takes %d"):format(#args, #params))
    else by_name[params[key][1]] = value end
  end
  local wrong = require "tool.fit".wrong(require "tool.fit".known(tool), by_name)
  if wrong then return nil, { code = "invalid", message = wrong, hint = "`aios tools` with its name shows the arguments" } end
  return by_name
end

-- "needs fs.read "/etc/hostname"" for each need of the call
local function needs(tool, args)
  local out = {}
  for _, need in ipairs { tool.needs or false, table.unpack(tool.also or {}) } do
    local of = need and need[2]
    local resource = type(of) == "function" and of(args) or of and args[of]
    if need then
      resource = tostring(resource or "")
      out[#out + 1] = resource == "" and ("needs %s"):format(need[1]) or ("needs %s %s"):format(need[1], require "compiler.source".quote(resource))
    end
  end
  return table.concat(out, "\n")
end

---The program of one call: its arguments come as JSON, its result is printed as JSON.
local function program(name, tool, args, pretty)
  local words, named = {}, {}
  for i, p in ipairs(tool.params or {}) do words[i], named[p[1]] = "args." .. p[1], true end
  if tool.rest then words[#words + 1] = ("table.unpack(args.%s or {})"):format(tool.rest)
  elseif #(tool.options or {}) > 0 then
    local fields = {}
    for i, p in ipairs(tool.options) do fields[i] = ("%s = args.%s"):format(p[1], p[1]) end
    words[#words + 1] = "{ " .. table.concat(fields, ", ") .. " }"
  end
  return ([[
%s
local json = require "json"
local args = json.decode(arg[1])
local got = %s(%s)
if type(got) == "table" then
  for key, value in pairs(got) do if type(value) == "function" then got[key] = nil end end
end
print(got == nil and "null" or json.encode(got, { pretty = %s }))
]]):format(needs(tool, args), name, table.concat(words, ", "), pretty)
end

local function run(opts, words)
  local name = words[1]
  local tool, err = find(name)
  if not tool then return nil, err end
  local args
  args, err = arguments(tool, words[2])
  if not args then return nil, err end
  if opts.deny_all and (opts.yes or opts.grant) then return options.usage "--deny-all and --yes or --grant say opposite things" end
  return require "aios.host".run {
    file = "aios call " .. name, text = program(name, tool, args, tostring(not opts.json)), args = { require "aios.json".encode(args) },
    db = opts.db, quiet = opts.quiet, verbose = opts.verbose, yes = opts.yes, grants = opts.grant or {}, deny_all = opts.deny_all,
  }
end

return {
  name = "call", group = "programs", summary = "calls one tool and prints its result as JSON",
  operands = "TOOL [JSON]", min = 1, max = 2,
  options = {
    { "yes", nil, "grant what the call needs" },
    { "grant", "NEED", "grant one need, such as 'fs.read \"/var/log/**\"'; may be repeated", many = true },
    { "deny-all", nil, "grant nothing, ask nobody" },
  },
  about = [[
JSON holds the arguments: an object by name, or a list by place. The call is a run like any other: it passes the gate, is
audited, and can be looked at with `aios trace`. --json prints the result on one line.]],
  examples = {
    { "aios call fs.stat '{\"path\":\"/etc/hostname\"}'", "by name" },
    { "aios call monitor.disk '[\"/\"]' --json", "by place, on one line" },
  },
  run = run,
}
