#include "store/audit.h"
#include "store/store_parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The newest id and hash live in meta: the writer goes on from there inside its transaction, so
 * processes that share a database share one chain, and a cut-off tail shows. */
enum { HEAD_SIZE = 8 + HASH_LONG_SIZE };

typedef struct {
    int64_t       id;
    unsigned char hash[HASH_LONG_SIZE];
} Head;

typedef struct {
    DbJob    base;
    AuditRow row;
} Append;

static void add_text(Buf *out, Slice text) {
    if (!text.ptr) buf_add_text(out, "-;");
    else {
        buf_printf(out, "%zu:", text.len);
        buf_add_slice(out, text);
        buf_add_byte(out, ';');
    }
}

/* Every column but the hashes, each with its length, so that no two rows read the same. */
static void canonical(Buf *out, int64_t id, const AuditRow *row) {
    buf_clear(out);
    buf_printf(out, "%" PRId64 ";%" PRId64 ";%" PRId64 ";", id, row->t, row->dur);
    add_text(out, row->run);
    add_text(out, row->program);
    add_text(out, row->path);
    add_text(out, row->tool);
    add_text(out, row->args);
    add_text(out, row->need);
    add_text(out, row->decision);
    add_text(out, row->reason);
    add_text(out, row->status);
}

static void link_hash(const Head *before, Buf *text, int64_t id, const AuditRow *row, unsigned char out[HASH_LONG_SIZE]) {
    canonical(text, id, row);
    hash_long(slice_make(before->hash, before->id ? HASH_LONG_SIZE : 0), buf_slice(text), out);
}

static bool read_head(Db *db, Head *head, bool *broken, Err *err) {
    Buf text;
    bool found;
    buf_init(&text);
    *head = (Head){ 0 };
    bool ok = store_meta_get(db, "audit_head", &text, &found, err);
    *broken = ok && found && text.len != HEAD_SIZE;
    if (ok && found && !*broken) {
        for (int i = 0; i < 8; i++) head->id = (int64_t)((uint64_t)head->id << 8 | (unsigned char)text.ptr[i]);
        memcpy(head->hash, text.ptr + 8, HASH_LONG_SIZE);
    }
    buf_drop(&text);
    return ok;
}

static bool write_head(Db *db, const Head *head, Err *err) {
    unsigned char bytes[HEAD_SIZE];
    DbStmt *stmt;
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)head->id >> (56 - 8 * i));
    memcpy(bytes + 8, head->hash, HASH_LONG_SIZE);
    if (!db_prepare(db, "INSERT INTO meta(k, v) VALUES('audit_head', $1)"
                        " ON CONFLICT(k) DO UPDATE SET v = excluded.v", &stmt, err))
        return false;
    db_bind_blob(stmt, 1, slice_make(bytes, HEAD_SIZE));
    return db_finish(stmt, err);
}

static bool insert_row(Db *db, const AuditRow *row, const Head *before, const Head *now, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO audit(id, t, run, program, path, tool, args, need, decision, reason, status, dur, prev, hash)"
                        " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)", &s, err))
        return false;
    db_bind_int(s, 1, now->id);
    db_bind_int(s, 2, row->t);
    db_bind_text(s, 3, row->run);
    db_bind_text(s, 4, row->program);
    db_bind_text(s, 5, row->path);
    db_bind_text(s, 6, row->tool);
    db_bind_text(s, 7, row->args);
    db_bind_text(s, 8, row->need);
    db_bind_text(s, 9, row->decision);
    db_bind_text(s, 10, row->reason);
    db_bind_text(s, 11, row->status);
    bind_some(s, 12, row->dur);
    if (before->id) db_bind_blob(s, 13, slice_make(before->hash, HASH_LONG_SIZE));
    db_bind_blob(s, 14, slice_make(now->hash, HASH_LONG_SIZE));
    return db_finish(s, err);
}

bool audit_insert(Db *db, const AuditRow *row, Err *err) {
    Head before, now;
    bool broken;
    Buf text;
    if (!read_head(db, &before, &broken, err)) return false;
    if (broken)
        return err_set(err, "corrupt", "the head of the audit chain (meta.audit_head) was changed; `aios db check` tells more");
    now.id = before.id + 1;
    buf_init(&text);
    link_hash(&before, &text, now.id, row, now.hash);
    buf_drop(&text);
    return insert_row(db, row, &before, &now, err) && write_head(db, &now, err);
}

