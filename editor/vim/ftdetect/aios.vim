" A file is aios by its name, or by the first line of a script.
autocmd BufNewFile,BufRead *.aios setfiletype aios
autocmd BufNewFile,BufRead * if !did_filetype() && getline(1) =~# '^#!.*\<aios\>' | setfiletype aios | endif
