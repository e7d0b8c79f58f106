-- section 3.1: literals, escapes, comments, long texts
print("a\tb\\n\"'\65\x41\u{48}\z
       end", 'it\'s', "line\
next", "\0651", #"\0\x00\u{0}", "\u{7FFFFFFF}" == "\xFD\xBF\xBF\xBF\xBF\xBF")
print([[
first newline goes]], [==[a]]b]=]c]==], [[a
b]])
print(0xff, 0XA.8p1, 0x.1, 1e2, 1E-2, .5, 3., 0x10p-1, 1e308 * 10, 0xffffffffffffffff, 9223372036854775807, 9223372036854775808, 1e15, 123456789012345678)
--[[ a long
comment ]] print "after" --[==[ another ]]
]==] print "again"
--print "hidden"
---[[ not a comment
print "shown"
--]]
local names = { _ = 1, _x = 2, x1 = 3, ["end"] = 4 }
print(names._, names._x, names.x1, names["end"])
for _, code in ipairs { "x = 'a", "x = [[a", "x = '\\q'", "x = '\\300'", "x = '\\xg'", "x = '\\u{110000000}'", "x = '\\u{'", "x = 3x", "x = 0x", "x = 1e", "x = 1..2", "x = '\n'",
  "--[[", "x = ~", "x = !", "goto", "local end", "x = 5 5", "f(", "return return", "break", "goto nowhere", "::a:: ::a::", "for x do end", "if x", "x = }", "local x <foo> = 1",
  "local x <const> = 1; x = 2", "local a <close>, b <close> = 1, 2", "do local x ::l:: end goto l", "goto f; local a ::f:: print(a)", "x.y:z = 1", "f() = 1", "(x) = 1", "a, b", "x =", "function f(a,) end",
  "function f(..., a) end", "return ...", "function f() return ... end", "x = function end", "local function x.y() end", "and", "x = not", "repeat", "while 1", "x = {1, 2", "x = {[1}", "x = 'a' .. ", "@", "$", "`",
  "\\", "?", "x = 1 = 2", "x == 1", "1 = x", "nil = 1", "x() y", "::1::", "elseif", "local 5", "x = #", "x:y", "x = 5;;; y = 6 ; ; z" } do
  print(code, select(2, load(code, "=code")) or "fine")
end
print(type(load("return 1", "@file.lua")), select(2, load("x =", "@file.lua")), select(2, load("x =", "text\nmore")), select(2, load("x =", "=name")), select(2, load "x ="))
print((select(2, load("x = " .. ("("):rep(300) .. "1" .. (")"):rep(300), "=deep")):match "^[^\n]*"))
print(select(2, load("local " .. ("a,"):rep(250) .. "b", "=many")))
print(type(load(function() return nil end)), (select(2, load(function() return {} end)):match "reader function must return a string"), pcall(load(function() error "x" end) or error, "called"))
