; highlights.scm - what is coloured how. Words of a sentence are tokens of their own only where they are keywords.

; ---------------------------------------------------------------- Lua
["if" "then" "elseif" "else" "end" "do" "while" "for" "in" "repeat" "until" "local" "function" "return" "goto" "and" "or" "not"] @keyword
(break_statement) @keyword
["=" "+" "-" "*" "/" "//" "%" "^" ".." "==" "~=" "<" "<=" ">" ">=" "&" "|" "~" "<<" ">>" "#" "=>" "->"] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ";" ":" "." "::"] @punctuation.delimiter
[(nil) (vararg)] @constant.builtin
[(true) (false)] @boolean
(number) @number
(string) @string
(comment) @comment
(shebang) @comment
(label (identifier) @label)
(goto_statement (identifier) @label)
(attribute) @attribute
(identifier) @variable
(member_expression member: (identifier) @property)
(field name: (identifier) @property)
(parameters (identifier) @variable.parameter)
(lambda (identifier) @variable.parameter)
(lambda_parameters (identifier) @variable.parameter)
(call function: (identifier) @function)
(call function: (member_expression member: (identifier) @function))
(method_call method: (identifier) @method)
(local_function name: (identifier) @function)
(function_name (identifier) @function)

; ---------------------------------------------------------------- sentences
["workflow" "tool" "decision" "agent" "tier" "type" "budget" "needs" "step" "parallel" "wait" "within" "isolate" "test"
 "that" "advance" "expect" "undo"] @keyword
["every" "at" "on" "when" "always" "once" "cron" "random" "between" "to" "idle" "checked"] @keyword
["as" "where" "about" "timeout" "retry" "times" "backoff" "restart" "after" "tags" "priority" "overlap" "missed"
 "jitter" "limit" "per" "reads" "idempotent" "risk" "goal" "tools" "up" "rounds" "settle" "signed" "with" "from" "fresh"] @keyword
["rule" "prompt" "try" "accept" "most" "otherwise"] @keyword
["skip" "queue" "replace" "allow" "all" "low" "medium" "high" "critical"
 "last" "first" "second" "third" "fourth" "fifth" "github" "stripe" "slack" "standard"] @constant.builtin
(period) @constant.builtin
[(duration) (size) (count) (time) (date) (money)] @number

(workflow name: (identifier) @function)
(tool name: (dotted_name (identifier) @function))
(decision name: (identifier) @function)
(agent name: (identifier) @function)
(need (dotted_name (identifier) @attribute))
(typed_parameter name: (identifier) @variable.parameter)
(type_name) @type
(field_type name: (identifier) @property)
["?"] @operator

; ---------------------------------------------------------------- templates
(template "`" @string)
(template_text) @string
(interpolation "${" @punctuation.special "}" @punctuation.special)
