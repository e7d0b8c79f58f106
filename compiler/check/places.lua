--- places: where a run can wait, and what must not be changed from where.
local M = {}

local BODY = { workflow = "a workflow", trigger = "a workflow", decision = "a decision" }

---A sentence or a call that waits, at a place that Lua's own C code, or a rule, runs through.
---@param entry table? what is called; nil for a sentence, whose word is `word`
function M.call(c, node, entry, word)
  local place = c.scope.place
  if not place.no_wait then return end
  if entry and place.reads and (entry.effect == "reads" or entry.kind == "tool" and entry.own and not entry.effect) then return end
  local what = word or entry.name
  if place.reads then
    c.report("AIOS113", node, ("`%s` cannot stand in %s"):format(what, place.no_wait),
      "it is looked at again and again: compute the value in the body, and only read it here")
  else
    c.report("AIOS113", node, ("`%s` cannot wait in %s"):format(what, place.no_wait), "do it before, and use its result there")
  end
end

---A plain assignment to a name: not to a local of the file from inside a run, not out of a step.
function M.assign(c, node, name)
  local binding = c.scope.find(name)
  if not binding or binding.place == c.scope.place then return end
  local place, at_file, lost = c.scope.place, binding.place.kind == "file", nil
  while place and place ~= binding.place do
    if place.kind == "test" then return end
    if place.kind == "step" then
      lost = lost or place
    elseif at_file and BODY[place.kind] then
      return c.report("AIOS114", node, ("`%s` is a local of the file: each run has its own, and what %s puts there is lost"):format(name, BODY[place.kind]),
        ("keep it in the program's state: state.%s = ..."):format(name))
    elseif place.kind == "function" or place.kind == "tool" then
      at_file = false
    end
    place = place.parent
  end
  if lost then binding.lost = binding.lost or { node = node, place = lost } end
end

---A name is read that got its value inside a step: a run that resumes has not been there.
function M.read(c, binding)
  local lost, place = binding.lost, c.scope.place
  while place and place ~= binding.place do
    if place == lost.place then return end
    place = place.parent
  end
  binding.lost = nil
  c.report("AIOS117", lost.node, ("`%s` gets its value inside a step: a run that resumes does not see it"):format(binding.name),
    ("let the step return it: step %s = ... or step %s do ... return value end"):format(binding.name, binding.name))
end

---`name (...) do` on one line reads as a heading, and is a call and a block.
function M.call_then_do(c, call, block)
  local gap = c.source:sub(call.to, block.from - 1)
  if gap:find "[\r\n;]" then return end
  local first = call[1]
  local word = first.kind == "identifier" and c.text(first) or nil
  local form = { every = "every 5m do", at = "at 08:00 do", on = 'on event "name" do', test = 'test that "..." do', when = "when x > 1 do",
    workflow = "workflow name do", step = "step name do", parallel = "parallel do", within = "within 5m do", tool = "tool name() do" }
  local own = word and form[word]
  if own then c.tested[word] = true end
  c.report("AIOS115", block, "this `do` begins a block of its own: the call before it is over", own and ("the heading is written: %s"):format(own)
    or "put `do` on a line of its own if a block is meant; a heading is a word and what follows, without brackets: every 5m do")
end

return M
