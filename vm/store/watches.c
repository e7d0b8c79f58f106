/* SQL triggers that turn changes of watched tables into rows of `triggers`. */
#include "store/store_parts.h"
#include "store/tables.h"
#include <stdlib.h>

static void add_name(Buf *out, Slice name, char quote) {
    buf_add_byte(out, quote);
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == quote) buf_add_byte(out, quote);
        buf_add_byte(out, name.ptr[i]);
    }
    buf_add_byte(out, quote);
}

/* 'name',value,'name',value, as SQL literals, which work/row_change.c reads: SQLite's functions for JSON are refused in triggers
 * where the schema is not trusted. */
static bool add_row(Db *db, Slice table, const char *row, Buf *out, bool *exists, Err *err) {
    DbStmt *s;
    bool    more, ok;
    *exists = false;
    if (!db_prepare(db, "SELECT name FROM pragma_table_info($1) ORDER BY cid", &s, err)) return false;
    db_bind_text(s, 1, table);
    while ((ok = db_step(s, &more, err)) && more) {
        Buf name;
        buf_init(&name);
        add_name(&name, db_text(s, 0), '\'');
        buf_add_text(out, "||");
        add_name(out, buf_slice(&name), '\'');
        buf_printf(out, "||','||quote(%s.", row);
        add_name(out, db_text(s, 0), '"');
        buf_add_text(out, ")||','");
        buf_drop(&name);
        *exists = true;
    }
    db_release(s);
    return ok;
}

typedef struct {
    Slice program, job_name, op, table;
} Watch;

static void add_trigger_name(const Watch *w, Buf *out) {
    Buf name;
    buf_init(&name);
    buf_printf(&name, "aios on %.*s %.*s %.*s of %.*s", (int)w->op.len, w->op.ptr, (int)w->table.len, w->table.ptr,
               (int)w->job_name.len, w->job_name.ptr, (int)w->program.len, w->program.ptr);
    add_name(out, buf_slice(&name), '"');
    buf_drop(&name);
}

/* What an update gives is the new row, and behind a semicolon the old one. */
static bool add_event(Db *db, const Watch *w, Buf *out, bool *exists, Err *err) {
    buf_add_text(out, "'='");
    if (!add_row(db, w->table, slice_is(w->op, "delete") ? "OLD" : "NEW", out, exists, err)) return false;
    if (!slice_is(w->op, "update")) return true;
    buf_add_text(out, "||';'");
    return add_row(db, w->table, "OLD", out, exists, err);
}

static bool write_trigger(Db *db, const Watch *w, Buf *sql, bool *exists, Err *err) {
    buf_add_text(sql, "CREATE TRIGGER ");
    add_trigger_name(w, sql);
    buf_printf(sql, " AFTER %s ON ", slice_is(w->op, "insert") ? "INSERT" : slice_is(w->op, "update") ? "UPDATE" : "DELETE");
    add_name(sql, w->table, '"');
    buf_add_text(sql, " BEGIN INSERT INTO triggers(job_name, program, source, created, event) VALUES(");
    add_name(sql, w->job_name, '\'');
    buf_add_byte(sql, ',');
    add_name(sql, w->program, '\'');
    buf_printf(sql, ",'db.%.*s',(julianday('now')-2440587.5)*86400.0,", (int)w->op.len, w->op.ptr);
    if (!add_event(db, w, sql, exists, err)) return false;
    buf_add_text(sql, "); END");
    return true;
}

typedef struct {
    char **list;
    size_t count;
} Texts;

static void texts_add(Texts *texts, Slice text) {
    texts->list = mem_resize(texts->list, (texts->count + 1) * sizeof *texts->list);
    texts->list[texts->count++] = mem_copy(text);
}

static bool texts_take(Texts *texts, const char *text) {
    for (size_t i = 0; i < texts->count; i++)
        if (strcmp(texts->list[i], text) == 0) {
            free(texts->list[i]);
            texts->list[i] = texts->list[--texts->count];
            return true;
        }
    return false;
}

static void texts_drop(Texts *texts) {
    for (size_t i = 0; i < texts->count; i++) free(texts->list[i]);
    free(texts->list);
}

