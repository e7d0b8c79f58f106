#include "store/budget.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob        base;
    Store       *store;
    Slice        key;
    int64_t      amount, now;
    size_t       count;
    BudgetScope  scopes[BUDGET_SCOPES_MAX];
    BudgetAnswer answer;
    BudgetDone   done;
    void        *ctx;
} Hold;

/* ------------------------------------------------------------------ settling */
static bool take_off(Db *db, int64_t hold, int64_t amount, int64_t spent, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "UPDATE budget SET held = held - $1, spent = spent + $2"
                        " WHERE scope IN (SELECT scope FROM hold_scope WHERE hold = $3)", &s, err))
        return false;
    db_bind_int(s, 1, amount);
    db_bind_int(s, 2, spent);
    db_bind_int(s, 3, hold);
    if (!db_finish(s, err)) return false;
    if (!db_prepare(db, "DELETE FROM hold_scope WHERE hold = $1", &s, err)) return false;
    db_bind_int(s, 1, hold);
    if (!db_finish(s, err)) return false;
    if (!db_prepare(db, "DELETE FROM hold WHERE id = $1", &s, err)) return false;
    db_bind_int(s, 1, hold);
    return db_finish(s, err);
}

/* The id and amount of an open hold, by id or by key; *hold = 0 when there is none. */
static bool find(Db *db, const char *sql, int64_t id, Slice key, int64_t *hold, int64_t *amount, Err *err) {
    DbStmt *s;
    bool row;
    if (!db_prepare(db, sql, &s, err)) return false;
    if (key.ptr) db_bind_text(s, 1, key);
    else db_bind_int(s, 1, id);
    bool ok = db_step(s, &row, err);
    *hold = ok && row ? db_int(s, 0) : 0;
    *amount = ok && row ? db_int(s, 1) : 0;
    db_release(s);
    return ok;
}

typedef struct {
    DbJob   base;
    int64_t hold, spent;
} Settle;

static bool run_settle(Db *db, void *ctx, Err *err) {
    const Settle *job = ctx;
    int64_t hold, amount;
    if (!find(db, "SELECT id, amount FROM hold WHERE id = $1", job->hold, slice_make(NULL, 0), &hold, &amount, err)) return false;
    return hold == 0 || take_off(db, hold, amount, job->spent, err);
}

void budget_settle(Store *store, int64_t hold, int64_t spent) {
    Settle *job = store_job(sizeof *job, 0, run_settle);
    job->hold = hold;
    job->spent = spent;
    store_submit(store, &job->base);
}

/* ------------------------------------------------------------------ holding */
/* What an earlier life of this very call held and never settled is spent. */
static bool give_up_lost(Db *db, Slice key, Err *err) {
    for (;;) {
        int64_t hold, amount;
        if (!find(db, "SELECT id, amount FROM hold WHERE key = $1 LIMIT 1", 0, key, &hold, &amount, err)) return false;
        if (!hold) return true;
        if (!take_off(db, hold, amount, amount, err)) return false;
    }
}

static bool know_scope(Db *db, const BudgetScope *scope, int64_t now, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO budget(scope, label, cap, t) VALUES($1, $2, $3, $4)"
                        " ON CONFLICT(scope) DO UPDATE SET label = excluded.label, cap = excluded.cap, t = excluded.t", &s, err))
        return false;
    db_bind_text(s, 1, scope->scope);
    db_bind_text(s, 2, scope->label);
    db_bind_int(s, 3, scope->cap);
    db_bind_int(s, 4, now);
    return db_finish(s, err);
}

static bool add_to_scope(Db *db, int64_t hold, Slice scope, int64_t amount, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "UPDATE budget SET held = held + $1 WHERE scope = $2", &s, err)) return false;
    db_bind_int(s, 1, amount);
    db_bind_text(s, 2, scope);
    if (!db_finish(s, err)) return false;
    if (!db_prepare(db, "INSERT INTO hold_scope(hold, scope) VALUES($1, $2)", &s, err)) return false;
    db_bind_int(s, 1, hold);
    db_bind_text(s, 2, scope);
    return db_finish(s, err);
}

/* Whether the scope has room; when not, job->answer says so. */
static bool has_room(Db *db, Hold *job, const BudgetScope *scope, bool *room, Err *err) {
    DbStmt *s;
    bool row;
    if (!db_prepare(db, "SELECT spent, held FROM budget WHERE scope = $1", &s, err)) return false;
    db_bind_text(s, 1, scope->scope);
    bool ok = db_step(s, &row, err);
    if (ok && row) {
        int64_t spent = db_int(s, 0), held = db_int(s, 1);
        *room = job->amount <= scope->cap && spent + held <= scope->cap - job->amount;
        if (!*room) job->answer = (BudgetAnswer){ .label = scope->label, .cap = scope->cap, .spent = spent, .held = held };
    }
    db_release(s);
    return ok;
}

static bool insert_hold(Db *db, Hold *job, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO hold(t, key, amount) VALUES($1, $2, $3)", &s, err)) return false;
    db_bind_int(s, 1, job->now);
    db_bind_text(s, 2, job->key);
    db_bind_int(s, 3, job->amount);
    if (!db_finish(s, err)) return false;
    job->answer = (BudgetAnswer){ .hold = db_last_id(db) };
    return true;
}

static bool run_hold(Db *db, void *ctx, Err *err) {
    Hold *job = ctx;
    bool room = true;
    if (!give_up_lost(db, job->key, err)) return false;
    for (size_t i = 0; i < job->count; i++)
        if (!know_scope(db, &job->scopes[i], job->now, err)) return false;
    for (size_t i = 0; i < job->count && room; i++)
        if (!has_room(db, job, &job->scopes[i], &room, err)) return false;
    if (!room) return true;
    if (!insert_hold(db, job, err)) return false;
    for (size_t i = 0; i < job->count; i++)
        if (!add_to_scope(db, job->answer.hold, job->scopes[i].scope, job->amount, err)) return false;
    return true;
}

static void hold_done(void *ctx, const Err *err) {
    Hold *job = ctx;
    job->done(job->ctx, err ? NULL : &job->answer, err);
    free(job);
}

void budget_hold(Store *store, Slice key, int64_t amount, const BudgetScope *scopes, size_t count, BudgetDone done, void *ctx) {
    size_t text = key.len;
    if (count > BUDGET_SCOPES_MAX) count = BUDGET_SCOPES_MAX;
    for (size_t i = 0; i < count; i++) text += scopes[i].scope.len + scopes[i].label.len;
    Hold *job = store_job(sizeof *job, text, run_hold);
    char *at = (char *)(job + 1);
    job->base.done = hold_done;
    job->store = store;
    job->key = slice_keep(&at, key);
    job->amount = amount;
    job->now = seam_wall_ms(store->seam);
    job->count = count;
    for (size_t i = 0; i < count; i++)
        job->scopes[i] = (BudgetScope){ slice_keep(&at, scopes[i].scope), slice_keep(&at, scopes[i].label), scopes[i].cap };
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}
