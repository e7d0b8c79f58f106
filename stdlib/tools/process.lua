--- process: other programs, by a list of arguments. There is never a shell in between.
---
---     local got = process.run({ "git", "pull" }, { cwd = "~/site", timeout = 60, check = true })
---     print(got.out)
---
--- A program is found in the system's own directories, or by its full path. It gets a clean
--- environment, no open files of ours, and dies with us (`run`) or lives on (`spawn`).
local M = { name = "process", tools = {} }
local tools = M.tools

local RECORD = "pid: integer, parent: integer, user: integer, name: string, state: string, memory: integer, cpu: number, started: time, command: string"
local LIMITS = "{ memory?: integer, cpu?: integer, file_size?: integer, files?: integer, processes?: integer }"
local SHOWN = 300

local function raw() return require "aios.process" end

---The resource of the need `process`, as the binding asks for it too: a bare name, else the full path.
local function program(args)
  local name = args.argv[1]
  if not name or not name:find("/", 1, true) then return name end
  return require("aios.host").plain(name:sub(1, 1) == "/" and name or (args.cwd or ".") .. "/" .. name)
end

---The last words of what it printed, for an error message.
local function tail(got)
  local text = (got.err ~= "" and got.err or got.out):gsub("%s+$", "")
  if #text > SHOWN then text = "…" .. text:sub(utf8.offset(text, 0, #text - SHOWN) or -SHOWN) end
  return text
end

---`check = true`: anything but success is an error of the tool.
local function failed(args, got)
  local how = got.signal and "was ended by signal " .. got.signal or "ended with code " .. got.code
  local text, said = ("%s %s"):format(args.argv[1], how), tail(got)
  if said ~= "" then text = text .. ": " .. said end
  return nil, { code = "failed", message = text }
end

tools.run = {
  about = "Runs a program to its end and returns what it printed. `check` makes an exit code other than 0 an error, `timeout` ends "
    .. "it with all it started, `reads` says that it changes nothing.",
  params = { { "argv", "{ string }" } },
  options = {
    { "cwd", "path" }, { "env", "{ [string]: string }" }, { "input", "string" }, { "timeout", "duration" },
    { "limits", LIMITS }, { "max", "integer" }, { "check", "boolean" }, { "reads", "boolean" },
  },
  returns = "{ code: integer, out: string, err: string, time: number, signal?: string, truncated?: boolean }",
  effect_when = { reads = "reads" },       -- the option that makes a call one without effect
  risk = "high",
  needs = { "process", program },
  example = [[process.run({ "uname", "-r" }, { reads = true })]],
  run = function(args)
    local got, err = raw().run(args.argv, args)
    if not got then return nil, err end
    if args.check and got.code ~= 0 then return failed(args, got) end
    return got
  end,
}

tools.spawn = {
  about = "Starts a program that lives on after the run; what it prints is thrown away.",
  params = { { "argv", "{ string }" } },
  options = { { "cwd", "path" }, { "env", "{ [string]: string }" }, { "input", "string" }, { "limits", LIMITS } },
  returns = "{ pid: integer }",
  risk = "high",
  needs = { "process", program },
  example = [[process.spawn { "sleep", "1" }]],
  run = function(args) return raw().spawn(args.argv, args) end,
}

tools.list = {
  about = "The processes of this machine: memory in bytes, cpu in seconds.",
  params = {},
  returns = "{ { " .. RECORD .. " } }",
  effect = "reads",
  risk = "low",
  example = [[process.list()]],
  run = function() return raw().list() end,
}

tools.info = {
  about = "One process; nil when there is none of this id.",
  params = { { "pid", "integer" } },
  returns = "{ " .. RECORD .. " }?",
  effect = "reads",
  risk = "low",
  example = [[process.info(1)]],
  run = function(args) return raw().info(args.pid) end,
}

tools.kill = {
  about = "Sends a signal to one process: TERM unless another is named.",
  params = { { "pid", "integer" }, { "signal", "string", optional = true } },
  returns = "boolean",
  risk = "high",
  example = [[process.kill(process.spawn({ "sleep", "60" }).pid)]],
  run = function(args) return raw().kill(args.pid, args.signal) end,
}

return M
