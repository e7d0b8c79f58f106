#include "lua/coverage.h"
#include "base/buf.h"
#include "lua/vm.h"
#include <stdlib.h>

enum { LINES_MOST = 1 << 24 };

typedef struct File File;
struct File {
    char       *path;
    const char *source;                 /* where Lua keeps the name: found again without comparing */
    uint32_t   *times;
    size_t      lines;
    File       *next;
};

struct Coverage {
    File *files;
};

Coverage *coverage_new(void) { return mem_new(sizeof(Coverage)); }

void coverage_free(Coverage *coverage) {
    for (File *file = coverage ? coverage->files : NULL, *next; file; file = next) {
        next = file->next;
        free(file->path);
        free(file->times);
        free(file);
    }
    free(coverage);
}

/* The file a chunk's name "@path" means; the one asked for last is the first of the list. */
static File *file_of(Coverage *coverage, const char *source) {
    File **link = &coverage->files;
    while (*link && (*link)->source != source && strcmp((*link)->path, source + 1) != 0) link = &(*link)->next;
    File *file = *link;
    if (file) *link = file->next;
    else {
        file = mem_new(sizeof *file);
        file->path = mem_copy(slice_of(source + 1));
    }
    file->source = source;
    file->next = coverage->files;
    coverage->files = file;
    return file;
}

void coverage_hook(lua_State *L, lua_Debug *at) {
    Coverage *coverage = vm_of(L)->coverage;
    size_t line = (size_t)at->currentline;
    lua_getinfo(L, "S", at);
    if (at->source[0] != '@' || line > LINES_MOST) return;
    File *file = coverage->files;
    if (!file || file->source != at->source) file = file_of(coverage, at->source);
    if (line >= file->lines) {
        size_t lines = line * 2 + 64;
        file->times = mem_resize(file->times, lines * sizeof *file->times);
        memset(file->times + file->lines, 0, (lines - file->lines) * sizeof *file->times);
        file->lines = lines;
    }
    if (file->times[line] < UINT32_MAX) file->times[line]++;
}

void coverage_push(lua_State *L, const Coverage *coverage) {
    for (const File *file = coverage->files; file; file = file->next) {
        lua_newtable(L);
        for (size_t line = 1; line < file->lines; line++) {
            if (!file->times[line]) continue;
            lua_pushinteger(L, file->times[line]);
            lua_rawseti(L, -2, (lua_Integer)line);
        }
        lua_setfield(L, -2, file->path);
    }
}
