--- words: every word and unit that has a meaning in `.aios`, once.
--- The grammar, the checks, the editors' files and the near-miss hints all read this list.
local M = {}

local function set(list)
  local out = {}
  for _, word in ipairs(list) do out[word] = true end
  return out
end

---Lua's own reserved words; the only reserved words there are.
M.reserved = {
  "and", "break", "do", "elseif", "else", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
  "or", "repeat", "return", "then", "true", "until", "while",
}

---Words that begin a sentence at statement position.
M.heads = {
  "workflow", "tool", "decision", "agent", "every", "at", "in", "on", "when", "always", "once", "tier", "budget", "type",
  "needs", "step", "parallel", "wait", "within", "isolate", "test", "advance", "expect",
}

---Words that begin a clause of a heading.
M.clauses = {
  "every", "at", "in", "on", "when", "always", "once", "as", "where", "about", "needs", "budget", "timeout", "retry",
  "restart", "tags", "priority", "overlap", "missed", "jitter", "limit", "reads", "idempotent", "risk", "goal", "tools",
  "tier", "rounds", "settle", "signed", "throttle", "start",
}

---Words that begin a line of a `decision`.
M.rungs = { "rule", "prompt", "try", "accept", "otherwise" }

---Words that only occur inside a sentence.
M.inner = {
  "to", "from", "with", "fresh", "cron", "random", "between", "idle", "checked", "per", "times", "backoff", "after", "up", "most", "that", "undo",
}

---Behind `on` of `every month`.
M.ordinals = { "last", "first", "second", "third", "fourth", "fifth" }
M.month_days = {
  "day", "weekday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
}

---Events behind `on` besides trigger.NAME, and how many texts each takes.
M.events = {
  ["file.created"] = 1, ["file.changed"] = 1, ["file.removed"] = 1, ["file.moved"] = 1, ["webhook.get"] = 1, ["webhook.post"] = 1,
  ["webhook.put"] = 1, ["webhook.patch"] = 1, ["webhook.delete"] = 1, ["webhook.any"] = 1, ["db.insert"] = 1, ["db.update"] = 1,
  ["db.delete"] = 1, event = 1, ["line.matching"] = 2, ["process.exited"] = 1,
}

---Events of the language that cannot be waited for yet.
M.later_events = { ["mqtt.message"] = true, ["mail.received"] = true, ["feed.item"] = true }

M.signed = { "github", "stripe", "slack", "standard" }
M.overlap = { "skip", "queue", "replace", "allow" }
M.missed = { "once", "all", "skip" }
M.risk = { "low", "medium", "high", "critical" }

---Periods of `every`, singular; each also has a plural with s.
M.periods = {
  "minute", "hour", "day", "weekday", "weekend", "week", "month",
  "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
}

---Types with a meaning of their own.
M.types = {
  "string", "number", "integer", "boolean", "any", "duration", "size", "time", "date", "money", "path", "url", "email",
}

---Duration units in seconds, size units in bytes, count units. Longer spellings come first.
M.duration = { { "ms", 0.001 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 604800 } }
M.size = {
  { "KiB", 1024 }, { "MiB", 1048576 }, { "GiB", 1073741824 },
  { "KB", 1000 }, { "MB", 1000000 }, { "GB", 1000000000 }, { "TB", 1000000000000 }, { "B", 1 },
}
M.count = { { "k", 1000 }, { "M", 1000000 } }

---What one may write first on a line of a program: heads and Lua's statement words.
M.starters = {}
for _, word in ipairs(M.heads) do M.starters[#M.starters + 1] = word end
for _, word in ipairs { "if", "else", "elseif", "end", "for", "function", "local", "repeat", "return", "until", "while" } do
  M.starters[#M.starters + 1] = word
end

M.is_reserved = set(M.reserved)
M.is_clause = set(M.clauses)
M.is_head = set(M.heads)

return M
