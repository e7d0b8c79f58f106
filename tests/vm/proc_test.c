/* links: os base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "os/proc.h"
#include "os/proc_table.h"
#include "os/executable.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct { ProcResult result; int calls; } Seen;

static void on_done(void *context, ProcResult *result) {
    Seen *seen = context;
    seen->result = *result;
    seen->calls++;
    *result = (ProcResult){ .out = { 0 } };             /* taken */
}

static void drop(Seen *seen) {
    buf_drop(&seen->result.out);
    buf_drop(&seen->result.err);
}

static bool run_spec(const ProcSpec *spec, Seen *seen, Err *err) {
    uv_loop_t loop;
    Proc *proc;
    *seen = (Seen){ .calls = 0 };
    uv_loop_init(&loop);
    bool good = proc_run(&loop, spec, on_done, seen, &proc, err);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(seen->calls, good ? 1 : 0);
    return good;
}

static bool run(const char *const *argv, Seen *seen, Err *err) {
    return run_spec(&(ProcSpec){ .child = { .argv = argv } }, seen, err);
}

#define ARGV(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void arguments_arrive_as_they_were_given(void **state) {
    Seen seen;
    Err err;
    (void)state;
    assert_true(run(ARGV("printf", "<%s>", "two words", "$(id)", "; rm -rf /", "*", "a\nb", "", "`x`", "'\""), &seen, &err));
    assert_string_equal(buf_text(&seen.result.out), "<two words><$(id)><; rm -rf /><*><a\nb><><`x`><'\">");
    assert_int_equal(seen.result.code, 0);
    drop(&seen);
}

static void output_errors_and_the_exit_code_come_back(void **state) {
    Seen seen;
    Err err;
    (void)state;
    assert_true(run(ARGV("sh", "-c", "echo out; echo err >&2; exit 7"), &seen, &err));
    assert_string_equal(buf_text(&seen.result.out), "out\n");
    assert_string_equal(buf_text(&seen.result.err), "err\n");
    assert_int_equal(seen.result.code, 7);
    assert_true(seen.result.time_us > 0);
    drop(&seen);
}

static void a_signal_that_ends_it_is_reported(void **state) {
    Seen seen;
    Err err;
    (void)state;
    assert_true(run(ARGV("sh", "-c", "kill -SEGV $$"), &seen, &err));
    assert_int_equal(seen.result.signal, SIGSEGV);
    assert_int_equal(seen.result.code, 128 + SIGSEGV);
    drop(&seen);
}

static void input_is_read_and_none_is_an_empty_one(void **state) {
    Seen seen;
    Err err;
    Buf big;
    (void)state;
    buf_init(&big);
    for (int i = 0; i < 300000; i++) buf_add_text(&big, "line\n");
    assert_true(run_spec(&(ProcSpec){ .child = { .argv = ARGV("cat") }, .input = buf_slice(&big) }, &seen, &err));
    assert_true(slice_eq(buf_slice(&seen.result.out), buf_slice(&big)));
    drop(&seen);
    buf_drop(&big);
    assert_true(run(ARGV("cat"), &seen, &err));
    assert_int_equal(seen.result.out.len, 0);
    assert_int_equal(seen.result.code, 0);
    drop(&seen);
}

static void output_over_the_limit_is_cut_and_said(void **state) {
    Seen seen;
    Err err;
    (void)state;
    ProcSpec spec = { .child = { .argv = ARGV("sh", "-c", "head -c 3000000 /dev/zero; echo end >&2") }, .output_max = 1000 };
    assert_true(run_spec(&spec, &seen, &err));
    assert_int_equal(seen.result.out.len, 1000);
    assert_true(seen.result.out_cut);
    assert_false(seen.result.err_cut);
    assert_int_equal(seen.result.code, 0);
    drop(&seen);
}

