--- xml: XML documents as tables, by expat.
---
---     local order = xml.parse '<order id="7"><item>Tea</item><item>Milk</item></order>'
---     print(order.attributes.id, xml.text(xml.find(order, "item")))       -- 7  Tea
---     for _, item in ipairs(xml.all(order, "item")) do print(xml.text(item)) end
---
--- An element is { name, attributes = { … }, children = { … } }; the children are elements and texts in their order. Names are as they
--- are written, with their prefix. A document that declares entities of its own is refused. Pure.
local M = {}

---Reads a document; gives its root element. Spaces between elements are left out unless `spaces` is set.
---
---    xml.parse "<a x='1'>hello <b/></a>"
---      --> { name = "a", attributes = { x = "1" }, children = { "hello ", { name = "b", attributes = {}, children = {} } } }
---@param text string
---@param options { spaces: boolean? }?
---@return table? element
---@return table? err   with line and column
function M.parse(text, options)
  local spaces = options and options.spaces
  local root, stack, parts = nil, {}, {}
  local function flush()
    if #parts == 0 then return end
    local said = table.concat(parts)
    parts = {}
    local top = stack[#stack]
    if top and (spaces or said:find "%S") then top.children[#top.children + 1] = said end
  end
  local ok, err = require "aios.xml".parse(text, {
    start = function(name, attributes)
      flush()
      local element, top = { name = name, attributes = attributes, children = {} }, stack[#stack]
      if top then top.children[#top.children + 1] = element else root = element end
      stack[#stack + 1] = element
    end,
    finish = function()
      flush()
      stack[#stack] = nil
    end,
    text = function(said) parts[#parts + 1] = said end,
  })
  if not ok then return nil, err end
  return root
end

local function is_element(child) return type(child) == "table" end

local function step(elements, name)
  local out = {}
  for _, element in ipairs(elements) do
    for _, child in ipairs(element.children) do
      if is_element(child) and (name == "*" or child.name == name) then out[#out + 1] = child end
    end
  end
  return out
end

---The elements at a path of names below an element; `*` is any name.
---
---    xml.all(feed, "channel/item/title")
---@param element table
---@param path string
---@return table[]
function M.all(element, path)
  local found = { element }
  for name in path:gmatch "[^/]+" do found = step(found, name) end
  return found
end

---The first element at a path, or nil.
---
---    xml.find(feed, "channel/title")
---@param element table
---@param path string
---@return table?
function M.find(element, path) return M.all(element, path)[1] end

---All text in an element, in its order; "" for nil, so that what may be missing needs no test.
---
---    xml.text(xml.parse "<p>one <b>two</b></p>")   --> "one two"
---@param element table?
---@return string
function M.text(element)
  if element == nil then return "" end
  local out = {}
  local function walk(one)
    for _, child in ipairs(one.children) do
      if is_element(child) then walk(child) else out[#out + 1] = child end
    end
  end
  walk(element)
  return table.concat(out)
end

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

---Text as it may stand in a document or between the quotes of an attribute.
---
---    xml.escape "R&D"   --> "R&amp;D"
---@param text string
---@return string
function M.escape(text) return (text:gsub('[&<>"]', ESCAPES)) end

return M
