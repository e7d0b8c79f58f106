--- net.feed: RSS 0.9 to 2.0, RSS 1.0 and Atom as one kind of table. Pure.
---
---     feed.read(text)    --> { title, link, about, items = { { title, link, id, time, text, author } } } | nil, err
local xml, time, html = require "xml", require "time", require "net.html"
local M = {}

-- an element by its name without the prefix of a namespace
local function child(element, ...)
  for _, name in ipairs { ... } do
    for _, one in ipairs(element and element.children or {}) do
      if type(one) == "table" and one.name:gsub("^[%w_.-]+:", "") == name then return one end
    end
  end
end

local function children(element, name)
  local out = {}
  for _, one in ipairs(element and element.children or {}) do
    if type(one) == "table" and one.name:gsub("^[%w_.-]+:", "") == name then out[#out + 1] = one end
  end
  return out
end

local function said(element)
  local text = xml.text(element):gsub("^%s+", ""):gsub("%s+$", "")
  return text ~= "" and text or nil
end

-- text that may be HTML, written as text or as elements
local function readable(element)
  local text = said(element)
  if not text or not text:find "[<&]" then return text end
  text = html.text(text)
  return text ~= "" and text or nil
end

-- Atom has links of several kinds; the one for readers is "alternate" or has no kind
local function link_of(element)
  local plain = child(element, "link")
  if plain and said(plain) then return said(plain) end
  for _, one in ipairs(children(element, "link")) do
    local kind = one.attributes.rel
    if one.attributes.href and (kind == nil or kind == "alternate") then return one.attributes.href end
  end
end

local function instant(text)
  local at = text and time.parse(text, "UTC")
  return at and time.format(at, nil, "UTC") or nil
end

local function item(element)
  local guid = child(element, "guid", "id")
  local author = child(element, "author", "creator")
  local link = link_of(element)
  if not link and guid and guid.name == "guid" and guid.attributes.isPermaLink ~= "false" then link = said(guid) end
  return {
    title = readable(child(element, "title")), link = link, id = said(guid) or link or element.attributes["rdf:about"],
    time = instant(said(child(element, "pubDate", "published", "date", "updated", "modified"))),
    text = readable(child(element, "encoded", "content", "description", "summary")),
    author = author and (said(child(author, "name")) or said(author)) or nil,
  }
end

---@param text string
---@return table? feed
---@return table? err
function M.read(text)
  local root, err = xml.parse(text)
  if not root then return nil, { code = err.code, message = "the feed is no XML: " .. err.message } end
  local kind = root.name:gsub("^[%w_.-]+:", "")
  local head = kind == "feed" and root or child(root, "channel")
  if not head or kind ~= "feed" and kind ~= "rss" and kind ~= "RDF" then
    return nil, { code = "invalid", message = ("this is no feed: its root is <%s>, not <rss>, <rdf:RDF> or <feed>"):format(root.name:sub(1, 60)) }
  end
  local out = { title = readable(child(head, "title")), link = link_of(head), about = readable(child(head, "description", "subtitle", "tagline")), items = {} }
  local entries = children(kind == "RDF" and root or head, kind == "feed" and "entry" or "item")
  for i, element in ipairs(entries) do out.items[i] = item(element) end
  return out
end

return M