static void the_environment_is_clean(void **state) {
    Seen seen;
    Err err;
    (void)state;
    setenv("AIOS_TEST_TOKEN", "leak", 1);
    setenv("LD_PRELOAD_NOT", "leak", 1);
    setenv("LC_TIME", "C", 1);
    setenv("HOME", "/home/ann", 1);
    ProcSpec spec = { .child = { .argv = ARGV("env"), .env = ARGV("GIVEN=yes", "HOME=/other") } };
    assert_true(run_spec(&spec, &seen, &err));
    const char *out = buf_text(&seen.result.out);
    assert_null(strstr(out, "leak"));
    assert_non_null(strstr(out, "GIVEN=yes\n"));
    assert_non_null(strstr(out, "HOME=/other\n"));
    assert_null(strstr(out, "HOME=/home/ann"));
    assert_non_null(strstr(out, "LC_TIME=C\n"));
    drop(&seen);
}

static void no_descriptor_of_ours_is_open_in_it(void **state) {
    Seen seen;
    Err err;
    (void)state;
    int leak = dup2(open("/dev/null", O_RDONLY), 77);   /* on purpose without close-on-exec */
    assert_int_equal(leak, 77);
    assert_true(run(ARGV("ls", "/proc/self/fd"), &seen, &err));
    assert_string_equal(buf_text(&seen.result.out), "0\n1\n2\n3\n");    /* 3 is ls reading the directory */
    drop(&seen);
    close(leak);
}

/* 32 and 33 belong to the C library: whoever was started by its popen or system has them ignored */
static const unsigned long long OWN_SIGNALS = 3ULL << 31;

static void it_has_its_own_session_and_plain_signals(void **state) {
    Seen seen;
    Err err;
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_true(run(ARGV("sh", "-c", "cut -d' ' -f1,5,6 /proc/$$/stat; grep -E 'SigIgn|SigBlk' /proc/self/status"), &seen, &err));
    int pid = 0, group = 0, session = 0;
    assert_int_equal(sscanf(buf_text(&seen.result.out), "%d %d %d", &pid, &group, &session), 3);
    assert_int_equal(pid, group);
    assert_int_equal(pid, session);
    const char *ignored = strstr(buf_text(&seen.result.out), "SigIgn:\t");
    assert_non_null(ignored);
    assert_int_equal(strtoull(ignored + 8, NULL, 16) & ~OWN_SIGNALS, 0);
    assert_non_null(strstr(buf_text(&seen.result.out), "SigBlk:\t0000000000000000"));
    drop(&seen);
}

static bool is_alive(int pid) {
    ProcEntry entry;
    Err err;
    bool there = proc_look(pid, &entry, &err);
    bool alive = there && strcmp(entry.state, "zombie") != 0;
    if (there) proc_entry_drop(&entry);
    return alive;
}

/* Dying takes the kernel a moment after the descriptors are closed. */
static bool is_gone(int pid) {
    for (int i = 0; i < 200 && is_alive(pid); i++) usleep(5000);
    return !is_alive(pid);
}

static void a_timeout_ends_the_grandchildren_too(void **state) {
    Seen seen;
    Err err;
    int a = 0, b = 0;
    (void)state;
    ProcSpec spec = { .child = { .argv = ARGV("sh", "-c", "sleep 60 & sh -c 'sleep 61 & echo $!; wait' & echo $!; wait") }, .timeout_ms = 200 };
    assert_true(run_spec(&spec, &seen, &err));
    assert_true(seen.result.timed_out);
    assert_int_equal(seen.result.signal, SIGTERM);
    assert_int_equal(sscanf(buf_text(&seen.result.out), "%d %d", &a, &b), 2);
    assert_true(is_gone(a));
    assert_true(is_gone(b));
    assert_true(seen.result.time_us < 1500000);
    drop(&seen);
}

static void one_that_ignores_the_polite_signal_is_killed(void **state) {
    Seen seen;
    Err err;
    (void)state;
    ProcSpec spec = { .child = { .argv = ARGV("sh", "-c", "trap '' TERM; echo $$; while :; do sleep 1; done") }, .timeout_ms = 100 };
    assert_true(run_spec(&spec, &seen, &err));
    assert_true(seen.result.timed_out);
    assert_int_equal(seen.result.signal, SIGKILL);
    assert_true(seen.result.time_us >= 2000000);
    assert_true(is_gone(atoi(buf_text(&seen.result.out))));
    drop(&seen);
}

