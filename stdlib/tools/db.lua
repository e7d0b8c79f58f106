--- db: tables of your own in the database of aios.
---
---     db.exec "create table if not exists orders (id integer primary key, customer text, total real)"
---     db.insert("orders", { customer = "Ada", total = 12.5 })
---     local order = db.one("select * from orders where id = ?", 1)
---
--- A statement and the record of its step are one: it happens once, whatever crashes. Values go where the statement has `?`, never
--- into its text. NULL is a field that is nil. All programs of one database see the same tables; the tables of aios are out of reach.
local M = { name = "db", tools = {} }
local tools = M.tools

local function raw() return require "aios.store" end

local function change(sql, values, request)
  local got, err = raw().db_exec(sql, values, request.key)
  if not got then return nil, err end
  require "aios.door".commit(function() raw().db_forget(request.key) end)
  return got
end

local function exec(args, request)
  local got, err = change(args.sql, args.values or {}, request)
  if not got then return nil, err end
  return { changes = got.changes, id = got.id, rows = got.rows }
end

local EXEC = "{ changes: integer, id: integer, rows: { any } }"

tools.exec = {
  about = "Runs one statement that changes something: how many rows changed, the id of the last one inserted, and what `returning` gives.",
  params = { { "sql", "string" } },
  rest = "values",
  options = { { "values", "{ any }" } },
  returns = EXEC,
  effect = "tx",
  risk = "medium",
  example = [[db.exec("update orders set total = ? where id = ?", 9.5, 1)]],
  run = exec,
}

tools.run = {
  about = "The same as db.exec.",
  params = { { "sql", "string" } },
  rest = "values",
  options = { { "values", "{ any }" } },
  returns = EXEC,
  effect = "tx",
  risk = "medium",
  example = [[db.run("insert into orders (customer, total) values (?, ?)", "Ada", 12.5)]],
  run = exec,
}

local function quoted(name) return '"' .. name:gsub('"', '""') .. '"' end

tools.insert = {
  about = "Adds a row to a table; gives its id.",
  params = { { "table", "string" }, { "row", "{ [string]: any }" } },
  returns = "{ id: integer }",
  effect = "tx",
  risk = "medium",
  example = [[db.insert("orders", { customer = "Ada", total = 12.5 })]],
  run = function(args, request)
    local names, marks, values = {}, {}, {}
    for name in pairs(args.row) do names[#names + 1] = name end
    table.sort(names)
    for i, name in ipairs(names) do
      values[i], marks[i], names[i] = args.row[name], "?", quoted(name)
    end
    local sql = #names == 0 and ("insert into %s default values"):format(quoted(args.table))
      or ("insert into %s (%s) values (%s)"):format(quoted(args.table), table.concat(names, ", "), table.concat(marks, ", "))
    local got, err = change(sql, values, request)
    return got and { id = got.id }, err
  end,
}

tools.query = {
  about = "The rows of a statement that only reads.",
  params = { { "sql", "string" } },
  rest = "values",
  options = { { "values", "{ any }" } },
  returns = "{ any }",
  effect = "reads",
  risk = "low",
  example = [[db.query("select * from orders where total > ?", 10)]],
  run = function(args)
    local got, err = raw().db_query(args.sql, args.values or {})
    return got and got.rows, err
  end,
}

tools.one = {
  about = "The first row of a statement that only reads; nil when there is none.",
  params = { { "sql", "string" } },
  rest = "values",
  options = { { "values", "{ any }" } },
  returns = "any?",
  effect = "reads",
  risk = "low",
  example = [[db.one("select * from orders where id = ?", 1)]],
  run = function(args)
    local got, err = raw().db_query(args.sql, args.values or {})
    if not got then return nil, err end
    return got.rows[1]
  end,
}

tools.open = {
  about = "A handle of a SQLite file of your own: h:query, h:one, h:exec and h:migrate are the tools of `sqlite` with its path.",
  params = { { "path", "path" } },
  returns = "{ path: path }",
  effect = "reads",
  risk = "low",
  needs = { "fs.read", "path" },
  adds = { "query", "one", "exec", "migrate" },
  finish = function(got) return require("tools.sqlite").handle(got.path) end,
  example = [[local books = db.open "/tmp/books.db"]],
  run = function(args) return { path = require("aios.host").plain(args.path) } end,
}

return M
