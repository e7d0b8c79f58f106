--- model.providers.ollama: a local Ollama server, by its own chat API.
--- Pure: `request` and `reply` turn values into values; `reader` is fed the lines of a stream.
local json = require "aios.json"
local expect = require "model.expect"
local prompt = require "model.prompt"

local M = { stream = "ndjson", base = "http://127.0.0.1:11434", first_byte = 180 }   -- a cold model is loaded first

local function number(v) return math.type(v) == "integer" and v or (math.tointeger(v) or 0) end
local function present(v) if v ~= json.null then return v end end

-- The default context is small and what does not fit is cut silently, so it is asked for.
local function context_for(call)
  local need = prompt.tokens((call.system or "") .. call.user) + (call.max_tokens or 1024) + 256
  local size = 4096
  while size < need and size < 131072 do size = size * 2 end
  return size
end

---@param call { system?: string, user: string, schema?: table, temperature?: number, max_tokens?: integer }
---@param settings { base?: string, model: string }
---@return table request   { method, url, headers, body, stream }
function M.request(call, settings)
  local messages = json.array {}
  if call.system then messages[#messages + 1] = { role = "system", content = call.system } end
  messages[#messages + 1] = { role = "user", content = call.user }
  local body = {
    model = settings.model, messages = messages, stream = true, truncate = false,
    options = { num_ctx = context_for(call), temperature = call.temperature, num_predict = call.max_tokens },
    format = call.schema and expect.clean(expect.rooted(call.schema)) or nil,
  }
  return {
    method = "POST", url = (settings.base or M.base):gsub("/+$", "") .. "/api/chat", stream = M.stream, body = json.encode(body),
    headers = { ["content-type"] = "application/json", accept = "application/x-ndjson, application/json" },
  }
end

local function finished(state)
  if not state.done then return nil, { class = "TRUNCATED", message = "the answer ended without done:true", text = state.text } end
  return { text = state.text, finish = state.reason or "stop", usage = state.usage, model = state.model }
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
  state.model = present(value.model) or state.model
  if value.done == true then
    state.done, state.reason, state.usage = true, present(value.done_reason), usage_of(value)
  end
end

---Collects a stream.
function M.reader()
  local R = { parts = {}, done = false }

  ---Takes one line; returns a problem when it is an error.
  function R:feed(_, data) return take(self, json.decode(data)) end

  ---What came so far.
  function R:text() return table.concat(self.parts) end

  ---The answer, once the stream is over.
  function R:finish()
    return finished { text = self:text(), done = self.done, reason = self.reason, usage = self.usage, model = self.model }
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