static void what_it_leaves_running_does_not_hold_us(void **state) {
    Seen seen;
    Err err;
    (void)state;
    assert_true(run(ARGV("sh", "-c", "sleep 60 & echo $!"), &seen, &err));
    assert_int_equal(seen.result.code, 0);
    assert_true(is_gone(atoi(buf_text(&seen.result.out))));
    assert_true(seen.result.time_us < 4000000);
    drop(&seen);
}

static void stop_now(uv_timer_t *timer) {
    proc_stop(timer->data);
    uv_close((uv_handle_t *)timer, NULL);
}

static void stopping_it_kills_at_once(void **state) {
    uv_loop_t loop;
    uv_timer_t timer;
    Proc *proc;
    Seen seen = { .calls = 0 };
    Err err;
    (void)state;
    uv_loop_init(&loop);
    assert_true(proc_run(&loop, &(ProcSpec){ .child = { .argv = ARGV("sleep", "60") } }, on_done, &seen, &proc, &err));
    uv_timer_init(&loop, &timer);
    timer.data = proc;
    uv_timer_start(&timer, stop_now, 20, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(seen.calls, 1);
    assert_true(seen.result.stopped);
    assert_int_equal(seen.result.signal, SIGKILL);
    drop(&seen);
}

static void many_at_once_all_end_with_their_own_output(void **state) {
    enum { MANY = 40 };
    uv_loop_t loop;
    Proc *proc;
    Seen seen[MANY] = { { .calls = 0 } };
    char number[MANY][8];
    Err err;
    (void)state;
    uv_loop_init(&loop);
    for (int i = 0; i < MANY; i++) {
        snprintf(number[i], sizeof number[i], "%d", i);
        assert_true(proc_run(&loop, &(ProcSpec){ .child = { .argv = ARGV("echo", number[i]) } }, on_done, &seen[i], &proc, &err));
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(seen[i].calls, 1);
        assert_int_equal(atoi(buf_text(&seen[i].result.out)), i);
        drop(&seen[i]);
    }
}

static char dir_path[64];

static const char *in_dir(const char *name) {
    static char path[128];                              /* one at a time */
    snprintf(path, sizeof path, "%s/%s", dir_path, name);
    return path;
}

static void write_file(const char *path, const char *text, mode_t mode) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    chmod(path, mode);
}

static void what_cannot_be_started_says_why(void **state) {
    Seen seen;
    Err err;
    (void)state;
    assert_false(run(ARGV("no-such-program-here"), &seen, &err));
    assert_string_equal(err.code, "not_found");
    assert_non_null(strstr(err.text, "no-such-program-here"));
    assert_false(run(ARGV(""), &seen, &err));
    assert_string_equal(err.code, "invalid");
    assert_false(run(ARGV(dir_path), &seen, &err));
    assert_string_equal(err.code, "invalid");
    assert_non_null(strstr(err.text, "is a directory, not a program"));
    write_file(in_dir("plain"), "#!/bin/sh\n", 0644);
    assert_false(run(ARGV(in_dir("plain")), &seen, &err));
    assert_string_equal(err.code, "denied");
    write_file(in_dir("noise"), "neither ELF nor script", 0755);
    assert_false(run(ARGV(in_dir("noise")), &seen, &err));
    assert_string_equal(err.code, "invalid");
    write_file(in_dir("orphan"), "#!/no/such/interpreter\n", 0755);
    assert_false(run(ARGV(in_dir("orphan")), &seen, &err));
    assert_string_equal(err.code, "not_found");
    assert_non_null(strstr(err.text, "interpreter"));
}

static void a_program_is_not_looked_for_in_path(void **state) {
    Seen seen;
    Err err;
    (void)state;
    write_file(in_dir("only-in-path"), "#!/bin/sh\necho no\n", 0755);
    setenv("PATH", dir_path, 1);
    assert_false(run(ARGV("only-in-path"), &seen, &err));
    setenv("PATH", PROGRAM_PATH, 1);
    assert_string_equal(err.code, "not_found");
}

