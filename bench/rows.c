/* rows.c - plain SQLite doing what the journal does, without a runtime around it.
 *
 *     rows insert FROM TO     copies runs, steps and audit of the database FROM, row by row, into a new one with the
 *                             same schema, in commits of 100; prints the milliseconds of the inserts
 *     rows read FROM          reads the steps of the run that has most; prints the milliseconds
 *     rows asleep FROM        prints how many runs sleep
 *
 * WAL and synchronous FULL, as aios has it. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COLUMNS_MAX = 64, ROWS_A_COMMIT = 100 };

typedef struct {
    sqlite3_value **cells;
    int rows, columns;
} Rows;

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void check(sqlite3 *db, int good) {
    if (good) return;
    fprintf(stderr, "rows: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static sqlite3 *open_db(const char *path) {
    sqlite3 *db;
    check(NULL, sqlite3_open(path, &db) == SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    check(db, sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000", NULL, NULL, NULL) == SQLITE_OK);
    return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *stmt;
    check(db, sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK);
    return stmt;
}

static void run(sqlite3 *db, sqlite3_stmt *stmt) {
    check(db, sqlite3_step(stmt) == SQLITE_DONE);
    sqlite3_reset(stmt);
}

static Rows load(sqlite3 *db, const char *sql) {
    Rows rows = { 0 };
    size_t room = 0;
    sqlite3_stmt *stmt = prepare(db, sql);
    rows.columns = sqlite3_column_count(stmt);
    for (; sqlite3_step(stmt) == SQLITE_ROW; rows.rows++) {
        size_t used = (size_t)rows.rows * (size_t)rows.columns;
        if (used + COLUMNS_MAX > room) rows.cells = realloc(rows.cells, (room = room * 2 + 4096) * sizeof *rows.cells);
        check(db, rows.cells != NULL);
        for (int i = 0; i < rows.columns; i++) rows.cells[used + (size_t)i] = sqlite3_value_dup(sqlite3_column_value(stmt, i));
    }
    sqlite3_finalize(stmt);
    return rows;
}

static sqlite3_stmt *insert_into(sqlite3 *db, const char *table, int columns) {
    char sql[512];
    int at = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES(?", table);
    for (int i = 1; i < columns; i++) at += snprintf(sql + at, sizeof sql - (size_t)at, ",?");
    snprintf(sql + at, sizeof sql - (size_t)at, ")");
    return prepare(db, sql);
}

static void insert_all(sqlite3 *db, sqlite3_stmt *begin, sqlite3_stmt *commit, const char *table, const Rows *rows) {
    sqlite3_stmt *insert = insert_into(db, table, rows->columns);
    for (int at = 0; at < rows->rows; at++) {
        if (at % ROWS_A_COMMIT == 0) run(db, begin);
        for (int i = 0; i < rows->columns; i++) sqlite3_bind_value(insert, i + 1, rows->cells[at * rows->columns + i]);
        run(db, insert);
        if (at % ROWS_A_COMMIT == ROWS_A_COMMIT - 1 || at + 1 == rows->rows) run(db, commit);
    }
    sqlite3_finalize(insert);
}

static void insert(const char *from, const char *to) {
    sqlite3 *old = open_db(from), *db = open_db(to);
    Rows schema = load(old, "SELECT sql FROM sqlite_master WHERE sql NOTNULL AND name NOT LIKE 'sqlite_%'");
    Rows runs = load(old, "SELECT * FROM run"), steps = load(old, "SELECT * FROM journal"), audit = load(old, "SELECT * FROM audit");
    for (int i = 0; i < schema.rows; i++)
        check(db, sqlite3_exec(db, (const char *)sqlite3_value_text(schema.cells[i]), NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_stmt *begin = prepare(db, "BEGIN IMMEDIATE"), *commit = prepare(db, "COMMIT");
    double began = now_ms();
    insert_all(db, begin, commit, "run", &runs);
    insert_all(db, begin, commit, "journal", &steps);
    insert_all(db, begin, commit, "audit", &audit);
    printf("%.3f\n", now_ms() - began);
}

static void read_steps(const char *from) {
    sqlite3 *db = open_db(from);
    double began = now_ms();
    Rows rows = load(db, "SELECT * FROM journal WHERE run = (SELECT run FROM journal GROUP BY run ORDER BY count(*) DESC LIMIT 1) ORDER BY seq");
    printf("%.3f %d\n", now_ms() - began, rows.rows);
}

static void count_asleep(const char *from) {
    sqlite3 *db = open_db(from);
    Rows rows = load(db, "SELECT count(*) FROM run WHERE state = 3");
    printf("%d\n", sqlite3_value_int(rows.cells[0]));
    sqlite3_close(db);
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "insert") == 0) insert(argv[2], argv[3]);
    else if (argc == 3 && strcmp(argv[1], "read") == 0) read_steps(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "asleep") == 0) count_asleep(argv[2]);
    else return fprintf(stderr, "usage: rows insert FROM TO | rows read FROM | rows asleep FROM\n"), 2;
    return 0;
}
