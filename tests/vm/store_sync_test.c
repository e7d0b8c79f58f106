/* links: store db base */
#include "store_fixture.h"
#include "store/journal.h"
#include <sys/syscall.h>

/* SQLite is linked statically, so these two stand in for libc's: a disk whose fsync fails on demand. */
static int good_syncs = -1;                             /* how many succeed before the disk fails; -1 = all */

static int sync_or_fail(int fd, long call) {
    if (good_syncs == 0) {
        errno = EIO;
        return -1;
    }
    if (good_syncs > 0) good_syncs--;
    return (int)syscall(call, fd);
}

int fdatasync(int fd) { return sync_or_fail(fd, SYS_fdatasync); }
int fsync(int fd) { return sync_or_fail(fd, SYS_fsync); }

static void append(Fixture *f, int64_t seq, size_t size) {
    char *text = calloc(1, size);
    JournalRow row = { .run = 1, .seq = seq, .kind = ENTRY_RESULT, .path = S("/1"), .name = S("t"), .t = 1, .out = slice_make(text, size) };
    journal_append(f->store, &row);
    free(text);
}

static void on_sync(void *ctx, const Err *err) { *(bool *)ctx = err == NULL; }

static void a_commit_whose_fsync_fails_is_never_acknowledged(void **state) {
    Fixture *f = *state;
    bool durable = true;
    append(f, 1, 10);
    fixture_settle(f);
    good_syncs = 0;
    append(f, 2, 10);
    store_sync(f->store, on_sync, &durable);
    fixture_settle(f);
    assert_false(durable);
    assert_int_equal(f->broken, 1);
    assert_string_equal(f->broken_err.code, "io");
    good_syncs = -1;                                    /* the disk is "well" again: nobody may trust it */
    append(f, 3, 10);
    store_sync(f->store, on_sync, &durable);
    fixture_settle(f);
    assert_false(durable);
    assert_false(fixture_close(f));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal WHERE seq = 3"), 0);
}

static void a_checkpoint_whose_fsync_fails_stops_the_store_too(void **state) {
    Fixture *f = *state;
    for (int64_t seq = 1; seq <= 20; seq++) append(f, seq, 900 * 1024);     /* past 4,000 pages of log */
    fixture_settle(f);
    assert_int_equal(f->broken, 0);
    good_syncs = 1;                                     /* the commit's own is good, the checkpoint's is not */
    for (int64_t seq = 21; seq <= 45 && !f->broken; seq++) {
        append(f, seq, 900 * 1024 + (size_t)seq);
        fixture_settle(f);
        if (!f->broken) good_syncs = 1;
    }
    assert_int_equal(f->broken, 1);
    assert_string_equal(f->broken_err.code, "io");
    good_syncs = -1;
    assert_false(fixture_close(f));
    fixture_open(f);
    assert_int_equal(fixture_number(f, "SELECT count(*) = max(seq) FROM journal"), 1);
    assert_int_equal(fixture_number(f, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
}

static void a_close_whose_checkpoint_fails_says_so_and_keeps_the_log(void **state) {
    Fixture *f = *state;
    append(f, 1, 10);
    fixture_settle(f);
    good_syncs = 0;
    assert_false(fixture_close(f));
    assert_string_equal(f->err.code, "io");
    good_syncs = -1;
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_commit_whose_fsync_fails_is_never_acknowledged),
        TEST(a_checkpoint_whose_fsync_fails_stops_the_store_too),
        TEST(a_close_whose_checkpoint_fails_says_so_and_keeps_the_log),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
