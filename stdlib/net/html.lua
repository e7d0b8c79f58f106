--- net.html: HTML as the text that a reader sees. Pure, linear, and content with any input.
---
---     html.text "<h1>News</h1><p>One &amp; two</p>"    --> "News\n\nOne & two"
local M = {}

local NAMED = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'", nbsp = " ", copy = "©", reg = "®", trade = "™", hellip = "…", ndash = "–", mdash = "—",
  lsquo = "‘", rsquo = "’", sbquo = "‚", ldquo = "“", rdquo = "”", bdquo = "„", laquo = "«", raquo = "»", bull = "•", middot = "·", deg = "°", euro = "€",
  pound = "£", cent = "¢", yen = "¥", sect = "§", para = "¶", times = "×", divide = "÷", plusmn = "±", frac12 = "½", frac14 = "¼", micro = "µ", szlig = "ß",
  aelig = "æ", AElig = "Æ", oslash = "ø", Oslash = "Ø", aring = "å", Aring = "Å", ccedil = "ç", Ccedil = "Ç", ntilde = "ñ", Ntilde = "Ñ", larr = "←",
  rarr = "→", shy = "", zwnj = "", iexcl = "¡", iquest = "¿", eth = "ð", thorn = "þ", ensp = " ", emsp = " ", thinsp = " " }

-- letters with marks: eacute, Uuml, …
for mark, letters in pairs {
  acute = { a = "á", e = "é", i = "í", o = "ó", u = "ú", y = "ý", A = "Á", E = "É", I = "Í", O = "Ó", U = "Ú", Y = "Ý" },
  grave = { a = "à", e = "è", i = "ì", o = "ò", u = "ù", A = "À", E = "È", I = "Ì", O = "Ò", U = "Ù" },
  circ = { a = "â", e = "ê", i = "î", o = "ô", u = "û", A = "Â", E = "Ê", I = "Î", O = "Ô", U = "Û" },
  uml = { a = "ä", e = "ë", i = "ï", o = "ö", u = "ü", y = "ÿ", A = "Ä", E = "Ë", I = "Ï", O = "Ö", U = "Ü" },
  tilde = { a = "ã", o = "õ", A = "Ã", O = "Õ" },
} do
  for letter, character in pairs(letters) do NAMED[letter .. mark] = character end
end

local function by_number(code)
  if not code or code == 0 or code > 0x10FFFF or code >= 0xD800 and code <= 0xDFFF then return "\u{FFFD}" end
  return utf8.char(code)
end

