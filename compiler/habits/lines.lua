--- lines: lines that are written as in another language. Only asked about a line on which something is wrong already.
local M = {}

-- { pattern whose first capture is the place, message with the other captures, hint }
local LINES = {
  { "^%s*()for%s*%(.*;", "`for (...; ...; ...)` counts with two numbers here", "for i = 1, 10 do ... end" },
  { "^%s*()for%s*%(", "`for` has no brackets here", "for _, item in ipairs(list) do ... end" },
  { "^%s*[%w_.,%s]-():=", "`:=` is written `=`", "local x = 5" },
  { "%f[%w_]()typeof%s+([%a_][%w_.]*)", "`typeof %s` is written as a call", "type(x)" },
  { "^%s*()class%s+[%a_]", "there are no classes: a table holds the functions", "local Dog = {} function Dog.bark() ... end" },
  { "^%s*()struct%s+[%a_]", "a `struct` is a type", "type Order = { id: string, total: number }" },
  { "^%s*()enum%s+[%a_]", "an `enum` is a type", "type Colour = \"red\" | \"blue\"" },
  { "^%s*()interface%s+[%a_]", "an `interface` is a type", "type Order = { id: string, total: number }" },
  { "[=(,]%s*%([%w_,%s]*%)%s*()%->", "`->` gives a type; a function is written with `=>`", "(a, b) => a + b" },
  { "%f[%w_]()lambda%s+[%w_,%s]*:", "`lambda a:` is written `a =>`", "a => a + 1" },
  { "^%s*()async%s", "every function may wait: leave `async` out", "function f() ... end" },
  { "^%s*()await%s", "a call waits by itself: leave `await` out", "f()" },
  { "^%s*()from%s+[%w_.]+%s+import%f[%W]", "`from ... import` is written `require`", "local shop = require \"shop\"" },
  { "^%s*()import%s", "`import` is written `require`", "local shop = require \"shop\"" },
  { "^%s*()using%s+[%a_]", "`using` is written `require`", "local shop = require \"shop\"" },
  { "^%s*()#%s*include", "`#include` is written `require`", "local shop = require \"shop\"" },
  { "^%s*()try%s*[:{]?%s*$", "`try` is written `pcall`", "local good, err = pcall(f)" },
  { "^%s*()except%f[%W].*:%s*$", "`except` is written `pcall`", "local good, err = pcall(f) if not good then ... end" },
  { "^%s*()with%s+.*:%s*$", "`with` is not needed: a file is read or written in one call", "local text = fs.read(\"notes.txt\")" },
  { "^%s*()pass%s*$", "an empty block needs no word: leave `pass` out", "if a then end" },
  { "^%s*()continue%s*;?%s*$", "`continue` is a jump to the end of the loop", "goto continue, and ::continue:: before the `end`" },
  { "^%s*()delete?%s+[%a_]", "a name is emptied with nil", "x = nil" },
  { "^%s*()del%s+[%a_]", "a name is emptied with nil", "x = nil" },
  { "%f[%w_]()is%s+not%f[%W]", "`is not` is written `~=`", "a ~= b" },
  { "%f[%w_]()is%s+[%a_]+", "`is` is written `==`", "a == b" },
  { "%f[%w_]()not%s+in%f[%W]", "there is no `in`: look into the table", "if not list[name] then ... end" },
  { "^%s*()do%s*{%s*$", "`do { ... } while` is written `repeat ... until`", "repeat ... until done" },
  { "^%s*()if%s+%[", "a condition stands between `if` and `then`, without brackets of a shell", "if x == 1 then ... end" },
  { "^%s*if%s+.*%f[%w_]()in%f[%W].*then", "there is no `in`: look into the table", "if list[name] then ... end" },
  { "<()>", "`<>` is written `~=`", "a ~= b" },
  { "()≤", "`≤` is written `<=`", "a <= b" }, { "()≥", "`≥` is written `>=`", "a >= b" }, { "()≠", "`≠` is written `~=`", "a ~= b" },
  { "()×", "`×` is written `*`", "a * b" }, { "()÷", "`÷` is written `/`", "a / b" }, { "()…", "`…` is written `...`", "three dots" },
  { "()−", "a typographic minus is not a minus sign", "a - b" },
  { "^%s*()int%s+[%a_][%w_]*%s*=", "a value has no type before its name: `int x` is written `local x`", "local x = 5" },
  { "^%s*()float%s+[%a_][%w_]*%s*=", "a value has no type before its name: `float x` is written `local x`", "local x = 5" },
  { "^%s*()string%s+[%a_][%w_]*%s*=", "a value has no type before its name: `string x` is written `local x`", "local x = \"a\"" },
  { "^%s*()bool%s+[%a_][%w_]*%s*=", "a value has no type before its name: `bool x` is written `local x`", "local x = true" },
  { "^%s*()my%s+%$", "`my $x` is written `local x`", "local x = 5" },
  { "^%s*()echo%s", "`echo` is written `print`", "print \"hello\"" },
  { "^%s*()puts%s.*%sif%s", "a condition stands before what it is about", "if x then print \"a\" end" },
  { "^%s*()puts%s", "`puts` is written `print`", "print \"hello\"" },
  { "^%s*()print%s+[%a_$]", "`print` takes brackets, or a text in quotes", "print(x)" },
  { "^%s*()export%s+[%a_]", "`export` is not needed: a module returns what it gives", "return { shop = shop }" },
  { "^%s*()(done)%s*;?%s*$", "`%s` is written `end`", "end" }, { "^%s*()(fi)%s*;?%s*$", "`%s` is written `end`", "end" },
  { "^%s*()(esac)%s*;?%s*$", "`%s` is written `end`", "end" }, { "^%s*()(endif)%s*;?%s*$", "`%s` is written `end`", "end" },
  { "^%s*()@daily", "`@daily` is written `every day`", "every day at 00:00 do ... end" },
  { "^%s*()@hourly", "`@hourly` is written `every hour`", "every hour do ... end" },
  { "^%s*()@reboot", "`@reboot` is written `always`, or stands at the top of the file", "always do ... end" },
  { "^%s*()[%d*][%d*/,-]*%s+[%d*][%d*/,-]*%s+[%d*][%d*/,-]*%s+[%d*%a][%d%a*/,-]*%s+[%d*%a][%d%a*/,-]*", "a cron pattern stands in quotes behind `every cron`",
    "every cron \"*/5 * * * *\" do ... end" },
  { "^%s*()[%a_][%w_-]*:%s+[%w\"'][^()]*$", "`name: value` is written as a heading or with `=`", "workflow report do ... end, or name = \"report\"" },
  { "^%s*()%-%s+[%a_][%w_-]*:%s", "a list of steps is written line by line", "process.run { \"make\" }" },
  { "=%s*():[%a_]", "a name alone is a text in quotes", "x = \"name\"" },
  { "=%s*()%$[%u_][%u%d_]+", "a variable of the environment is asked for", "os.getenv \"HOME\"" },
  { "()%$[%a_]", "a name has no `$`", "x = 5" },
  { "%)%s*()|>?%s*[%a_]", "values are not piped: a call stands in a call", "g(f())" },
  { "[=(,]%s*()%[[^%[=]", "a list is written { ... }", "x = { 1, 2 }" },
}

