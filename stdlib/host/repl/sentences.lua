--- sentences: what `:doc` says of the words that begin a sentence, and of functions that stand alone: form, meaning, example.
local M = {}

M.words = {
  workflow = { "workflow NAME(PARAMS) -> TYPE CLAUSES do … undo RESULT do … end", "Declares a run that can be started, scheduled or called.", "workflow greet(name: string) do say(`hello ${name}`) end" },
  tool = { "tool NAME(PARAMS) -> TYPE CLAUSES do … undo RESULT do … end", "Declares an act with checked arguments and result.", 'tool double(n: integer) -> integer reads do return n * 2 end' },
  decision = { "decision NAME(PARAMS) -> TYPE CLAUSES RUNGS end", "Declares a choice: rules first, then models, cheapest first.", 'decision kind(text: string) -> "a" | "b"\n  rule if text == "" then return "b" end\n  prompt `a or b?\\n${text}`\n  try operational\n  otherwise "a"\nend' },
  agent = { "agent NAME CLAUSES end", "Declares a model with a goal, tools and a budget.", 'agent helper\n  goal "answer questions"\n  tools fs.*\nend' },
  every = { "every PERIOD [at TIME] [between TIME and TIME] CLAUSES do … end", "Runs the block again and again; at the prompt it begins at once.", 'every 5m do say "tick" end' },
  at = { "at DATE TIME CLAUSES do … end", "Runs the block at one moment.", 'at 2030-01-01 08:00 do say "now" end' },
  ["in"] = { "in DURATION CLAUSES do … end", "Runs the block once, so long from now.", 'in 10m do say "now" end' },
  on = { "on EVENT CLAUSES do … end", "Runs the block when something happens.", 'on file.created "*.pdf" do say "a file" end' },
  when = { "when CONDITION [for DURATION] CLAUSES do … end", "Runs the block when something becomes true, or when the machine is idle.", 'when idle for 10m do say "quiet" end' },
  always = { "always CLAUSES do … end", "Runs the block and begins it again when it ends.", 'always restart after 10s do say "working" end' },
  once = { "once TRIGGER CLAUSES do … end", "As the trigger, and only the first time.", 'once on file.created "*.pdf" do say "the first" end' },
  tier = { "tier NAME = LIST CLAUSES", "Names the models of a tier, cheapest first.", 'tier tactical = { "ollama:llama3" }' },
  budget = { "budget NAME = MONEY [per PERIOD]", "Names a limit for what models may cost.", "budget daily = $2 per day" },
  type = { "type NAME = TYPE", "Names a type.", "type Mail = { from: email, subject: string }" },
  needs = { 'needs NEED "RESOURCE"', "Says what the program will reach; at the prompt it asks at once.", 'needs fs.read "/var/log/**"' },
  step = { "step NAME = EXPR CLAUSES, step NAME do … end", "Names, groups and retries what is inside; its value is recorded.", "step total = 1 + 1" },
  parallel = { "parallel do STEPS end, parallel for NAMES in EXPR [limit N] do … end", "Runs steps side by side.", "parallel do\n  step a = 1\n  step b = 2\nend" },
  wait = { "wait DURATION, wait until EXPR", "Waits; a restart does not shorten it.", "wait 1s" },
  within = { "within DURATION | MONEY do … end", "Gives the block so much time or money.", 'within 10s do say "quick" end' },
  isolate = { "isolate do … end", "Keeps what the block does apart from the run around it.", 'isolate do say "apart" end' },
  test = { 'test that "CLAIM" do … end', "A test; `aios test` runs it.", 'test that "one is one" do expect 1 == 1 end' },
  advance = { "advance DURATION", "In a test: lets time pass.", 'test that "time passes" do advance 1h end' },
  expect = { "expect EXPR", "In a test: must be true.", 'test that "one is one" do expect 1 == 1 end' },
}

M.functions = {
  say = { "say(…)", "Writes a line; silent while a resumed run repeats what it has said.", 'say("hello")' },
  sleep = { "sleep(seconds)", "Waits; a restart does not shorten it.", "sleep(1s)" },
  now = { "now() -> number", "Seconds since 1970, to the millisecond; a resumed run gets the same readings.", "now()" },
  random = { "random([m [, n]]) -> number", "Chance, from the run's own seed.", "random(6)" },
  uuid = { "uuid() -> string", "A new id, from the run's own seed.", "uuid()" },
  state = { "state.NAME", "Values of the program that outlive it.", "state.count = (state.count or 0) + 1" },
  run = { "run.id, run.name, run.cause, run.attempt, run.due", "What is known of this run.", "run.cause" },
  arg = { "arg[N]", "The arguments of the program, as in Lua.", "arg[0]" },
}

return M
