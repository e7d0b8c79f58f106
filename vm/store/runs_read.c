/* The reading half of runs.h. */
#include "base/buf.h"
#include "store/runs.h"
#include "store/store_parts.h"
#include <stdio.h>

#define RUN_VALUE(name) "coalesce(" name ", (SELECT data FROM blob WHERE hash = " name "_big))"
#define RUN_SELECT \
    "SELECT id, uid, program, name, code, engine, state, seed, cause, reason, " RUN_VALUE("input") ", " RUN_VALUE("output") "," \
    " " RUN_VALUE("error") ", queue, qkey, prio," \
    " wake, deadline, wait_on, parent, parent_path, prev, forked_from, forked_seq, schedule, nominal, attempt, cost," \
    " epoch, cancel, created, started, finished, keep_until, undo, undone FROM run "

static void read_row(DbStmt *s, RunRow *row) {
    *row = (RunRow){
        .id = db_int(s, 0), .uid = db_text(s, 1), .program = db_text(s, 2), .name = db_text(s, 3),
        .engine = (int)db_int(s, 5), .state = (RunState)db_int(s, 6), .seed = db_int(s, 7),
        .cause = db_text(s, 8), .reason = db_text(s, 9), .input = db_text(s, 10), .output = db_text(s, 11),
        .error = db_text(s, 12), .queue = db_text(s, 13), .qkey = db_text(s, 14), .prio = (int)db_int(s, 15),
        .wake = db_int(s, 16), .deadline = db_int(s, 17), .wait_on = db_text(s, 18),
        .parent = db_int(s, 19), .parent_path = db_text(s, 20), .prev = db_int(s, 21),
        .forked_from = db_int(s, 22), .forked_seq = db_int(s, 23), .schedule = db_text(s, 24), .nominal = db_int(s, 25),
        .attempt = (int)db_int(s, 26), .cost = db_int(s, 27), .epoch = db_int(s, 28), .cancel = db_int(s, 29) != 0,
        .created = db_int(s, 30), .started = db_int(s, 31), .finished = db_int(s, 32), .keep_until = db_int(s, 33),
        .undo = (int)db_int(s, 34), .undone = (Undone)db_int(s, 35),
    };
    read_hash(s, 4, row->code);
}

static bool find(DbStmt *stmt, RunRow **out, const char *what, Err *err) {
    RunRow row;
    bool found, ok = db_step(stmt, &found, err);
    if (ok && !found) ok = err_set(err, "not_found", "no run %s", what);
    if (ok) {
        read_row(stmt, &row);
        *out = mem_new(sizeof row + runs_size(&row));
        runs_copy(&row, *out, (char *)(*out + 1));
    }
    db_release(stmt);
    return ok;
}

bool runs_find(Db *db, Slice uid, RunRow **out, Err *err) {
    DbStmt *stmt;
    char what[80];
    snprintf(what, sizeof what, "%.*s", (int)(uid.len < 60 ? uid.len : 60), uid.ptr);
    if (!db_prepare(db, RUN_SELECT "WHERE uid = $1", &stmt, err)) return false;
    db_bind_text(stmt, 1, uid);
    return find(stmt, out, what, err);
}

bool runs_find_id(Db *db, int64_t id, RunRow **out, Err *err) {
    DbStmt *stmt;
    char what[32];
    snprintf(what, sizeof what, "%lld", (long long)id);
    if (!db_prepare(db, RUN_SELECT "WHERE id = $1", &stmt, err)) return false;
    db_bind_int(stmt, 1, id);
    return find(stmt, out, what, err);
}

static bool walk(DbStmt *stmt, RunEach each, void *ctx, Err *err) {
    RunRow row;
    bool more, ok;
    while ((ok = db_step(stmt, &more, err)) && more) {
        read_row(stmt, &row);
        if (!each(ctx, &row)) break;
    }
    db_release(stmt);
    return ok;
}

bool runs_open(Db *db, Slice program, RunEach each, void *ctx, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, RUN_SELECT "WHERE program = $1 AND state IN (1, 2, 3) AND state < 7 ORDER BY"
                        " prio DESC, id", &stmt, err))
        return false;
    db_bind_text(stmt, 1, program);
    return walk(stmt, each, ctx, err);
}

bool runs_in_doubt(Db *db, Slice program, RunEach each, void *ctx, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, RUN_SELECT "WHERE program = $1 AND state = 6 AND state < 7 ORDER BY id", &stmt, err)) return false;
    db_bind_text(stmt, 1, program);
    return walk(stmt, each, ctx, err);
}

bool runs_due(Db *db, Slice program, int64_t before_ms, RunEach each, void *ctx, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, RUN_SELECT "WHERE wake <= $1 AND program = $2 AND state < 7 ORDER BY wake, id", &stmt, err)) return false;
    db_bind_int(stmt, 1, before_ms);
    db_bind_text(stmt, 2, program);
    return walk(stmt, each, ctx, err);
}

bool runs_next_wake(Db *db, Slice program, int64_t answers_ms, int64_t *wake, Err *err) {
    DbStmt *stmt;
    bool row;
    if (!db_prepare(db, "SELECT wake FROM run WHERE wake IS NOT NULL AND program = $1 AND state < 7"
                        " AND (wait_on IS NULL OR wake <= $2 OR instr(wait_on, 'approval ') = 0) ORDER BY wake LIMIT 1", &stmt, err))
        return false;
    db_bind_text(stmt, 1, program);
    db_bind_int(stmt, 2, answers_ms);
    bool ok = db_step(stmt, &row, err);
    if (ok) *wake = row ? db_int(stmt, 0) : 0;
    db_release(stmt);
    return ok;
}

bool runs_recent(Db *db, Slice program, Slice name, int64_t after_ms, size_t most, int64_t *at, size_t *count, Err *err) {
    DbStmt *stmt;
    bool row = true, ok = true;
    *count = 0;
    if (!db_prepare(db, "SELECT created FROM run WHERE name = $1 AND program = $2 AND created > $3 AND state <> 11"
                        " ORDER BY created DESC LIMIT $4", &stmt, err))
        return false;
    db_bind_text(stmt, 1, name);
    db_bind_text(stmt, 2, program);
    db_bind_int(stmt, 3, after_ms);
    db_bind_int(stmt, 4, (int64_t)most);
    while (*count < most && (ok = db_step(stmt, &row, err)) && row) at[(*count)++] = db_int(stmt, 0);
    db_release(stmt);
    return ok;
}