static bool run_append(Db *db, void *ctx, Err *err) { return audit_insert(db, &((Append *)ctx)->row, err); }

void audit_append(Store *store, const AuditRow *row) {
    size_t text = row->run.len + row->program.len + row->path.len + row->tool.len + row->args.len + row->need.len
                + row->decision.len + row->reason.len + row->status.len;
    Append *job = store_job(sizeof *job, text, run_append);
    char *at = (char *)(job + 1);
    job->row = (AuditRow){
        .t = row->t ? row->t : seam_wall_ms(store->seam), .dur = row->dur,
        .run = slice_keep(&at, row->run), .program = slice_keep(&at, row->program), .path = slice_keep(&at, row->path),
        .tool = slice_keep(&at, row->tool), .args = slice_keep(&at, row->args), .need = slice_keep(&at, row->need),
        .decision = slice_keep(&at, row->decision), .reason = slice_keep(&at, row->reason), .status = slice_keep(&at, row->status),
    };
    store_submit(store, &job->base);
}

/* Does the current row follow `head`? On yes it becomes the head. */
static bool follows(DbStmt *s, Head *head, Buf *text) {
    AuditRow row = {
        .t = db_int(s, 1), .run = db_text(s, 2), .program = db_text(s, 3), .path = db_text(s, 4), .tool = db_text(s, 5),
        .args = db_text(s, 6), .need = db_text(s, 7), .decision = db_text(s, 8), .reason = db_text(s, 9),
        .status = db_text(s, 10), .dur = db_int(s, 11),
    };
    unsigned char want[HASH_LONG_SIZE];
    Slice prev = db_blob(s, 12), hash = db_blob(s, 13);
    int64_t id = db_int(s, 0);
    link_hash(head, text, id, &row, want);
    bool dur_as_written = db_is_null(s, 11) == (row.dur == 0);
    bool fits = id == head->id + 1 && dur_as_written && slice_eq(prev, slice_make(head->hash, head->id ? HASH_LONG_SIZE : 0))
             && slice_eq(hash, slice_make(want, HASH_LONG_SIZE));
    head->id = id;
    memcpy(head->hash, want, HASH_LONG_SIZE);
    return fits;
}

static void judge(AuditReport *report, const Head *last, const Head *head, bool head_broken) {
    bool cut = head_broken || last->id != head->id || memcmp(last->hash, head->hash, HASH_LONG_SIZE) != 0;
    if (report->bad_id) {
        snprintf(report->text, sizeof report->text, "audit row %" PRId64 " was changed, or a row before it removed", report->bad_id);
    } else if (cut) {
        report->bad_id = last->id + 1;
        snprintf(report->text, sizeof report->text, "audit rows from %" PRId64 " on were removed, or the head of the chain was changed",
                 report->bad_id);
    } else {
        snprintf(report->text, sizeof report->text, "audit chain holds: %" PRId64 " rows", report->rows);
    }
}

bool audit_args(Db *db, Slice run, Slice path, Buf *out, Err *err) {
    DbStmt *s;
    bool found;
    if (!db_prepare(db, "SELECT args FROM audit WHERE run = $1 AND path = $2 AND args IS NOT NULL ORDER BY id LIMIT 1", &s, err)) return false;
    db_bind_text(s, 1, run);
    db_bind_text(s, 2, path);
    bool ok = db_step(s, &found, err);
    if (ok && found) buf_add_slice(out, db_text(s, 0));
    db_release(s);
    return ok;
}

bool audit_verify(Db *db, AuditReport *report, Err *err) {
    DbStmt *stmt;
    Head last = { 0 }, head;
    Buf text;
    bool more, head_broken, ok;
    *report = (AuditReport){ 0 };
    if (!db_prepare(db, "SELECT id, t, run, program, path, tool, args, need, decision, reason, status, dur, prev, hash"
                        " FROM audit ORDER BY id", &stmt, err))
        return false;
    buf_init(&text);
    while ((ok = db_step(stmt, &more, err)) && more && !report->bad_id) {
        report->rows++;
        if (!follows(stmt, &last, &text)) report->bad_id = last.id;
    }
    /* read before the statement ends: rows and head must be of the same moment */
    ok = ok && read_head(db, &head, &head_broken, err);
    db_release(stmt);
    buf_drop(&text);
    if (ok) judge(report, &last, &head, head_broken);
    return ok;
}
