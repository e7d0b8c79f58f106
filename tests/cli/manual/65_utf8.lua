-- section 6.5
local s = "aé€😀\0z"
print(utf8.char(), utf8.char(97, 233, 0x20AC, 0x1F600), utf8.charpattern, utf8.len(s), #s)
for p, c in utf8.codes(s) do io.write(p, ":", c, " ") end print()
for i = -12, 12 do print(i, pcall(utf8.offset, s, i), pcall(utf8.codepoint, s, i), pcall(utf8.len, s, i)) end
print(utf8.codepoint(s, 1, -1))
for _, bad in ipairs { "\xff", "a\xc3", "\xe2\x82", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "a\x80b", "\u{D7FF}\u{E000}" } do
  print(utf8.len(bad), utf8.len(bad, 1, -1, true), pcall(utf8.codepoint, bad, 1, -1), pcall(function() for _ in utf8.codes(bad) do end end), pcall(function() for _ in utf8.codes(bad, true) do end end))
end
print(utf8.char(0x7FFFFFFF):byte(1, -1), pcall(utf8.char, -1), pcall(utf8.char, 0x80000000), utf8.codepoint("\u{7FFFFFFF}", 1, 1, true))
for c in ("aé€"):gmatch(utf8.charpattern) do io.write(#c, " ") end print()
for _, n in ipairs { 0, 1, 2, 3, 4, -1, -2, 10 } do print(n, pcall(utf8.offset, "aé€", n), pcall(utf8.offset, "aé€", n, 2), pcall(utf8.offset, "aé€", n, 3)) end
print(pcall(utf8.len), pcall(utf8.len, "abc", 5), utf8.len("abc", 4), pcall(utf8.len, "abc", 1, 4), utf8.len("", 1), utf8.len("abc", -1))
