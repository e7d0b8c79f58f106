--- lines: where the lines of one text are. Counted in blocks and only as far as someone asks, so that the first
--- mistakes of a large file cost nothing of its rest, and many questions about one text cost one pass over it.
---
---     local lines = lines_of.new(source)
---     lines.at(17)      -- 2, 12: position 17 is on line 2, which begins at position 12
---     lines.place(17)   -- 2, 6:  line and column
local M = {}

local BLOCK = 256
-- a longer line was written by a machine: looking for a person's habits in it says nothing and costs its length
local READABLE = 2000

-- what lines before a block end in: the number of line ends, and where the line of its first byte begins
local function counter(source)
  local ends, starts = { [0] = 0 }, { [0] = 1 }
  return function(block)
    for i = #ends + 1, block do
      local from = (i - 1) * BLOCK + 1
      local bytes = source:sub(from, from + BLOCK - 1)
      local last = bytes:match "^.*\n()"
      ends[i] = ends[i - 1] + select(2, bytes:gsub("\n", "\n"))
      starts[i] = last and from + last - 1 or starts[i - 1]
    end
    return ends[block], starts[block]
  end
end

---@return table lines { at(pos) -> line, start; place(pos) -> line, column; text(pos) -> the text of the line, "" when it is very long }
function M.new(source)
  local before, self = counter(source), {}

  ---Line of a position, and the position where that line begins.
  function self.at(pos)
    pos = math.max(1, math.min(pos, #source + 1))
    local block = (pos - 1) // BLOCK
    local count, start = before(block)
    local from = block * BLOCK + 1
    local bytes = source:sub(from, pos - 1)
    local last = bytes:match "^.*\n()"
    if not last then return count + 1, start end
    return count + 1 + select(2, bytes:gsub("\n", "\n")), from + last - 1
  end

  ---Line and column (both from 1); the column counts characters, as editors do.
  function self.place(pos)
    local line, start = self.at(pos)
    return line, (utf8.len(source, start, math.max(pos - 1, start - 1), true) or pos - start) + 1
  end

  ---The text of the line a position is on, without its end.
  function self.text(pos)
    local _, start = self.at(pos)
    local stop = source:find("[\r\n]", start) or #source + 1
    return stop - start <= READABLE and source:sub(start, stop - 1) or ""
  end
  return self
end

return M
