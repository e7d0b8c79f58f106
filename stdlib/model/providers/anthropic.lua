--- model.providers.anthropic: the Messages API.
--- Pure: `request` and `reply` turn values into values; `reader` is fed the events of a stream.
local json = require "aios.json"
local calls = require "model.calls"
local expect = require "model.expect"

local M = { stream = "sse", base = "https://api.anthropic.com" }

M.MAX_TOKENS = 4096                                    -- the field is required

local function number(v) return math.type(v) == "integer" and v or (math.tointeger(v) or 0) end
local function present(v) if v ~= json.null then return v end end

local function content_of(call)
  if not call.images then return call.user end
  local parts = json.array {}
  for i, image in ipairs(call.images) do
    parts[i] = { type = "image", source = { type = "base64", media_type = image.type, data = image.data } }
  end
  parts[#parts + 1] = { type = "text", text = call.user }
  return parts
end

local function assistant(message)
  local parts = json.array {}
  if message.text and message.text ~= "" then parts[1] = { type = "text", text = message.text } end
  for _, c in ipairs(message.calls or {}) do
    parts[#parts + 1] = { type = "tool_use", id = c.id, name = calls.name_out(c.name), input = c.arguments or {} }
  end
  return { role = "assistant", content = parts }
end

-- the results of parallel calls are one message
local function messages_of(call)
  local messages = json.array { { role = "user", content = content_of(call) } }
  local results
  for _, m in ipairs(call.messages or {}) do
    if m.role == "tool" then
      if not results then
        results = json.array {}
        messages[#messages + 1] = { role = "user", content = results }
      end
      results[#results + 1] = { type = "tool_result", tool_use_id = m.id, content = m.text, is_error = m.failed or nil }
    else
      results = nil
      messages[#messages + 1] = m.role == "assistant" and assistant(m) or { role = "user", content = m.text }
    end
  end
  return messages
end

local function tools_of(call)
  if not call.tools then return nil end
  local list = json.array {}
  for i, tool in ipairs(call.tools) do list[i] = { name = calls.name_out(tool.name), description = tool.about, input_schema = expect.clean(tool.schema) } end
  return list
end

---@param call { system?: string, user: string, images?: table[], messages?: table[], tools?: table[], schema?: table, temperature?: number, max_tokens?: integer }
---@param settings { base?: string, key?: string, model: string }
---@return table request   { method, url, headers, body, stream }
function M.request(call, settings)
  local base = (settings.base or M.base):gsub("/+$", ""):gsub("/v1$", "")
  -- the older version keeps `temperature` and is what other servers of this format know
  local new = base == M.base and call.temperature == nil
  local body = {
    model = settings.model, max_tokens = call.max_tokens or M.MAX_TOKENS, stream = true, temperature = call.temperature,
    system = call.system, messages = messages_of(call), tools = tools_of(call),
  }
  if call.schema then
    body.output_config = { format = { type = "json_schema", schema = expect.clean(expect.rooted(call.schema), true) } }
    if not expect.can_be_strict(call.schema) then body.output_config = nil end
  end
  return {
    method = "POST", url = base .. "/v1/messages", stream = M.stream, body = json.encode(body),
    headers = {
      ["content-type"] = "application/json", accept = "text/event-stream, application/json",
      ["anthropic-version"] = new and "2026-10-21" or "2023-06-01", ["x-api-key"] = settings.key,
    },
  }
end

-- Input is counted without what was read from or written to the cache: add it, as the others do.
local function usage_of(u, before)
  if type(u) ~= "table" then return before end
  local b = before and before.raw or {}
  local raw = {}
  for _, k in ipairs { "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens" } do
    raw[k] = math.max(number(u[k]), b[k] or 0)         -- the last event's numbers are cumulative
  end
  return {
    input = raw.input_tokens + raw.cache_creation_input_tokens + raw.cache_read_input_tokens, output = raw.output_tokens,
    cached = raw.cache_read_input_tokens, raw = raw,
  }
end

local function plain(usage) return usage and { input = usage.input, output = usage.output, cached = usage.cached } or nil end

local function finished(state)
  local usage = plain(state.usage)
  if state.finish == "refusal" then return nil, { class = "POLICY", message = "the model refused" .. (state.why and ": " .. state.why or ""), usage = usage } end
  if state.finish == "model_context_window_exceeded" then return nil, { class = "TOO_BIG", message = "the model's context is full", usage = usage } end
  if not state.finish then return nil, { class = "TRUNCATED", message = "the answer ended without a message_stop", usage = usage, text = state.text } end
  return { text = state.text, finish = state.finish == "max_tokens" and "length" or state.finish, usage = usage, model = state.model, calls = state.calls }
end

local function calls_of(blocks)
  local out = {}
  for _, block in ipairs(blocks) do
    if block.type == "tool_use" then out[#out + 1] = calls.call(block.id, block.name, block.json or block.input) end
  end
  return #out > 0 and out or nil
end

---The answer of a server that did not stream.
---@return table? answer    { text, finish, usage, model }
---@return table? problem   for model.class
function M.reply(status, _, body)
  local value = json.decode(body)
  if status ~= 200 then return nil, { status = status, body = body } end
  if type(value) ~= "table" then return nil, { class = "TRANSIENT", message = "the server answered something that is not JSON" } end
  if value.type == "error" then return nil, { status = 200, body = value } end
  if type(value.content) ~= "table" then return nil, { class = "TRANSIENT", message = "the server's answer has no content" } end
  local parts = {}
  for _, block in ipairs(value.content) do if type(block.text) == "string" then parts[#parts + 1] = block.text end end
  local why = type(value.stop_details) == "table" and present(value.stop_details.category) or nil
  return finished { text = table.concat(parts), finish = present(value.stop_reason), why = why, usage = usage_of(value.usage), model = present(value.model),
    calls = calls_of(value.content) }
end

local ON = {}

function ON.message_start(self, v)
  local message = type(v.message) == "table" and v.message or {}
  self.usage = usage_of(message.usage, self.usage)
  self.model = present(message.model)
end

function ON.content_block_start(self, v)
  local block = type(v.content_block) == "table" and v.content_block or {}
  if block.type == "tool_use" then
    self.blocks[#self.blocks + 1] = { type = "tool_use", id = block.id, name = block.name, json = "" }
    self.at[number(v.index)] = self.blocks[#self.blocks]
  end
end

function ON.content_block_delta(self, v)
  local delta = type(v.delta) == "table" and v.delta or {}
  local block = self.at[number(v.index)]
  if block and type(delta.partial_json) == "string" then block.json = block.json .. delta.partial_json end
  if type(delta.text) == "string" then self.parts[#self.parts + 1] = delta.text end
end

function ON.message_delta(self, v)
  local delta = type(v.delta) == "table" and v.delta or {}
  self.reason = present(delta.stop_reason) or self.reason
  if type(delta.stop_details) == "table" then self.why = present(delta.stop_details.category) end
  self.usage = usage_of(v.usage, self.usage)
end

function ON.message_stop(self) self.done = true end

---Collects a stream.
function M.reader()
  local R = { parts = {}, blocks = {}, at = {}, done = false }

  ---Takes one event; returns a problem when the event is an error. Unknown events are ignored.
  function R:feed(event, data)
    local value = json.decode(data)
    if type(value) ~= "table" then return { class = "TRANSIENT", message = "an event of the stream is not JSON" } end
    local kind = present(value.type) or event
    if kind == "error" then return { status = 200, body = value } end
    if ON[kind] then ON[kind](self, value) end
  end

  ---What came so far.
  function R:text() return table.concat(self.parts) end

  ---The answer, once the stream is over.
  function R:finish()
    return finished { text = self:text(), finish = self.done and self.reason or nil, why = self.why, usage = self.usage, model = self.model,
      calls = calls_of(self.blocks) }
  end

  return R
end

return M
