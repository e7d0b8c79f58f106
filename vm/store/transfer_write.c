/* The writing half of transfer.h. */
#include "store/audit.h"
#include "store/runs.h"
#include "store/schema.h"
#include "store/store_parts.h"
#include "store/transfer.h"
#include <stdlib.h>

typedef struct {
    int64_t from, to;                                   /* number of a run there, and here; 0: it stays as it is here */
    Slice   uid;
} Moved;

typedef struct {
    DbJob       base;
    Store      *store;
    TransferIn *in;
    Moved      *moved;
    size_t      moved_count;
} Move;

static const TransferValue *value_of(const TransferRow *row, const char *name) {
    for (int i = 0; row->table->columns[i].name; i++)
        if (!strcmp(row->table->columns[i].name, name)) return &row->values[i];
    return NULL;
}

static bool is_of(const TransferRow *row, const char *table) { return !strcmp(row->table->name, table); }

/* ------------------------------------------------------------------ numbers of runs */
static Moved *moved_by_number(Move *job, int64_t from) {
    for (size_t i = 0; i < job->moved_count; i++)
        if (job->moved[i].from == from) return &job->moved[i];
    return NULL;
}

static Moved *moved_by_uid(Move *job, Slice uid) {
    for (size_t i = 0; i < job->moved_count; i++)
        if (slice_eq(job->moved[i].uid, uid)) return &job->moved[i];
    return NULL;
}

/* Is there a run with this uid (*by_uid), or with this number (*by_id)? `same`: it is the same run. */
static bool look_for(Db *db, const TransferRow *row, bool *by_uid, bool *by_id, bool *same, Err *err) {
    DbStmt *s;
    bool more, ok;
    int64_t id = value_of(row, "id")->number, created = value_of(row, "created")->number;
    Slice uid = value_of(row, "uid")->text;
    *by_uid = *by_id = *same = false;
    if (!db_prepare(db, "SELECT id, uid, created FROM run WHERE uid = $1 OR id = $2", &s, err)) return false;
    db_bind_text(s, 1, uid);
    db_bind_int(s, 2, id);
    while ((ok = db_step(s, &more, err)) && more) {
        bool named = slice_eq(db_text(s, 1), uid);
        *by_uid = *by_uid || named;
        *by_id = *by_id || db_int(s, 0) == id;
        *same = *same || (named && db_int(s, 0) == id && db_int(s, 2) == created);
    }
    db_release(s);
    return ok;
}

static bool place_run(Db *db, Move *job, const TransferRow *row, Err *err) {
    Slice uid = value_of(row, "uid")->text;
    int64_t id = value_of(row, "id")->number;
    bool by_uid, by_id, same;
    if (!id || !uid.len) return err_set(err, "invalid", "a run without a number or an id");
    if (moved_by_number(job, id) || moved_by_uid(job, uid)) return err_set(err, "invalid", "run %.*s stands in the file twice", (int)uid.len, uid.ptr);
    if (!look_for(db, row, &by_uid, &by_id, &same, err)) return false;
    if (by_uid && !(row->context && same)) return err_set(err, "exists", "run %.*s is in this database already", (int)uid.len, uid.ptr);
    job->moved[job->moved_count++] = (Moved){ id, same ? 0 : by_id ? runs_new_id(job->store) : id, uid };
    return true;
}

/* ------------------------------------------------------------------ one row */
static bool bind_number_of_run(Move *job, DbStmt *s, int n, const TransferRow *row, const TransferColumn *column, int64_t number, Err *err) {
    const Moved *moved = moved_by_number(job, number);
    bool owner = !strcmp(column->name, "id") || !strcmp(column->name, "run");
    if (moved) db_bind_int(s, n, moved->to ? moved->to : moved->from);
    else if (owner || !strcmp(column->name, "parent")) {
        db_release(s);
        return err_set(err, "invalid", "a row of %s belongs to a run that is not in the file", row->table->name);
    } else db_bind_null(s, n);
    return true;
}

static bool bind_row(Move *job, DbStmt *s, const TransferRow *row, Err *err) {
    bool is_run = is_of(row, "run"), open = is_run && value_of(row, "state")->number < RUN_DONE;
    for (int i = 0; row->table->columns[i].name; i++) {
        const TransferColumn *column = &row->table->columns[i];
        const TransferValue *value = &row->values[i];
        bool asleep = open && (!strcmp(column->name, "wake") || !strcmp(column->name, "wait_on"));
        if (open && !strcmp(column->name, "state")) db_bind_int(s, i + 1, RUN_PAUSED);
        else if (open && !strcmp(column->name, "reason")) db_bind_text(s, i + 1, slice_of("it came from another database; `aios retry` goes on with it here"));
        else if (value->is_null || asleep) db_bind_null(s, i + 1);
        else if (column->kind[0] == 'i') db_bind_int(s, i + 1, value->number);
        else if (column->kind[0] == 'r') db_bind_real(s, i + 1, value->real);
        else if (column->kind[0] == 't') db_bind_text(s, i + 1, value->text);
        else if (column->kind[0] != 'n') db_bind_blob(s, i + 1, value->text);
        else if (!bind_number_of_run(job, s, i + 1, row, column, value->number, err)) return false;
    }
    return true;
}

