--- advice: what to write where something is missing: a hint with the right form, by what was wanted and by what is there.
---
---     local hint = advice.want("a type", "[string]", "type Items =", nil)     -- "a list is {string}, ..."
---
--- The grammar says what was wanted; what stands there and the line before it tell what a person had in mind.
local M = {}

local NUMBERS = { one = 1, two = 2, three = 3, four = 4, five = 5, six = 6, seven = 7, eight = 8, nine = 9, ten = 10, twelve = 12, fifteen = 15,
  twenty = 20, thirty = 30 }

---An example of every sentence of the language.
M.examples = {
  workflow = 'workflow report "Daily report" every day at 08:00 do ... end', tool = "tool order.total(order: Order) -> number do ... end",
  decision = "decision triage(mail: Mail) -> { label: string } ... end", agent = 'agent helper goal "..." tools fs.* end',
  every = "every 5m do ... end, or every day at 08:00 do ... end", at = "at 08:00 do ... end, or at 2026-01-31 08:00 do ... end",
  on = 'on trigger.NAME do ... end, or on file.created "*.pdf" as file do ... end', when = "when load > 2 for 5m do ... end, or when idle for 10m do ... end",
  always = "always do ... end", once = "once every day do ... end", tier = 'tier cheap = "ollama:qwen3:8b"', budget = "budget monthly = $5 per month",
  type = "type Item = { name: string, price: number }", needs = 'needs fs.read "notes/**", net "api.example.org:443"',
  step = "step order = fetch(), or step order do ... end", parallel = "parallel do ... end, with a step on each line",
  wait = "wait 5m, or wait until done", within = "within 30s do ... end", isolate = "isolate do ... end",
  test = 'test that "the sum is right" do ... end', advance = "advance 2h", expect = "expect total == 3",
  retry = "retry 3 times, or retry 3 times every 10s", timeout = "timeout 30s", limit = "limit 3 at once", tags = "tags mail, daily",
  overlap = "overlap skip", missed = "missed once within 1d", about = 'about "What it is for."', jitter = "jitter 30s", priority = "priority 5",
  restart = "restart after 5s", risk = "risk high", ["as"] = 'on file.created "*.pdf" as file', where = "where file.size < 64MB",
}

