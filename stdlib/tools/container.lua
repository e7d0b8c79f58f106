--- container: containers of this machine, through podman or docker, whichever is there.
---
---     for _, one in ipairs(container.list()) do print(one.name, one.state) end
---     print(container.exec("db", { "pg_dump", "shop" }).out)
---
--- Who may speak to docker may do anything on the machine, so each tool that changes something is of high risk.
local M = { name = "container", tools = {} }
local tools = M.tools

local NAME = "string(1..255)"
local ENGINES = { "podman", "docker" }

local function command() return require "host.command" end

local function engine()
  for _, name in ipairs(ENGINES) do if command().has(name) then return name end end
  return nil, { code = "not_found", message = "this machine has neither podman nor docker" }
end

---What is wrong with the name of a container, or nil: a dash in front would be an option.
function M.wrong_name(name)
  if not name:find "^[%w][%w_.-]*$" then return ("%q is no name of a container"):format(name) end
end

---What is wrong with the name of an image, or nil.
function M.wrong_image(name)
  if not name:find "^[%w][%w_.:/@-]*$" then return ("%q is no name of an image, such as \"debian:12\""):format(name) end
end

local function run(words, options)
  local name, err = engine()
  if not name then return nil, err end
  return command().run({ name, table.unpack(words) }, options)
end

local function invalid(why) return nil, { code = "invalid", message = why } end

---@param text string   a line of JSON for each container
function M.listed(text)
  local json = require "aios.json"
  local out = json.array {}
  for line in text:gmatch "[^\n]+" do
    local row, err = json.decode(line)
    if type(row) ~= "table" then return nil, { code = "failed", message = "the list of containers cannot be read: " .. (err and err.message or line:sub(1, 60)) } end
    out[#out + 1] = { id = row.id, name = row.name, image = row.image, state = row.state, status = row.status }
  end
  return out
end

-- both engines know these fields; podman's names are a list without a comma when there is one
local FORMAT = '{"id":{{json .ID}},"name":{{json .Names}},"image":{{json .Image}},"state":{{json .State}},"status":{{json .Status}}}'

tools.list = {
  about = "The containers that run; with `all` those that are stopped too.",
  params = {},
  options = { { "all", "boolean" } },
  returns = "{ { id: string, name: string, image: string, state: string, status: string } }",
  effect = "reads",
  risk = "low",
  example = [[local ok, running = pcall(container.list)]],
  run = function(args)
    local words = { "ps", "--no-trunc", "--format", FORMAT }
    if args.all then words[#words + 1] = "--all" end
    local got, err = run(words, { timeout = 60 })
    if not got then return nil, err end
    return M.listed(got.out)
  end,
}

tools.logs = {
  about = "The last lines that a container printed: 100, or `lines`.",
  params = { { "name", NAME } },
  options = { { "lines", "integer(1..100000)" } },
  returns = "{ out: string, err: string }",
  effect = "reads",
  risk = "low",
  needs = { "container.logs", "name" },
  example = [[local ok, said = pcall(container.logs, "db", { lines = 20 })]],
  run = function(args)
    local wrong = M.wrong_name(args.name)
    if wrong then return invalid(wrong) end
    local got, err = run({ "logs", "--tail", tostring(args.lines or 100), args.name }, { timeout = 60 })
    return got and { out = got.out, err = got.err }, err
  end,
}

local function change(verb, words, about)
  tools[verb] = {
    about = about,
    params = { { "name", NAME } },
    returns = "boolean",
    effect = "idempotent",
    risk = "high",
    needs = { "container." .. verb, "name" },
    example = ([[local ok = pcall(container.%s, "db")]]):format(verb),
    run = function(args)
      local wrong = M.wrong_name(args.name)
      if wrong then return invalid(wrong) end
      local all = { table.unpack(words) }
      all[#all + 1] = args.name
      local got, err = run(all, { timeout = 300 })
      return got and true, err
    end,
  }
end

change("start", { "start" }, "Starts a container that is there; one that runs stays as it is.")
change("stop", { "stop" }, "Stops a container: ten seconds to end by itself, then it is ended.")
change("remove", { "rm" }, "Removes a container that is stopped, with what was written in it.")

---The words for making one; nil and why when one of them is none.
function M.created(args)
  local wrong = M.wrong_name(args.name) or M.wrong_image(args.image)
  if wrong then return nil, wrong end
  local words = { "create", "--name", args.name }
  for _, port in ipairs(args.ports or {}) do
    if not port:find "^[%d.:]*%d+:%d+$" then return nil, ("%q is no port, such as \"127.0.0.1:8080:80\""):format(port) end
    words[#words + 1], words[#words + 2] = "--publish", port
  end
  local names = {}
  for name in pairs(args.env or {}) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    if not name:find "^[%a_][%w_]*$" then return nil, ("%q is no name of a variable"):format(name) end
    words[#words + 1], words[#words + 2] = "--env", name .. "=" .. args.env[name]
  end
  words[#words + 1] = args.image
  return table.move(args.command or {}, 1, #(args.command or {}), #words + 1, words)
end

tools.create = {
  about = "Makes a container of an image, without starting it; `ports` are \"8080:80\" or \"127.0.0.1:8080:80\". It gets no directory of this machine and no privilege.",
  params = { { "name", NAME }, { "image", NAME } },
  options = { { "ports", "{string}" }, { "env", "{[string]: string}" }, { "command", "{string}" } },
  returns = "{ id: string }",
  risk = "high",
  needs = { "container.create", "image" },
  example = [[local ok = pcall(container.create, "web", "nginx:1.27", { ports = { "127.0.0.1:8080:80" } })]],
  run = function(args)
    local words, wrong = M.created(args)
    if not words then return invalid(wrong) end
    local got, err = run(words, { timeout = 3600 })
    return got and { id = got.out:match "%x%x%x%x%x%x+" or "" }, err
  end,
}

tools.exec = {
  about = "Runs a program in a container that runs, to its end; `check` makes an exit code other than 0 an error.",
  params = { { "name", NAME }, { "argv", "{string}" } },
  options = { { "input", "string" }, { "timeout", "duration" }, { "check", "boolean" } },
  returns = "{ code: integer, out: string, err: string, time: number }",
  risk = "high",
  needs = { "container.exec", "name" },
  example = [[local ok, got = pcall(container.exec, "db", { "date" })]],
  run = function(args)
    local wrong = M.wrong_name(args.name) or #args.argv == 0 and "a program is needed, such as { \"date\" }"
    if wrong then return invalid(wrong) end
    local words = { "exec", "--interactive", args.name, table.unpack(args.argv) }
    local every = setmetatable({}, { __index = function(_, code) return not args.check or code == 0 end })
    local got, err = run(words, { input = args.input or "", timeout = args.timeout or 600, good = every })
    if not got then return nil, err end
    if got.code >= 125 and got.code <= 127 and got.out == "" then      -- the engine's own: no such container, no such program
      return nil, { code = got.code == 127 and "not_found" or "failed", message = command().tail(got) }
    end
    return { code = got.code, out = got.out, err = got.err, time = got.time }
  end,
}

return M
