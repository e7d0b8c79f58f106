--- meaning: what `aios check` finds in a program that can be read. See compiler.codes.
local M = {}

M.AIOS100 = { why = "A name that nobody gives a value is nil, and calling it or taking a field of it fails.", wrong = "wait 1s\npritn \"hello\"",
  right = "wait 1s\nprint \"hello\"" }
M.AIOS101 = { why = "It is nil there, and calling it fails.", wrong = "step text = fs.raed \"notes.txt\"", right = "step text = fs.read \"notes.txt\"" }
M.AIOS102 = { why = "What is declared is checked when the program runs, and a wrong value is refused there.",
  wrong = "tool pay(amount: number(0..100)) do\n  print(amount)\nend\npay(250)", right = "tool pay(amount: number(0..100)) do\n  print(amount)\nend\npay(25)" }
M.AIOS103 = { why = "The call would be refused when the program runs.", wrong = "tool pay(who: string, amount: number) do\n  print(who, amount)\nend\npay \"ada\"",
  right = "tool pay(who: string, amount: number) do\n  print(who, amount)\nend\npay(\"ada\", 5)" }
M.AIOS104 = { why = "An option that is not known is refused when the program runs.", wrong = "step files = fs.list(\".\", { globb = \"*.md\" })",
  right = "step files = fs.list(\".\", { glob = \"*.md\" })" }
M.AIOS105 = { why = "A record has the fields of its type and no others: this one is always nil.",
  wrong = "type Order = { id: string, total: number }\ntool show(order: Order) do\n  print(order.totl)\nend\nshow { id = \"7\", total = 5 }",
  right = "type Order = { id: string, total: number }\ntool show(order: Order) do\n  print(order.total)\nend\nshow { id = \"7\", total = 5 }" }
M.AIOS106 = { why = "The type lists its values, and this is none of them.", wrong = "tool name(code: \"EUR\" | \"USD\") do\n  if code == \"GBP\" then return \"pound\" end\nend",
  right = "tool name(code: \"EUR\" | \"USD\") do\n  if code == \"EUR\" then return \"euro\" end\nend" }
M.AIOS107 = { why = "A type is a base type, or declared with `type NAME = ...`.", wrong = "tool show(order: Ordr) do\n  print(order)\nend",
  right = "type Order = { id: string }\ntool show(order: Order) do\n  print(order)\nend" }
M.AIOS108 = { why = "The range goes downward, or a field is there twice.", wrong = "type Score = number(10..0)\nwait 1s", right = "type Score = number(0..10)\nwait 1s" }
M.AIOS110 = { why = "A person grants what a program declares; what is not declared is refused when nobody is there to ask.",
  wrong = "wait 1s\nfs.write(\"/srv/report.md\", \"done\")", right = "needs fs.write \"/srv/report.md\"\nfs.write(\"/srv/report.md\", \"done\")" }
M.AIOS111 = { why = "A need that is not used is a door left open.", wrong = "needs net \"api.example.org\"\nprint \"hello\"", right = "print \"hello\"" }
M.AIOS112 = { why = "A need is the name of what a tool asks for: fs.read, fs.write, net, process, secret.",
  wrong = "needs fs.raed\nprint \"hello\"", right = "needs fs.read\nprint(#fs.read \"/etc/hostname\")" }
M.AIOS113 = { why = "Lua's C code calls the function and cannot be left in its midst; a condition or rule is looked at, not run.",
  wrong = "local list = { 3, 1 }\nwait 1s\ntable.sort(list, function(a, b) sleep(1) return a < b end)", right = "local list = { 3, 1 }\nwait 1s\ntable.sort(list, function(a, b) return a < b end)" }
M.AIOS114 = { why = "Every run has its own locals of the file, fresh each time, so that a run can resume from its records.",
  wrong = "local count = 0\nevery 5m do\n  count = count + 1\nend", right = "local step_size = 2\nevery 5m do\n  local count = step_size * 2\n  print(count)\nend" }
M.AIOS115 = { why = "Lua reads a call, and then a block that runs at once.", wrong = "local each = print\nwait 1s\neach (5) do\n  print \"tick\"\nend",
  right = "every 5m do\n  print \"tick\"\nend" }
M.AIOS116 = { why = "What is put into the text may end the command and begin another.", wrong = "needs process \"sh\"\nprocess.run { \"sh\", \"-c\", \"git pull\" }",
  right = "needs process \"git\"\nprocess.run { \"git\", \"pull\" }" }
M.AIOS117 = { why = "A step that is recorded does not run again, so a resumed run would see the old value.",
  wrong = "local text\nstep read do\n  text = \"hello\"\nend\nprint(text)", right = "step text do\n  return \"hello\"\nend\nprint(text)" }
M.AIOS120 = { why = "The moment is past, or no such day exists.", wrong = "at 2001-01-01 08:00 do\n  print \"late\"\nend", right = "every day at 08:00 do\n  print \"early\"\nend" }
M.AIOS121 = { why = "When the clock is put forward or back, this time is skipped or comes twice on one day of the year.",
  wrong = "every day at 02:30 in \"Europe/Berlin\" do\n  print \"night\"\nend", right = "every day at 04:30 in \"Europe/Berlin\" do\n  print \"night\"\nend" }
M.AIOS122 = { why = "It is legal and usually a slip.", wrong = "every cron \"0 8 13 * 5\" do\n  print \"friday the 13th\"\nend",
  right = "every cron \"0 8 13 * +5\" do\n  print \"friday the 13th\"\nend" }
M.AIOS130 = { why = "What is sent to a model leaves the program; a secret says how far it may go.",
  wrong = "needs secret \"API_KEY\"\nlocal key = secret \"API_KEY\"\nprint(ask `What is this? ${key}`)", right = "needs secret \"API_KEY\"\nlocal key = secret \"API_KEY\"\nprint(key)" }
M.AIOS131 = { why = "There are reactive, operational, tactical and strategic, and those that `tier NAME = ...` declares.",
  wrong = "decision sort_mail(mail: string) -> \"spam\" | \"keep\"\n  prompt `Spam or keep? ${mail}`\n  try tacticla\n  otherwise \"keep\"\nend",
  right = "decision sort_mail(mail: string) -> \"spam\" | \"keep\"\n  prompt `Spam or keep? ${mail}`\n  try tactical\n  otherwise \"keep\"\nend" }
M.AIOS132 = { why = "A loop that asks a model may ask it any number of times.",
  wrong = "workflow sort_mail do\n  while true do\n    ask \"next?\"\n    wait 1m\n  end\nend",
  right = "workflow sort_mail do\n  ask \"next?\"\nend" }

return M
