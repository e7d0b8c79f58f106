/* search.h - finds lines that hold a text, in the files below a directory.
 *
 *     SearchHits hits = { 0 };
 *     bool good = search_text(at, &(SearchQuery){ .needle = slice_of("needle"), .glob = "*.lua" }, &hits, err);
 *     search_drop(&hits);
 *
 * Files with a NUL near their start, files over FILE_LIMIT and files that may not be read are passed over.
 *
 * Floor:  os - base only.   Thread: any; blocks.   Memory: a SearchHits owns its hits until search_drop.
 */
#pragma once
#include "os/dir.h"

enum { SEARCH_LIMIT = 1000, SEARCH_LINE_MAX = 500 };

typedef struct {
    Slice       needle;     /* the text itself, not a pattern */
    const char *glob;       /* which files, as in DirQuery; NULL: all */
    size_t      limit;      /* hits at most; 0: SEARCH_LIMIT */
} SearchQuery;

typedef struct {
    char   *path;           /* below the directory */
    int64_t line;           /* from 1 */
    char   *text;           /* the line, SEARCH_LINE_MAX bytes at most */
} SearchHit;

typedef struct {
    SearchHit *items;       /* by path, then line */
    size_t     count;
} SearchHits;

bool search_text(Place at, const SearchQuery *query, SearchHits *hits, Err *err);
void search_drop(SearchHits *hits);
