/* links: store db base */
#include "store_fixture.h"
#include "db/db_thread.h"

typedef struct {
    DbJob    base;
    int      key;
    const char *fail;                                   /* code of the error to answer with */
    struct Bench *bench;
} Put;

typedef struct Bench {
    Fixture  *f;
    Db       *db;
    DbThread *thread;
    int       told, failed, out_of_order, last_key;
    char      last_code[16];
    int       then_submit;                              /* jobs that a callback shall queue */
} Bench;

static bool run_put(Db *db, void *ctx, Err *err) {
    Put *put = ctx;
    DbStmt *stmt;
    if (!db_prepare(db, "INSERT INTO t(k) VALUES($1)", &stmt, err)) return false;
    db_bind_int(stmt, 1, put->key);
    if (!db_finish(stmt, err)) return false;
    return !put->fail || err_set(err, put->fail, "as asked");
}

static Put *put_new(Bench *bench, int key);

static void put_done(void *ctx, const Err *err) {
    Put *put = ctx;
    Bench *bench = put->bench;
    bench->told++;
    if (put->key < bench->last_key) bench->out_of_order++;
    bench->last_key = put->key;
    if (err) {
        bench->failed++;
        snprintf(bench->last_code, sizeof bench->last_code, "%s", err->code);
    }
    if (bench->then_submit > 0) {
        bench->then_submit--;
        db_thread_submit(bench->thread, &put_new(bench, put->key + 1)->base);
    }
    free(put);
}

static Put *put_new(Bench *bench, int key) {
    Put *put = calloc(1, sizeof *put);
    *put = (Put){ .base = { .run = run_put, .done = put_done, .ctx = put, .bytes = 16 }, .key = key, .bench = bench };
    return put;
}

static Bench bench_open(Fixture *f) {
    Bench bench = { .f = f };
    DbOpen how = { .path = f->path, .mode = DB_CREATE, .application_id = SCHEMA_APPLICATION_ID, .version = 1 };
    MUST(f, db_open(&DB_SQLITE, &bench.db, &how, &f->err));
    MUST(f, db_exec(bench.db, "CREATE TABLE t(k INTEGER PRIMARY KEY); PRAGMA user_version = 1", &f->err));
    MUST(f, db_thread_open(&bench.thread, &f->loop, bench.db, fixture_broken, f, &f->err));
    return bench;
}

static bool bench_close(Bench *bench) {
    bool ok = db_thread_close(bench->thread, &bench->f->err);
    uv_run(&bench->f->loop, UV_RUN_DEFAULT);
    db_close(bench->db);
    return ok;
}

static void what_piles_up_shares_commits_and_is_told_in_order(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    for (int i = 1; i <= 5000; i++) db_thread_submit(bench.thread, &put_new(&bench, i)->base);
    fixture_settle(f);
    DbThreadStats stats = db_thread_stats(bench.thread);
    assert_int_equal(bench.told, 5000);
    assert_int_equal(bench.out_of_order, 0);
    assert_int_equal(stats.jobs, 5000);
    assert_in_range(stats.batches, 5, 500);             /* 1,000 at most in one, so 5 at least */
    assert_true(bench_close(&bench));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM t"), 5000);
}

static void a_chain_is_never_cut(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    Put *first = put_new(&bench, 1);
    DbJob *last = &first->base;
    for (int i = 2; i <= 2500; i++) last = last->next = &put_new(&bench, i)->base;
    db_thread_submit(bench.thread, &first->base);
    fixture_settle(f);
    assert_int_equal(bench.told, 2500);
    assert_int_equal(db_thread_stats(bench.thread).batches, 1);
    bench_close(&bench);
}

static void many_bytes_end_a_batch_too(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    for (int i = 1; i <= 40; i++) {
        Put *put = put_new(&bench, i);
        put->base.bytes = 512 * 1024;
        db_thread_submit(bench.thread, &put->base);
    }
    fixture_settle(f);
    assert_in_range(db_thread_stats(bench.thread).batches, 20, 40);
    bench_close(&bench);
}

static void patient_jobs_share_the_commit_of_the_next_one_or_are_written_when_the_loop_rests(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    for (int i = 1; i <= 13; i++) {
        Put *put = put_new(&bench, i);
        put->base.patient = i != 10;
        db_thread_submit(bench.thread, &put->base);
        if (i >= 10) fixture_settle(f);                 /* 1 to 10 in one commit, then each alone */
    }
    assert_int_equal(bench.told, 13);
    assert_int_equal(db_thread_stats(bench.thread).batches, 4);
    assert_true(bench_close(&bench));
}

static void a_guarded_job_fails_alone(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    Put *bad = put_new(&bench, 2);
    bad->base.guarded = true;
    bad->fail = "conflict";
    db_thread_submit(bench.thread, &put_new(&bench, 1)->base);
    db_thread_submit(bench.thread, &bad->base);
    db_thread_submit(bench.thread, &put_new(&bench, 3)->base);
    fixture_settle(f);
    assert_int_equal(bench.told, 3);
    assert_int_equal(bench.failed, 1);
    assert_string_equal(bench.last_code, "conflict");
    assert_int_equal(f->broken, 0);
    assert_true(bench_close(&bench));
    assert_int_equal(fixture_number(f, "SELECT sum(k) FROM t"), 4);
}

static void a_guarded_job_that_meets_a_bad_disk_breaks_the_thread(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    Put *bad = put_new(&bench, 1);
    bad->base.guarded = true;
    bad->fail = "io";
    db_thread_submit(bench.thread, &bad->base);
    fixture_settle(f);
    assert_int_equal(f->broken, 1);
    assert_false(bench_close(&bench));
}

