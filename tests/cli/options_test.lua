local t = require "tests.tap"
local options = require "host.options"

local COMMAND = { name = "sample", operands = "FILE", min = 1, max = 2, options = {
  { "limit", "N", "how many", short = "n" }, { "for", "DUR", "how long" }, { "memory", "SIZE", "how much" },
  { "until-idle", nil, "a flag" }, { "grant", "NEED", "a list", many = true }, { "once", "NAME", "now", also = "JSON" },
} }
local RUN = { name = "run", operands = "FILE", min = 1, rest = true, options = COMMAND.options }

local function parse(command, ...)
  local opts, operands = options.parse(command, { ... })
  if not opts then return operands.message, operands.code end
  return opts, operands
end

for _, case in ipairs {
  { "10s", 10 }, { "1h30m", 5400 }, { "500ms", 0.5 }, { "2d", 172800 }, { "1.5h", 5400 }, { "1w", 604800 },
  { "", nil }, { "5", nil }, { "5 m", nil }, { "m5", nil }, { "5x", nil }, { "-5m", nil },
} do
  t.test(("duration '%s' is %s seconds"):format(case[1], case[2]), function()
    t.ok(options.duration(case[1]) == case[2])
  end)
end

for _, case in ipairs { { "64MiB", 67108864 }, { "1GB", 1000000000 }, { "512B", 512 }, { "64", nil }, { "64mb", nil }, { "MiB", nil } } do
  t.test(("size '%s' is %s bytes"):format(case[1], case[2]), function() t.ok(options.size(case[1]) == case[2]) end)
end

for _, case in ipairs {
  { "rnus", { "run", "runs", "ps" }, "runs" }, { "chekc", { "run", "check" }, "check" }, { "xyzzy", { "run", "check" }, nil },
  { "RUNS", { "runs" }, "runs" }, { "p", { "ps" }, "ps" },
} do
  t.test(("'%s' probably means %s"):format(case[1], case[3]), function() t.ok(options.nearest(case[1], case[2]) == case[3]) end)
end

t.test("options may stand before, between and behind operands", function()
  local opts, operands = parse(COMMAND, "-n", "5", "a", "--until-idle", "b", "--for=1m", "--json")
  t.eq(opts, { limit = 5, until_idle = true, ["for"] = 60, json = true })
  t.eq(operands, { "a", "b" })
end)

t.test("-- ends the options", function()
  local _, operands = parse(COMMAND, "--", "--limit", "x")
  t.eq(operands, { "--limit", "x" })
end)

t.test("a lone - is an operand", function()
  local _, operands = parse(COMMAND, "-")
  t.eq(operands, { "-" })
end)

t.test("an option that may be repeated becomes a list", function()
  t.eq(parse(COMMAND, "--grant", "a", "--grant", "b", "x").grant, { "a", "b" })
end)

t.test("--once takes a JSON text that follows its name, and no other word", function()
  t.eq(parse(COMMAND, "--once", "w", '{"a":1}', "x").once_json, '{"a":1}')
  local opts, operands = parse(COMMAND, "--once", "w", "x")
  t.eq({ opts.once, opts.once_json, operands }, { "w", nil, { "x" } })
end)

for _, case in ipairs {
  { { "--lmit", "5", "a" }, "unknown option %-%-lmit" }, { { "--limit", "x", "a" }, "whole number, not 'x'" },
  { { "--for", "soon", "a" }, "a duration such as" }, { { "a", "--limit" }, "%-%-limit needs a value" },
  { { "--json=1", "a" }, "takes no value" }, { {}, "needs FILE" }, { { "a", "b", "c" }, "what to do with 'c'" },
  { { "-x", "a" }, "unknown option %-x" }, { { "--n", "5", "a" }, "unknown option %-%-n" }, { { "-limit", "5", "a" }, "unknown option" },
} do
  t.test("a wrong command line is told: " .. table.concat(case[1], " "), function()
    local message, code = parse(COMMAND, table.unpack(case[1]))
    t.match(message, case[2])
    t.eq(code, "usage")
  end)
end

t.test("an unknown option comes with the one that was probably meant", function()
  local _, err = options.parse(COMMAND, { "--lmit", "5", "a" })
  t.match(err.hint, "did you mean %-%-limit")
end)

for _, case in ipairs {
  { { "f", "--for", "3s" }, { "f" }, 3 },
  { { "--for", "3s", "f" }, { "f" }, 3 },
  { { "f", "x", "--for", "3s" }, { "f", "x", "--for", "3s" }, nil },
  { { "f", "--port", "80" }, { "f", "--port", "80" }, nil },
  { { "f", "--", "--for", "3s" }, { "f", "--for", "3s" }, nil },
  { { "f", "--help" }, { "f", "--help" }, nil },
  { { "f", "-v" }, { "f", "-v" }, nil },
} do
  t.test("behind FILE, only known long options are ours: " .. table.concat(case[1], " "), function()
    local opts, operands = parse(RUN, table.unpack(case[1]))
    t.eq(operands, case[2])
    t.ok(opts["for"] == case[3])
  end)
end

t.test("--help needs no operands", function() t.ok(parse(COMMAND, "--help").help) end)

t.done()
