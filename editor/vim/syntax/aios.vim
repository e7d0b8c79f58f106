" Vim syntax file
" Language: aios (Lua 5.4 and the sentences added to it)
" Made by packaging/editors.lua from editor/templates/aios.vim
"
" A word begins a sentence at the place of a statement, with a name, a number or `$` behind it; elsewhere it is a name.

if exists('b:current_syntax')
  finish
endif
let s:cpo = &cpo
set cpo&vim
syntax case match
syntax sync minlines=200

" ---------------------------------------------------------------- Lua
syntax keyword aiosStatement return local break goto
syntax keyword aiosConditional if then elseif else
syntax keyword aiosRepeat for while repeat until in do end
syntax keyword aiosFunction function
syntax keyword aiosOperator and or not
syntax keyword aiosBoolean true false
syntax keyword aiosConstant nil
syntax match aiosOperator "[-+*/%^#<>=~&|]\|\.\.\|=>\|->"
syntax match aiosDelimiter "[,;]"
syntax match aiosLabel "::\s*\h\w*\s*::"
syntax match aiosAttribute "<\s*\%(const\|close\)\s*>"
syntax match aiosCall "\h\w*\ze\s*[({\"'`]"
syntax match aiosField "\.\@<!\.\s*\h\w*" contains=aiosFieldCall
syntax match aiosFieldCall "\h\w*\ze\s*[({\"'`]" contained