static void a_failing_job_takes_its_batch_along_and_nothing_is_written_after(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    Put *first = put_new(&bench, 1), *bad = put_new(&bench, 2);
    bad->fail = "invalid";
    first->base.next = &bad->base;                      /* one chain: certainly one batch */
    bad->base.next = &put_new(&bench, 3)->base;
    db_thread_submit(bench.thread, &first->base);
    fixture_settle(f);
    assert_int_equal(bench.told, 3);
    assert_int_equal(bench.failed, 3);
    db_thread_submit(bench.thread, &put_new(&bench, 4)->base);
    fixture_settle(f);
    assert_int_equal(bench.failed, 4);
    assert_string_equal(bench.last_code, "invalid");
    assert_int_equal(f->broken, 1);
    assert_false(bench_close(&bench));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM t"), 0);
}

static void write_now_returns_when_it_is_durable(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    Put *put = put_new(&bench, 7), *again = put_new(&bench, 7);
    again->base.guarded = true;
    MUST(f, db_thread_write_now(bench.thread, &put->base, &f->err));
    assert_int_equal(fixture_number(f, "SELECT k FROM t"), 7);
    assert_false(db_thread_write_now(bench.thread, &again->base, &f->err));
    assert_string_equal(f->err.code, "conflict");
    assert_int_equal(bench.told, 0);
    free(put);
    free(again);
    bench_close(&bench);
}

static void close_finishes_what_callbacks_still_queue(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    bench.then_submit = 3;
    db_thread_submit(bench.thread, &put_new(&bench, 1)->base);
    assert_true(bench_close(&bench));
    assert_int_equal(bench.told, 4);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM t"), 4);
}

static void an_idle_thread_does_not_hold_the_loop(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
    bench_close(&bench);
}

static void a_barrier_costs_no_commit_of_its_own(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    Put *barrier = put_new(&bench, 2);
    barrier->base.run = NULL;
    db_thread_submit(bench.thread, &put_new(&bench, 1)->base);
    fixture_settle(f);
    db_thread_submit(bench.thread, &barrier->base);
    fixture_settle(f);
    assert_int_equal(bench.told, 2);
    assert_int_equal(bench.failed, 0);
    assert_int_equal(db_thread_stats(bench.thread).batches, 1);
    bench_close(&bench);
}

static void a_commit_that_fails_breaks_the_thread_with_its_cause(void **state) {
    Fixture *f = *state;
    pid_t child = fork();
    if (child == 0) {
        uv_loop_fork(&f->loop);
        Bench bench = bench_open(f);
        struct stat st;
        char log[128];
        snprintf(log, sizeof log, "%s-wal", f->path);
        stat(log, &st);
        struct rlimit limit = { (rlim_t)st.st_size, (rlim_t)st.st_size };
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);                /* the log cannot grow by one byte */
        db_thread_submit(bench.thread, &put_new(&bench, 1)->base);
        fixture_settle(f);
        bool right = bench.failed == 1 && strcmp(bench.last_code, "full") == 0 && f->broken == 1;
        _exit(right && !bench_close(&bench) ? 0 : 1);
    }
    assert_int_equal(fixture_wait(child), 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM t"), 0);
}

/* The other process: says on stdout that it holds the only write lock, and keeps it for a while. */
static int hold_and_insert(const char *path) {
    DbOpen how = { .path = path, .mode = DB_WRITE, .application_id = SCHEMA_APPLICATION_ID, .version = 1 };
    Db *db;
    Err err;
    bool ok = db_open(&DB_SQLITE, &db, &how, &err) && db_begin(db, &err) && write(1, "x", 1) == 1;
    uv_sleep(100);
    ok = ok && db_exec(db, "INSERT INTO t(k) VALUES(1)", &err) && db_commit(db, &err);
    if (ok) db_close(db);
    return ok ? 0 : 1;
}

static void another_writer_is_waited_for(void **state) {
    Fixture *f = *state;
    Bench bench = bench_open(f);
    int fds[2], out = dup(1);
    char byte = 0;
    assert_int_equal(pipe(fds), 0);
    dup2(fds[1], 1);
    pid_t child = fixture_again("hold and insert", f->path);
    dup2(out, 1);
    assert_int_equal(read(fds[0], &byte, 1), 1);
    db_thread_submit(bench.thread, &put_new(&bench, 2)->base);
    fixture_settle(f);
    assert_int_equal(fixture_wait(child), 0);
    assert_int_equal(bench.failed, 0);
    assert_true(bench_close(&bench));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM t"), 2);
    close(fds[0]);
    close(fds[1]);
    close(out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_dir, fixture_down)

int main(int argc, char **argv) {
    if (argc == 3) return hold_and_insert(argv[2]);
    const struct CMUnitTest tests[] = {
        TEST(what_piles_up_shares_commits_and_is_told_in_order),
        TEST(a_chain_is_never_cut),
        TEST(many_bytes_end_a_batch_too),
        TEST(patient_jobs_share_the_commit_of_the_next_one_or_are_written_when_the_loop_rests),
        TEST(a_guarded_job_fails_alone),
        TEST(a_guarded_job_that_meets_a_bad_disk_breaks_the_thread),
        TEST(a_failing_job_takes_its_batch_along_and_nothing_is_written_after),
        TEST(write_now_returns_when_it_is_durable),
        TEST(close_finishes_what_callbacks_still_queue),
        TEST(an_idle_thread_does_not_hold_the_loop),
        TEST(a_barrier_costs_no_commit_of_its_own),
        TEST(a_commit_that_fails_breaks_the_thread_with_its_cause),
        TEST(another_writer_is_waited_for),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
