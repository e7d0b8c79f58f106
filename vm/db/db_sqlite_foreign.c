#include "base/base64.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "db/db_foreign.h"
#include "db/db_sqlite.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

enum { STEPS_A_LOOK = 20000 };

typedef struct {
    DbForeign *what;
    int64_t    until_ms;
    bool       late;
    char       table[80];                               /* that was refused; empty: something else was */
    const char *why;
} Guard;

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int look_at_clock(void *context) {
    Guard *guard = context;
    guard->late = now_ms() > guard->until_ms;
    return guard->late;
}

static bool is_own_name(const char *name) { return strncasecmp(name, "aios", 4) == 0; }

static int refuse(Guard *guard, const char *why, const char *name) {
    guard->why = why;
    snprintf(guard->table, sizeof guard->table, "%s", name ? name : "");
    return SQLITE_DENY;
}

static int table_use(Guard *guard, const char *table, const char *trigger) {
    if (trigger && strncmp(trigger, "aios on ", 8) == 0) return SQLITE_OK;      /* made by watches.c */
    if (table && guard->what->is_reserved(table)) return refuse(guard, "is a table of aios itself", table);
    return SQLITE_OK;
}

static int schema_use(Guard *guard, const char *name, const char *table) {
    guard->what->changed_schema = true;
    if (name && is_own_name(name)) return refuse(guard, "begins with aios, which is for its own names", name);
    return table_use(guard, table ? table : name, NULL);
}

/* What each action names is told in the documentation of sqlite3_set_authorizer. */
static int authorize(void *context, int action, const char *a, const char *b, const char *database, const char *trigger) {
    Guard *guard = ((SqliteDb *)context)->guard;
    (void)database;
    if (!guard) return SQLITE_OK;       /* a statement of our own */
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_FUNCTION: return b && strcasecmp(b, "load_extension") == 0 ? refuse(guard, "cannot be called", b) : SQLITE_OK;
    case SQLITE_READ:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: return table_use(guard, a, trigger);
    case SQLITE_CREATE_TABLE:
    case SQLITE_DROP_TABLE:
    case SQLITE_CREATE_VIEW:
    case SQLITE_DROP_VIEW: return schema_use(guard, a, a);
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_DROP_INDEX: return schema_use(guard, a, b);
    case SQLITE_DROP_TRIGGER: return schema_use(guard, NULL, b);        /* ours too: a table takes them with it */
    case SQLITE_ALTER_TABLE: return schema_use(guard, b, b);
    case SQLITE_ANALYZE:
    case SQLITE_REINDEX: return SQLITE_OK;
    default: return refuse(guard, "attaching, pragmas, transactions, temporary and virtual tables are not for programs", NULL);
    }
}

