-- section 6.4
local function show(...)
  local out = table.pack(...)
  for i = 1, out.n do out[i] = type(out[i]) == "string" and ("%q"):format(out[i]) or tostring(out[i]):gsub("0x%x+", "ADDRESS") end
  print(table.concat(out, " "))
end
local s = "hello world"
for i = -13, 13 do show(i, s:sub(i), s:sub(i, 5), s:sub(3, i), s:byte(i), s:find("o", i), s:sub(i, i)) end
show(s:byte(1, -1))
show(string.char(), string.char(72, 105, 0, 255), pcall(string.char, 256), pcall(string.char, -1))
show(s:upper(), s:lower(), s:len(), s:reverse(), s:rep(0), s:rep(2), s:rep(3, "-"), s:rep(-1), ("").rep("x", 3, ""))
for _, p in ipairs { "l+", "(l)(l)", "^h", "^w", "d$", ".-o", "()o()", "%w+$", "[a-f]", "[^a-z]", "%s", "[%]]", "[]]", "%f[%w]%w+", "%bho", "(h)(.)%2", "%%", "", "w.*", "o?r", "(a*(.)%w(%s*))", ".", "[a-", "[", "%", "(", ")", "%1",
  "(()", "%f", "%bx", "[%a-z]", "[--/]", "%z", "\0", "x*", "-", "^", "$", "^$", "[^%s]+", "%x%x", "%g+", "%c", "%p", "%u", "%l+", "[[:alpha:]]" } do
  show(p, pcall(string.find, s, p))
  show(p, pcall(string.match, s, p))
  show(p, pcall(string.match, s, p, 5))
  show(p, pcall(string.gsub, s, p, "<%0>"))
  show(p, pcall(string.find, s, p, 1, true))
  local all = {}
  show(p, pcall(function() for a, b in s:gmatch(p) do all[#all + 1] = tostring(a) .. "," .. tostring(b) end end), table.concat(all, ";"))
end
show(s:gsub("o", "0", 1), s:gsub("(%w+) (%w+)", "%2 %1"), s:gsub("%w", { h = "H", e = false, l = 1 }), s:gsub("%w+", function(w) return #w > 4 and w:upper() end))
show(pcall(string.gsub, s, "o", "%2"), pcall(string.gsub, s, "o", "%x"), pcall(string.gsub, s, "o", true), pcall(string.gsub, s, "o", function() return {} end), s:gsub("", "-"), s:gsub("$", "!"))
show(("abc"):gsub("%w", "%%%0"), ("abc def"):gsub("%f[%w]%w", string.upper), ("a,b,,c"):gsub(",", ";", 2), ("x"):gsub("x", "%0%0", 0))
show(("a b c"):gmatch "%w"(), ("key=val"):match "(%w+)=(%w+)", ("2026-03-02"):match "(%d+)-(%d+)-(%d+)", (" x "):match "^%s*(.-)%s*$")
for _, f in ipairs { { "%d", 3 }, { "%5d|%-5d|%05d|%+d|% d", 1, 2, 3, 4, 5 }, { "%i", 3.0 }, { "%d", 3.5 }, { "%d", "10" }, { "%d", "x" }, { "%u", 5 }, { "%c%c", 65, 0 }, { "%x %X %#x %o", 255, 255, 255, 8 }, { "%e %E", 1.5, 1.5 },
  { "%f %.2f %10.3f %-10.1f|", 1 / 3, 1 / 3, 1 / 3, 1 / 3 }, { "%g %g %g", 1e20, 0.1, 100 }, { "%a", 1 }, { "%s %10s %-10s| %.2s", "a", "b", "c", "defg" }, { "%s", nil }, { "%s", setmetatable({}, { __tostring = function() return "obj" end }) },
  { "%q", 'a "quoted"\n\0\r\\ text' }, { "%q", 1 / 3 }, { "%q", math.mininteger }, { "%q", 0 / 0 }, { "%q", 1 / 0 }, { "%q", {} }, { "%q", true }, { "%%" }, { "%" }, { "%y", 1 }, { "%d" }, { "%s" }, { "%123d", 1 }, { "%.123f", 1 }, { "%0100d", 1 },
  { "%i%i", 1 }, { "%5%" }, { "%-+ #0d", 5 }, { "%.3d", 5 }, { "%.20s", "x" }, { "%p", 1 }, { "%s", "a\0b" }, { "%5.1s|", "abc" }, { "%99d", 7 }, { "%.99f", 0.5 } } do
  show(f[1], pcall(string.format, table.unpack(f, 1, 6)))
end
for _, p in ipairs { "b", "B", "h", "H", "i", "I", "l", "L", "j", "J", "i3", "I7", "i16", "f", "d", "n", "s", "s1", "s2", "z", "x", "c5", "<i4", ">i4", "=i4", "!4 b i4", "!8 b Xd i", "i17", "i0", "c", "y", "!3", " < i2 > i2 " } do
  show(p, pcall(string.packsize, p))
  for _, v in ipairs { 100, -100, 2 ^ 40, "text", 1.5, math.maxinteger } do
    local ok, packed = pcall(string.pack, p, v, v)
    show(p, v, ok, packed)
    if ok then show(pcall(string.unpack, p, packed)) end
  end
end
show(pcall(string.unpack, "i4", "abc"), pcall(string.unpack, "z", "abc"), string.unpack("z", "abc\0d"), string.unpack("s1", "\3abcd"), string.unpack("<i2", "\1\2\3", 2), pcall(string.unpack, "b", "a", 5), string.unpack("b", "abc", -1))
show(pcall(string.rep, "x", 1 << 40), pcall(string.rep, "ab", math.maxinteger), pcall(("x").rep), pcall(string.sub), #string.rep("ab", 1000, ","))
show("10" + 5, "3" * "4", 10 .. "", "0x10" + 0, pcall(function() return "a" + 1 end), -"2", "10" // "3", "7" % "4", "2" ^ "3", pcall(function() return "1" < 2 end), #"äö")
show(type(string.dump(function() end)), pcall(string.dump, string.rep))
