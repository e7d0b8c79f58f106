--- model.providers.ollama: a local Ollama server, by its own chat API.
--- Pure: `request` and `reply` turn values into values; `reader` is fed the lines of a stream.
local json = require "aios.json"
local calls = require "model.calls"
local expect = require "model.expect"
local margin = require "model.margin"
local prompt = require "model.prompt"

local M = { stream = "ndjson", base = "http://127.0.0.1:11434", first_byte = 180 }   -- a cold model is loaded first

local function number(v) return math.type(v) == "integer" and v or (math.tointeger(v) or 0) end
local function present(v) if v ~= json.null then return v end end

-- The default context is small and what does not fit is cut silently, so it is asked for.
local function context_for(call)
  local need = prompt.tokens(prompt.all(call)) + (call.max_tokens or 1024) + 256
  local size = 4096
  while size < need and size < 131072 do size = size * 2 end
  return size
end

local function assistant(message)
  local out = { role = "assistant", content = message.text or "" }
  for i, c in ipairs(message.calls or {}) do
    out.tool_calls = out.tool_calls or json.array {}
    out.tool_calls[i] = { ["function"] = { name = calls.name_out(c.name), arguments = c.arguments or {} } }
  end
  return out
end

local function images_of(call)
  if not call.images then return nil end
  local list = json.array {}
  for i, image in ipairs(call.images) do list[i] = image.data end
  return list
end

local function messages_of(call)
  local messages = json.array {}
  if call.system then messages[#messages + 1] = { role = "system", content = call.system } end
  messages[#messages + 1] = { role = "user", content = call.user, images = images_of(call) }
  for _, m in ipairs(call.messages or {}) do
    if m.role == "assistant" then messages[#messages + 1] = assistant(m)
    elseif m.role == "tool" then messages[#messages + 1] = { role = "tool", tool_name = calls.name_out(m.name), content = m.text, tool_call_id = m.id }
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
---@param settings { base?: string, model: string }
---@return table request   { method, url, headers, body, stream }
function M.request(call, settings)
  local body = {
    model = settings.model, messages = messages_of(call), tools = tools_of(call), stream = true, truncate = false,
    options = { num_ctx = context_for(call), temperature = call.temperature, num_predict = call.max_tokens },
    format = call.schema and expect.clean(expect.rooted(call.schema)) or nil,
  }
  if call.logprobs then body.logprobs, body.top_logprobs = true, 5 end
  return {
    method = "POST", url = (settings.base or M.base):gsub("/+$", "") .. "/api/chat", stream = M.stream, body = json.encode(body),
    headers = { ["content-type"] = "application/json", accept = "application/x-ndjson, application/json" },
  }
end

local function finished(state)
  if not state.done then return nil, { class = "TRUNCATED", message = "the answer ended without done:true", text = state.text } end
  return { text = state.text, finish = state.reason or "stop", usage = state.usage, model = state.model,
    calls = #state.calls > 0 and state.calls or nil, tokens = state.tokens }
end

local function usage_of(v)
  if v.prompt_eval_count == nil and v.eval_count == nil then return nil end
  return { input = number(v.prompt_eval_count), output = number(v.eval_count), cached = 0 }
end

local function take(state, value)
  if type(value) ~= "table" then return { class = "TRANSIENT", message = "the server answered something that is not JSON" } end
  if present(value.error) then return { status = 200, body = value } end
  local message = type(value.message) == "table" and value.message or {}
  if type(message.content) == "string" then state.parts[#state.parts + 1] = message.content end
  for _, c in ipairs(type(message.tool_calls) == "table" and message.tool_calls or {}) do
    local said = type(c["function"]) == "table" and c["function"] or {}
    state.calls[#state.calls + 1] = calls.call(present(c.id) or "call_" .. #state.calls + 1, said.name, said.arguments)
  end
  for _, entry in ipairs(type(value.logprobs) == "table" and value.logprobs or {}) do
    state.tokens[#state.tokens + 1] = { tostring(entry.token), margin.token(entry) }
  end
  state.model = present(value.model) or state.model
  if value.done == true then
    state.done, state.reason, state.usage = true, present(value.done_reason), usage_of(value)
  end
end

---Collects a stream.
function M.reader()
  local R = { parts = {}, calls = {}, tokens = {}, done = false }

  ---Takes one line; returns a problem when it is an error.
  function R:feed(_, data) return take(self, json.decode(data)) end

  ---What came so far.
  function R:text() return table.concat(self.parts) end

  ---The answer, once the stream is over.
  function R:finish()
    return finished { text = self:text(), done = self.done, reason = self.reason, usage = self.usage, model = self.model,
      calls = self.calls, tokens = self.tokens }
  end

  return R
end

---The answer of a server that did not stream, or whose lines were not labelled as such.
---@return table? answer    { text, finish, usage, model }
---@return table? problem   for model.class
function M.reply(status, _, body)
  if status ~= 200 then return nil, { status = status, body = body } end
  local reader = M.reader()
  for line in body:gmatch "[^\r\n]+" do
    local problem = reader:feed("", line)
    if problem then return nil, problem end
  end
  return reader:finish()
end

return M
