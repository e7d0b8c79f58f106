--- print: what the command line shows. Results go to standard output, everything else to standard error.
---
---     out.list(opts, rows, { { "RUN", "run" }, { "STATE", "state" } })
---     out.error("no such run", "`aios runs` lists them")
---
--- Text from the database is shown with its control characters made visible, so that a log line
--- cannot move the cursor. A reader that went away ends the command quietly.
local M = {}

local STYLE = { bold = "1", dim = "2", red = "31", green = "32", yellow = "33" }
local STATE_STYLE = { done = "green", failed = "red", diverged = "red", interrupted = "yellow", in_doubt = "yellow", waiting = "dim",
  ERROR = "red", WARN = "yellow", WARNING = "yellow" }

local function is_coloured(fd)
  local host = require "aios.host"
  return host.isatty(fd) and (host.env "NO_COLOR" or "") == "" and host.env "TERM" ~= "dumb"
end

---Wraps text in a terminal style when that descriptor is a terminal and NO_COLOR is not set.
function M.styled(fd, style, text)
  if not STYLE[style] or not is_coloured(fd) then return text end
  return ("\27[%sm%s\27[0m"):format(STYLE[style], text)
end

---Makes control characters visible: a newline becomes \n, others \xNN.
---@return string
function M.plain(text)
  return (text:gsub("[%c\127]", function(c)
    return c == "\n" and "\\n" or c == "\t" and "\\t" or ("\\x%02x"):format(c:byte())
  end):gsub("\194[\128-\159]", function(c) return ("\\x%02x"):format(c:byte(2)) end))
end

---Writes to standard output.
function M.write(text)
  local good, why, number = io.stdout:write(text)
  if not good then error { code = number == 32 and "closed" or "io", message = "cannot write the output: " .. why } end
end

---Writes one line to standard output.
function M.line(text) M.write(text .. "\n") end

---Everything written so far reaches the reader.
function M.flush()
  local good, why, number = io.stdout:flush()
  if not good then error { code = number == 32 and "closed" or "io", message = "cannot write the output: " .. why } end
end

---Says something that is not the result, unless -q was given.
function M.note(opts, text)
  if not opts.quiet then io.stderr:write(text, "\n") end
end

---Says what went wrong, and what to do about it.
function M.error(message, hint)
  io.stderr:write(M.styled(2, "red", "aios:"), " ", message, "\n")
  if hint then io.stderr:write("hint: ", hint, "\n") end
end

---Writes one JSON value and a newline.
function M.json(value)
  local text, err = require "aios.json".encode(value)
  if not text then error(err) end
  M.line(text)
end

---A list for JSON: an empty one stays a list.
function M.array(list) return require "aios.json".array(list) end

-- columns a text takes on a terminal; East Asian wide characters take two
local function width(text)
  if not utf8.len(text) then return #text end
  local n = 0
  for _, c in utf8.codes(text) do
    local wide = c >= 0x1100 and (c <= 0x115f or (c >= 0x2e80 and c <= 0xa4cf) or (c >= 0xac00 and c <= 0xd7a3)
      or (c >= 0xf900 and c <= 0xfaff) or (c >= 0xfe30 and c <= 0xfe6f) or (c >= 0xff00 and c <= 0xff60)
      or (c >= 0x1f300 and c <= 0x1faff))
    n = n + (wide and 2 or (c >= 0x300 and c <= 0x36f) and 0 or 1)
  end
  return n
end
M.width = width

local function cell(column, row)
  local value = column[2]
  if type(value) == "function" then value = value(row) else value = row[value] end
  return value == nil and "-" or M.plain(tostring(value))
end

local function padded(text, size, column)
  local gap = (" "):rep(size - width(text))
  return column.right and gap .. text or text .. gap
end

---An aligned table: columns are { heading, field or function(row), right = true for numbers }.
function M.table(rows, columns)
  local grid, sizes = { {} }, {}
  for c, column in ipairs(columns) do grid[1][c] = column[1] end
  for r, row in ipairs(rows) do
    grid[r + 1] = {}
    for c, column in ipairs(columns) do grid[r + 1][c] = cell(column, row) end
  end
  for c in ipairs(columns) do
    sizes[c] = 0
    for _, line in ipairs(grid) do sizes[c] = math.max(sizes[c], width(line[c])) end
  end
  for r, line in ipairs(grid) do
    local parts = {}
    for c, column in ipairs(columns) do
      parts[c] = M.styled(1, r == 1 and "bold" or STATE_STYLE[line[c]], padded(line[c], sizes[c], column))
    end
    M.line((table.concat(parts, "  "):gsub(" +$", "")))
  end
end

---The answer of a listing command: a table, or with --json an array of objects.
---@param nothing string   what to say when there are no rows
function M.list(opts, rows, columns, nothing)
  if opts.json then return M.json(M.array(rows)) end
  if #rows == 0 then return M.note(opts, nothing) end
  M.table(rows, columns)
end

return M
