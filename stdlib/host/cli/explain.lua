local options, out = require "host.options", require "host.print"

local function indented(text)
  return "    " .. text:gsub("\n$", ""):gsub("\n", "\n    ")
end

local function show(one)
  out.line(("%s (%s)"):format(one.code, one.severity))
  out.line(one.what)
  if one.why then out.line(one.why) end
  if one.wrong then
    out.line "\nWrong:"
    out.line(indented(one.wrong))
    out.line "Right:"
    out.line(indented(one.right))
  end
end

local function without_functions(one)
  one.make = nil
  return one
end

local function all(opts)
  local codes = require "compiler.codes"
  local rows = {}
  for i, code in ipairs(codes.list()) do rows[i] = without_functions(codes.of(code)) end
  if opts.json then return out.json(out.array(rows)) end
  for _, row in ipairs(rows) do out.line(row.code .. "  " .. row.what) end
  out.note(opts, "`aios explain CODE` says more, `aios explain habits` lists the forms of other languages")
end

local function habits(opts)
  local rows = require("compiler.habits").table()
  if opts.json then return out.json(out.array(rows)) end
  local size = 0
  for _, row in ipairs(rows) do size = math.max(size, out.width(row.form)) end
  for _, row in ipairs(rows) do out.line(row.form .. (" "):rep(size + 2 - out.width(row.form)) .. row.here) end
end

local function run(opts, words)
  local word = words[1]
  if not word then return all(opts) end
  if word == "habits" then return habits(opts) end
  local codes = require "compiler.codes"
  local number = word:match "^%d+$"
  local one = codes.of(number and ("AIOS%03d"):format(tonumber(number)) or word:upper())
  if not one then
    local near = options.nearest(word:upper(), codes.list())
    return options.usage(("there is no problem '%s'"):format(word), near and ("did you mean %s?"):format(near) or "`aios explain` lists them")
  end
  if opts.json then return out.json(without_functions(one)) end
  show(one)
end

return {
  name = "explain", group = "programs", summary = "explains a problem by its code, with a wrong and a right example",
  operands = "[CODE | habits]", max = 1,
  about = "CODE is what a problem shows, such as AIOS012. Without one, all are listed.\n`habits` lists the forms of other languages and how each is written here.",
  examples = { { "aios explain AIOS012", "one problem" }, { "aios explain habits", "coming from another language" } },
  run = run,
}
