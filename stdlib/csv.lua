--- csv: tables as comma-separated text (RFC 4180). Pure; every value read is a string.
---
---     csv.parse("name,age\nAda,36\n", { header = true })   --> { { name = "Ada", age = "36" } }
---     csv.format { { "a", 1 }, { 'say "hi"', 2 } }         --> 'a,1\r\n"say ""hi""",2\r\n'
local M = {}

local function refuse(line, why)
  return nil, { code = "invalid", message = ("line %d: %s"):format(line, why) }
end

---A quoted field whose opening quote stands at `at`: its text, what comes after it, and its lines.
local function quoted(text, at)
  local parts, from = {}, at + 1
  while true do
    local quote = text:find('"', from, true)
    if not quote then return nil end
    parts[#parts + 1] = text:sub(from, quote - 1)
    if text:sub(quote + 1, quote + 1) ~= '"' then
      local field = table.concat(parts, '"')
      local _, lines = field:gsub("\n", "\n")
      return field, quote + 1, lines
    end
    from = quote + 2
  end
end

---All rows as lists of strings; nil, err.
local function read_rows(text, separator)
  local plain = "^[^\r\n" .. (separator:gsub("%W", "%%%0")) .. "]*"
  local rows, row, at, line = {}, {}, 1, 1
  if text:sub(1, 3) == "\xEF\xBB\xBF" then at = 4 end      -- a byte order mark, as spreadsheets write it
  while at <= #text or #row > 0 do
    local field, after, lines
    if text:sub(at, at) == '"' then
      field, after, lines = quoted(text, at)
      if not field then return refuse(line, "a quote is never closed") end
    else
      local _, last = text:find(plain, at)
      field, after, lines = text:sub(at, last), last + 1, 0
      if field:find('"', 1, true) then return refuse(line, "a quote inside a field that does not begin with one; write the whole field in quotes") end
    end
    line = line + lines
    row[#row + 1] = field
    local next_at = text:match("^\r?\n()", after) or text:match("^\r()", after)
    if text:sub(after, after) == separator then
      at = after + 1
    elseif next_at or after > #text then
      rows[#rows + 1], row, at, line = row, {}, next_at or after, line + 1
    else
      return refuse(line, "text after a closing quote; double the quote if it belongs to the field")
    end
  end
  return rows
end

local function name_rows(rows)
  local names, out, seen = rows[1] or {}, {}, {}
  for _, name in ipairs(names) do
    if seen[name] then return refuse(1, "two columns are called '" .. name .. "'") end
    seen[name] = true
  end
  for i = 2, #rows do
    if #rows[i] ~= #names then
      return nil, { code = "invalid", message = ("row %d has %d fields, the header has %d"):format(i, #rows[i], #names) }
    end
    local row = {}
    for j, name in ipairs(names) do row[name] = rows[i][j] end
    out[#out + 1] = row
  end
  return out
end

local function separator_of(options)
  local separator = options and options.separator or ","
  if type(separator) ~= "string" or #separator ~= 1 or separator:find '["\r\n]' then error("the separator must be one character such as ';'", 3) end
  return separator
end

---Reads CSV text: lines end with \n, \r\n or \r, empty lines at the end do not count.
---
---    csv.parse "a,b\n1,2"                         --> { { "a", "b" }, { "1", "2" } }
---    csv.parse("a;b\n1;2", { separator = ";", header = true })   --> { { a = "1", b = "2" } }
---@param text string
---@param options { header: boolean?, separator: string? }?   header: the first row names the columns
---@return table[]? rows
---@return table? err   with the line
function M.parse(text, options)
  local rows, err = read_rows(text, separator_of(options))
  if not rows then return nil, err end
  while #rows > 0 and #rows[#rows] == 1 and rows[#rows][1] == "" do rows[#rows] = nil end
  if options and options.header then return name_rows(rows) end
  return rows
end

local function cell(value, separator)
  if value == nil or type(value) == "userdata" then return "" end
  local text = tostring(value)
  if text:find('[",\r\n]') or text:find(separator, 1, true) or text:find "^%s" or text:find "%s$" then
    return '"' .. text:gsub('"', '""') .. '"'
  end
  return text
end

---The columns of rows with names: the given ones, else all names, sorted.
local function columns_of(rows, header)
  if type(header) == "table" then return header end
  local names, seen = {}, {}
  for _, row in ipairs(rows) do
    for name in pairs(row) do
      if not seen[name] then names[#names + 1], seen[name] = name, true end
    end
  end
  table.sort(names)
  return names
end

---Writes rows as CSV with \r\n. Rows are lists, or tables with names; those get a header line
---(`header` = the columns in the order wanted). nil and null are empty fields.
---
---    csv.format { { name = "Ada", age = 36 } }                          --> "age,name\r\n36,Ada\r\n"
---    csv.format({ { name = "Ada" } }, { header = { "name", "age" } })   --> "name,age\r\nAda,\r\n"
---@param rows table[]
---@param options { header: string[]?, separator: string? }?
---@return string
function M.format(rows, options)
  local separator, out = separator_of(options), {}
  local header = options and options.header
  local columns = (header or (rows[1] and #rows[1] == 0 and next(rows[1]))) and columns_of(rows, header)
  local function add(row, keys, count)
    local cells = {}
    for i = 1, count do cells[i] = cell(row[keys and keys[i] or i], separator) end
    -- one empty field alone would be read back as an empty line
    out[#out + 1] = (count == 1 and cells[1] == "" and '""' or table.concat(cells, separator)) .. "\r\n"
  end
  if columns then add(columns, nil, #columns) end
  for _, row in ipairs(rows) do add(row, columns, columns and #columns or #row) end
  return table.concat(out)
end

return M