static void a_script_knows_its_own_path(void **state) {
    Seen seen;
    Err err;
    (void)state;
    write_file(in_dir("me"), "#!/bin/sh\necho $0 $1\n", 0755);
    assert_true(run(ARGV(in_dir("me"), "arg"), &seen, &err));
    char want[160];
    snprintf(want, sizeof want, "%s arg\n", in_dir("me"));
    assert_string_equal(buf_text(&seen.result.out), want);
    drop(&seen);
}

static void a_script_replaced_after_it_was_judged_is_not_run(void **state) {
    Executable program;
    Err err;
    (void)state;
    write_file(in_dir("swap"), "#!/bin/sh\nexit 0\n", 0755);
    assert_true(executable_open(in_dir("swap"), "/", &program, &err));
    write_file(in_dir("swap2"), "#!/bin/sh\nexit 0\n", 0755);
    char from[128];
    snprintf(from, sizeof from, "%s", in_dir("swap2"));
    assert_int_equal(rename(from, in_dir("swap")), 0);
    char *argv[] = { (char[]){ "swap" }, NULL }, *env[] = { NULL };
    assert_int_equal(executable_exec(&program, argv, env), ESTALE);
    executable_close(&program);
}

static void the_working_directory_is_where_it_was_told(void **state) {
    Seen seen;
    Err err;
    (void)state;
    assert_true(run_spec(&(ProcSpec){ .child = { .argv = ARGV("pwd"), .cwd = dir_path } }, &seen, &err));
    assert_int_equal(strncmp(buf_text(&seen.result.out), dir_path, strlen(dir_path)), 0);
    drop(&seen);
    assert_false(run_spec(&(ProcSpec){ .child = { .argv = ARGV("pwd"), .cwd = "/no/such/place" } }, &seen, &err));
    assert_string_equal(err.code, "not_found");
    assert_non_null(strstr(err.text, "/no/such/place"));
}

static void limits_hold(void **state) {
    Seen seen;
    Err err;
    (void)state;
    ProcSpec spec = { .child = { .argv = ARGV("sh", "-c", "ulimit -n; ulimit -c; ulimit -v; ulimit -t; ulimit -f"),
                                 .limits = { .files = 50, .memory = 1 << 30, .cpu = 9, .file_size = 4096 } } };
    assert_true(run_spec(&spec, &seen, &err));
    assert_string_equal(buf_text(&seen.result.out), "50\n0\n1048576\n9\n8\n");
    drop(&seen);
    spec.child.argv = ARGV("sh", "-c", "head -c 10000 /dev/zero > big");
    spec.child.cwd = dir_path;
    assert_true(run_spec(&spec, &seen, &err));
    assert_int_not_equal(seen.result.code, 0);
    struct stat st;
    assert_int_equal(stat(in_dir("big"), &st), 0);
    assert_int_equal(st.st_size, 4096);
    drop(&seen);
}

static void it_dies_with_us(void **state) {
    int ends[2], child = 0;
    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t us = fork();
    if (us == 0) {
        Err err;
        int null = open("/dev/null", O_RDWR), pid = 0;
        ChildSpec spec = { .argv = ARGV("sleep", "60") };
        child_start(&spec, &(ChildFds){ null, null, null }, &pid, &err);
        if (write(ends[1], &pid, sizeof pid) < 0) _exit(1);
        raise(SIGKILL);
    }
    assert_int_equal(read(ends[0], &child, sizeof child), (int)sizeof child);
    waitpid(us, NULL, 0);
    assert_true(child > 0);
    assert_true(is_gone(child));
    close(ends[0]);
    close(ends[1]);
}

