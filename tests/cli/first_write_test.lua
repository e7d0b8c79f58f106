-- a process that dies while it makes the database leaves one that the next process can use
local t = require "tests.tap"

-- what SQLite leaves when it is killed between writing the first page and removing the journal: page 1
-- is there, and the journal says that the file was empty before
local function interrupted(path)
  local header = "SQLite format 3\0" .. string.pack(">I2BBBBBB", 4096, 1, 1, 0, 64, 32, 32)
    .. string.pack(">I4I4I4I4I4I4I4I4I4I4I4I4", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x61696f73)
  t.write(path, header .. ("\0"):rep(4096 - #header))
  local journal = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" .. string.pack(">I4I4I4I4I4", 0, 1, 0, 512, 4096)
  t.write(path .. "-journal", journal .. ("\0"):rep(512 - #journal))
end

t.test("a database whose making was interrupted is made again", function()
  local home = t.dir()
  interrupted(home .. "/x.db")
  t.write(home .. "/p.aios", 'kv.set("a", 1)\nprint(kv.get "a")\n')
  for _ = 1, 2 do
    local r = t.aios { "run", "p.aios", home = home, env = { AIOS_DB = home .. "/x.db" } }
    t.eq({ r.code, r.out, r.err }, { 0, "1\n", "" })
  end
end)

t.test("an empty file is taken for a database to be made", function()
  local home = t.dir()
  t.write(home .. "/x.db", "")
  t.write(home .. "/p.aios", 'kv.set("a", 1)\nprint(kv.get "a")\n')
  t.eq(t.aios({ "run", "p.aios", home = home, env = { AIOS_DB = home .. "/x.db" } }).out, "1\n")
end)

t.done()
