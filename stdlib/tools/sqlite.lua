--- sqlite: SQLite files of your own. `db.open` gives one a handle; the tables of the aios database are `db`'s.
---
---     local books = db.open "books.db"
---     books:migrate { "create table book (id integer primary key, title text)", "alter table book add column year integer" }
---     books:exec("insert into book (title, year) values (?, ?)", "Emma", 1815)
---     for _, row in ipairs(books:query("select * from book where year < ?", 1900)) do print(row.title) end
---
--- Each call is a step of its own. Values go where the statement has `?`, never into its text. NULL is a field that is nil.
local M = { name = "sqlite", tools = {} }
local tools = M.tools

local function raw() return require "aios.sqlite" end

local VALUES = { { "values", "{ any }" } }

tools.query = {
  about = "The rows of a statement that only reads, from a SQLite file.",
  params = { { "path", "path" }, { "sql", "string" } },
  rest = "values",
  options = VALUES,
  returns = "{ any }",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  example = [[local ok, rows = pcall(sqlite.query, "/tmp/books.db", "select * from book where year < ?", 1900)]],
  run = function(args)
    local got, err = raw().query(args.sql, args.values or {}, args.path)
    return got and got.rows, err
  end,
}

tools.exec = {
  about = "Runs one statement in a SQLite file, made when it is not there: how many rows changed, the id of the last one inserted, and what `returning` gives.",
  params = { { "path", "path" }, { "sql", "string" } },
  rest = "values",
  options = VALUES,
  returns = "{ changes: integer, id: integer, rows: { any } }",
  risk = "medium",
  needs = { "fs.write", "path" },
  example = [[sqlite.exec("/tmp/books.db", "create table if not exists book (id integer primary key, title text, year integer)")]],
  run = function(args)
    local got, err = raw().exec(args.sql, args.values or {}, args.path)
    return got and { changes = got.changes, id = got.id, rows = got.rows }, err
  end,
}

tools.migrate = {
  about = "Brings a SQLite file to the newest version of its tables: of the texts, one a version, those it does not have yet are run, all or none. "
    .. "The file keeps its version (user_version).",
  params = { { "path", "path" }, { "versions", "{ string }" } },
  returns = "{ from: integer, to: integer }",
  effect = "idempotent",
  risk = "medium",
  needs = { "fs.write", "path" },
  example = [[sqlite.migrate("/tmp/shop.db", { "create table item (id integer primary key, name text)" })]],
  run = function(args) return raw().migrate("", args.versions, args.path) end,
}

---What `db.open` gives: the tools above with their path.
function M.handle(path)
  local face = require("tool.face").namespace "sqlite"
  local handle = { path = path }
  function handle:query(sql, ...) return face.query(self.path, sql, ...) end
  function handle:one(sql, ...) return face.query(self.path, sql, ...)[1] end
  function handle:exec(sql, ...) return face.exec(self.path, sql, ...) end
  function handle:migrate(versions) return face.migrate(self.path, versions) end
  return handle
end

return M
