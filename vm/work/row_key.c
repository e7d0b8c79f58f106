/* The key of a row of the trigger table: what a limit is counted per. */
#include "base/json_pick.h"
#include "work/trigger.h"

enum { KEY_MOST = 200 };

/* The first of the places of a key that has a value; "null" when none has. */
char *row_key(const Job *job, const Row *row) {
    Buf   input = { 0 };
    Slice key = slice_of("null");
    Err   ignored;
    if (!job->key_path) return NULL;
    if (row_input(row, &input, &ignored)) {
        for (const char *at = job->key_path; *at;) {
            size_t len = strcspn(at, " ");
            Slice  found = json_pick(buf_slice(&input), slice_make(at, len));
            if (found.ptr && !slice_is(found, "null")) {
                key = found;
                break;
            }
            at += len + (at[len] == ' ');
        }
    }
    char *copy = mem_copy(slice_make(key.ptr, key.len < KEY_MOST ? key.len : KEY_MOST));
    buf_drop(&input);
    return copy;
}

/* Another row of the same key came after it. */
bool row_is_outrun(const Row *row) {
    for (const Row *later = row->next; later; later = later->next)
        if (row->key ? later->key && !strcmp(row->key, later->key) : !later->key) return true;
    return false;
}
