-- tool.redact: what the audit may keep of arguments.
local t = require "tests.tap"
package.preload["aios.json"] = function() return { array = function(list) return list end } end
local redact = require "tool.redact"

t.test("fields that are named like secrets are taken out, at any depth", function()
  t.eq(redact.value { url = "https://x", headers = { Authorization = "Bearer 1", accept = "a" }, password = "p", list = { { api_key = "k" } } },
    { url = "https://x", headers = { Authorization = "[redacted]", accept = "a" }, password = "[redacted]", list = { { api_key = "[redacted]" } } })
end)

t.test("an address keeps neither its name nor its password", function()
  for text, want in pairs {
    ["https://ada:pw@example.org/x.git"] = "https://[redacted]@example.org/x.git",
    ["clone of ssh://git@host:22/a and http://u@h/"] = "clone of ssh://[redacted]@host:22/a and http://[redacted]@h/",
    ["https://example.org/a@b?c=d@e"] = "https://example.org/a@b?c=d@e", ["ada@example.org"] = "ada@example.org", ["http://x/"] = "http://x/",
  } do t.eq(redact.value(text), want) end
end)

t.test("a long text is cut, not in the middle of a character", function()
  local out = redact.value(("ä"):rep(1000))
  t.ok(utf8.len(out) and #out < 450, out)
  t.match(out, "%(2000 bytes%)$")
end)

t.done()