-- what was wanted -> rows { pattern of what is there, pattern of the line before it, hint }; nil fits anything; the first that fits
local WANTED = {
  ["`do`"] = {
    { "^%-%s*[%a_]", nil, "a name has letters, digits and _ only: write daily_report" },
    { "^%d+:%d%d", nil, "write `at` before a time: every day at 08:00" },
    { "^%(", "%->", "parameters stand before the type of the result: workflow name(a: string) -> Type" },
    { "^[%a_]", "^%s*on%s", "an event is one name with dots: on file.created \"*.pdf\" as file do" },
    { "^[%a_]", "^%s*workflow%s+[%w_]+%s*$", "a name is one word: write daily_report; a title in quotes may follow it" },
    { "^end%f[%W]", nil, "write `do` before the block: the heading ends with it" },
    { nil, "%f[%w_]for%s", "write for i = 1, 10 do ... end, or for key, value in pairs(t) do ... end" },
    { nil, "%f[%w_]while%s", "write while x < 10 do ... end" },
    { nil, nil, "the heading goes from its first word to `do`; then its block runs to `end`" },
  },
  ["`then`"] = { { nil, nil, "write if x == 1 then ... end" } },
  ["`=` or `do`"] = { { nil, nil, "write step name = call(), or step name do ... end" } },
  ["a name"] = {
    { nil, "%f[%w_]step%s*$", "give it a name: step order do ... end" },
    { nil, "%f[%w_]for%s*$", "write for i = 1, 10 do ... end, or for key, value in pairs(t) do ... end" },
    { "^[\"']", "%f[%w_]tags%s", "tags are names, without quotes: tags mail, daily" },
    { "^[\"']", nil, "a name has no quotes" },
  },
  ["a period such as 5m, day or weekday"] = {
    { "^%d+%.%d", nil, "a duration has whole numbers: write 1h30m for one and a half hours" },
    { "^%d+[ \t]*[\r\n]", nil, "a number needs its unit: every 30s, every 5m, every 2h" },
    { "^%d", nil, "write every 30s, every 5m, every 2h, or every day, every monday" },
    { nil, nil, "write every 5m, every day at 08:00, every monday and friday, or every cron \"0 8 * * *\"" },
  },
  ["a time such as 08:00"] = {
    { "^[\"']", nil, "a time has no quotes: 08:00" }, { "^%d+[.:]%d", nil, "hours and minutes have a colon and two digits: 08:30" },
    { "^%d+%s+[ap]m", nil, "write it without a space: 8am" }, { "^%d", nil, "write 08:00 or 8am" },
    { nil, nil, "write 08:00, 8am or 17:30; or `at random between 08:00 and 17:00`" },
  },
  ["a time such as 08:00 or 2026-01-31 08:00"] = { { nil, nil, "write at 08:00 do ... end, or with the date: at 2026-01-31 08:00 do ... end" } },
  ["a cron pattern in quotes"] = { { nil, nil, "write every cron \"0 8 * * *\": minute, hour, day, month, day of the week" } },
  ["a duration such as 5m"] = {
    { "^for%f[%W]", "wait%s*$", "write wait 5m, without `for`" }, { "^%d+%f[^%w.:]", nil, "a number needs its unit: 30s, 5m, 2h, 1d" },
    { nil, nil, "write 30s, 5m, 2h, 1d or 1h30m" },
  },
  ["a duration such as 30s"] = { { "^%d+%f[^%w.:]", nil, "a number needs its unit: 30s, 5m, 2h, 1d" }, { nil, nil, "write 30s, 5m, 2h, 1d or 1h30m" } },
  ["a whole number"] = {
    { "^%d+%s*x", "retry%s*$", "write retry 3 times" }, { nil, "retry%s*$", "write retry 3 times" }, { nil, "limit%s*$", "write limit 3 at once, or limit 3 in a loop" },
  },
  ["a type"] = {
    { "^%[", nil, "a list is {string}, a map is { [string]: number }, a record is { name: string }" },
    { nil, nil, "string, number, integer, boolean, { name: string }, {string}, or a type of your own" },
  },
  ["`}`"] = {
    { "^=", nil, "a field and its type have a colon between them: { name: string }" },
    { "^or%f[%W]", nil, "choices have a bar between them: \"a\" | \"b\"" },
    { "^[%a_]", nil, "fields have commas between them: { name: string, price: number }" },
  },
  ["`=`"] = {
    { nil, "^%s*type%s", "write type Item = { name: string }" }, { nil, "^%s*tier%s", 'write tier cheap = "ollama:qwen3:8b"' },
    { nil, "^%s*budget%s", "write budget monthly = $5 per month" },
  },
  ["an amount such as $0.10"] = { { "^%d+", nil, "an amount begins with `$`: $5, $0.10" } },
  ["parameters in `( )`"] = { { nil, nil, "write the parameters behind the name, or () when there are none: tool name(a: string) do ... end" } },
  ["`->` and a type"] = { { nil, nil, "say what it decides: decision triage(mail: Mail) -> { label: string }" } },
  ["a sentence in quotes"] = { { nil, nil, 'write test that "the sum is right" do' } },
  ["`for`"] = { { nil, "idle%s*$", "write when idle for 5m do ... end" } },
  ["an event such as trigger.NAME"] = { { nil, nil, 'write on trigger.NAME do, on file.created "*.pdf" as file do, or on webhook.post "/path" as request do' } },
  ["a text in quotes"] = { { nil, nil, 'write about "What it is for."' } },
  ["an expression"] = { { "^do%f[%W]", "%%%s*$", "`%` is the remainder of a division: write 90 or 0.9, without the sign" } },
  ["an expression inside `${ }`"] = { { nil, nil, "write a value between the braces: ${name}" } },
  ["an expression after `,`"] = { { nil, nil, "write what follows the comma, or take the comma away" } },
  ["`)`"] = { { nil, "function", "close the parameters: function name(a, b)" } },
  ["the name of a need"] = { { "^[\"']", nil, 'the kind comes first: needs fs.read "notes/**", net "api.example.org:443"' } },
}

---A hint for what is missing, or nil.
---@param wanted string as the grammar calls it
---@param rest string what stands there
---@param before string the line up to there
function M.want(wanted, rest, before)
  local number = wanted == "a whole number" and NUMBERS[rest:match "^%a+"]
  if number then return ("write %s as %d"):format(rest:match "^%a+", number) end
  for _, row in ipairs(WANTED[wanted] or {}) do
    if (not row[1] or rest:find(row[1])) and (not row[2] or before:find(row[2])) then return row[3] end
  end
end

---A hint for a bracket of a heading that something else stands before.
function M.close(wanted, before)
  if wanted == ")" and before:find "^%s*%a+%s+[%w_.]+%s*%(" and before:find "^%s*[wtd][oe]" then
    return "a parameter and its type have a colon between them, parameters a comma: (name: string, age: number)"
  end
end

---A hint for a word that begins a sentence and does not go on as one.
function M.word(word)
  return M.examples[word] and "write " .. M.examples[word]
end

-- a line that begins so, and what stands there -> hint
local STRAY = {
  { "^%s*needs?%s", nil, 'what is needed stands in quotes: needs fs.read "notes/**", net "api.example.org:443"' },
  { "^%s*type%s+[%w_]+%s*=%s*[%w_]+%s*$", "^:", "a record has braces: type Item = { name: string, price: number }" },
}

---A hint for what cannot stand where it stands.
function M.stray(rest, before)
  for _, row in ipairs(STRAY) do
    if before:find(row[1]) and (not row[2] or rest:find(row[2])) then return row[3] end
  end
end

return M
