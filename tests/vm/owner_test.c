/* links: store db base */
#include "store_fixture.h"
#include "store/owner.h"

/* A process of its own that takes `program`, says how it went and then stays until told to go. */
typedef struct {
    pid_t pid;
    int   say, go;
    char  answer;                                       /* 'y' taken by it, 't' "taken", 'e' another error */
} Other;

static Other other_start(Fixture *f, const char *program) {
    int say[2], go[2];
    Other other = { 0 };
    assert_int_equal(pipe(say), 0);
    assert_int_equal(pipe(go), 0);
    other.pid = fork();
    if (other.pid == 0) {
        close(go[1]);
        uv_loop_fork(&f->loop);
        char answer = 'e';
        if (fixture_try_open(f)) answer = owner_take(f->store, S(program), &f->err) ? 'y' : strcmp(f->err.code, "taken") == 0 ? 't' : 'e';
        if (write(say[1], &answer, 1) != 1 || read(go[0], &answer, 1) < 0) _exit(1);
        _exit(fixture_close(f) ? 0 : 1);
    }
    close(say[1]);
    close(go[0]);
    assert_int_equal(read(say[0], &other.answer, 1), 1);
    other.say = say[0];
    other.go = go[1];
    return other;
}

static void other_stop(Other *other) {
    close(other->go);
    close(other->say);
    assert_int_equal(fixture_wait(other->pid), 0);
}

static void a_program_is_executed_by_one_process_and_others_are_free(void **state) {
    Fixture *f = *state;
    char pid[32];
    Other a = other_start(f, "/p/a.aios");
    fixture_open(f);
    assert_int_equal(a.answer, 'y');
    assert_false(owner_take(f->store, S("/p/a.aios"), &f->err));
    assert_string_equal(f->err.code, "taken");
    snprintf(pid, sizeof pid, "process %d on", (int)a.pid);
    assert_non_null(strstr(f->err.text, pid));
    assert_non_null(strstr(f->err.text, "/p/a.aios"));
    assert_true(owner_take(f->store, S("/p/b.aios"), &f->err));
    other_stop(&a);
    assert_true(owner_take(f->store, S("/p/a.aios"), &f->err));
}

static void a_killed_owner_leaves_the_program_free(void **state) {
    Fixture *f = *state;
    Other a = other_start(f, "/p/a.aios");
    kill(a.pid, SIGKILL);
    fixture_wait(a.pid);
    close(a.go);
    close(a.say);
    fixture_open(f);
    MUST(f, owner_take(f->store, S("/p/a.aios"), &f->err));
    assert_int_equal(fixture_number(f, "SELECT pid FROM owner"), getpid());
}

static void taking_twice_is_one_and_releasing_lets_go(void **state) {
    Fixture *f = *state;
    fixture_open(f);
    MUST(f, owner_take(f->store, S("/p/a.aios"), &f->err));
    MUST(f, owner_take(f->store, S("/p/a.aios"), &f->err));
    owner_release(f->store, S("/p/a.aios"));
    fixture_settle(f);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM owner"), 0);
    fixture_close(f);                                   /* a fork would inherit the descriptor, and so the lock */
    fixture_open(f);
    assert_true(owner_take(f->store, S("/p/a.aios"), &f->err));
    fixture_close(f);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM owner"), 0);
}

static void two_stores_of_one_process_do_not_share_a_program(void **state) {
    Fixture *f = *state;
    Fixture second = { .loop = { 0 } };
    memcpy(second.path, f->path, sizeof second.path);
    uv_loop_init(&second.loop);
    fixture_open(f);
    fixture_open(&second);
    MUST(f, owner_take(f->store, S("/p/a.aios"), &f->err));
    assert_false(owner_take(second.store, S("/p/a.aios"), &f->err));
    assert_string_equal(f->err.code, "taken");
    owner_release(f->store, S("/p/a.aios"));
    assert_true(owner_take(second.store, S("/p/a.aios"), &f->err));
    assert_true(fixture_close(&second));
    uv_loop_close(&second.loop);
}

static void releasing_keeps_the_locks_of_the_database(void **state) {
    Fixture *f = *state;
    char log[128];
    snprintf(log, sizeof log, "%s-wal", f->path);
    fixture_open(f);
    MUST(f, owner_take(f->store, S("/p/a.aios"), &f->err));
    owner_release(f->store, S("/p/a.aios"));
    fixture_settle(f);
    assert_int_equal(fixture_wait(fixture_again("open and close", f->path)), 0);
    assert_int_equal(access(log, F_OK), 0);             /* were our locks gone, its close would remove the log */
    assert_true(fixture_close(f));
    fixture_shell("test \"$(ls %s)\" = a.db", f->dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_dir, fixture_down)

static int open_and_close(const char *path) {
    Fixture f = { 0 };
    snprintf(f.path, sizeof f.path, "%s", path);
    uv_loop_init(&f.loop);
    bool ok = fixture_try_open(&f) && fixture_close(&f);
    uv_loop_close(&f.loop);
    return ok ? 0 : 1;
}

int main(int argc, char **argv) {
    if (argc == 3) return open_and_close(argv[2]);
    const struct CMUnitTest tests[] = {
        TEST(a_program_is_executed_by_one_process_and_others_are_free),
        TEST(a_killed_owner_leaves_the_program_free),
        TEST(taking_twice_is_one_and_releasing_lets_go),
        TEST(two_stores_of_one_process_do_not_share_a_program),
        TEST(releasing_keeps_the_locks_of_the_database),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
