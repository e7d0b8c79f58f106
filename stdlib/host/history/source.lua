--- source: a file as what a run is pinned to: its text with its modules, when it compiles.
local options = require "host.options"

---@param file string
---@return string? source
---@return Err? err
return function(file)
  local host, bundle, compile = require "aios.host", require "host.bundle", require "host.compile"
  local text, err = host.read_file(file)
  if not text then return options.usage(err.message) end
  local made, problems = compile.compile(text, file)
  if not made then return nil, { code = "syntax", message = compile.problems_text(problems, text, file), drawn = true } end
  return bundle.make(host.absolute(file), text)
end
