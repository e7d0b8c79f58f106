--- scope: the locals that can be seen at a place, and the function around it.
---
---     local scope = scope_of.new()
---     scope.open() scope.declare("x", { info = ... }) scope.find "x" scope.close()
---
--- A place is { kind, parent, ... }: the file, a function, or one of the language's own bodies, which are functions too.
local M = {}

---@return table scope
function M.new()
  local now, log, marks = {}, {}, {}
  local self = { place = { kind = "file" } }

  function self.open() marks[#marks + 1] = #log end

  function self.close()
    local mark = marks[#marks]
    marks[#marks] = nil
    for i = #log, mark + 1, -2 do
      now[log[i - 1]] = log[i] or nil
      log[i], log[i - 1] = nil, nil
    end
  end

  ---A new local; `binding.info` is what is known of its value.
  function self.declare(name, binding)
    log[#log + 1], log[#log + 2] = name, now[name] or false
    binding.place, binding.name = self.place, name
    now[name] = binding
    return binding
  end

  function self.find(name) return now[name] end

  ---Begins a body of its own; `fields` are those of the place.
  function self.enter(kind, fields)
    local place = fields or {}
    place.kind, place.parent = kind, self.place
    self.place = place
    self.open()
    return place
  end

  function self.leave()
    self.close()
    self.place = self.place.parent
  end

  ---The names that can be seen.
  function self.names()
    local out = {}
    for name in pairs(now) do out[#out + 1] = name end
    return out
  end
  self.open()
  return self
end

return M
