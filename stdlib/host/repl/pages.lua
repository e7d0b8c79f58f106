--- pages: what `:doc` says of the functions of the libraries. Made by packaging/pages.lua; do not edit by hand.
return {
  ["text.trim"] = {
    "text.trim(s)",
    "Removes spaces, tabs and line breaks at both ends.",
    "   text.trim \"  hello \\n\"   --> \"hello\"",
  },
  ["text.split"] = {
    "text.split(s, separator)",
    "The parts of `s` between separators. The separator is plain text, not a pattern; without one,",
    "the words of `s`.",
    "   text.split(\"a,b,,c\", \",\")   --> { \"a\", \"b\", \"\", \"c\" }",
    "   text.split \"  two words \"   --> { \"two\", \"words\" }",
  },
  ["text.lines"] = {
    "text.lines(s)",
    "The lines of `s` without their ends (\\n or \\r\\n). A line end at the very end begins no line.",
    "   text.lines \"one\\r\\ntwo\\n\"   --> { \"one\", \"two\" }",
  },
  ["text.wrap"] = {
    "text.wrap(s, width)",
    "Breaks `s` into lines of at most `width` characters (72), between words; paragraphs",
    "(empty lines) stay apart, a word longer than a line stays whole.",
    "   text.wrap(\"the quick brown fox\", 10)   --> \"the quick\\nbrown fox\"",
  },
  ["text.template"] = {
    "text.template(s, values)",
    "Puts values in the place of `{name}` and `{a.b}`; `{{` and `}}` are single braces. A name that",
    "is not there is an error, so that no text goes out with a hole in it.",
    "   text.template(\"Dear {user.name}\", { user = { name = \"Ada\" } })   --> \"Dear Ada\"",
    "   text.template(\"{{x}}\", {})                                       --> \"{x}\"",
  },
  ["list.map"] = {
    "list.map(items, fn)",
    "A list of what `fn(item, index)` gives for each item.",
    "   list.map({ 1, 2 }, function(x) return x * 10 end)   --> { 10, 20 }",
  },
  ["list.filter"] = {
    "list.filter(items, fn)",
    "The items for which `fn(item, index)` is true.",
    "   list.filter({ 1, 2, 3 }, function(x) return x > 1 end)   --> { 2, 3 }",
  },
  ["list.reduce"] = {
    "list.reduce(items, fn, start)",
    "Folds a list from the left. Without `start` the first item is it; an empty list gives `start`.",
    "   list.reduce({ 1, 2, 3 }, function(sum, x) return sum + x end, 0)   --> 6",
  },
  ["list.sort"] = {
    "list.sort(items, by)",
    "The items in ascending order of themselves, of a field, or of what a function gives. Equal",
    "items keep their order.",
    "   list.sort({ { n = 2 }, { n = 1 } }, \"n\")   --> { { n = 1 }, { n = 2 } }",
    "   list.sort(names, string.lower)",
  },
  ["list.group"] = {
    "list.group(items, by)",
    "The items gathered by a field or by what a function gives: key -> list.",
    "   list.group({ \"a\", \"bb\", \"c\" }, function(s) return #s end)   --> { [1] = { \"a\", \"c\" }, [2] = { \"bb\" } }",
  },
  ["list.take"] = {
    "list.take(items, count)",
    "The first `count` items; with a negative count the last ones.",
    "   list.take({ 1, 2, 3 }, 2)    --> { 1, 2 }",
    "   list.take({ 1, 2, 3 }, -2)   --> { 2, 3 }",
  },
  ["csv.parse"] = {
    "csv.parse(text, options)",
    "Reads CSV text: lines end with \\n, \\r\\n or \\r, empty lines at the end do not count.",
    "   csv.parse \"a,b\\n1,2\"                         --> { { \"a\", \"b\" }, { \"1\", \"2\" } }",
    "   csv.parse(\"a;b\\n1;2\", { separator = \";\", header = true })   --> { { a = \"1\", b = \"2\" } }",
  },
  ["csv.format"] = {
    "csv.format(rows, options)",
    "Writes rows as CSV with \\r\\n. Rows are lists, or tables with names; those get a header line",
    "(`header` = the columns in the order wanted). nil and null are empty fields.",
    "   csv.format { { name = \"Ada\", age = 36 } }                          --> \"age,name\\r\\n36,Ada\\r\\n\"",
    "   csv.format({ { name = \"Ada\" } }, { header = { \"name\", \"age\" } })   --> \"name,age\\r\\nAda,\\r\\n\"",
  },
  ["json.encode"] = {
    "json.encode(value, options)",
    "JSON of a value, or nil and an error; { pretty = true } lays it out.",
    "    json.encode { a = 1 }   --> {\"a\":1}",
  },
  ["json.decode"] = {
    "json.decode(text)",
    "The value of a JSON text, or nil and an error; null is json.null.",
    "    json.decode \"[1, 2]\"    --> { 1, 2 }",
  },
  ["json.array"] = {
    "json.array(list)",
    "Marks a table as a list, even when it is empty.",
  },
}
