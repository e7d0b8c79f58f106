" Writes the colour group of every word of the file, line:column group text, to the file named by $OUT.
set nomore
let lines = []
for lnum in range(1, line('$'))
  let text = getline(lnum)
  let col = 0
  while 1
    let [word, from, col] = matchstrpos(text, '\h\w*\|\d[[:alnum:]:.]*\|["`$]', col)
    if from < 0 | break | endif
    let id = synID(lnum, from + 1, 1)
    call add(lines, printf('%d:%d %s %s', lnum, from + 1, synIDattr(id, 'name'), word))
  endwhile
endfor
call writefile(lines, $OUT)
quitall!
