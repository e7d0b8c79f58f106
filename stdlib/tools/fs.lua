--- fs: files and directories.
---
---     local text = fs.read("~/notes.txt")
---     fs.write("report.md", text)
---
--- A path may begin with `~`; a relative one begins where the program was started. What a path leads to
--- through links is what the program needs a grant for.
local M = { name = "fs", tools = {} }
local tools = M.tools

local ENTRY = [[name: string, path: path, type: "file" | "directory" | "link" | "pipe" | "socket" | "device", size: integer, modified: time]]

local function raw() return require "aios.fs" end

---`true` from a binding becomes the (empty) result of a tool without one.
local function done(ok, err)
  if not ok then return nil, err end
  return true
end

tools.read = {
  about = "Reads a whole file. One over 64 MiB (or `max` bytes) is an error.",
  params = { { "path", "path" } },
  options = { { "max", "integer" } },
  returns = "string",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[fs.read("/etc/hostname")]],
  run = function(args) return raw().read(args.path, args) end,
}

tools.write = {
  about = "Replaces a file in one step: a reader, or a power cut, meets the old text or the new one. `mode` is as in chmod.",
  params = { { "path", "path" }, { "text", "string" } },
  options = { { "append", "boolean" }, { "mode", "integer(0..777)" } },
  returns = "{ bytes: integer }",
  effect = "idempotent",
  effect_when = { append = "once" },
  risk = "medium",
  needs = { "fs.write", "path" },
  example = [[fs.write("/tmp/a.txt", "hello")]],
  run = function(args) return raw().write(args.path, args.text, args) end,
}

tools.append = {
  about = "Adds text to the end of a file, making it when there is none.",
  params = { { "path", "path" }, { "text", "string" } },
  returns = "{ bytes: integer }",
  risk = "medium",
  needs = { "fs.write", "path" },
  example = [[fs.append("/tmp/a.log", "one more line\n")]],
  run = function(args) return raw().append(args.path, args.text) end,
}

tools.list = {
  about = "Lists a directory, sorted. `deep` goes below; `glob` picks names (or, with a slash, paths below the directory).",
  params = { { "path", "path" } },
  options = { { "glob", "string" }, { "deep", "boolean" } },
  returns = "{ { " .. ENTRY .. " } }",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[fs.list("/etc", { glob = "*.conf" })]],
  run = function(args) return raw().list(args.path, args) end,
}

tools.stat = {
  about = "Says what is at a path: type, size in bytes, last change, mode. nil when nothing is there.",
  params = { { "path", "path" } },
  returns = "{ " .. ENTRY .. ", mode: integer }?",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[fs.stat("/etc/hostname")]],
  run = function(args) return raw().stat(args.path) end,
}

tools.exists = {
  about = "Is there anything at this path?",
  params = { { "path", "path" } },
  returns = "boolean",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[fs.exists("/etc/hostname")]],
  run = function(args) return raw().exists(args.path) end,
}

tools.mkdir = {
  about = "Makes a directory and those above it; one that is there already is fine.",
  params = { { "path", "path" } },
  returns = "boolean",
  effect = "idempotent",
  risk = "low",
  needs = { "fs.write", "path" },
  example = [[fs.mkdir("/tmp/reports/2026")]],
  run = function(args) return done(raw().mkdir(args.path)) end,
}

tools.copy = {
  about = "Copies one file with its mode, in one step; a file at `to` is replaced.",
  params = { { "from", "path" }, { "to", "path" } },
  returns = "boolean",
  effect = "idempotent",
  risk = "medium",
  needs = { "fs.write", "to" },
  also = { { "fs.read", "from" } },
  example = [[fs.copy("/etc/hostname", "/tmp/hostname")]],
  run = function(args) return done(raw().copy(args.from, args.to)) end,
}

tools.move = {
  link = true,                              -- acts on a link itself, not on what it points to
  about = "Renames a file, directory or link; a file at `to` is replaced, a directory is not.",
  params = { { "from", "path" }, { "to", "path" } },
  returns = "boolean",
  risk = "medium",
  needs = { "fs.write", "from" },
  also = { { "fs.write", "to" } },
  example = [[fs.move("/tmp/draft.md", "/tmp/final.md")]],
  run = function(args) return done(raw().move(args.from, args.to)) end,
}

tools.remove = {
  link = true,                              -- as move
  about = "Removes a file, a link or an empty directory; with `deep` a directory and all in it. Says whether anything was there.",
  params = { { "path", "path" } },
  options = { { "deep", "boolean" } },
  returns = "boolean",
  effect = "idempotent",
  risk = "high",
  needs = { "fs.write", "path" },
  example = [[fs.remove("/tmp/a.txt")]],
  run = function(args) return raw().remove(args.path, args) end,
}

tools.chmod = {
  about = "Sets who may read, write and run a file or directory: 644, as chmod takes it.",
  params = { { "path", "path" }, { "mode", "integer(0..777)" } },
  returns = "boolean",
  effect = "idempotent",
  risk = "medium",
  needs = { "fs.write", "path" },
  example = [[fs.chmod(fs.mkdir "/tmp/private" and "/tmp/private", 700)]],
  run = function(args) return done(raw().chmod(args.path, { mode = args.mode })) end,
}

tools.search = {
  about = "Finds the lines that hold a text, in the text files below a directory; 1000 at most, or `limit`.",
  params = { { "path", "path" }, { "text", "string(1..500)" } },
  options = { { "glob", "string" }, { "limit", "integer(1..10000)" } },
  returns = "{ { path: path, line: integer, text: string } }",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[fs.search("/etc", "localhost", { glob = "hosts" })]],
  run = function(args) return raw().search(args.path, args.text, args) end,
}

tools.hash = {
  about = "The SHA-256 of a file, in hexadecimal.",
  params = { { "path", "path" } },
  returns = "string",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[fs.hash("/etc/hostname")]],
  run = function(args) return raw().hash(args.path) end,
}

tools.usage = {
  about = "How full the file system of a path is, in bytes.",
  params = { { "path", "path" } },
  returns = "{ used: integer, free: integer, total: integer }",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[fs.usage("/")]],
  run = function(args) return raw().usage(args.path) end,
}

return M