static bool query(Db *db, const char *sql, Texts *out, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, sql, &s, err)) return false;
    while ((ok = db_step(s, &more, err)) && more) texts_add(out, db_text(s, 0));
    db_release(s);
    return ok;
}

static bool wanted(Db *db, Texts *out, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT w.program, w.job_name, w.op, m.name FROM aios_watch w JOIN sqlite_master m"
                        " ON m.type = 'table' AND m.name = w.tbl COLLATE NOCASE", &s, err))
        return false;
    while ((ok = db_step(s, &more, err)) && more) {
        Buf   sql;
        bool  exists = false;
        Watch w = { db_text(s, 0), db_text(s, 1), db_text(s, 2), db_text(s, 3) };
        buf_init(&sql);
        ok = write_trigger(db, &w, &sql, &exists, err);
        if (ok && exists) texts_add(out, buf_slice(&sql));
        buf_drop(&sql);
        if (!ok) break;
    }
    db_release(s);
    return ok;
}

/* The name, quoted, out of CREATE TRIGGER "…" AFTER …; it may hold doubled quotes. */
static void drop_of(const char *create, Buf *out) {
    const char *from = strchr(create, '"'), *to = from ? from + 1 : NULL;
    while (to && *to && (*to != '"' || to[1] == '"')) to += *to == '"' ? 2 : 1;
    buf_add_text(out, "DROP TRIGGER ");
    if (from) buf_add(out, from, (size_t)(to - from) + 1);
}

/* Those that are as they should be stay: a change of the schema costs every reader something. */
bool watches_install(Db *db, Err *err) {
    Texts want = { 0 }, have = { 0 };
    bool  ok = wanted(db, &want, err) && query(db, "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'aios on %'", &have, err);
    for (size_t i = 0; ok && i < have.count; i++) {
        Buf sql;
        if (texts_take(&want, have.list[i])) continue;
        buf_init(&sql);
        drop_of(have.list[i], &sql);
        ok = db_exec(db, buf_text(&sql), err);
        buf_drop(&sql);
    }
    for (size_t i = 0; ok && i < want.count; i++) ok = db_exec(db, want.list[i], err);
    texts_drop(&want);
    texts_drop(&have);
    return ok;
}

/* ------------------------------------------------------------------ which ones there are */
typedef struct {
    DbJob       base;
    Slice       program;
    size_t      count;
    TablesWatch watches[];
} Declare;

static bool insert(Db *db, Slice program, const TablesWatch *w, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO aios_watch(program, job_name, op, tbl) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING", &s, err)) return false;
    db_bind_text(s, 1, program);
    db_bind_text(s, 2, w->job_name);
    db_bind_text(s, 3, w->op);
    db_bind_text(s, 4, w->table);
    return db_finish(s, err);
}

static bool run_declare(Db *db, void *ctx, Err *err) {
    Declare *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "DELETE FROM aios_watch WHERE program = $1", &s, err)) return false;
    db_bind_text(s, 1, job->program);
    bool ok = db_finish(s, err);
    for (size_t i = 0; ok && i < job->count; i++) ok = insert(db, job->program, &job->watches[i], err);
    return ok && watches_install(db, err);
}

void tables_watch(Store *store, Slice program, const TablesWatch *watches, size_t count) {
    size_t text = program.len, list = count * sizeof *watches;
    for (size_t i = 0; i < count; i++) text += watches[i].job_name.len + watches[i].op.len + watches[i].table.len;
    Declare *job = store_job(sizeof *job + list, text, run_declare);
    char *at = (char *)(job + 1) + list;
    job->count = count;
    job->program = slice_keep(&at, program);
    for (size_t i = 0; i < count; i++)
        job->watches[i] = (TablesWatch){ slice_keep(&at, watches[i].job_name), slice_keep(&at, watches[i].op), slice_keep(&at, watches[i].table) };
    store_submit(store, &job->base);
}

bool tables_has_watches(Db *db, Slice program) {
    DbStmt *s;
    Err  ignored;
    bool found = false;
    if (!db_prepare(db, "SELECT 1 FROM aios_watch WHERE program = $1 LIMIT 1", &s, &ignored)) return false;
    db_bind_text(s, 1, program);
    if (!db_step(s, &found, &ignored)) found = false;
    db_release(s);
    return found;
}
