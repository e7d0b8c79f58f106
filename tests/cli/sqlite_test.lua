--- sqlite.* and db.open: SQLite files of a program's own.
local t = require "tests.tap"

local function run(source, o)
  o = o or {}
  local home = o.home or t.dir()
  local got = t.aios { "run", o.grant and "--grant" or "--yes", o.grant or "-", o.grant and "-", home = home, cwd = home, stdin = source }
  t.eq({ got.code, got.err }, { 0, "" }, got.out)
  return got.out, home
end

local BOOKS = [[
local books = db.open "books.db"
books:migrate { "create table book (id integer primary key, title text, year integer, price real, cover blob)" }
]]

t.test("a file is made, filled and asked", function()
  local out, home = run(BOOKS .. [[
print(books:exec("insert into book (title, year, price) values (?, ?, ?)", "Emma", 1815, 9.5).id)
print(books:exec("insert into book (title, year) values (?, ?), (?, ?)", "Dune", 1965, "Ulysses", nil).changes)
for _, row in ipairs(books:query "select * from book order by id") do print(row.id, row.title, row.year, row.price) end
print(books:one("select count(*) as n from book").n, books:one "select * from book where id = 99")
print(books:exec("delete from book where year > ? returning title", 1900).rows[1].title)
]])
  t.eq(out, "1\n2\n1\tEmma\t1815\t9.5\n2\tDune\t1965\tnil\n3\tUlysses\tnil\tnil\n3\tnil\nDune\n")
  local pipe = assert(io.popen(("python3 -c \"import sqlite3; print(sqlite3.connect('%s/books.db').execute('select title from book').fetchall())\""):format(home)))
  t.eq(pipe:read "a", "[('Emma',), ('Ulysses',)]\n")
  pipe:close()
end)

t.test("values are values: integers exact, bytes as bytes, texts never SQL", function()
  t.eq(run(BOOKS .. [[
books:exec("insert into book (title, year, cover) values (?, ?, ?)", "'); drop table book; --", 9007199254740993, "\0\255x")
local row = books:one "select * from book"
print(row.title, row.year, #row.cover, row.cover == "\0\255x")
]]), "'); drop table book; --\t9007199254740993\t3\ttrue\n")
end)

t.test("versions are run once, in their order, all or none", function()
  t.eq(run([[
local one = "create table a (x); insert into a values ('; not an end')"
local two = "create table b (y);\n-- a remark\ncreate trigger t after insert on a begin insert into b values (1); insert into b values (2); end;"
local h = db.open "m.db"
print(h:migrate({ one }).from, h:migrate({ one, two }).from, h:migrate({ one, two }).from)
h:exec "insert into a values (1)"
print(h:one("select count(*) as n from a").n, h:one("select count(*) as n from b").n)
local ok, err = pcall(h.migrate, h, { one, two, "create table c (z)", "create table broken (" })
print(ok, err.code, err.message:match "^version 4: ")
print(h:one("select count(*) as n from sqlite_schema where name = 'c'").n)
print(select(2, pcall(h.migrate, h, { one })).code)
]]), "0\t1\t2\n2\t2\nfalse\tinvalid\tversion 4: \n0\nnewer\n")
end)

t.test("what only reads cannot change, what attaches or steers is refused", function()
  t.eq(run(BOOKS .. [[
for _, sql in ipairs { "delete from book", "attach 'x.db' as x", "pragma journal_mode = off", "begin", "select load_extension('x')", "select 1; select 2", "nonsense" } do
  print(select(2, pcall(books.query, books, sql)).code)
end
print(select(2, pcall(books.exec, books, "insert into book (id) values (?)", 1, 2)).message)
books:exec "insert into book (id) values (1)"
print(select(2, pcall(books.exec, books, "insert into book (id) values (1)")).code)
]]), "invalid\ndenied\ndenied\ndenied\ndenied\ninvalid\ninvalid\nthe statement has 1 place for values, and 2 are given\nconflict\n")
end)

t.test("a file that is none, and one that is not there, are told as that", function()
  t.eq(run([[
fs.write("text.db", ("no database at all "):rep(100))
print(select(2, pcall(sqlite.query, "text.db", "select 1 from sqlite_schema")).code)
print(select(2, pcall(sqlite.query, "none.db", "select 1")).code, fs.exists "none.db")
]]), "invalid\nnot_found\tfalse\n")
end)

t.test("the database of aios itself is out of reach", function()
  local home = t.dir()
  local got = t.aios { "run", "--yes", "--db", home .. "/own.db", "-", home = home, cwd = home, stdin = [[
print(select(2, pcall(sqlite.query, "own.db", "select * from runs")).code, select(2, pcall(sqlite.exec, "own.db", "delete from runs")).code)
]] }
  t.eq({ got.code, got.out, got.err }, { 0, "denied\tdenied\n", "" })
end)

t.test("a file needs its grant, to read and to write", function()
  local home = t.dir()
  run(BOOKS, { home = home })
  t.eq(run([[
print(#sqlite.query("books.db", "select * from book"))
print(select(2, pcall(sqlite.exec, "books.db", "delete from book")).code)
print(select(2, pcall(sqlite.query, "/etc/other.db", "select 1")).code)
]], { home = home, grant = "fs.read books.db" }), "0\ndenied\ndenied\n")
end)

t.test("a change is a step: a run that is started again with its id does not make it twice", function()
  local home = t.dir()
  local source = BOOKS .. [[books:exec("insert into book (title) values (?)", "Once") print(books:one("select count(*) as n from book").n)]]
  t.write(home .. "/p.aios", source)
  t.eq(t.aios({ "run", "--yes", "--id", "k1", "p.aios", home = home, cwd = home }).out, "1\n")
  t.aios { "run", "--yes", "--id", "k1", "p.aios", home = home, cwd = home }
  t.eq(run([[print(sqlite.query("books.db", "select count(*) as n from book")[1].n)]], { home = home }), "1\n")
end)

t.done()
