--- net.mime: a mail as the text that goes over the wire (RFC 5322, 2045-2047). Pure.
---
---     mime.build { from = "a@example.org", to = { "Ada <ada@example.org>" }, subject = "Hello", text = "Hi", date = now(), id = "1@aios" }
local base64, time = require "model.base64", require "time"
local M = {}

local WIDTH = 76

local function invalid(...) return nil, { code = "invalid", message = (...):format(select(2, ...)) } end

---The bare address and the name of "Ada Lovelace <ada@example.org>", or nil and why not.
---@param text string
---@return string? address
---@return string|table name
function M.address(text)
  local name, address = text:match "^%s*(.-)%s*<([^<>]*)>%s*$"
  if not address then name, address = "", text:match "^%s*(.-)%s*$" end
  name = name:match '^"(.*)"$' or name
  if not address:find "^[%w.!#$%%&'*+/=?^_`{|}~-]+@[%w.-]+$" or #address > 254 or text:find "%c" then
    return invalid("%q is no mail address, such as ada@example.org or \"Ada <ada@example.org>\"", text:sub(1, 100))
  end
  return address, name
end

-- a header's text in words of ASCII: RFC 2047, in pieces that end between characters
local function word(text)
  if not text:find "[\x80-\xFF]" then return text end
  local out, piece = {}, ""
  for _, code in utf8.codes(text) do
    local character = utf8.char(code)
    if #piece + #character > 42 then out[#out + 1], piece = piece, "" end
    piece = piece .. character
  end
  out[#out + 1] = piece
  for i, one in ipairs(out) do out[i] = "=?UTF-8?B?" .. base64.encode(one) .. "?=" end
  return table.concat(out, "\r\n ")
end

local function shown(text)
  local address, name = M.address(text)
  if name == "" then return address end
  if name:find "[\x80-\xFF]" then return word(name) .. " <" .. address .. ">" end
  return '"' .. name:gsub('[\\"]', "\\%0") .. '" <' .. address .. ">"
end

local function addresses(list)
  local out = {}
  for i, one in ipairs(list) do out[i] = shown(one) end
  return table.concat(out, ",\r\n ")
end

local function wrapped(bytes)
  local text = base64.encode(bytes)
  local out = {}
  for at = 1, #text, WIDTH do out[#out + 1] = text:sub(at, at + WIDTH - 1) end
  return table.concat(out, "\r\n") .. "\r\n"
end

-- text as it is where the wire can carry it, else as base64
local function text_part(text, kind)
  text = text:gsub("\r\n", "\n"):gsub("\r", "\n")
  if text:sub(-1) ~= "\n" then text = text .. "\n" end
  local long = false
  for line in text:gmatch "[^\n]*" do long = long or #line > 900 end
  local lines = text:gsub("\n", "\r\n")
  local head = "Content-Type: text/" .. kind .. "; charset=utf-8\r\n"
  if text:find "[\x80-\xFF%z]" or long then return head .. "Content-Transfer-Encoding: base64\r\n\r\n" .. wrapped(lines) end
  return head .. "Content-Transfer-Encoding: 7bit\r\n\r\n" .. lines
end

local KINDS = { txt = "text/plain", csv = "text/csv", html = "text/html", pdf = "application/pdf", png = "image/png", jpg = "image/jpeg", jpeg = "image/jpeg",
  gif = "image/gif", svg = "image/svg+xml", json = "application/json", xml = "application/xml", zip = "application/zip", gz = "application/gzip", md = "text/markdown" }

local function file_name(name)
  if not name:find "[\x80-\xFF]" then return 'filename="' .. name:gsub('[\\"]', "\\%0") .. '"' end
  return "filename*=UTF-8''" .. name:gsub("[^%w.-]", function(c) return ("%%%02X"):format(c:byte()) end)
end

local function attachment(file)
  local kind = KINDS[(file.name:match "%.(%w+)$" or ""):lower()] or "application/octet-stream"
  return ("Content-Type: %s\r\nContent-Disposition: attachment; %s\r\nContent-Transfer-Encoding: base64\r\n\r\n%s"):format(kind, file_name(file.name), wrapped(file.content))
end

local function joined(kind, parts, boundary)
  local out = { ('Content-Type: multipart/%s; boundary="%s"\r\n'):format(kind, boundary) }
  for _, part in ipairs(parts) do out[#out + 1] = ("\r\n--%s\r\n%s"):format(boundary, part) end
  out[#out + 1] = ("\r\n--%s--\r\n"):format(boundary)
  return table.concat(out)
end

local function body(mail)
  local parts = {}
  if mail.text or not mail.html then parts[1] = text_part(mail.text or "", "plain") end
  if mail.html then parts[#parts + 1] = text_part(mail.html, "html") end
  -- base64 and our texts can hold no line that begins like this: the id is in none of them
  local boundary = "=_" .. mail.id:gsub("[^%w]", ""):sub(1, 40)
  local content = #parts == 1 and parts[1] or joined("alternative", parts, boundary .. "_a")
  if not mail.files or #mail.files == 0 then return content end
  local all = { content }
  for _, file in ipairs(mail.files) do all[#all + 1] = attachment(file) end
  return joined("mixed", all, boundary .. "_m")
end

---The whole mail. Lines end with \r\n.
---@param mail { from: string, to: string[], cc: string[]?, reply_to: string?, subject: string?, text: string?, html: string?, files: { name: string, content: string }[]?, date: number, id: string }
---@return string? text
---@return table? err
function M.build(mail)
  for _, list in ipairs { { mail.from }, mail.to, mail.cc or {}, { mail.reply_to } } do
    for _, one in ipairs(list) do
      local good, err = M.address(one)
      if not good then return nil, err end
    end
  end
  local subject = mail.subject or ""
  if subject:find "%c" then return invalid "the subject must be one line" end
  if not utf8.len(subject) then return invalid "the subject is not UTF-8" end
  for _, file in ipairs(mail.files or {}) do
    if file.name:find "%c" then return invalid("the name of the file %q holds a control character", file.name) end
  end
  local head = { "From: " .. shown(mail.from), "To: " .. addresses(mail.to) }
  if mail.cc and mail.cc[1] then head[#head + 1] = "Cc: " .. addresses(mail.cc) end
  if mail.reply_to then head[#head + 1] = "Reply-To: " .. shown(mail.reply_to) end
  head[#head + 1] = "Subject: " .. word(subject)
  head[#head + 1] = "Date: " .. time.format(math.floor(mail.date), "%a, %d %b %Y %H:%M:%S +0000", "UTC")
  head[#head + 1] = "Message-ID: <" .. mail.id .. ">"
  head[#head + 1] = "MIME-Version: 1.0"
  return table.concat(head, "\r\n") .. "\r\n" .. body(mail)
end

return M
