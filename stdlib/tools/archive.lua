--- archive: tar, zip and 7z files, through libarchive.
---
---     archive.create("site.tar.gz", "~/site")
---     archive.extract("site.tar.gz", "/srv/restored")
---
--- Nothing that an archive says leads out of the directory it is unpacked into.
local M = { name = "archive", tools = {} }
local tools = M.tools

local TOTAL = "{ files: integer, bytes: integer, left_out: { string } }"
local MAX = 10 << 30

local function raw() return require "aios.archive" end

tools.list = {
  about = "What is in an archive: tar (plain or with gzip, bzip2, xz, zstd), zip or 7z.",
  params = { { "path", "path" } },
  returns = [[{ { name: string, type: "file" | "directory" | "link" | "pipe" | "socket" | "device", size: integer, modified: time } }]],
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[local ok, inside = pcall(archive.list, "/tmp/site.zip")]],
  run = function(args) return raw().list(args.path) end,
}

tools.extract = {
  about = "Unpacks an archive into a directory, made when it is not there; files of the same names are replaced. One that names a place "
    .. "outside is refused before anything is made. `left_out`: links that lead up or away, devices and pipes. 10 GiB at most, or `max`.",
  params = { { "path", "path" }, { "to", "path" } },
  options = { { "max", "size" } },
  returns = TOTAL,
  effect = "idempotent",
  risk = "medium",
  needs = { "fs.write", "to" },
  also = { { "fs.read", "path" } },
  example = [[local ok, got = pcall(archive.extract, "/tmp/site.zip", "/tmp/site")]],
  run = function(args) return raw().extract(args.path, args.to, args.max or MAX) end,
}

tools.create = {
  about = "Packs a file, or a directory with all it holds, into an archive of the kind that its name says: .tar .tar.gz .tgz .tar.xz .txz "
    .. ".tar.zst .zip. It appears whole or not at all; one of the same name is replaced. `left_out`: sockets, pipes and devices.",
  params = { { "path", "path" }, { "from", "path" } },
  returns = TOTAL,
  effect = "idempotent",
  risk = "medium",
  needs = { "fs.write", "path" },
  also = { { "fs.read", "from" } },
  example = [[local packed = archive.create("/tmp/draft.tar.gz", "/tmp/draft.md")]],
  run = function(args) return raw().create(args.path, args.from) end,
}

return M
