local t = require "tests.tap"
package.preload["aios.json"] = function() return require "tests.fake.json" end
local class = require "model.class"

local function openai(kind, code, message) return ('{"error":{"message":"%s","type":"%s","param":null,"code":"%s"}}'):format(message or "x", kind, code) end
local function anthropic(kind, message) return ('{"type":"error","error":{"type":"%s","message":"%s"},"request_id":"r"}'):format(kind, message or "x") end

local TABLE = {
  -- transport
  { "a refused connection", nil, nil, { code = "offline", message = "x" }, "TRANSIENT" },
  { "a reset before the answer", nil, nil, { code = "io", message = "x" }, "TRANSIENT" },
  { "no first byte", nil, nil, { code = "timeout", message = "x" }, "SILENT" },
  { "an answer cut off", 200, nil, { code = "truncated", message = "x" }, "TRUNCATED" },
  { "a certificate nobody trusts", nil, nil, { code = "auth", message = "x" }, "AUTH" },
  { "a bad address", nil, nil, { code = "invalid", message = "x" }, "CALLER" },
  -- plain statuses
  { "408", 408, "", nil, "TRANSIENT" }, { "409", 409, "", nil, "TRANSIENT" }, { "500", 500, "", nil, "TRANSIENT" },
  { "502 with a page of HTML", 502, "<html>bad gateway</html>", nil, "TRANSIENT" }, { "503", 503, "", nil, "TRANSIENT" },
  { "504", 504, "", nil, "TRANSIENT" }, { "529", 529, "", nil, "TRANSIENT" }, { "400", 400, "", nil, "CALLER" },
  { "401", 401, "", nil, "AUTH" }, { "402", 402, "", nil, "MONEY" }, { "403", 403, "", nil, "AUTH" }, { "404", 404, "", nil, "CALLER" },
  { "413", 413, "", nil, "TOO_BIG" }, { "422", 422, "", nil, "CALLER" }, { "429", 429, "", nil, "THROTTLED" },
  -- OpenAI
  { "openai rate limit", 429, openai("requests", "rate_limit_exceeded"), nil, "THROTTLED" },
  { "openai ramp limit", 429, openai("requests", "ramp_limit_exceeded"), nil, "THROTTLED" },
  { "openai quota", 429, openai("insufficient_quota", "insufficient_quota"), nil, "MONEY" },
  { "openai credit", 429, openai("x", "credit_balance_exhausted"), nil, "MONEY" },
  { "openai spend limit", 429, openai("x", "enforced_spend_limit_reached"), nil, "MONEY" },
  { "openai contract limit", 429, openai("x", "contract_spend_limit_reached"), nil, "MONEY" },
  { "openai context", 400, openai("invalid_request_error", "context_length_exceeded"), nil, "TOO_BIG" },
  { "openai policy", 400, openai("invalid_request_error", "content_policy_violation"), nil, "POLICY" },
  { "openai bad request", 400, openai("invalid_request_error", "invalid_value"), nil, "CALLER" },
  { "openai bad key", 401, openai("invalid_request_error", "invalid_api_key"), nil, "AUTH" },
  { "openai unknown model", 404, openai("invalid_request_error", "model_not_found"), nil, "CALLER" },
  { "openai server error", 500, openai("server_error", "x"), nil, "TRANSIENT" },
  { "openai error inside 200", 200, openai("server_error", "x"), nil, "TRANSIENT" },
  -- Anthropic
  { "anthropic overloaded", 529, anthropic "overloaded_error", nil, "TRANSIENT" },
  { "anthropic overloaded inside 200", 200, anthropic "overloaded_error", nil, "TRANSIENT" },
  { "anthropic api error", 500, anthropic "api_error", nil, "TRANSIENT" },
  { "anthropic rate limit", 429, anthropic "rate_limit_error", nil, "THROTTLED" },
  { "anthropic rate limit inside 200", 200, anthropic "rate_limit_error", nil, "THROTTLED" },
  { "anthropic usage limit", 400, anthropic("invalid_request_error", "You have reached your specified API usage limits."), nil, "MONEY" },
  { "anthropic billing", 402, anthropic "billing_error", nil, "MONEY" },
  { "anthropic too long", 400, anthropic("invalid_request_error", "prompt is too long: 300000 tokens"), nil, "TOO_BIG" },
  { "anthropic too large", 413, anthropic "request_too_large", nil, "TOO_BIG" },
  { "anthropic key", 401, anthropic "authentication_error", nil, "AUTH" },
  { "anthropic permission", 403, anthropic "permission_error", nil, "AUTH" },
  { "anthropic bad request", 400, anthropic "invalid_request_error", nil, "CALLER" },
  -- Ollama
  { "ollama busy", 503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}', nil, "TRANSIENT" },
  { "ollama model missing", 404, [[{"error":"model 'x' not found"}]], nil, "CALLER" },
  { "ollama error inside the stream", 200, '{"error":"llama runner process has terminated"}', nil, "TRANSIENT" },
  -- what must not mislead
  { "words outside the error do not count", 400, '{"echo":"insufficient_quota","error":{"type":"invalid_request_error","message":"bad"}}', nil, "CALLER" },
  { "a message that quotes a prompt about overload stays the caller's", 422, '{"error":{"type":"invalid_request_error","message":"unknown field"}}', nil, "CALLER" },
  { "a body that is no object", 500, "[1,2", nil, "TRANSIENT" },
}

for _, row in ipairs(TABLE) do
  t.test(row[1] .. " is " .. row[5], function() t.eq(class.classify(row[2], {}, row[3], row[4]).class, row[5]) end)
end

t.test("retry-after is read in seconds, milliseconds and as a date", function()
  t.eq(class.retry_after { ["retry-after"] = "7" }, 7)
  t.eq(class.retry_after { ["retry-after-ms"] = "1500", ["retry-after"] = "9" }, 1.5)
  t.eq(class.retry_after({ ["retry-after"] = "Thu, 01 Jan 1970 00:01:00 GMT" }, 20), 40)
  t.eq(class.retry_after({ ["retry-after"] = "Fri, 29 Feb 2036 12:00:00 GMT" }, 2087899200 - 60), 60)
  t.eq(class.retry_after({ ["retry-after"] = "Thu, 01 Jan 1970 00:00:10 GMT" }, 20), 0)
  t.eq(class.retry_after { ["retry-after"] = "soon" }, nil)
  t.eq(class.retry_after { ["retry-after"] = "-3" }, nil)
end)

t.test("x-should-retry overrides the table both ways", function()
  t.eq(class.classify(422, { ["x-should-retry"] = "true" }, "").class, "TRANSIENT")
  t.eq(class.classify(500, { ["x-should-retry"] = "false" }, "").no_retry, true)
end)

t.test("a spend limit never carries a retry as if it were a throttle", function()
  local p = class.classify(429, { ["retry-after"] = "3600" }, openai("insufficient_quota", "insufficient_quota"))
  t.eq({ p.class, p.retry_after }, { "MONEY", 3600 })
end)

t.test("every class has a word for scripts", function()
  for _, row in ipairs(TABLE) do t.ok(class.CODE[row[5]], row[5]) end
end)

t.done()
