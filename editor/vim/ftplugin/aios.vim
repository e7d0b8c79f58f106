" Vim filetype plugin
" Language: aios

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
let s:cpo = &cpo
set cpo&vim

setlocal comments=:-- commentstring=--\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal shiftwidth=2 softtabstop=2 expandtab
setlocal suffixesadd=.aios,.lua
setlocal include=\\v<require>
setlocal includeexpr=tr(v:fname,'.','/')
setlocal define=\\v^\\s*(workflow\|tool\|decision\|agent\|type\|function\|local\\s+function)
if executable('aios')
  setlocal makeprg=aios\ check\ %:S
  setlocal errorformat=%f:%l:%c:\ %m
endif

let b:match_words = '\<\%(do\|if\|function\|agent\|decision\)\>:\<\%(elseif\|else\)\>:\<end\>,\<repeat\>:\<until\>'
let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< shiftwidth< softtabstop< expandtab< suffixesadd< include< includeexpr< define< makeprg< errorformat<'
      \ . ' | unlet! b:match_words'

let &cpo = s:cpo
unlet s:cpo
