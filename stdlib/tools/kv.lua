--- kv: small values of a program that outlive its runs.
---
---     kv.set("last_seen", { id = 42, at = now() })
---     local v = kv.get "last_seen"              -- nil when there is none
---
--- Every program has its own keys. A value is anything JSON can hold.
local M = { name = "kv", tools = {} }
local tools = M.tools

local KEY = "string(1..512)"

local function raw() return require "aios.store" end

---`ttl` seconds from now as the instant the store wants; 0 stays.
local function expiry(ttl)
  if not ttl then return 0 end
  return math.ceil(require("aios.host").now_ms() + ttl * 1000)
end

tools.get = {
  about = "The value of a key; nil when there is none, or when its time is over.",
  params = { { "key", KEY } },
  returns = "any?",
  effect = "reads",
  risk = "low",
  example = [[kv.get("last_seen")]],
  run = function(args, request)
    local text, err = raw().kv_get(request.program, args.key)
    if not text then return nil, err end
    return require("aios.json").decode(text)
  end,
}

tools.set = {
  about = "Stores a value under a key, replacing what was there. With `ttl` it is gone after that time.",
  params = { { "key", KEY }, { "value", "any" } },
  options = { { "ttl", "duration" } },
  returns = "boolean",
  effect = "tx",
  risk = "low",
  example = [[kv.set("last_seen", { id = 42 }, { ttl = 86400 })]],
  run = function(args, request)
    local text, err = require("aios.json").encode(args.value)
    if not text then return nil, err end
    local expires = expiry(args.ttl)
    require "aios.door".commit(function() raw().kv_set(request.program, args.key, text, expires) end)
    return true
  end,
}

tools.delete = {
  about = "Removes a key; one that is not there is fine.",
  params = { { "key", KEY } },
  returns = "boolean",
  effect = "tx",
  risk = "low",
  example = [[kv.delete("last_seen")]],
  run = function(args, request)
    require "aios.door".commit(function() raw().kv_delete(request.program, args.key) end)
    return true
  end,
}

tools.list = {
  about = "The keys that begin with `prefix` (all without one) and their values, in byte order.",
  params = { { "prefix", "string(..512)", optional = true } },
  returns = "{ { key: string, value: any } }",
  effect = "reads",
  risk = "low",
  example = [[kv.list("report/")]],
  run = function(args, request)
    local store, json = raw(), require "aios.json"
    local prefix = args.prefix or ""
    -- a get goes through the writer behind every queued set, the list reads what is committed
    local _, err = store.kv_get(request.program, prefix)
    if err then return nil, err end
    local rows
    rows, err = store.kv_list(request.program, prefix)
    if not rows then return nil, err end
    local out = json.array {}
    for i, row in ipairs(rows) do out[i] = { key = row[1], value = json.decode(row[2]) } end
    return out
  end,
}

return M
