--- model.providers.openai: Chat Completions, as OpenAI and many compatible servers speak it.
--- Pure: `request` and `reply` turn values into values; `reader` is fed the events of a stream.
local json = require "aios.json"
local calls = require "model.calls"
local expect = require "model.expect"
local margin = require "model.margin"

local M = { stream = "sse", base = "https://api.openai.com/v1" }

local function number(v) return math.type(v) == "integer" and v or (math.tointeger(v) or 0) end
local function present(v) if v ~= json.null then return v end end

-- text alone, or text with images
local function content_of(call)
  if not call.images then return call.user end
  local parts = json.array { { type = "text", text = call.user } }
  for _, image in ipairs(call.images) do
    parts[#parts + 1] = { type = "image_url", image_url = { url = ("data:%s;base64,%s"):format(image.type, image.data) } }
  end
  return parts
end

local function assistant(message)
  local out = { role = "assistant", content = message.text ~= "" and message.text or json.null }
  for i, c in ipairs(message.calls or {}) do
    out.tool_calls = out.tool_calls or json.array {}
    out.tool_calls[i] = { id = c.id, type = "function", ["function"] = { name = calls.name_out(c.name), arguments = calls.text(c.arguments) } }
  end
  return out
end

local function messages_of(call)
  local messages = json.array {}
  if call.system then messages[#messages + 1] = { role = "system", content = call.system } end
  messages[#messages + 1] = { role = "user", content = content_of(call) }
  for _, m in ipairs(call.messages or {}) do
    if m.role == "assistant" then messages[#messages + 1] = assistant(m)
    elseif m.role == "tool" then messages[#messages + 1] = { role = "tool", tool_call_id = m.id, content = m.text }
    else messages[#messages + 1] = { role = "user", content = m.text } end
  end
  return messages
end

local function tools_of(call)
  if not call.tools then return nil end
  local list = json.array {}
  for i, tool in ipairs(call.tools) do
    list[i] = { type = "function", ["function"] = { name = calls.name_out(tool.name), description = tool.about, parameters = expect.clean(tool.schema) } }
  end
  return list
end

---@param call { system?: string, user: string, images?: table[], messages?: table[], tools?: table[], logprobs?: boolean, schema?: table, temperature?: number, max_tokens?: integer }
---@param settings { base?: string, key?: string, model: string, organization?: string, project?: string }
---@return table request   { method, url, headers, body, stream }
function M.request(call, settings)
  local base = settings.base or M.base
  local official = base:find("://api.openai.com", 1, true)
  local body = { model = settings.model, messages = messages_of(call), stream = true, stream_options = { include_usage = true }, temperature = call.temperature,
    tools = tools_of(call) }
  if call.logprobs then body.logprobs, body.top_logprobs = true, 5 end
  body[official and "max_completion_tokens" or "max_tokens"] = call.max_tokens    -- older servers know only the old name
  if call.schema then
    local schema = expect.rooted(call.schema)
    local strict = expect.can_be_strict(schema)
    body.response_format = { type = "json_schema", json_schema = { name = "answer", schema = expect.clean(schema, strict), strict = strict } }
  end
  return {
    method = "POST", url = base:gsub("/+$", "") .. "/chat/completions", stream = M.stream, body = json.encode(body),
    headers = {
      ["content-type"] = "application/json", accept = "text/event-stream, application/json",
      authorization = settings.key and "Bearer " .. settings.key or nil,
      ["openai-organization"] = settings.organization, ["openai-project"] = settings.project,
    },
  }
end

local function usage_of(u)
  if type(u) ~= "table" then return nil end
  local details = type(u.prompt_tokens_details) == "table" and u.prompt_tokens_details or {}
  return { input = number(u.prompt_tokens), output = number(u.completion_tokens), cached = number(details.cached_tokens) }
end

local function finished(state)
  if state.refusal ~= "" then return nil, { class = "POLICY", message = "the model refused: " .. state.refusal:sub(1, 300), usage = state.usage } end
  if state.finish == "content_filter" then return nil, { class = "POLICY", message = "the provider's content filter stopped the answer", usage = state.usage } end
  if not state.finish then return nil, { class = "TRUNCATED", message = "the answer ended without a finish_reason", usage = state.usage, text = state.text } end
  return { text = state.text, finish = state.finish, usage = state.usage, model = state.model, calls = state.calls, tokens = state.tokens }
end

local function take_tokens(into, logprobs)
  for _, entry in ipairs(type(logprobs) == "table" and type(logprobs.content) == "table" and logprobs.content or {}) do
    into[#into + 1] = { tostring(entry.token), margin.token(entry) }
  end
  return into
end

local function finished_calls(list)
  local out = {}
  for i, c in ipairs(list) do out[i] = calls.call(present(c.id) or "call_" .. i, c["function"] and c["function"].name, c["function"] and c["function"].arguments) end
  return #out > 0 and out or nil
end

---The answer of a server that did not stream.
---@return table? answer    { text, finish, usage, model }
---@return table? problem   for model.class
function M.reply(status, _, body)
  local value = json.decode(body)
  if status ~= 200 then return nil, { status = status, body = body } end
  if type(value) ~= "table" then return nil, { class = "TRANSIENT", message = "the server answered something that is not JSON" } end
  if type(value.error) == "table" then return nil, { status = 200, body = value } end
  local choice = type(value.choices) == "table" and value.choices[1]
  local message = type(choice) == "table" and choice.message
  if type(message) ~= "table" then return nil, { class = "TRANSIENT", message = "the server's answer has no choices" } end
  return finished {
    text = present(message.content) or "", refusal = present(message.refusal) or "", finish = present(choice.finish_reason),
    usage = usage_of(value.usage), model = present(value.model),
    calls = finished_calls(type(message.tool_calls) == "table" and message.tool_calls or {}), tokens = take_tokens({}, choice.logprobs),
  }
end

-- fragments of calls: the first of each index has the name, all have a piece of the arguments
local function take_calls(into, fragments)
  for _, f in ipairs(fragments) do
    local at = number(f.index) + 1
    local call, said = into[at] or { ["function"] = { arguments = "" } }, type(f["function"]) == "table" and f["function"] or {}
    into[at] = call
    call.id = present(f.id) or call.id
    call["function"].name = present(said.name) or call["function"].name
    call["function"].arguments = call["function"].arguments .. (present(said.arguments) or "")
  end
end

---Collects a stream.
---@return { feed: fun(self, event: string, data: string): table?, finish: fun(self): table?, table? }
function M.reader()
  local R = { parts = {}, refusal = {}, calls = {}, tokens = {}, done = false }

  ---Takes one event; returns a problem when the event is an error.
  function R:feed(_, data)
    if data == "[DONE]" then self.done = true return end
    local chunk = json.decode(data)
    if type(chunk) ~= "table" then return { class = "TRANSIENT", message = "an event of the stream is not JSON" } end
    if present(chunk.error) then return { status = 200, body = chunk } end
    self.usage = usage_of(chunk.usage) or self.usage
    self.model = present(chunk.model) or self.model
    local choice = type(chunk.choices) == "table" and chunk.choices[1]
    if type(choice) ~= "table" then return end
    local delta = type(choice.delta) == "table" and choice.delta or {}
    if type(delta.content) == "string" then self.parts[#self.parts + 1] = delta.content end
    if type(delta.tool_calls) == "table" then take_calls(self.calls, delta.tool_calls) end
    take_tokens(self.tokens, choice.logprobs)
    if type(delta.refusal) == "string" then self.refusal[#self.refusal + 1] = delta.refusal end
    self.reason = present(choice.finish_reason) or self.reason
  end

  ---What came so far.
  function R:text() return table.concat(self.parts) end

  ---The answer, once the stream is over.
  function R:finish()
    return finished { text = self:text(), refusal = table.concat(self.refusal), finish = self.reason, usage = self.usage, model = self.model,
      calls = finished_calls(self.calls), tokens = self.tokens }
  end

  return R
end

return M