/* Whatever the file says: a value goes by the hash it has. */
static bool check_hash(const TransferRow *row, const char *of, Err *err) {
    unsigned char hash[HASH_SIZE];
    Slice named = value_of(row, "hash")->text;
    hash_bytes(value_of(row, of)->text, hash);
    if (named.len == HASH_SIZE && memcmp(named.ptr, hash, HASH_SIZE) == 0) return true;
    return err_set(err, "invalid", "the %s is not the one its hash names", is_of(row, "code") ? "program" : "value");
}

static bool insert(Db *db, Move *job, const TransferRow *row, Err *err) {
    bool blob = is_of(row, "blob"), known = blob || is_of(row, "code");
    Buf sql = { 0 };
    DbStmt *s;
    int count = 0;
    buf_printf(&sql, "INSERT INTO %s(", row->table->name);
    for (; row->table->columns[count].name; count++) buf_printf(&sql, "%s%s", count ? ", " : "", row->table->columns[count].name);
    buf_add_text(&sql, blob ? ", size) VALUES(" : ") VALUES(");
    for (int i = 1; i <= count; i++) buf_printf(&sql, "%s$%d", i > 1 ? ", " : "", i);
    buf_add_text(&sql, blob ? ", length($2))" : ")");
    if (known) buf_add_text(&sql, " ON CONFLICT DO NOTHING");
    bool ok = db_prepare(db, buf_text(&sql), &s, err);
    buf_drop(&sql);
    return ok && bind_row(job, s, row, err) && db_finish(s, err);
}

/* The number of a trigger row that is taken here is given anew. */
static bool insert_trigger(Db *db, Move *job, const TransferRow *row, Err *err) {
    TransferRow copy = *row;
    DbStmt *s;
    bool found;
    if (!db_prepare(db, "SELECT 1 FROM triggers WHERE id = $1", &s, err)) return false;
    db_bind_int(s, 1, row->values[0].number);
    bool ok = db_step(s, &found, err);
    db_release(s);
    copy.values[0].is_null = ok && found;
    return ok && insert(db, job, &copy, err);
}

static bool insert_audit(Db *db, const TransferRow *row, Err *err) {
    const TransferValue *v = row->values;
    AuditRow audit = { .t = v[0].number, .run = v[1].text, .program = v[2].text, .path = v[3].text, .tool = v[4].text, .args = v[5].text,
                       .need = v[6].text, .decision = v[7].text, .reason = v[8].text, .status = v[9].text, .dur = v[10].number };
    return audit_insert(db, &audit, err);
}

/* Of a run that is there already nothing is written; rows of no run in the file are refused. */
static bool is_wanted(Move *job, const TransferRow *row, bool *wanted, Err *err) {
    *wanted = true;
    if (is_of(row, "code") || is_of(row, "blob")) return true;
    const TransferValue *run = value_of(row, is_of(row, "run") ? "id" : "run");
    const Moved *moved = run->text.ptr ? moved_by_uid(job, run->text) : moved_by_number(job, run->number);
    if (!moved) return err_set(err, "invalid", "a row of %s belongs to a run that is not in the file", row->table->name);
    *wanted = moved->to != 0;
    return true;
}

static bool write_row(Db *db, Move *job, const TransferRow *row, Err *err) {
    bool wanted;
    if (!is_wanted(job, row, &wanted, err)) return false;
    if (!wanted) return true;
    if (is_of(row, "code") && !check_hash(row, "source", err)) return false;
    if (is_of(row, "blob") && !check_hash(row, "data", err)) return false;
    if (is_of(row, "audit")) return insert_audit(db, row, err);
    if (is_of(row, "triggers")) return insert_trigger(db, job, row, err);
    return insert(db, job, row, err);
}

/* What came from elsewhere is not what was done here: the log says so. */
static bool tell(Db *db, Move *job, Err *err) {
    Buf reason = { 0 };
    buf_add_text(&reason, "a person brought from another database, with what their tools did there: run");
    for (size_t i = 0; i < job->moved_count; i++)
        if (job->moved[i].to) buf_printf(&reason, " %.*s", (int)job->moved[i].uid.len, job->moved[i].uid.ptr);
    AuditRow row = { .t = job->in->now_ms, .tool = slice_of("runs.import"), .decision = slice_of("settle"), .reason = buf_slice(&reason) };
    bool good = audit_insert(db, &row, err);
    buf_drop(&reason);
    return good;
}

static bool run_move(Db *db, void *ctx, Err *err) {
    Move *job = ctx;
    TransferIn *in = job->in;
    job->moved_count = 0;
    for (in->bad = 0; in->bad < in->count; in->bad++)
        if (is_of(&in->rows[in->bad], "run") && !place_run(db, job, &in->rows[in->bad], err)) return false;
    for (in->bad = 0; in->bad < in->count; in->bad++)
        if (!write_row(db, job, &in->rows[in->bad], err)) return false;
    return tell(db, job, err);
}

bool transfer_write(Store *store, TransferIn *in, Err *err) {
    Move job = { .base = { .run = run_move, .ctx = &job, .bytes = 1 << 20, .guarded = true }, .store = store, .in = in,
                 .moved = mem_new((in->count + 1) * sizeof *job.moved) };
    bool good = store_write_now(store, &job.base, err);
    free(job.moved);
    return good;
}