" ---------------------------------------------------------------- literals
syntax match aiosNumber "\<\d\+\%(\.\d*\)\?\%([eE][-+]\?\d\+\)\?\>"
syntax match aiosNumber "\.\@<!\.\d\+\%([eE][-+]\?\d\+\)\?\>"
syntax match aiosNumber "\<0[xX]\x*\%(\.\x*\)\?\%([pP][-+]\?\d\+\)\?\>"
syntax match aiosUnit "\<\%(\d\+\%(ms\|d\|h\|m\|s\|w\)\)\+\>"
syntax match aiosUnit "\<\d\+\%(GiB\|KiB\|MiB\|GB\|KB\|MB\|TB\|B\|M\|k\)\>"
syntax match aiosUnit "\<\d\d\?\%(:\d\d\)\{1,2}\%(am\|pm\)\?\>"
syntax match aiosUnit "\<\d\d\?\%(am\|pm\)\>"
syntax match aiosUnit "\<\d\{4}-\d\d-\d\d\>"
syntax match aiosUnit "\$\d\+\%(\.\d\+\)\?\>"
syntax match aiosEscape "\\\%([abfnrtvz\\\"'`$]\|x\x\{2}\|\d\{1,3}\|u{\x\+}\|\n\)" contained
syntax region aiosString start=+"+ skip=+\\\\\|\\"+ end=+"+ end=+$+ contains=aiosEscape
syntax region aiosString start=+'+ skip=+\\\\\|\\'+ end=+'+ end=+$+ contains=aiosEscape
syntax region aiosString start="\[\z(=*\)\[" end="\]\z1\]"
syntax region aiosTemplate start=+`+ skip=+\\\\\|\\`+ end=+`+ contains=aiosEscape,aiosValue
syntax region aiosValue matchgroup=aiosSpecial start="\${" end="}" contained contains=TOP
syntax region aiosBraces matchgroup=aiosDelimiter start="{" end="}" transparent contains=TOP
syntax keyword aiosTodo TODO FIXME XXX contained
syntax match aiosComment "--.*$" contains=aiosTodo,@Spell
syntax region aiosComment start="--\[\z(=*\)\[" end="\]\z1\]" contains=aiosTodo,@Spell
syntax match aiosComment "\%^#.*$"

" ---------------------------------------------------------------- sentences
" a heading reaches from its word to `do`; the words inside it are keywords there
syntax cluster aiosLua contains=aiosStatement,aiosConditional,aiosRepeat,aiosFunction,aiosOperator,aiosBoolean,aiosConstant,aiosDelimiter,aiosCall,aiosField,aiosNumber,aiosUnit,aiosString,aiosTemplate,aiosBraces,aiosComment,aiosTypeName
syntax cluster aiosHeadingWords contains=aiosParameters,aiosClause,aiosPeriod,aiosChoice,aiosTypeName,aiosNumber,aiosUnit,aiosString,aiosTemplate,aiosComment,aiosOperator,aiosDelimiter,aiosField,aiosCall,aiosBraces,aiosConstant,aiosBoolean
syntax match aiosSentence "\%(^\s*\|\%(\<\%(do\|then\|else\|repeat\|end\)\>\|;\)\s*\)\@<=\%(decision\|parallel\|workflow\|advance\|isolate\|always\|budget\|expect\|within\|agent\|every\|needs\|once\|step\|test\|tier\|tool\|type\|wait\|when\|at\|on\)\>\ze\s\+\%(\%(and\|or\|then\|in\)\>\)\@![[:alnum:]_$]"
syntax match aiosClauseStart "^\s*\zs\%(retry\|timeout\)\ze\s\+\d"
syntax match aiosClauseStart "\%(\<retry\s\+\d\+\s\+\%(times\s\+\)\?\)\@<=\%(times\|every\|backoff\)\>"
syntax match aiosClauseStart "\%(\$[0-9.]\+\s\+\)\@<=per\>"
syntax match aiosUndo "^\s*\zsundo\ze\s\+\h"
syntax region aiosHeading matchgroup=aiosSentence start="\%(^\s*\|\%(\<\%(do\|then\|else\|repeat\|end\)\>\|;\)\s*\)\@<=\%(workflow\|tool\|every\|at\|on\|when\|always\|once\|test\|parallel\|within\|isolate\)\>\ze\s\+\%(\%(and\|or\|then\|in\)\>\)\@![[:alnum:]_$]" start="^\s*in\ze\s\+\d" matchgroup=aiosRepeat end="\<do\>" contains=@aiosHeadingWords
syntax region aiosAgent matchgroup=aiosSentence start="^\s*agent\ze\s\+\h" matchgroup=aiosRepeat end="\<end\>" contains=@aiosHeadingWords
syntax region aiosDecision matchgroup=aiosSentence start="^\z(\s*\)decision\ze\s\+\h" matchgroup=aiosRepeat end="^\z1end\>" contains=@aiosLua,aiosRung,aiosParameters
syntax match aiosRung "^\s*\zs\%(otherwise\|accept\|prompt\|rule\|try\)\>\ze\s" contained
syntax match aiosRung "\<accept\ze\s\|\<at\s\+most\>" contained
syntax region aiosParameters matchgroup=aiosDelimiter start="(" end=")" contained transparent contains=@aiosLua,aiosParameters
syntax match aiosClause "\.\@<!\<\%(idempotent\|priority\|throttle\|backoff\|between\|checked\|overlap\|restart\|timeout\|always\|budget\|jitter\|missed\|random\|rounds\|settle\|signed\|about\|after\|every\|fresh\|limit\|needs\|reads\|retry\|start\|times\|tools\|where\|cron\|from\|goal\|idle\|most\|once\|risk\|tags\|that\|tier\|undo\|when\|with\|per\|as\|at\|in\|on\|to\|up\)\>" contained
syntax match aiosPeriod "\<\%(wednesday\|saturday\|thursday\|tuesday\|weekday\|weekend\|friday\|minute\|monday\|sunday\|month\|hour\|week\|day\)s\?\>" contained
syntax match aiosChoice "\<\%(critical\|standard\|replace\|fourth\|github\|medium\|second\|stripe\|allow\|fifth\|first\|queue\|slack\|third\|high\|last\|once\|skip\|all\|low\)\>" contained
syntax match aiosTypeName "\%([:|{]\|->\)\@<=\s*\<\%(duration\|boolean\|integer\|number\|string\|email\|money\|date\|path\|size\|time\|any\|url\)\>"

highlight default link aiosStatement Statement
highlight default link aiosConditional Conditional
highlight default link aiosRepeat Repeat
highlight default link aiosFunction Keyword
highlight default link aiosOperator Operator
highlight default link aiosBoolean Boolean
highlight default link aiosConstant Constant
highlight default link aiosDelimiter Delimiter
highlight default link aiosLabel Label
highlight default link aiosAttribute StorageClass
highlight default link aiosCall Function
highlight default link aiosFieldCall Function
highlight default link aiosNumber Number
highlight default link aiosUnit Number
highlight default link aiosEscape SpecialChar
highlight default link aiosSpecial Special
highlight default link aiosString String
highlight default link aiosTemplate String
highlight default link aiosTodo Todo
highlight default link aiosComment Comment
highlight default link aiosSentence Keyword
highlight default link aiosClause Keyword
highlight default link aiosClauseStart Keyword
highlight default link aiosUndo Keyword
highlight default link aiosRung Keyword
highlight default link aiosPeriod Constant
highlight default link aiosChoice Constant
highlight default link aiosTypeName Type

let b:current_syntax = 'aios'
let &cpo = s:cpo
unlet s:cpo
