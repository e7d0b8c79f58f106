return {
  name = "lua", group = "programs", summary = "is a stock Lua 5.4 with its full libraries",
  operands = "[lua options] [FILE [ARGS]]", raw = true,
  about = "Takes the options of lua5.4: -e STAT, -l NAME, -i, -v, -E, -W and -.",
  examples = { { "aios lua -e 'print(_VERSION)'", "run one line" } },
  run = function(words) return require "aios.host".lua(words) end,
}
