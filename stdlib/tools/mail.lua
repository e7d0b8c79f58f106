--- mail: letters to people.
---
---     needs net "mail.example.org", secret "SMTP_PASSWORD"
---     mail.send { to = "ada@example.org", subject = "Report", text = "It is attached.", attach = { "report.pdf" },
---       server = "smtps://mail.example.org", user = "me@example.org", password = secret "SMTP_PASSWORD" }
---
--- Without `server`, `user` and `from` the environment says them: SMTP_URL, SMTP_USER, MAIL_FROM.
local M = { name = "mail", tools = {} }
local tools = M.tools

local PORTS = { smtp = 587, smtps = 465 }

---The parts of an address of a server, or nil and why not.
---@return table? server   { scheme, host, port }
---@return table? err
function M.server(url)
  if not url or url == "" then
    return nil, { code = "invalid", message = "no server: give `server`, such as \"smtps://mail.example.org\", or set SMTP_URL" }
  end
  local scheme, host, port = url:match "^(smtps?)://([%w.-]+):?(%d*)/?$"
  if not scheme then scheme, host, port = url:match "^(smtps?)://(%[[%x:]+%]):?(%d*)/?$" end
  port = port == "" and PORTS[scheme] or math.tointeger(tonumber(port))
  if not scheme or not port or port < 1 or port > 65535 then
    return nil, { code = "invalid", message = ("%q is no address of a mail server, such as \"smtps://mail.example.org\" or \"smtp://mail.example.org:587\""):format(url) }
  end
  return { scheme = scheme, host = host, port = port }
end

local function endpoint(args)
  local server = M.server(args.server or os.getenv "SMTP_URL")
  return server and server.host .. ":" .. server.port or ""
end

local function as_list(value)
  if value == nil then return {} end
  return type(value) == "table" and value or { value }
end

local function files(paths)
  local out = {}
  for i, path in ipairs(paths or {}) do
    local content, err = require("aios.fs").read(path)           -- the gate asks for each of them
    if not content then return nil, err end
    out[i] = { name = path:match "[^/]*$", content = content }
  end
  return out
end

local function bare(...)
  local out = {}
  for _, list in ipairs { ... } do
    for _, one in ipairs(list) do
      local address, err = require("net.mime").address(one)
      if not address then return nil, err end
      out[#out + 1] = address
    end
  end
  if #out == 0 then return nil, { code = "invalid", message = "nobody to send it to" } end
  return out
end

local LOCAL = { ["127.0.0.1"] = true, ["[::1]"] = true, localhost = true }

local function send(args, request)
  local server, err = M.server(args.server or os.getenv "SMTP_URL")
  if not server then return nil, err end
  if args.plain and not LOCAL[server.host] then
    return nil, { code = "denied", message = "only a server on this machine may be spoken to without encryption" }
  end
  local user = args.user or os.getenv "SMTP_USER"
  local from = args.from or os.getenv "MAIL_FROM" or user
  if not from then return nil, { code = "invalid", message = "no sender: give `from`, or set MAIL_FROM" } end
  local to, cc, bcc, mime = as_list(args.to), as_list(args.cc), as_list(args.bcc), require "net.mime"
  local everyone, attached, text
  everyone, err = bare(to, cc, bcc)
  if not everyone then return nil, err end
  attached, err = files(args.attach)
  if not attached then return nil, err end
  -- the same for the same step: who gets it twice can tell
  local id = ("%s@%s"):format((request.key or require("aios.host").hash(tostring(request.run))):sub(1, 48), (mime.address(from) or "@aios"):match "@(.*)$")
  text, err = mime.build { from = from, to = to, cc = cc, reply_to = args.reply_to, subject = args.subject, text = args.text, html = args.html,
    files = attached, date = require("aios.host").now_ms() // 1000, id = id }
  if not text then return nil, err end
  local sent
  sent, err = require("aios.smtp").send { url = ("%s://%s:%d/"):format(server.scheme, server.host, server.port), user = user, password = args.password,
    from = (mime.address(from)), to = everyone, text = text, timeout = args.timeout or 120, plain = args.plain }
  if not sent then return nil, err end
  return { id = id, bytes = #text }
end

tools.send = {
  about = "Sends a mail and returns when the server has taken it. `html` beside `text` is another form of the same; `attach` are paths of files. "
    .. "The connection is encrypted; `plain` is for a server on this machine.",
  params = {},
  options = {
    { "to", "string | {string}" }, { "subject", "string(..500)" }, { "text", "string" }, { "html", "string" }, { "attach", "{path}" }, { "from", "string" },
    { "cc", "string | {string}" }, { "bcc", "string | {string}" }, { "reply_to", "string" }, { "server", "string" }, { "user", "string" },
    { "password", "string" }, { "plain", "boolean" }, { "timeout", "duration" },
  },
  returns = "{ id: string, bytes: integer }",
  risk = "high",
  needs = { "net", endpoint },
  example = [[local ok, why = pcall(mail.send, { to = "ada@example.org", subject = "Hello", text = "Hi", server = "smtp://127.0.0.1:1", plain = true, from = "me@example.org" })]],
  run = send,
}

return M