---A habit in the text of a line: its column, message and hint, or nil.
function M.find(text)
  local bare = text:gsub("%-%-.*$", "")
  for _, row in ipairs(LINES) do
    local at, word = bare:match(row[1])
    if at then return at, row[2]:format(word), row[3] end
  end
end

---Names that nothing gives a value, and that mean something elsewhere: { message, hint }.
M.NAMES = {
  try = { "`try` is written `pcall`", "local good, err = pcall(f)" }, catch = { "`catch` is written `pcall`", "local good, err = pcall(f)" },
  except = { "`except` is written `pcall`", "local good, err = pcall(f)" },
  throw = { "`throw` is written `error`", "error \"bad\"" }, raise = { "`raise` is written `error`", "error \"bad\"" },
  await = { "a call waits by itself: leave `await` out", "x = f()" }, new = { "there is no `new`: a value is made by a call", "x = now()" },
  switch = { "`switch` is written `if ... elseif`", "if x == 1 then ... elseif x == 2 then ... end" },
  loop = { "`loop` is written `while true do`", "while true do ... end" }, null = { "`null` is written `nil`", "nil" },
  undefined = { "`undefined` is written `nil`", "nil" }, None = { "`None` is written `nil`", "nil" },
  True = { "`True` is written `true`", "true" }, False = { "`False` is written `false`", "false" },
  console = { "`console.log` is written `print`", "print \"hello\"" }, printf = { "`printf` is written `print`", "print(string.format(\"%d\", 5))" },
  len = { "`len` is written `#`", "#list" }, echo = { "`echo` is written `print`", "print \"hello\"" }, puts = { "`puts` is written `print`", "print \"hello\"" },
  fmt = { "`fmt.Println` is written `print`", "print \"hello\"" }, System = { "`System.out.println` is written `print`", "print \"hello\"" },
  f = { "a text with values in it is a template", "print `hi ${x}`" },
}

return M
