#include "store/prune.h"
#include "store/owner.h"
#include "store/prune_parts.h"
#include <stdlib.h>

/* Load runs last, those of one program side by side: when they are looked at, what was begun with them is gone. */
#define CHOSEN \
    "SELECT id, program, parent FROM (SELECT r.id, r.program, r.parent, r.created, r.finished, r.keep_until," \
    " row_number() OVER (PARTITION BY r.program, r.name ORDER BY r.id DESC) AS n FROM run r" \
    " WHERE r.state >= 7 AND ((1 << r.state) & $1) <> 0 AND ($2 IS NULL OR r.name = $2)) AS x" \
    " WHERE n > $3 AND coalesce(finished, created) < $4 AND coalesce(keep_until, 0) <= $5"

static void bind_wish(DbStmt *s, const PruneWish *wish) {
    db_bind_int(s, 1, wish->states);
    db_bind_text(s, 2, wish->name);
    db_bind_int(s, 3, wish->keep);
    db_bind_int(s, 4, wish->before_ms);
    db_bind_int(s, 5, wish->now_ms);
}

bool prune_look(Db *db, const PruneWish *wish, PruneCount *count, Err *err) {
    DbStmt *s;
    bool row;
    *count = (PruneCount){ 0 };
    if (!db_prepare(db, "WITH chosen AS (" CHOSEN ") SELECT count(*), sum((SELECT count(*) FROM journal j WHERE j.run = c.id)) FROM chosen c"
                        " WHERE parent IS NOT NULL OR NOT EXISTS (SELECT 1 FROM run k WHERE k.parent = c.id AND k.id NOT IN (SELECT id FROM chosen))",
                    &s, err))
        return false;
    bind_wish(s, wish);
    bool ok = db_step(s, &row, err);
    if (ok) *count = (PruneCount){ .runs = db_int(s, 0), .rows = db_int(s, 1) };
    db_release(s);
    return ok;
}

/* ------------------------------------------------------------------ a list of what goes */
typedef struct {
    int64_t id;
    char   *program;                                    /* of a load run; NULL: any other run */
} Chosen;

typedef struct {
    Chosen *all;
    size_t  count, cap;
} ChosenList;

static void drop_list(ChosenList *list) {
    for (size_t i = 0; i < list->count; i++) free(list->all[i].program);
    free(list->all);
}

static bool choose(Db *db, const PruneWish *wish, ChosenList *list, Err *err) {
    DbStmt *s;
    bool row, ok;
    if (!db_prepare(db, CHOSEN " ORDER BY parent IS NULL, program, id", &s, err)) return false;
    bind_wish(s, wish);
    while ((ok = db_step(s, &row, err)) && row) {
        if (list->count == list->cap) {
            list->cap = list->cap ? list->cap * 2 : 256;
            list->all = mem_resize(list->all, list->cap * sizeof *list->all);
        }
        list->all[list->count++] = (Chosen){ db_int(s, 0), db_is_null(s, 2) ? mem_copy(db_text(s, 1)) : NULL };
    }
    db_release(s);
    return ok;
}

/* ------------------------------------------------------------------ one after the other */
enum { RUNS_A_COMMIT = 100 };

typedef struct {
    DbJob   base;
    const Chosen *first;
    size_t  count;
    int64_t gone;
} Bury;

static bool exec_of(Db *db, const char *sql, int64_t id, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, sql, &s, err)) return false;
    db_bind_int(s, 1, id);
    return db_finish(s, err);
}

static bool bury(Db *db, int64_t id, int64_t *gone, Err *err) {
    if (!exec_of(db, "DELETE FROM run WHERE id = $1 AND state >= 7 AND NOT EXISTS (SELECT 1 FROM run k WHERE k.parent = $1)", id, err)) return false;
    if (db_changes(db) == 0) return true;
    *gone += 1;
    return exec_of(db, "INSERT INTO tag(k, v, run) VALUES('pruned', '', $1) ON CONFLICT DO NOTHING", id, err)
        && exec_of(db, "DELETE FROM inbox WHERE run = $1", id, err)
        && exec_of(db, "DELETE FROM approvals WHERE run = $1", id, err)
        && exec_of(db, "DELETE FROM aios_bond WHERE child = $1", id, err)
        && exec_of(db, "DELETE FROM aios_answer WHERE run = $1", id, err)
        && exec_of(db, "DELETE FROM tag WHERE k = 'waiter' AND run = $1", id, err);
}

static bool run_bury(Db *db, void *ctx, Err *err) {
    Bury *job = ctx;
    job->gone = 0;
    for (size_t i = 0; i < job->count; i++)
        if (!bury(db, job->first[i].id, &job->gone, err)) return false;
    return true;
}

/* The runs from `at` on that go in one commit. */
static size_t next_few(const ChosenList *list, size_t at) {
    size_t end = at;
    while (end < list->count && end - at < RUNS_A_COMMIT) {
        const char *a = list->all[at].program, *b = list->all[end].program;
        if (!a != !b || (a && strcmp(a, b) != 0)) break;
        end++;
    }
    return end - at;
}

/* Who executes a program may begin runs with the record of any of its load runs. */
static bool bury_few(Store *store, Bury *job, Err *err) {
    const char *program = job->first->program;
    if (program && !owner_take(store, slice_of(program), err)) return strcmp(err->code, "taken") == 0;
    bool good = store_write_now(store, &job->base, err);
    if (program) owner_release(store, slice_of(program));
    return good;
}

bool prune_do(Store *store, const PruneWish *wish, PruneCount *count, Err *err) {
    ChosenList list = { 0 };
    *count = (PruneCount){ 0 };
    bool good = choose(store_reader(store), wish, &list, err);
    for (size_t at = 0; good && at < list.count;) {
        Bury job = { .base = { .run = run_bury, .ctx = &job, .bytes = sizeof job }, .first = &list.all[at], .count = next_few(&list, at) };
        good = bury_few(store, &job, err);
        count->runs += job.gone;
        at += job.count;
    }
    drop_list(&list);
    return good && prune_rest(store, count, err);
}