static void a_spawned_one_lives_on_is_listed_and_can_be_killed(void **state) {
    ProcSpec spec = { .child = { .argv = ARGV("sleep", "73") } };
    ProcEntry entry;
    ProcList list = { 0 };
    Err err;
    int pid = 0;
    bool listed = false;
    (void)state;
    prctl(PR_SET_CHILD_SUBREAPER, 1);                   /* so that the test sees it end */
    assert_true(proc_spawn(&spec, &pid, &err));
    assert_true(proc_look(pid, &entry, &err));
    assert_string_equal(buf_text(&entry.command), "sleep 73");
    assert_string_equal(entry.name, "sleep");
    assert_int_equal(entry.user, getuid());
    proc_entry_drop(&entry);
    assert_true(proc_list(&list, &err));
    for (size_t i = 0; i < list.count; i++) listed = listed || list.items[i].pid == pid;
    assert_true(listed);
    proc_list_drop(&list);
    assert_true(proc_kill(pid, proc_signal_number("TERM"), &err));
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_false(proc_look(pid, &entry, &err));
    assert_string_equal(err.code, "not_found");
}

static void a_spawn_that_fails_says_why_and_leaves_nothing(void **state) {
    Err err;
    int pid = -5;
    (void)state;
    write_file(in_dir("orphan2"), "#!/no/such/interpreter\n", 0755);
    ProcSpec spec = { .child = { .argv = ARGV(in_dir("orphan2")) } };
    assert_false(proc_spawn(&spec, &pid, &err));
    assert_string_equal(err.code, "not_found");
    assert_int_equal(pid, -5);
}

static void some_processes_are_never_signalled(void **state) {
    static const struct { int pid; const char *code; } CASES[] = {
        { 0, "invalid" }, { -1, "invalid" }, { -5, "invalid" }, { 1, "denied" }, { 4194303, "not_found" },
    };
    Err err;
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_false(proc_kill(CASES[i].pid, SIGTERM, &err));
        assert_string_equal(err.code, CASES[i].code);
    }
    assert_false(proc_kill(getpid(), SIGKILL, &err));
    assert_string_equal(err.code, "denied");
}

static void signals_have_names(void **state) {
    (void)state;
    assert_int_equal(proc_signal_number("TERM"), SIGTERM);
    assert_int_equal(proc_signal_number("SIGKILL"), SIGKILL);
    assert_int_equal(proc_signal_number("term"), 0);
    assert_int_equal(proc_signal_number("9"), 0);
    assert_string_equal(proc_signal_name(SIGUSR1), "USR1");
    assert_string_equal(proc_signal_name(400), "?");
}

static int set_up(void **state) {
    (void)state;
    strcpy(dir_path, "/tmp/aios-proc-XXXXXX");
    return mkdtemp(dir_path) ? 0 : -1;
}

static int tear_down(void **state) {
    char command[256];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", dir_path);
    return system(command);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_arrive_as_they_were_given),
        cmocka_unit_test(output_errors_and_the_exit_code_come_back),
        cmocka_unit_test(a_signal_that_ends_it_is_reported),
        cmocka_unit_test(input_is_read_and_none_is_an_empty_one),
        cmocka_unit_test(output_over_the_limit_is_cut_and_said),
        cmocka_unit_test(the_environment_is_clean),
        cmocka_unit_test(no_descriptor_of_ours_is_open_in_it),
        cmocka_unit_test(it_has_its_own_session_and_plain_signals),
        cmocka_unit_test(a_timeout_ends_the_grandchildren_too),
        cmocka_unit_test(one_that_ignores_the_polite_signal_is_killed),
        cmocka_unit_test(what_it_leaves_running_does_not_hold_us),
        cmocka_unit_test(stopping_it_kills_at_once),
        cmocka_unit_test(many_at_once_all_end_with_their_own_output),
        cmocka_unit_test(what_cannot_be_started_says_why),
        cmocka_unit_test(a_program_is_not_looked_for_in_path),
        cmocka_unit_test(a_script_knows_its_own_path),
        cmocka_unit_test(a_script_replaced_after_it_was_judged_is_not_run),
        cmocka_unit_test(the_working_directory_is_where_it_was_told),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(it_dies_with_us),
        cmocka_unit_test(a_spawned_one_lives_on_is_listed_and_can_be_killed),
        cmocka_unit_test(a_spawn_that_fails_says_why_and_leaves_nothing),
        cmocka_unit_test(some_processes_are_never_signalled),
        cmocka_unit_test(signals_have_names),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
