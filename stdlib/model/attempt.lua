--- model.attempt: one call of one deployment, from the prompt to a whole answer or a classed problem.
local class = require "model.class"
local prompt = require "model.prompt"

local M = {}

local CONNECT, FIRST_BYTE, STALL, MAX = 10, 60, 30, 32 * 1024 * 1024

---The pure module of a provider.
function M.provider(name) return require("model.providers." .. name) end

local function problem_of(problem, status, headers, now)
  if problem.class then return problem end
  local classed = class.classify(problem.status or status, headers, problem.body, nil, now)
  classed.usage = problem.usage
  return classed
end

local function read_stream(answer, reader)
  local err
  while not reader.done do
    local event
    event, err = answer:read()
    if not event then break end
    local problem = reader:feed(event.event, event.data)
    if problem then return nil, problem end
  end
  local whole, problem = reader:finish()
  if whole then return whole end
  if err then return nil, nil, err end                 -- the transport knows better why it stopped
  return nil, problem
end

local function read_all(answer)
  local parts = {}
  while true do
    local piece, err = answer:read()
    if not piece then return table.concat(parts), err end
    parts[#parts + 1] = piece.data
    if answer:kind() ~= "bytes" then parts[#parts + 1] = "\n" end
  end
end

local function exchange(provider, answer)
  local status, headers = answer:status(), answer:headers()
  if status == 200 and answer:kind() ~= "bytes" then
    local reader = provider.reader()
    local whole, problem, err = read_stream(answer, reader)
    return whole, problem, err, reader:text()
  end
  local body, err = read_all(answer)
  if err then return nil, nil, err end
  local whole, problem = provider.reply(status, headers, body)
  return whole, problem, nil, problem and problem.text
end

-- A stream that broke was paid for as far as it came, so it is counted as far as it came.
local function count(call, text, usage)
  if usage then return usage end                       -- `guessed` below: nobody has counted
  if not text or text == "" then return { input = 0, output = 0, cached = 0, guessed = true } end
  return { input = prompt.tokens(prompt.all(call)), output = prompt.tokens(text), cached = 0, guessed = true }, "tokens estimated: the provider did not count them"
end

---Calls the deployment once.
---@param deployment table   of model.deploy
---@param call table         { system?, user, images?, messages?, tools?, logprobs?, schema?, temperature?, max_tokens? }
---@param seconds number     until the whole answer must be there
---@param world table        { open, wall }
---@return table? answer     { text, finish, usage, model, calls?, tokens?, note? }
---@return table? problem    { class, message, retry_after?, usage, note?, unsent = nobody can have been paid for it }
function M.run(deployment, call, seconds, world)
  local provider = M.provider(deployment.provider)
  local request = provider.request(call, deployment.settings)
  local answer, err = world.open {
    method = request.method, url = request.url, headers = request.headers, body = request.body,
    timeout = seconds, connect = CONNECT, first_byte = provider.first_byte or FIRST_BYTE, stall = STALL, max = MAX, follow = 0,
  }
  local whole, problem, text
  if answer then
    whole, problem, err, text = exchange(provider, answer)
    answer:close()
  end
  if whole then
    whole.usage, whole.note = count(call, whole.text, whole.usage)
    return whole
  end
  problem = err and class.classify(answer and answer:status(), nil, nil, err)
    or problem_of(problem, answer:status(), answer:headers(), world.wall())
  problem.unsent = err ~= nil and answer == nil and err.code == "offline" or problem.status ~= nil and problem.status >= 400
  problem.usage, problem.note = count(call, text, problem.usage)
  return nil, problem
end

return M