static bool fail(SqliteDb *db, const Guard *guard, int rc, Err *err) {
    if (guard->late) return err_set(err, "timeout", "the statement took longer than %lld s and was stopped", (long long)(guard->what->for_ms / 1000));
    if ((rc & 0xff) == SQLITE_AUTH || ((rc & 0xff) == SQLITE_ERROR && guard->why))
        return err_set(err, "denied", "%s%s%s%s", guard->table[0] ? "'" : "", guard->table, guard->table[0] ? "' " : "", guard->why ? guard->why : "it is not allowed");
    if ((rc & 0xff) == SQLITE_ERROR || (rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_MISMATCH || (rc & 0xff) == SQLITE_RANGE)
        return err_set(err, (rc & 0xff) == SQLITE_CONSTRAINT ? "conflict" : "invalid", "%s", sqlite3_errmsg(db->raw));
    if ((rc & 0xff) == SQLITE_READONLY) return err_set(err, "invalid", "db.query and db.one only read; use db.exec for statements that change something");
    return sqlite_fail(db, rc, err);
}

static int bind(sqlite3_stmt *stmt, int n, const DbValue *value) {
    switch (value->type) {
    case DB_VALUE_INT: return sqlite3_bind_int64(stmt, n, value->integer);
    case DB_VALUE_REAL: return sqlite3_bind_double(stmt, n, value->real);
    case DB_VALUE_TEXT: return sqlite3_bind_text64(stmt, n, value->bytes.ptr, value->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
    case DB_VALUE_BLOB: return sqlite3_bind_blob64(stmt, n, value->bytes.ptr, value->bytes.len, SQLITE_STATIC);
    case DB_VALUE_NULL: break;
    }
    return sqlite3_bind_null(stmt, n);
}

static bool bind_all(SqliteDb *db, sqlite3_stmt *stmt, const Guard *guard, Err *err) {
    int want = sqlite3_bind_parameter_count(stmt);
    if ((size_t)want != guard->what->count)
        return err_set(err, "invalid", "the statement has %d place%s for values, and %zu are given", want, want == 1 ? "" : "s", guard->what->count);
    for (int i = 0; i < want; i++) {
        int rc = bind(stmt, i + 1, &guard->what->values[i]);
        if (rc != SQLITE_OK) return fail(db, guard, rc, err);
    }
    return true;
}

static void add_bytes(Buf *out, Slice bytes) {
    buf_add_text(out, "{\"$bytes\":\"");
    base64_add(out, bytes);
    buf_add_text(out, "\"}");
}

static void add_real(Buf *out, double real) {
    char text[40];
    if (!isfinite(real)) {
        buf_add_text(out, "null");
        return;
    }
    snprintf(text, sizeof text, "%.17g", real);
    buf_add_text(out, text);
    if (!strpbrk(text, ".e")) buf_add_text(out, ".0");
}

static void add_value(sqlite3_stmt *stmt, int column, Buf *out) {
    int type = sqlite3_column_type(stmt, column);
    if (type == SQLITE_NULL) buf_add_text(out, "null");
    else if (type == SQLITE_INTEGER) buf_printf(out, "%" PRId64, (int64_t)sqlite3_column_int64(stmt, column));
    else if (type == SQLITE_FLOAT) add_real(out, sqlite3_column_double(stmt, column));
    else {
        const void *ptr = sqlite3_column_blob(stmt, column);
        Slice bytes = slice_make(ptr ? ptr : "", (size_t)sqlite3_column_bytes(stmt, column));
        if (type == SQLITE_TEXT && utf8_is_valid(bytes)) quote_add(out, bytes);
        else add_bytes(out, bytes);
    }
}

/* NULL is left out: a field that is nil. Of two columns of one name the first counts. */
static void add_row(sqlite3_stmt *stmt, Buf *out) {
    bool begun = false;
    buf_add_byte(out, '{');
    for (int i = 0, n = sqlite3_column_count(stmt); i < n; i++) {
        bool twice = sqlite3_column_type(stmt, i) == SQLITE_NULL;
        for (int k = 0; k < i && !twice; k++) twice = strcmp(sqlite3_column_name(stmt, k), sqlite3_column_name(stmt, i)) == 0;
        if (twice) continue;
        if (begun) buf_add_byte(out, ',');
        begun = true;
        quote_add(out, slice_of(sqlite3_column_name(stmt, i)));
        buf_add_byte(out, ':');
        add_value(stmt, i, out);
    }
    buf_add_byte(out, '}');
}

static bool run(SqliteDb *db, sqlite3_stmt *stmt, const Guard *guard, Buf *out, Err *err) {
    int rc;
    int64_t before = sqlite3_total_changes(db->raw);
    buf_add_text(out, "{\"rows\":[");
    for (size_t count = 0; (rc = sqlite3_step(stmt)) == SQLITE_ROW; count++) {
        if (count == DB_FOREIGN_ROWS || out->len > DB_FOREIGN_BYTES)
            return err_set(err, "too_big", "more than %d rows or %d MiB; ask for less, with limit or where", DB_FOREIGN_ROWS, DB_FOREIGN_BYTES >> 20);
        if (count > 0) buf_add_byte(out, ',');
        add_row(stmt, out);
    }
    if (rc != SQLITE_DONE) return fail(db, guard, rc, err);
    bool changed = sqlite3_total_changes(db->raw) != before;
    buf_printf(out, "],\"changes\":%" PRId64 ",\"id\":%" PRId64 "}", changed ? (int64_t)sqlite3_changes(db->raw) : 0,
               changed ? (int64_t)sqlite3_last_insert_rowid(db->raw) : 0);
    return true;
}

static bool is_blank(const char *tail) { return tail[strspn(tail, " \t\r\n;")] == '\0'; }

bool db_foreign(Db *base, DbForeign *what, Buf *out, Err *err) {
    SqliteDb *db = (SqliteDb *)base;
    Guard guard = { .what = what, .until_ms = now_ms() + what->for_ms };
    sqlite3_stmt *stmt = NULL;
    const char *tail = "";
    char *sql = mem_copy(what->sql);
    db->guard = &guard;
    if (!db->is_guarded) sqlite3_set_authorizer(db->raw, authorize, db);       /* once: setting it compiles every statement anew */
    db->is_guarded = true;
    sqlite3_progress_handler(db->raw, STEPS_A_LOOK, look_at_clock, &guard);
    int  rc = sqlite3_prepare_v3(db->raw, sql, -1, 0, &stmt, &tail);
    bool ok = rc == SQLITE_OK;
    if (!ok) fail(db, &guard, rc, err);
    else if (!stmt) ok = err_set(err, "invalid", "there is no statement in the text");
    else if (!is_blank(tail)) ok = err_set(err, "invalid", "one statement at a time; what comes behind the first is: %.60s", tail);
    ok = ok && bind_all(db, stmt, &guard, err) && run(db, stmt, &guard, out, err);
    sqlite3_finalize(stmt);
    sqlite3_progress_handler(db->raw, 0, NULL, NULL);
    db->guard = NULL;
    free(sql);
    return ok;
}