---Entities as the characters they stand for; an unknown one stays as it is.
---
---    html.unescape "R&amp;D &#228;"   --> "R&D ä"
---@param text string
---@return string
function M.unescape(text)
  text = text:gsub("&#[xX](%x+);?", function(digits) return by_number(#digits < 8 and tonumber(digits, 16) or nil) end)
  text = text:gsub("&#(%d+);?", function(digits) return by_number(#digits < 9 and math.tointeger(digits) or nil) end)
  return (text:gsub("&(%w+);", NAMED))
end

local function plain(text) return (M.unescape(text):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")) end

local WINDOWS = { [0x80] = 0x20AC, [0x82] = 0x201A, [0x83] = 0x192, [0x84] = 0x201E, [0x85] = 0x2026, [0x86] = 0x2020, [0x87] = 0x2021, [0x88] = 0x2C6,
  [0x89] = 0x2030, [0x8A] = 0x160, [0x8B] = 0x2039, [0x8C] = 0x152, [0x8E] = 0x17D, [0x91] = 0x2018, [0x92] = 0x2019, [0x93] = 0x201C, [0x94] = 0x201D,
  [0x95] = 0x2022, [0x96] = 0x2013, [0x97] = 0x2014, [0x98] = 0x2DC, [0x99] = 0x2122, [0x9A] = 0x161, [0x9B] = 0x203A, [0x9C] = 0x153, [0x9E] = 0x17E, [0x9F] = 0x178 }

local LATIN = { ["iso-8859-1"] = true, ["latin1"] = true, ["windows-1252"] = true, ["cp1252"] = true, ["us-ascii"] = true, ["iso-8859-15"] = true }

---A page as UTF-8: by the charset its header or its first bytes name. What is no UTF-8 is read as Windows-1252, as browsers do.
---@param bytes string
---@param content_type string?
---@return string
function M.utf8(bytes, content_type)
  local charset = (content_type or ""):lower():match "charset=[\"']?([%w_-]+)" or bytes:sub(1, 1024):lower():match "<meta[^>]-charset=[\"']?%s*([%w_-]+)"
  bytes = bytes:gsub("^\xEF\xBB\xBF", "")
  if not LATIN[charset or ""] and utf8.len(bytes) then return bytes end
  if charset == "utf-8" then
    -- cut in the middle of a character, or a stray byte
    local out, at = {}, 1
    while at <= #bytes do
      local _, bad = utf8.len(bytes, at)
      if not bad then break end
      out[#out + 1], at = bytes:sub(at, bad - 1) .. "\u{FFFD}", bad + 1
    end
    return table.concat(out) .. bytes:sub(at)
  end
  return (bytes:gsub("[\x80-\xFF]", function(c) return utf8.char(WINDOWS[c:byte()] or c:byte()) end))
end

-- elements whose text is not for readers
local HIDDEN = { script = true, style = true, noscript = true, template = true, svg = true, head = true, title = true, iframe = true, object = true, select = true, textarea = true }
-- elements that begin a line, or a paragraph
local LINE = { br = true, tr = true, li = true, dt = true, dd = true, option = true, div = true, hr = true }
local PARAGRAPH = { p = true, h1 = true, h2 = true, h3 = true, h4 = true, h5 = true, h6 = true, ul = true, ol = true, dl = true, table = true, blockquote = true,
  pre = true, section = true, article = true, header = true, footer = true, main = true, aside = true, nav = true, form = true, figure = true, address = true }

-- where the tag that begins at `at` ends: quotes may hold a '>'
local function tag_end(source, at)
  while true do
    local stop = source:find("[>\"']", at)
    if not stop then return #source end
    local mark = source:sub(stop, stop)
    if mark == ">" then return stop end
    local close = source:find(mark, stop + 1, true)
    if not close then return source:find(">", stop, true) or #source end
    at = close + 1
  end
end

---Calls fn(kind, value, tag) for each part: "text", "open" and "close" with the name of the element.
local function each(source, fn)
  local at, lowered = 1, nil
  while at <= #source do
    local open = source:find("<", at, true) or #source + 1
    if open > at then fn("text", source:sub(at, open - 1)) end
    if open > #source then return end
    local slash, name = source:match("^<(/?)(%a[%w:-]*)", open)
    if source:find("^<!%-%-", open) then
      at = select(2, source:find("-->", open + 4, true)) or #source
    elseif name then
      at = tag_end(source, open + 1)
      name = name:lower()
      fn(slash == "/" and "close" or "open", name, source:sub(open, at))
      if slash == "" and (name == "script" or name == "style") then            -- what is in them is no HTML
        lowered = lowered or source:lower()
        local close = lowered:find("</" .. name, at, true)
        at = close and close - 1 or #source
      end
    elseif source:find("^<[!?/]", open) then
      at = source:find(">", open, true) or #source
    else
      fn("text", "<")
      at = open
    end
    at = at + 1
  end
end

local Writer = {}
Writer.__index = Writer

function Writer:say(text)
  if text == "" then return end
  if self.breaks > 0 and #self.out > 0 then self.out[#self.out + 1] = ("\n"):rep(math.min(self.breaks, 2)) end
  if self.breaks == 0 and self.space and #self.out > 0 then self.out[#self.out + 1] = " " end
  self.breaks, self.space = 0, false
  self.out[#self.out + 1] = text
end

function Writer:words(text)
  text = M.unescape(text)
  if self.pre > 0 then
    self:say((text:gsub("^\n", "")))
    return
  end
  if text:find "^%s" then self.space = true end
  local said = text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  if said ~= "" then
    self:say(said)
    self.space = text:find "%s$" ~= nil
  end
end

function Writer:tag(kind, name)
  if HIDDEN[name] then self.hidden = math.max(0, self.hidden + (kind == "open" and 1 or -1)) end
  if self.hidden > 0 then return end
  if LINE[name] and (kind == "open" or name ~= "br") then self.breaks = name == "br" and self.breaks + 1 or math.max(self.breaks, 1) end
  if PARAGRAPH[name] then self.breaks = 2 end
  if name == "td" or name == "th" then self.space = true end
  if name == "li" and kind == "open" then
    self:say "- "
  end
  if name == "pre" then self.pre = math.max(0, self.pre + (kind == "open" and 1 or -1)) end
end

---The text of a page: paragraphs apart by an empty line, items with a dash, scripts and styles left out.
---@param source string
---@return string
function M.text(source)
  local writer = setmetatable({ out = {}, breaks = 0, space = false, hidden = 0, pre = 0 }, Writer)
  each(source, function(kind, value, tag)
    if kind == "text" then
      if writer.hidden == 0 then writer:words(value) end
      return
    end
    local void = HIDDEN[value] and tag:find "/>$"
    if value == "script" or value == "style" then return end            -- each() has passed over what is in them
    if value == "body" then writer.hidden = 0 end       -- a head that is never closed
    if not void then writer:tag(kind, value) end
  end)
  return (table.concat(writer.out):gsub("[ \t]+\n", "\n"):gsub("\n\n\n+", "\n\n"):gsub("^%s+", ""):gsub("%s+$", ""))
end

---The title of a page, or nil.
---@param source string
---@return string?
function M.title(source)
  local parts, inside = nil, false
  each(source, function(kind, value)
    if kind == "text" then
      if inside then parts[#parts + 1] = value end
    elseif value == "title" then
      inside = kind == "open" and parts == nil
      parts = parts or {}
    end
  end)
  return parts and plain(table.concat(parts)) or nil
end

---The addresses that a page leads to: { { url, text } }, as they are written.
---@param source string
---@return table[]
function M.links(source)
  local out, current = {}, nil
  each(source, function(kind, value, tag)
    if kind == "text" then
      if current then current.parts[#current.parts + 1] = value end
    elseif value == "a" then
      local url = kind == "open" and (tag:match "[hH][rR][eE][fF]%s*=%s*\"([^\"]*)\"" or tag:match "[hH][rR][eE][fF]%s*=%s*'([^']*)'" or tag:match "[hH][rR][eE][fF]%s*=%s*([^%s>\"']+)")
      current = url and { url = M.unescape(url), parts = {} } or nil
      if current then out[#out + 1] = current end
    end
  end)
  for _, link in ipairs(out) do link.text, link.parts = plain(table.concat(link.parts)), nil end
  return out
end

return M
