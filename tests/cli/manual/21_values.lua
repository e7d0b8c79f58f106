-- section 2.1 and 3.4: what every operator says of every pair of values
local values = { "nil", "true", "false", "0", "-0.0", "1", "-3", "2^53", "math.maxinteger", "math.mininteger", "0.1", "1e308*10", "-(0/0)", "3.0", "'10'", "'0x1p4'",
  "'a'", "' 7 '", "''", "{}", "print", "coroutine.create(print)", "io.stdout" }
local binary = { "+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or" }
local unary = { "-", "~", "#", "not " }

local function plain(v)
  if v ~= v then return "nan" end
  return (tostring(v):gsub("0x%x+", "ADDRESS"):gsub("builtin: %x+", "ADDRESS"))
end

local function try(text)
  local fn = assert(load("return " .. text, "=x"))
  local good, v = pcall(fn)
  return (good and math.type(v) or "") .. " " .. plain(v)
end

for _, op in ipairs(binary) do
  for _, a in ipairs(values) do
    local line = {}
    for i, b in ipairs(values) do line[i] = try(("(%s) %s (%s)"):format(a, op, b)) end
    print(op, a, table.concat(line, "; "))
  end
end
for _, op in ipairs(unary) do
  for _, a in ipairs(values) do print(op, a, try(op .. "(" .. a .. ")")) end
end
for _, a in ipairs(values) do
  print(a, try("type(" .. a .. ")"), try("tostring(" .. a .. ")"), try("tonumber(" .. a .. ")"), try("math.type(" .. a .. ")"), try("math.tointeger(" .. a .. ")"))
end
