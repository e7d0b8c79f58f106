local out = require "host.print"

return {
  name = "version", group = "other", summary = "prints the version", operands = nil, max = 0,
  run = function(opts)
    local host = require "aios.host"
    if opts.json then return out.json { aios = host.version, lua = _VERSION } end
    out.line("aios " .. host.version)
  end,
}
