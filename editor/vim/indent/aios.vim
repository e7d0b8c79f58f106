" Vim indent file
" Language: aios
"
" The words and brackets from the last line without indent up to here are followed on a stack. Each line that left
" something open is one level; a heading (`workflow … do`) is open until its `do`, and that stands under the heading.

if exists('b:did_indent')
  finish
endif
let b:did_indent = 1
setlocal autoindent
setlocal indentexpr=AiosIndent(v:lnum)
setlocal indentkeys=0{,0},0),0],0=end,0=else,0=elseif,0=until,0=do,0=undo,0=retry,0=timeout,!^F,o,O
let b:undo_indent = 'setlocal autoindent< indentexpr< indentkeys<'

if exists('*AiosIndent')
  finish
endif

let s:heading = '^\s*\%(\%(workflow\|tool\|every\|at\|on\|when\|always\|once\)\>\s\+\%(\%(and\|or\|then\|in\)\>\)\@![[:alnum:]_$]\|in\s\+\d\)'
let s:block = '^\s*\%(agent\|decision\)\s\+\h'
let s:token = '\<\%(do\|if\|for\|while\|function\|repeat\|end\|until\)\>\|[][(){}]'
let s:clause = '^\s*\%(\%(retry\|timeout\)\s\+\d\|undo\s\+\%(\h\w*\s\+do\>\)\@!\h\)'
let s:closer = '^\s*\%(\%(end\|until\|else\|elseif\)\>\|[])}]\|undo\>\)'

" Does the line begin inside a text of several lines?
function! s:begins_in_text(lnum) abort
  if a:lnum < 2 || getline(a:lnum) ==# ''
    return 0
  endif
  let names = map(synstack(a:lnum, 1), 'synIDattr(v:val, "name")')
  let text = getline(a:lnum)
  return (index(names, 'aiosString') >= 0 && text !~# '^["'']' && text !~# '^\[=*\[')
        \ || (index(names, 'aiosTemplate') >= 0 && text !~# '^`')
        \ || (index(names, 'aiosComment') >= 0 && text !~# '^\s*--' && text !~# '^#')
endfunction

" What of the line is code: texts become "", comments go.
function! s:code(lnum) abort
  let text = getline(a:lnum)
  if s:begins_in_text(a:lnum)
    let rest = matchstr(text, '\]=*\]\zs.*$')
    if rest ==# '' && text !~# '\]=*\]\s*$'
      let rest = matchstr(text, '^[^`]*`\zs.*$')
    endif
    let text = rest
  endif
  let text = substitute(text, '--\[\(=*\)\[.\{-}\]\1\]', '', 'g')
  let text = substitute(text, '"\%(\\.\|[^"\\]\)*"\|''\%(\\.\|[^''\\]\)*''\|`\%(\\.\|[^`\\]\)*`\|\[\(=*\)\[.\{-}\]\1\]', '""', 'g')
  return substitute(text, '--.*$\|\[=*\[.*$\|`.*$', '', '')
endfunction

" The line from which to follow: without indent, and not the rest of what stands above it.
function! s:anchor(lnum) abort
  let lnum = a:lnum - 1
  while lnum > 1 && (getline(lnum) !~# '^\S' || getline(lnum) =~# s:closer . '\|^do\>\|^--' || s:begins_in_text(lnum))
    let lnum -= 1
  endwhile
  return max([lnum, 1])
endfunction

function! s:pop(stack) abort
  if !empty(a:stack)
    call remove(a:stack, -1)
  endif
endfunction

" Follows one line; an entry of the stack is [line, what it waits for].
function! s:follow(stack, lnum) abort
  let text = s:code(a:lnum)
  if !empty(a:stack) && a:stack[-1][1] ==# 'do'
    " a clause of the heading above
  elseif text =~# '^\s*undo\>' && text !~# s:clause
    call s:pop(a:stack)
    call add(a:stack, [a:lnum, text =~# '\<do\>' ? 'do' : 'end'])
  elseif text =~# s:heading
    call add(a:stack, [a:lnum, 'do'])
  elseif text =~# s:block
    call add(a:stack, [a:lnum, 'end'])
  endif
  let col = 0
  while 1
    let [word, from, col] = matchstrpos(text, s:token, col)
    if from < 0
      return
    elseif word ==# 'do' && !empty(a:stack) && a:stack[-1][1] ==# 'do'
      let a:stack[-1][1] = 'end'
    elseif word ==# 'for' || word ==# 'while'
      if empty(a:stack) || a:stack[-1][1] !=# 'do'        " `when idle for 5m` is no loop
        call add(a:stack, [a:lnum, 'do'])
      endif
    elseif word =~# '^\%(end\|until\|[])}]\)$'
      call s:pop(a:stack)
    else
      call add(a:stack, [a:lnum, 'end'])
    endif
  endwhile
endfunction

function! s:levels(stack) abort
  let lines = {}
  for [lnum, _] in a:stack
    let lines[lnum] = 1
  endfor
  return len(lines)
endfunction

function! AiosIndent(lnum) abort
  if s:begins_in_text(a:lnum)
    return -1
  endif
  let stack = []
  for lnum in range(s:anchor(a:lnum), a:lnum - 1)
    call s:follow(stack, lnum)
  endfor
  let text = s:code(a:lnum)
  let in_heading = !empty(stack) && stack[-1][1] ==# 'do'
  let more = !in_heading && text =~# s:clause
  if !more && text =~# '^\s*\%(else\|elseif\|undo\)\>' || in_heading && text =~# '^\s*do\>'
    call s:pop(stack)
  endif
  " what closes first on this line closes above it
  let rest = matchstr(text, '^\s*\%(\%(\%(end\|until\)\>\|[])}]\)\s*\)\+')
  for _ in split(rest, '\%(end\|until\|[])}]\)\zs\s*')
    call s:pop(stack)
  endfor
  return (s:levels(stack) + more) * shiftwidth()
endfunction
