--- HTTP requests. An answer of any status is an answer; `check = true` makes those outside 200-299 an error.
local M = { name = "http", tools = {} }

local ANSWER = "{ status: integer, headers: {[string]: string}, body: string, time: number }"
local METHOD = '"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS"'

local COMMON = {
  { "headers", "{[string]: string}" }, { "query", "{[string]: any}" }, { "timeout", "duration" }, { "follow", "boolean" },
  { "max", "size" }, { "check", "boolean" },
}
local WITH_BODY = {
  { "json", "any" }, { "form", "{[string]: any}" }, { "multipart", "{[string]: any}" }, { "idempotent", "boolean" }, table.unpack(COMMON),
}

local function host_of(args) return require "aios.http".host(args.url) end

local function with_query(url, query)
  if not query or next(query) == nil then return url end
  local before, fragment = url:match "^([^#]*)(.*)$"
  return before .. (before:find("?", 1, true) and "&" or "?") .. require("net.form").encode(query) .. fragment
end

---The body and its content type.
local function body_of(args, key)
  local form = require "net.form"
  local given = {}
  for _, name in ipairs { "body", "json", "form", "multipart" } do if args[name] ~= nil then given[#given + 1] = name end end
  if #given > 1 then return nil, { code = "invalid", message = ("give one of %s, not several"):format(table.concat(given, ", ")) } end
  if args.json ~= nil then
    local text, err = require "aios.json".encode(args.json)
    if not text then return nil, err end
    return text, "application/json"
  end
  if args.form then return form.encode(args.form), "application/x-www-form-urlencoded" end
  if args.multipart then return form.multipart(args.multipart, key) end
  return args.body or ""
end

local function has(headers, name)
  for k in pairs(headers) do if k:lower() == name then return true end end
  return false
end

local function send(method, args, request)
  local headers = {}
  for k, v in pairs(args.headers or {}) do headers[k] = v end
  local reads = method == "GET" or method == "HEAD" or method == "OPTIONS"
  local body, kind = body_of(args, request.key or "aios")
  if not body then return nil, kind end
  if kind and not has(headers, "content-type") then headers["content-type"] = kind end
  if not reads and request.key and not has(headers, "idempotency-key") then headers["idempotency-key"] = request.key end
  local answer, err = require "aios.http".request {
    method = method, url = with_query(args.url, args.query), headers = headers, body = body, timeout = args.timeout,
    max = args.max, follow = args.follow == false and 0 or nil,
  }
  if not answer then return nil, err end
  if args.check and (answer.status < 200 or answer.status > 299) then
    return nil, { code = answer.status == 404 and "not_found" or "failed",
      message = ("%s %s answered %d: %s"):format(method, args.url, answer.status, answer.body:sub(1, 200)), status = answer.status }
  end
  return answer
end

-- what `finish` puts beside the fields of the answer
local ADDS = { "json" }

---Runs in the program: adds json(), which a record cannot hold.
local function finish(answer)
  answer.json = function() return require "aios.json".decode(answer.body) end
  return answer
end

local function declare(name, about, extra)
  M.tools[name] = {
    about = about, params = { { "url", "url" } }, options = COMMON, returns = ANSWER, risk = "low", needs = { "net", host_of },
    finish = finish, adds = ADDS, run = function(args, request) return send(name:upper(), args, request) end,
  }
  for k, v in pairs(extra) do M.tools[name][k] = v end
end

local function with_body(example)
  return {
    params = { { "url", "url" }, { "body", "string", optional = true } }, options = WITH_BODY, risk = "medium", example = example,
    -- the server honours Idempotency-Key, so the step may be repeated after a crash
    effect_when = { idempotent = "idempotent" },
  }
end

declare("get", "Fetches an address.", { effect = "reads", example = [[local page = http.get("https://example.org/")]] })
declare("post", "Sends a body to an address.", with_body [[http.post("https://example.org/orders", { json = { id = 7 } })]])
declare("put", "Stores a body at an address.", with_body [[http.put("https://example.org/a", "text")]])
declare("patch", "Changes what is at an address.", with_body [[http.patch("https://example.org/a", { json = { open = false } })]])
declare("delete", "Removes what is at an address.", with_body [[http.delete("https://example.org/a")]])

M.tools.request = with_body [[http.request{ method = "PUT", url = "https://example.org/a", body = "text" }]]
M.tools.request.about = "Sends a request with any method."
M.tools.request.params = {}
M.tools.request.options = { { "method", METHOD }, { "url", "url" }, { "body", "string" }, table.unpack(WITH_BODY) }
M.tools.request.returns = ANSWER
M.tools.request.needs = { "net", host_of }
M.tools.request.finish, M.tools.request.adds = finish, ADDS
M.tools.request.run = function(args, request) return send(args.method or "GET", args, request) end

M.tools.download = {
  about = "Fetches an address into a file, which appears whole or not at all; 1 GiB at most, or `max`. Any status but 200 to 299 is an error.",
  params = { { "url", "url" }, { "path", "path" } },
  options = { { "headers", "{[string]: string}" }, { "timeout", "duration" }, { "max", "size" } },
  returns = "{ bytes: integer, sha256: string, time: number }",
  effect = "idempotent",
  risk = "medium",
  needs = { "net", host_of },
  also = { { "fs.write", "path" } },
  example = [[local file = http.download("https://example.org/data.csv", "/tmp/data.csv")]],
  run = function(args)
    local got, err = require "aios.http".download {
      url = args.url, path = args.path, headers = args.headers, timeout = args.timeout or 3600, max = args.max or 1 << 30,
    }
    if not got then return nil, err end
    if got.status < 200 or got.status > 299 then
      return nil, { code = got.status == 404 and "not_found" or "failed", message = ("%s answered %d"):format(args.url, got.status), status = got.status }
    end
    return { bytes = got.bytes, sha256 = got.sha256, time = got.time }
  end,
}

return M
