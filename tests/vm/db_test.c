/* links: store db base */
#include "store_fixture.h"
#include <sqlite3.h>

enum { OUR_ID = 0x61696f73 };

static bool open_at(Fixture *f, Db **db, const char *path, DbMode mode) {
    DbOpen how = { .path = path, .mode = mode, .application_id = OUR_ID, .version = 1 };
    return db_open(&DB_SQLITE, db, &how, &f->err);
}

static Db *make(Fixture *f) {
    Db *db;
    MUST(f, open_at(f, &db, f->path, DB_CREATE));
    MUST(f, db_exec(db, "CREATE TABLE t(k INTEGER PRIMARY KEY, v TEXT, b BLOB); PRAGMA user_version = 1", &f->err));
    return db;
}

static void a_new_file_is_private_and_so_are_its_new_directories(void **state) {
    Fixture *f = *state;
    char path[160];
    struct stat st;
    Db *db;
    snprintf(path, sizeof path, "%s/deep/er/a.db", f->dir);
    umask(0);
    MUST(f, open_at(f, &db, path, DB_CREATE));
    umask(022);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    db_close(db);
    snprintf(path, sizeof path, "%s/deep", f->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

static void one_file_is_left_when_the_last_connection_closes(void **state) {
    Fixture *f = *state;
    Db *db = make(f);
    db_close(db);
    fixture_shell("test \"$(ls %s)\" = a.db", f->dir);
}

static void what_is_no_regular_file_is_refused_with_its_kind(void **state) {
    Fixture *f = *state;
    Db *db;
    assert_false(open_at(f, &db, f->dir, DB_CREATE));
    assert_string_equal(f->err.code, "invalid");
    assert_non_null(strstr(f->err.text, "a directory"));
    assert_false(open_at(f, &db, "/dev/null", DB_CREATE));
    assert_non_null(strstr(f->err.text, "a device"));
    assert_false(open_at(f, &db, "", DB_CREATE));
    assert_string_equal(f->err.code, "invalid");
}

static void a_missing_file_is_not_found_and_not_made_by_reading(void **state) {
    Fixture *f = *state;
    Db *db;
    assert_false(open_at(f, &db, f->path, DB_READ));
    assert_string_equal(f->err.code, "not_found");
    assert_int_equal(access(f->path, F_OK), -1);
}

static void refused_untouched(Fixture *f, const char *code) {
    static const DbMode MODES[] = { DB_READ, DB_WRITE, DB_CREATE };
    size_t before_size, after_size;
    char *before = fixture_bytes(f->path, &before_size);
    for (int i = 0; i < 3; i++) {
        Db *db;
        assert_false(open_at(f, &db, f->path, MODES[i]));
        assert_string_equal(f->err.code, code);
        char *after = fixture_bytes(f->path, &after_size);
        assert_int_equal(before_size, after_size);
        assert_memory_equal(before, after, after_size);
        free(after);
    }
    free(before);
    fixture_shell("test \"$(ls %s)\" = a.db", f->dir);
}

static void the_database_of_another_program_stays_as_it_is(void **state) {
    Fixture *f = *state;
    sqlite3 *raw;
    sqlite3_open(f->path, &raw);
    sqlite3_exec(raw, "PRAGMA journal_mode = WAL; CREATE TABLE x(a); INSERT INTO x VALUES(1)", NULL, NULL, NULL);
    sqlite3_close(raw);
    refused_untouched(f, "not_ours");
}

static void a_file_of_garbage_stays_as_it_is(void **state) {
    Fixture *f = *state;
    fixture_shell("seq 1 1000 > %s", f->path);
    refused_untouched(f, "not_ours");
    fixture_shell("echo x > %s", f->path);
    refused_untouched(f, "not_ours");
}

static void a_newer_database_stays_as_it_is(void **state) {
    Fixture *f = *state;
    Db *db = make(f);
    MUST(f, db_set_version(db, 2, &f->err));
    db_close(db);
    refused_untouched(f, "newer");
}

static void a_version_that_is_newer_only_in_the_log_is_seen(void **state) {
    Fixture *f = *state;
    Db *holder = make(f), *db;
    MUST(f, db_checkpoint(holder, &f->err));
    MUST(f, db_set_version(holder, 2, &f->err));
    assert_false(open_at(f, &db, f->path, DB_READ));
    assert_string_equal(f->err.code, "newer");
    db_close(holder);
}

static void a_file_that_is_an_empty_start_is_taken(void **state) {
    Fixture *f = *state;
    Db *db;
    fixture_shell(": > %s", f->path);
    assert_false(open_at(f, &db, f->path, DB_READ));
    assert_string_equal(f->err.code, "not_found");
    db_close(make(f));
}

static void a_reader_cannot_write(void **state) {
    Fixture *f = *state;
    Db *db;
    db_close(make(f));
    MUST(f, open_at(f, &db, f->path, DB_READ));
    assert_false(db_exec(db, "INSERT INTO t(v) VALUES('x')", &f->err));
    assert_string_equal(f->err.code, "denied");
    db_close(db);
}

static void null_and_empty_values_come_back_as_they_were(void **state) {
    Fixture *f = *state;
    Db *db = make(f);
    DbStmt *put, *get;
    bool row;
    MUST(f, db_prepare(db, "INSERT INTO t(k, v, b) VALUES($1, $2, $3)", &put, &f->err));
    db_bind_int(put, 1, INT64_MIN);
    db_bind_text(put, 2, S(""));
    db_bind_blob(put, 3, (Slice){ 0 });
    MUST(f, db_finish(put, &f->err));
    MUST(f, db_prepare(db, "SELECT k, v, b FROM t", &get, &f->err));
    MUST(f, db_step(get, &row, &f->err));
    assert_true(db_int(get, 0) == INT64_MIN);
    assert_non_null(db_text(get, 1).ptr);
    assert_int_equal(db_text(get, 1).len, 0);
    assert_null(db_blob(get, 2).ptr);
    assert_true(db_is_null(get, 2));
    assert_string_equal(db_column_name(get, 1), "v");
    assert_int_equal(db_columns(get), 3);
    db_release(get);
    db_close(db);
}

static void the_same_sql_may_be_walked_inside_itself(void **state) {
    Fixture *f = *state;
    static const char SQL[] = "SELECT k FROM t ORDER BY k";
    Db *db = make(f);
    DbStmt *outer, *inner;
    bool row;
    int seen = 0;
    MUST(f, db_exec(db, "INSERT INTO t(k) VALUES(1), (2), (3)", &f->err));
    MUST(f, db_prepare(db, SQL, &outer, &f->err));
    while (db_step(outer, &row, &f->err) && row) {
        MUST(f, db_prepare(db, SQL, &inner, &f->err));
        while (db_step(inner, &row, &f->err) && row) seen++;
        db_release(inner);
    }
    db_release(outer);
    assert_int_equal(seen, 9);
    db_close(db);
}

static void built_sql_in_used_memory_is_not_taken_for_the_old_one(void **state) {
    Fixture *f = *state;
    char sql[40] = "SELECT 1";
    Db *db = make(f);
    DbStmt *stmt;
    bool row;
    MUST(f, db_prepare(db, sql, &stmt, &f->err));
    db_release(stmt);
    snprintf(sql, sizeof sql, "SELECT 2");
    MUST(f, db_prepare(db, sql, &stmt, &f->err));
    MUST(f, db_step(stmt, &row, &f->err));
    assert_int_equal(db_int(stmt, 0), 2);
    db_release(stmt);
    db_close(db);
}

static void parameters_out_of_order_are_refused(void **state) {
    Fixture *f = *state;
    Db *db = make(f);
    DbStmt *stmt;
    assert_false(db_prepare(db, "SELECT $2, $1", &stmt, &f->err));
    assert_string_equal(f->err.code, "invalid");
    assert_false(db_prepare(db, "SELECT nonsense FROM t", &stmt, &f->err));
    assert_string_equal(f->err.code, "invalid");
    MUST(f, db_prepare(db, "SELECT $1", &stmt, &f->err));
    db_bind_int(stmt, 2, 1);
    assert_false(db_finish(stmt, &f->err));
    db_close(db);
}

static void a_broken_rule_is_a_conflict(void **state) {
    Fixture *f = *state;
    Db *db = make(f);
    MUST(f, db_exec(db, "INSERT INTO t(k) VALUES(1)", &f->err));
    assert_false(db_exec(db, "INSERT INTO t(k) VALUES(1)", &f->err));
    assert_string_equal(f->err.code, "conflict");
    db_close(db);
}

static void what_is_committed_is_set_to_survive_power_loss(void **state) {
    Fixture *f = *state;
    Db *db = make(f);
    DbStmt *stmt;
    bool row;
    MUST(f, db_prepare(db, "PRAGMA synchronous", &stmt, &f->err));
    MUST(f, db_step(stmt, &row, &f->err));
    assert_int_equal(db_int(stmt, 0), 2);
    db_release(stmt);
    MUST(f, db_prepare(db, "PRAGMA journal_mode", &stmt, &f->err));
    MUST(f, db_step(stmt, &row, &f->err));
    assert_true(slice_is(db_text(stmt, 0), "wal"));
    db_release(stmt);
    db_close(db);
}

static void opening_a_second_connection_drops_no_lock_of_the_first(void **state) {
    Fixture *f = *state;
    char log[128];
    Db *first = make(f), *second;
    snprintf(log, sizeof log, "%s-wal", f->path);
    MUST(f, open_at(f, &second, f->path, DB_READ));
    db_abandon(second);
    assert_int_equal(fixture_wait(fixture_again("open and close", f->path)), 0);
    assert_int_equal(access(log, F_OK), 0);             /* it would remove the log if it thought itself alone */
    db_close(first);
}

static void processes_that_create_at_once_share_one_database(void **state) {
    Fixture *f = *state;
    static const char *const STEPS[] = { "CREATE TABLE t(k INTEGER PRIMARY KEY)", "INSERT INTO t VALUES(1)", NULL };
    pid_t children[4];
    for (int i = 0; i < 4; i++) {
        if ((children[i] = fork()) != 0) continue;
        DbOpen how = { .path = f->path, .mode = DB_CREATE, .application_id = OUR_ID, .version = 2 };
        Db *db;
        if (!db_open(&DB_SQLITE, &db, &how, &f->err) || !migrate_up(db, STEPS, &f->err)) {
            fprintf(stderr, "# %s: %s\n", f->err.code, f->err.text);
            _exit(1);
        }
        db_close(db);
        _exit(0);
    }
    for (int i = 0; i < 4; i++) assert_int_equal(fixture_wait(children[i]), 0);
}

static void a_failing_step_leaves_the_version_before_it(void **state) {
    Fixture *f = *state;
    static const char *const BAD[] = { "CREATE TABLE a(x)", "CREATE TABLE b(x); CREATE TABLE a(x)", NULL };
    static const char *const GOOD[] = { "CREATE TABLE a(x)", "CREATE TABLE b(x)", NULL };
    DbOpen how = { .path = f->path, .mode = DB_CREATE, .application_id = OUR_ID, .version = 2 };
    Db *db;
    int version;
    MUST(f, db_open(&DB_SQLITE, &db, &how, &f->err));
    assert_false(migrate_up(db, BAD, &f->err));
    MUST(f, db_version(db, &version, &f->err));
    assert_int_equal(version, 1);
    MUST(f, migrate_up(db, GOOD, &f->err));
    MUST(f, migrate_up(db, GOOD, &f->err));
    MUST(f, db_version(db, &version, &f->err));
    assert_int_equal(version, 2);
    db_close(db);
}

static void a_file_size_limit_is_a_full_disk(void **state) {
    Fixture *f = *state;
    db_close(make(f));
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = { 256 * 1024, 256 * 1024 };
        Db *db;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        if (!open_at(f, &db, f->path, DB_WRITE)) _exit(1);
        bool ok = true;
        for (int i = 0; ok && i < 100; i++)
            ok = db_begin(db, &f->err) && db_exec(db, "INSERT INTO t(b) VALUES(randomblob(20000))", &f->err) && db_commit(db, &f->err);
        _exit(!ok && strcmp(f->err.code, "full") == 0 ? 0 : 2);
    }
    assert_int_equal(fixture_wait(child), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_dir, fixture_down)

static int open_and_close(const char *path) {
    Fixture f = { 0 };
    Db *db;
    if (!open_at(&f, &db, path, DB_WRITE)) return 1;
    db_close(db);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3) return open_and_close(argv[2]);
    const struct CMUnitTest tests[] = {
        TEST(a_new_file_is_private_and_so_are_its_new_directories),
        TEST(one_file_is_left_when_the_last_connection_closes),
        TEST(what_is_no_regular_file_is_refused_with_its_kind),
        TEST(a_missing_file_is_not_found_and_not_made_by_reading),
        TEST(the_database_of_another_program_stays_as_it_is),
        TEST(a_file_of_garbage_stays_as_it_is),
        TEST(a_newer_database_stays_as_it_is),
        TEST(a_version_that_is_newer_only_in_the_log_is_seen),
        TEST(a_file_that_is_an_empty_start_is_taken),
        TEST(a_reader_cannot_write),
        TEST(null_and_empty_values_come_back_as_they_were),
        TEST(the_same_sql_may_be_walked_inside_itself),
        TEST(built_sql_in_used_memory_is_not_taken_for_the_old_one),
        TEST(parameters_out_of_order_are_refused),
        TEST(a_broken_rule_is_a_conflict),
        TEST(what_is_committed_is_set_to_survive_power_loss),
        TEST(opening_a_second_connection_drops_no_lock_of_the_first),
        TEST(processes_that_create_at_once_share_one_database),
        TEST(a_failing_step_leaves_the_version_before_it),
        TEST(a_file_size_limit_is_a_full_disk),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
