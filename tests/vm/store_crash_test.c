/* links: store db base */
#include "store_fixture.h"
#include "store/journal.h"
#include <sys/mount.h>

/* The child writes rows for ever and says through the pipe which seq is durable, as a tool would act
 * after its barrier; the parent kills it and counts. */
typedef struct {
    Fixture *f;
    int      pipe;
    int64_t  seq, told;
    int64_t  stop_at;                                   /* _exit after this acknowledged row; 0 = go on */
} Writer;

static void append_some(Writer *w);

static void on_durable(void *ctx, const Err *err) {
    Writer *w = ctx;
    if (err) _exit(3);
    w->told = w->seq;
    if (write(w->pipe, &w->told, sizeof w->told) != sizeof w->told) _exit(4);
    if (w->stop_at && w->told >= w->stop_at) _exit(0);
    append_some(w);
}

static void append_some(Writer *w) {
    char text[600];
    memset(text, 'x', sizeof text);
    store_group_begin(w->f->store);
    for (int i = 0; i < 7; i++) {
        JournalRow row = { .run = 1, .seq = ++w->seq, .kind = ENTRY_RESULT, .path = S("/1"), .name = S("t"), .t = 1,
                           .out = slice_make(text, sizeof text) };
        journal_append(w->f->store, &row);
    }
    store_group_end(w->f->store);
    store_sync(w->f->store, on_durable, w);
}

static pid_t start_writer(Fixture *f, int64_t stop_at, int *pipe_out) {
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        Writer w = { .f = f, .pipe = fds[1], .stop_at = stop_at };
        close(fds[0]);
        uv_loop_fork(&f->loop);
        if (!fixture_try_open(f)) _exit(5);
        w.seq = w.told = fixture_number(f, "SELECT coalesce(max(seq), 0) FROM journal");
        append_some(&w);
        uv_run(&f->loop, UV_RUN_DEFAULT);
        _exit(6);
    }
    close(fds[1]);
    *pipe_out = fds[0];
    return child;
}

/* Everything acknowledged is there, in one unbroken row of numbers, and the file is sound. */
static void check_rows(Fixture *f, int64_t told) {
    fixture_open(f);
    int64_t rows = fixture_number(f, "SELECT count(*) FROM journal");
    assert_true(rows >= told);
    assert_int_equal(fixture_number(f, "SELECT max(seq) FROM journal"), rows);
    assert_int_equal(rows % 7, 0);                      /* never half a group */
    assert_int_equal(fixture_number(f, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    assert_true(fixture_close(f));
}

static void an_exit_in_the_middle_loses_nothing_acknowledged(void **state) {
    Fixture *f = *state;
    for (int64_t stop = 7; stop <= 70; stop += 21) {
        int out;
        int64_t told = 0;
        pid_t child = start_writer(f, stop, &out);
        while (read(out, &told, sizeof told) == sizeof told) continue;
        assert_int_equal(fixture_wait(child), 0);
        close(out);
        check_rows(f, told);
    }
}

static void a_kill_at_any_moment_loses_nothing_acknowledged(void **state) {
    Fixture *f = *state;
    for (int round = 0; round < 12; round++) {
        int out;
        int64_t told = 0, last = 0;
        pid_t child = start_writer(f, 0, &out);
        for (int i = 0; i < 1 + round * 9; i++)
            if (read(out, &told, sizeof told) == sizeof told) last = told;
        kill(child, SIGKILL);
        while (read(out, &told, sizeof told) == sizeof told) last = told;
        int status = fixture_wait(child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        close(out);
        check_rows(f, last);
    }
}

/* Fills a store until it breaks; the exit code tells whether it did so as promised. */
static int fill_until_broken(Fixture *f) {
    int out[2];
    if (pipe(out) != 0) return 9;
    Writer w = { .f = f, .pipe = out[1] };
    if (!fixture_try_open(f)) return 5;
    char *big = calloc(1, 20000);
    for (int64_t seq = 1; seq < 2000 && !f->broken; seq++) {
        JournalRow row = { .run = 2, .seq = seq, .kind = ENTRY_RESULT, .path = S("/1"), .name = S("t"), .t = 1, .out = slice_make(big, 20000) };
        journal_append(w.f->store, &row);
        fixture_settle(f);
    }
    free(big);
    if (f->broken != 1 || strcmp(f->broken_err.code, "full") != 0) return 7;
    JournalRow late = { .run = 3, .seq = 1, .kind = ENTRY_RESULT, .path = S("/1"), .name = S("t"), .t = 1 };
    journal_append(f->store, &late);
    return fixture_close(f) ? 8 : 0;                    /* must report that something is not durable */
}

static void check_full(Fixture *f) {
    fixture_open(f);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal WHERE run = 3"), 0);
    assert_true(fixture_number(f, "SELECT count(*) FROM journal WHERE run = 2") > 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) = max(seq) FROM journal WHERE run = 2"), 1);
    assert_int_equal(fixture_number(f, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    assert_true(fixture_close(f));
}

static void a_file_size_limit_stops_the_store_and_harms_nothing(void **state) {
    Fixture *f = *state;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = { 1 << 20, 1 << 20 };
        uv_loop_fork(&f->loop);
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(fill_until_broken(f));
    }
    assert_int_equal(fixture_wait(child), 0);
    check_full(f);
}

static void a_full_disk_stops_the_store_and_harms_nothing(void **state) {
    Fixture *f = *state;
    if (mount("tmpfs", f->dir, "tmpfs", 0, "size=2m") != 0) {
        print_message("# skipped: cannot mount a small tmpfs here (%s)\n", strerror(errno));
        skip();
    }
    pid_t child = fork();
    if (child == 0) {
        uv_loop_fork(&f->loop);
        _exit(fill_until_broken(f));
    }
    int status = fixture_wait(child);
    fixture_shell("mount -o remount,size=16m %s", f->dir);
    if (status == 0) check_full(f);
    fixture_shell("umount %s", f->dir);
    assert_int_equal(status, 0);
}

static void a_reader_alone_recovers_what_a_killed_writer_left(void **state) {
    Fixture *f = *state;
    int out;
    int64_t told;
    pid_t child = start_writer(f, 0, &out);
    assert_int_equal(read(out, &told, sizeof told), sizeof told);
    kill(child, SIGKILL);
    fixture_wait(child);
    close(out);
    assert_true(fixture_number(f, "SELECT count(*) FROM journal") >= told);
    fixture_shell("test \"$(ls %s)\" = a.db", f->dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_dir, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_exit_in_the_middle_loses_nothing_acknowledged),
        TEST(a_kill_at_any_moment_loses_nothing_acknowledged),
        TEST(a_file_size_limit_stops_the_store_and_harms_nothing),
        TEST(a_full_disk_stops_the_store_and_harms_nothing),
        TEST(a_reader_alone_recovers_what_a_killed_writer_left),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
