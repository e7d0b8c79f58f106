#include "os/search.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { BINARY_LOOK = 8000 };

/* No longer than a line may be, and never half of a UTF-8 character. */
static size_t fitting(Slice line) {
    if (line.len <= SEARCH_LINE_MAX) return line.len;
    size_t len = SEARCH_LINE_MAX;
    while (len > 0 && ((unsigned char)line.ptr[len] & 0xC0) == 0x80) len--;
    return len;
}

static void add_hit(SearchHits *hits, const char *path, int64_t number, Slice line) {
    if (hits->count % 64 == 0) hits->items = mem_resize(hits->items, (hits->count + 64) * sizeof *hits->items);
    hits->items[hits->count++] = (SearchHit){ mem_copy(slice_of(path)), number, mem_copy(slice_make(line.ptr, fitting(line))) };
}

static void search_file(const char *path, Slice text, Slice needle, size_t limit, SearchHits *hits) {
    const char *at = text.ptr, *end = text.ptr + text.len;
    int64_t number = 1;
    while (at < end && hits->count < limit) {
        const char *hit = memmem(at, (size_t)(end - at), needle.ptr, needle.len);
        if (!hit) return;
        for (const char *next; (next = memchr(at, '\n', (size_t)(hit - at))); at = next + 1) number++;
        const char *stop = memchr(hit, '\n', (size_t)(end - hit));
        if (!stop) stop = end;
        add_hit(hits, path, number++, slice_make(at, (size_t)(stop - at)));
        at = stop + 1;
    }
}

bool search_text(Place at, const SearchQuery *query, SearchHits *hits, Err *err) {
    int root;
    DirList files = { 0 };
    Buf text;
    size_t limit = query->limit ? query->limit : SEARCH_LIMIT;
    if (query->needle.len == 0 || memchr(query->needle.ptr, '\n', query->needle.len))
        return err_set(err, "invalid", "the text to search for must be part of one line");
    if (!place_open(at, O_PATH | O_DIRECTORY, 0, &root, err)) return false;
    bool good = dir_list(at, &(DirQuery){ .glob = query->glob, .deep = true }, &files, err);
    buf_init(&text);
    for (size_t i = 0; good && i < files.count && hits->count < limit; i++) {
        Err passed;
        const DirEntry *file = &files.items[i];
        buf_clear(&text);
        if (strcmp(file->info.type, "file") != 0 || !file_read((Place){ root, file->path }, FILE_LIMIT, &text, &passed)) continue;
        if (text.len == 0 || memchr(text.ptr, 0, text.len < BINARY_LOOK ? text.len : BINARY_LOOK)) continue;
        search_file(file->path, buf_slice(&text), query->needle, limit, hits);
    }
    buf_drop(&text);
    dir_drop(&files);
    close(root);
    return good;
}

void search_drop(SearchHits *hits) {
    for (size_t i = 0; i < hits->count; i++) {
        free(hits->items[i].path);
        free(hits->items[i].text);
    }
    free(hits->items);
    *hits = (SearchHits){ 0 };
}
