/* links: os base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "os/quiet.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char root[32];
} Machine;

static void path_of(const Machine *m, const char *path, char out[300]) { snprintf(out, 300, "%s%s", m->root, path); }

static void put(const Machine *m, const char *path, const char *text) {
    char full[300];
    path_of(m, path, full);
    for (char *at = strchr(full + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(full, 0700);
        *at = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make(void **state) {
    Machine *m = calloc(1, sizeof *m);
    strcpy(m->root, "/tmp/quiet.XXXXXX");
    *state = m;
    return mkdtemp(m->root) ? 0 : 1;
}

static int drop(void **state) {
    char command[80];
    snprintf(command, sizeof command, "rm -rf %s", ((Machine *)*state)->root);
    free(*state);
    return system(command);
}

static void a_machine_that_tells_nothing_is_quiet(void **state) {
    QuietLook look = quiet_look(((Machine *)*state)->root);
    assert_null(look.busy);
    assert_null(look.power);
    assert_int_equal(look.input_ms, 0);
}

static void pressure_of_ten_percent_is_busy_and_less_is_not(void **state) {
    static const struct { const char *file, *text; bool busy; } ROWS[] = {
        { "/proc/pressure/cpu", "some avg10=9.99 avg60=50.00 avg300=1.00 total=1\n", false },
        { "/proc/pressure/cpu", "some avg10=10.00 avg60=0.00 avg300=0.00 total=1\n", true },
        { "/proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=90.00 avg60=0 avg300=0 total=1\n", false },
        { "/proc/pressure/io", "some avg10=31.50 avg60=0.00 avg300=0.00 total=1\n", true },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        put(*state, ROWS[i].file, ROWS[i].text);
        assert_int_equal(quiet_look(((Machine *)*state)->root).busy != NULL, ROWS[i].busy);
    }
}

static void load_counts_only_where_there_is_no_pressure(void **state) {
    put(*state, "/proc/loadavg", "900.00 1.00 1.00 1/100 1\n");
    assert_non_null(quiet_look(((Machine *)*state)->root).busy);
    put(*state, "/proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n");
    assert_null(quiet_look(((Machine *)*state)->root).busy);
    put(*state, "/proc/loadavg", "0.01 900.00 900.00 1/100 1\n");
    assert_null(quiet_look(((Machine *)*state)->root).busy);
}

static void read_at(const Machine *m, const char *path, time_t seconds) {
    char full[300];
    put(m, path, "");
    path_of(m, path, full);
    assert_int_equal(utimensat(AT_FDCWD, full, (struct timespec[]){ { .tv_sec = seconds }, { .tv_sec = 2000 } }, 0), 0);
}

static void the_newest_reading_of_a_terminal_is_input(void **state) {
    read_at(*state, "/dev/tty1", 500);
    read_at(*state, "/dev/pts/0", 700);
    read_at(*state, "/dev/pts/3", 600);
    read_at(*state, "/dev/pts/ptmx", 900);
    read_at(*state, "/dev/tty", 900);
    assert_int_equal(quiet_look(((Machine *)*state)->root).input_ms, 700000);
}

static void a_battery_counts_only_when_no_mains_is_on(void **state) {
    put(*state, "/sys/class/power_supply/BAT0/type", "Battery\n");
    assert_null(quiet_look(((Machine *)*state)->root).power);
    put(*state, "/sys/class/power_supply/AC/type", "Mains\n");
    put(*state, "/sys/class/power_supply/AC/online", "0\n");
    assert_non_null(quiet_look(((Machine *)*state)->root).power);
    put(*state, "/sys/class/power_supply/AC/online", "1\n");
    assert_null(quiet_look(((Machine *)*state)->root).power);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_machine_that_tells_nothing_is_quiet), TEST(pressure_of_ten_percent_is_busy_and_less_is_not),
        TEST(load_counts_only_where_there_is_no_pressure), TEST(the_newest_reading_of_a_terminal_is_input),
        TEST(a_battery_counts_only_when_no_mains_is_on),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
