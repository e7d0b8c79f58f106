-- the validator against the official JSON Schema Test Suite (Debian: json-schema-test-suite), drafts 6 and 7
local t = require "tests.tap"
local json = require "tests.fake.json"
local schema = require "tool.schema"

local SUITE = os.getenv "JSON_SCHEMA_SUITE" or "/usr/share/json-schema-test-suite"

-- files about words that are reported and not checked, or that go to the network
local LEFT_OUT = { ["pattern.json"] = true, ["patternProperties.json"] = true, ["refRemote.json"] = true, ["definitions.json"] = true }

json.null = io.stdout                                     -- JSON's null is the only userdata

local function files(draft)
  local out, pipe = {}, assert(io.popen(("ls %s/tests/%s/*.json 2>/dev/null"):format(t.quote(SUITE), draft)))
  for path in pipe:lines() do
    if not LEFT_OUT[path:match "[^/]*$"] then out[#out + 1] = path end
  end
  pipe:close()
  return out
end

-- an empty table without a mark is a list as well as a record: that is what Lua's {} is
local LUA = { ["array type matches arrays: an object is not an array"] = true }
local DRAFT = { draft6 = "http://json-schema.org/draft-06/schema#", draft7 = "http://json-schema.org/draft-07/schema#" }

local asked, reported = 0, 0

-- the cases whose schema loses nothing
local function run(path, draft)
  local wrong = {}
  for _, case in ipairs(json.decode(t.read(path))) do
    local document = case.schema
    if type(document) ~= "table" then document = { allOf = { document } } end
    document["$schema"] = DRAFT[draft]
    local s, types, lost = schema.from_json(document)
    if not s or #lost > 0 then reported = reported + 1
    else
      for _, test in ipairs(case.tests) do
        local name = case.description .. ": " .. test.description
        asked = asked + 1
        if (schema.check(test.data, s, types) == true) ~= test.valid and not LUA[name] then wrong[#wrong + 1] = name end
      end
    end
  end
  t.eq(wrong, {})
end

for _, draft in ipairs { "draft6", "draft7" } do
  for _, path in ipairs(files(draft)) do
    t.test(draft .. ": " .. path:match "([^/]*)%.json$", function() run(path, draft) end)
  end
end
if asked == 0 then
  print "1..0 # skip the JSON Schema Test Suite is not installed (Debian: json-schema-test-suite)"
  os.exit(0)
end
t.test("the suite has asked, and what was left out was reported", function()
  t.ok(asked > 650, asked .. " questions")
  t.ok(reported < 60, reported .. " schemas with words that are not checked")
end)
t.done()
