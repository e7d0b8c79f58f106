--- state: the durable table of a program: `state.count = (state.count or 0) + 1`.
---
--- A value is written in the commit of the step that sets it. flow/state.lua makes the table that programs see; these are
--- the tools behind it.
local M = { name = "state", tools = {} }
local tools = M.tools

local KEY = "string(1..512)"

local function raw() return require "aios.store" end

-- beside the program's own keys of kv, out of their reach
local function space(request) return "state:" .. request.program end

tools.get = {
  about = "The value of a field of the program's state; nil when there is none.",
  params = { { "name", KEY } },
  returns = "any?",
  effect = "reads",
  risk = "low",
  example = [[print(state.count)]],
  run = function(args, request)
    local text, err = raw().kv_get(space(request), args.name)
    if not text then return nil, err end
    return require("aios.json").decode(text)
  end,
}

tools.set = {
  about = "Sets a field of the program's state; nil removes it.",
  params = { { "name", KEY }, { "value", "any?" } },
  effect = "tx",
  risk = "low",
  example = [[state.count = (state.count or 0) + 1]],
  run = function(args, request)
    local store, program = raw(), space(request)
    if args.value == nil then
      require "aios.door".commit(function() store.kv_delete(program, args.name) end)
      return
    end
    local text, err = require("aios.json").encode(args.value)
    if not text then return nil, err end
    require "aios.door".commit(function() store.kv_set(program, args.name, text) end)
  end,
}

tools.all = {
  about = "All fields of the program's state.",
  returns = "{ { name: string, value: any } }",
  effect = "reads",
  risk = "low",
  example = [[for name, value in pairs(state) do print(name, value) end]],
  run = function(_, request)
    local store, json = raw(), require "aios.json"
    local _, err = store.kv_get(space(request), "")     -- behind every queued set
    if err then return nil, err end
    local rows
    rows, err = store.kv_list(space(request), "")
    if not rows then return nil, err end
    local out = json.array {}
    for i, row in ipairs(rows) do out[i] = { name = row[1], value = json.decode(row[2]) } end
    return out
  end,
}

return M
