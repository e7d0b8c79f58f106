--- names: what every program sees: namespaces of tools, libraries, and the functions that stand alone.
--- The sandbox makes them, `aios check` knows them, and a test holds the two together.
local M = {}

---Namespaces of tools, each declared in tools/NAME.lua.
M.namespaces = { "fs", "process", "http", "log", "kv", "db", "monitor", "service", "pkg", "git", "net", "web", "archive", "sqlite", "mail", "container" }

---Libraries without effects; the module of each, when it has another name.
M.libraries = { "json", "text", "list", "csv", "toml", "xml", "time" }
M.modules = { json = "aios.json" }

---Functions that stand alone and are tools: name -> the file that declares it.
M.tools = { ask = "ask", notify = "notify", emit = "emit", signal = "signal", approve = "approve" }

---The other functions and values that are ours.
M.words = { "sleep", "now", "random", "uuid", "race", "retry", "say", "secret", "outcome", "run", "arg", "state", "receive", "version",
  "continue_with" }

---What a file with tests has besides, while `aios test` runs it.
M.testing = { "mock", "clock", "sent", "fire", "printed", "trigger", "workflows" }

---What Lua itself gives. Its libraries have the fields of stock Lua.
M.lua = { "assert", "collectgarbage", "error", "getmetatable", "ipairs", "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen",
  "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "warn", "xpcall", "load", "loadfile", "dofile", "require", "_G", "_VERSION" }
M.lua_libraries = { "string", "table", "utf8", "math", "coroutine", "io", "os", "debug", "package" }

---What is wrong with the name of a signal, or nil.
function M.letter(name)
  if name:find "^[%w_%-][%w_%-.]*$" then return nil end
  return ("'%s' is no name of a signal: letters, digits, `_`, `-` and dots"):format(name)
end

return M
