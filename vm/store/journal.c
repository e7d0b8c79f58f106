#include "store/journal.h"
#include "store/blob.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob      base;
    JournalRow row;
} Append;

static bool run_append(Db *db, void *ctx, Err *err) {
    const JournalRow *r = &((Append *)ctx)->row;
    unsigned char hash[HASH_SIZE];
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO journal(run, seq, kind, path, name, ver, ahash, line, status, attempt, t, dur, epoch, out, big, cost)"
                        " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)", &s, err))
        return false;
    db_bind_int(s, 1, r->run);
    db_bind_int(s, 2, r->seq);
    db_bind_int(s, 3, r->kind);
    db_bind_text(s, 4, r->path);
    db_bind_text(s, 5, r->name);
    bind_some(s, 6, r->ver);
    bind_hash(s, 7, r->ahash);
    bind_some(s, 8, r->line);
    db_bind_int(s, 9, r->status);
    db_bind_int(s, 10, r->attempt ? r->attempt : 1);
    db_bind_int(s, 11, r->t);
    bind_some(s, 12, r->dur);
    db_bind_int(s, 13, r->epoch);
    bind_some(s, 16, r->cost);
    return blob_bind(db, s, 14, 15, r->out, hash, err) && db_finish(s, err);
}

void journal_append(Store *store, const JournalRow *row) {
    Append *job = store_job(sizeof *job, row->path.len + row->name.len + row->out.len, run_append);
    char *at = (char *)(job + 1);
    job->row = *row;
    job->row.path = slice_keep(&at, row->path);
    job->row.name = slice_keep(&at, row->name);
    job->row.out = slice_keep(&at, row->out);
    store_submit(store, &job->base);
}

/* A load keeps its text in blocks that are freed together; the newest is first. */
typedef struct Block Block;
struct Block {
    Block *older;
    size_t used, size;
    char   bytes[];
};

enum { BLOCK_SIZE = 64 * 1024 };

static Slice keep(JournalLoad *load, Slice slice) {
    Block *block = load->arena;
    if (!slice.ptr) return slice;
    if (!block || block->size - block->used < slice.len) {
        size_t size = slice.len > BLOCK_SIZE ? slice.len : BLOCK_SIZE;
        Block *fresh = mem_resize(NULL, sizeof *fresh + size);
        *fresh = (Block){ .older = block, .size = size };
        load->arena = block = fresh;
    }
    char *at = block->bytes + block->used;
    block->used += slice.len;
    return slice_keep(&at, slice);
}

static bool keep_big(Db *db, JournalLoad *load, JournalRow *row, Slice hash, Err *err) {
    DbStmt *stmt;
    bool found;
    if (!db_prepare(db, "SELECT data FROM blob WHERE hash = $1", &stmt, err)) return false;
    db_bind_blob(stmt, 1, hash);
    bool ok = db_step(stmt, &found, err);
    if (ok && found) row->out = keep(load, db_blob(stmt, 0));
    else if (ok) ok = err_set(err, "corrupt", "the value of step %.*s (row %lld of its run) is missing in the database",
                              (int)row->path.len, row->path.ptr, (long long)row->seq);
    db_release(stmt);
    return ok;
}

static bool keep_row(Db *db, JournalLoad *load, JournalRow *row, DbStmt *s, int64_t run, Err *err) {
    Slice big = db_blob(s, 13);
    *row = (JournalRow){
        .run = run, .seq = db_int(s, 0), .kind = (EntryKind)db_int(s, 1), .path = keep(load, db_text(s, 2)),
        .name = keep(load, db_text(s, 3)), .ver = (int)db_int(s, 4), .line = (int)db_int(s, 6),
        .status = (EntryStatus)db_int(s, 7), .attempt = (int)db_int(s, 8), .t = db_int(s, 9), .dur = db_int(s, 10),
        .epoch = db_int(s, 11), .out = keep(load, db_text(s, 12)), .cost = db_int(s, 14),
    };
    read_hash(s, 5, row->ahash);
    if (big.ptr && !keep_big(db, load, row, big, err)) return false;
    load->bytes += row->out.len;
    return true;
}

bool journal_load(Db *db, int64_t run, JournalLoad **out, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, "SELECT seq, kind, path, name, ver, ahash, line, status, attempt, t, dur, epoch, out, big, cost"
                        " FROM journal WHERE run = $1 ORDER BY seq", &stmt, err))
        return false;
    JournalLoad *load = mem_new(sizeof *load);
    size_t cap = 0;
    bool more, ok;
    db_bind_int(stmt, 1, run);
    while ((ok = db_step(stmt, &more, err)) && more) {
        if (load->count == cap) {
            cap = cap ? cap * 2 : 64;
            load->rows = mem_resize(load->rows, cap * sizeof *load->rows);
        }
        if (!(ok = keep_row(db, load, &load->rows[load->count], stmt, run, err))) break;
        load->count++;
    }
    db_release(stmt);
    if (ok) *out = load;
    else journal_free(load);
    return ok;
}

void journal_free(JournalLoad *load) {
    if (!load) return;
    for (Block *block = load->arena; block;) {
        Block *older = block->older;
        free(block);
        block = older;
    }
    free(load->rows);
    free(load);
}
