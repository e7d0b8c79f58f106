--- file: runs as lines of JSON, one row of the database each, and back. Pure: rows and text in, text and rows out.
---
---     local text = file.write(rows)                      -- rows: { table = "run", uid = …, … }
---     local rows, err = file.read(text)                  -- err.line: where the text is damaged
---
--- Every line ends with a check, made from the check of the line before and its own text: what was changed, lost or put
--- in shows, and where. The last line says how many there are.
local host = require "aios.host"
local json = require "aios.json"
local M = {}

M.FORMAT, M.VERSION = "aios-runs", 1

local function check_of(before, text) return host.hash(before .. text):sub(1, 12) end

---@param rows table[]
---@return string
function M.write(rows)
  local lines, check = {}, ""
  local function add(value)
    local text = json.encode(value)
    check = check_of(check, text)
    lines[#lines + 1] = ('%s,"check":"%s"}'):format(text:sub(1, -2), check)
  end
  add { format = M.FORMAT, version = M.VERSION, rows = #rows }
  for _, row in ipairs(rows) do add(row) end
  add { ["end"] = true }
  return table.concat(lines, "\n") .. "\n"
end

local function refuse(line, message) return nil, { code = "corrupt", line = line, message = ("line %d: %s"):format(line, message) } end

-- the value of a line, and its check
local function value_of(line, number, before)
  local text, check = line:match '^(.*),"check":"(%x+)"}$'
  if not text then return refuse(number, "this is no line of `aios runs export`") end
  text = text .. "}"
  if check_of(before, text) ~= check then return refuse(number, "it is not as it was written: its check does not fit") end
  local value = json.decode(text)
  if type(value) ~= "table" then return refuse(number, "this is no line of `aios runs export`") end
  return value, check
end

-- what the first line promises
local function is_known(head)
  if head.format ~= M.FORMAT then return refuse(1, "this is not a file of `aios runs export`") end
  if math.type(head.version) ~= "integer" or head.version > M.VERSION then
    return refuse(1, ("it was written in version %s of the format; this aios knows version %d"):format(head.version, M.VERSION))
  end
  return true
end

---@param text string
---@return table[]? rows
---@return Err? err       code corrupt, line
function M.read(text)
  local rows, number, check, head, over = {}, 0, "", nil, false
  for line in text:gmatch "[^\n]+" do
    number = number + 1
    if over then return refuse(number, "there is more behind the last line") end
    local value, next_check = value_of(line, number, check)
    if not value then return nil, next_check end
    check = next_check
    if number == 1 then
      local good, err = is_known(value)
      if not good then return nil, err end
      head = value
    elseif value["end"] then over = true
    else rows[#rows + 1] = value end
  end
  if not head then return refuse(1, "this is not a file of `aios runs export`") end
  if not over or #rows ~= head.rows then return refuse(number + 1, ("the end is missing: %d of %s rows are here"):format(#rows, head.rows)) end
  return rows
end

return M
