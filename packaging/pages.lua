--- pages: writes stdlib/host/repl/pages.lua, what `:doc` says of the libraries, from their doc comments.
-- usage: lua5.4 packaging/pages.lua >stdlib/host/repl/pages.lua      from the project's root; a test compares the two
package.path = "stdlib/?.lua;" .. package.path
local LIBRARIES = require("tool.names").libraries

local out = { "--- pages: what `:doc` says of the functions of the libraries. Made by packaging/pages.lua; do not edit by hand.", "return {" }

local function add(name, shape, lines)
  out[#out + 1] = ("  [%q] = {"):format(name)
  out[#out + 1] = ("    %q,"):format(name:match "^(.*%.)" .. shape)
  for _, line in ipairs(lines) do out[#out + 1] = ("    %q,"):format(line) end
  out[#out + 1] = "  },"
end

for _, library in ipairs(LIBRARIES) do
  local comment = {}
  for text in io.lines("stdlib/" .. library .. ".lua") do
    local said = text:match "^%-%-%-? ?(.*)$"
    local shape = text:match "^function M%.([%w_]+%b())"
    if said then
      if said ~= "" and not said:find "^@" then comment[#comment + 1] = said:gsub("%s+$", "") end
    else
      if shape then add(library .. "." .. shape:match "^[%w_]+", shape, comment) end
      comment = {}
    end
  end
end
add("json.encode", "encode(value, options)", { "JSON of a value, or nil and an error; { pretty = true } lays it out.", '    json.encode { a = 1 }   --> {"a":1}' })
add("json.decode", "decode(text)", { "The value of a JSON text, or nil and an error; null is json.null.", '    json.decode "[1, 2]"    --> { 1, 2 }' })
add("json.array", "array(list)", { "Marks a table as a list, even when it is empty." })
out[#out + 1] = "}"
io.write(table.concat(out, "\n"), "\n")
