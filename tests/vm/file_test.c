/* links: os base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "os/draft.h"
#include "os/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[64];                                    /* a fresh directory for each test */

typedef struct { char text[256]; } Path;

static Path at(const char *name) {
    Path path;
    snprintf(path.text, sizeof path.text, "%s/%s", top, name);
    return path;
}

static Place real(const Path *path) { return (Place){ PLACE_REAL, path->text }; }

static void put(const char *name, const char *text) {
    Path path = at(name);
    Err err;
    if (!file_write(real(&path), slice_of(text), DRAFT_MODE_KEEP, &err)) fail_msg("%s", err.text);
}

static void expect_text(const char *name, const char *want) {
    Path path = at(name);
    Buf text;
    Err err;
    buf_init(&text);
    if (!file_read((Place){ PLACE_OPEN, path.text }, FILE_LIMIT, &text, &err)) fail_msg("%s", err.text);
    assert_string_equal(buf_text(&text), want);
    buf_drop(&text);
}

static bool read_fails(Place place, Err *err) {
    Buf text;
    buf_init(&text);
    bool good = file_read(place, FILE_LIMIT, &text, err);
    assert_int_equal(good ? 0 : text.len, 0);
    buf_drop(&text);
    return !good;
}

static unsigned mode_of(const char *name) {
    struct stat st;
    Path path = at(name);
    assert_int_equal(stat(path.text, &st), 0);
    return st.st_mode & 07777;
}

static int entries(void) {
    DIR *dir = opendir(top);
    int n = 0;
    while (readdir(dir)) n++;
    closedir(dir);
    return n - 2;
}

static void what_is_written_is_read(void **state) {
    (void)state;
    put("a", "hello");
    expect_text("a", "hello");
    put("a", "");
    expect_text("a", "");
    assert_int_equal(entries(), 1);
}

static void a_new_file_heeds_the_umask_and_an_old_one_keeps_its_mode(void **state) {
    Path path = at("a");
    Err err;
    (void)state;
    mode_t before = umask(027);
    put("a", "1");
    assert_int_equal(mode_of("a"), 0640);
    chmod(path.text, 0604);
    put("a", "2");
    assert_int_equal(mode_of("a"), 0604);
    assert_true(file_write(real(&path), slice_of("3"), 0600, &err));
    assert_int_equal(mode_of("a"), 0600);
    umask(before);
}

static void appending_adds_and_makes(void **state) {
    Path path = at("log");
    Err err;
    (void)state;
    assert_true(file_append(real(&path), slice_of("one\n"), &err));
    assert_true(file_append(real(&path), slice_of("two\n"), &err));
    expect_text("log", "one\ntwo\n");
}

static void what_is_not_a_regular_file_is_refused_by_name(void **state) {
    static const struct { const char *name, *says; } CASES[] = {
        { "dir", "is a directory" }, { "pipe", "pipe" }, { "device", "device" },
    };
    Path dir = at("dir"), pipe_path = at("pipe"), device = at("device");
    (void)state;
    mkdir(dir.text, 0755);
    mkfifo(pipe_path.text, 0644);
    bool have_device = mknod(device.text, S_IFCHR | 0666, makedev(1, 3)) == 0;
    for (size_t i = 0; i < 2u + have_device; i++) {
        Path path = at(CASES[i].name);
        Err err;
        assert_true(read_fails(real(&path), &err));
        assert_string_equal(err.code, "invalid");
        assert_non_null(strstr(err.text, CASES[i].says));
        assert_false(file_write(real(&path), slice_of("x"), DRAFT_MODE_KEEP, &err));
        assert_string_equal(err.code, "invalid");
        assert_false(file_append(real(&path), slice_of("x"), &err));
        assert_string_equal(err.code, "invalid");
        assert_non_null(strstr(err.text, CASES[i].says));
    }
}

static void a_missing_file_is_not_found(void **state) {
    Path path = at("no/such");
    Err err;
    FileInfo info;
    (void)state;
    assert_true(read_fails(real(&path), &err));
    assert_string_equal(err.code, "not_found");
    assert_non_null(strstr(err.text, "no/such"));
    assert_false(file_stat(real(&path), &info, &err));
    assert_string_equal(err.code, "not_found");
}

static void a_file_over_the_limit_is_too_big_and_one_at_it_is_not(void **state) {
    Path path = at("a");
    Buf text;
    Err err;
    (void)state;
    put("a", "12345");
    buf_init(&text);
    assert_false(file_read(real(&path), 4, &text, &err));
    assert_string_equal(err.code, "too_big");
    assert_int_equal(text.len, 0);
    assert_true(file_read(real(&path), 5, &text, &err));
    assert_int_equal(text.len, 5);
    buf_drop(&text);
}

static void a_file_that_lies_about_its_size_is_read_to_its_end(void **state) {
    Buf text;
    Err err;
    (void)state;
    buf_init(&text);
    assert_true(file_read((Place){ PLACE_REAL, "/proc/version" }, FILE_LIMIT, &text, &err));
    assert_int_equal(strncmp(buf_text(&text), "Linux", 5), 0);
    assert_false(file_read((Place){ PLACE_REAL, "/proc/version" }, 3, &text, &err));
    assert_string_equal(err.code, "too_big");
    buf_drop(&text);
}

/* One link out, one link in, one magic link: each tried under a root. */
static void try_to_escape(void) {
    Path dir = at("root"), out = at("root/out"), up = at("root/up"), inside = at("root/in"), secret = at("secret");
    Err err;
    mkdir(dir.text, 0755);
    put("secret", "s");
    put("root/a", "a");
    assert_int_equal(symlink(secret.text, out.text), 0);
    assert_int_equal(symlink("../secret", up.text), 0);
    assert_int_equal(symlink("a", inside.text), 0);
    int root = open(dir.text, O_PATH | O_DIRECTORY);
    static const char *const ESCAPES[] = { "out", "up", "../secret", "x/../../secret", "/etc/passwd", "../root/../secret" };
    for (size_t i = 0; i < sizeof ESCAPES / sizeof *ESCAPES; i++) {
        assert_true(read_fails((Place){ root, ESCAPES[i] }, &err));
        assert_false(file_append((Place){ root, ESCAPES[i] }, slice_of("x"), &err));
        if (strstr(ESCAPES[i], "/")) assert_false(file_write((Place){ root, ESCAPES[i] }, slice_of("x"), DRAFT_MODE_KEEP, &err));
    }
    Buf text;
    buf_init(&text);
    assert_true(file_read((Place){ root, "a" }, FILE_LIMIT, &text, &err));
    buf_drop(&text);
    assert_true(file_write((Place){ root, "b" }, slice_of("b"), DRAFT_MODE_KEEP, &err));
    assert_true(file_write((Place){ root, "up" }, slice_of("new"), DRAFT_MODE_KEEP, &err));
    close(root);
    expect_text("secret", "s");
    expect_text("root/b", "b");
    expect_text("root/up", "new");                      /* the link was replaced, not followed */
}

static void nothing_leads_out_of_a_root(void **state) { (void)state; try_to_escape(); }

/* As in a container whose filter does not know openat2. */
static void refuse_openat2(void) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof code / sizeof *code, code };
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) _exit(3);
}

/* Runs a check in a child, where it may change who or what the process is. */
static void in_a_child(void (*check)(void), void (*change)(void)) {
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        change();
        check();
        _exit(0);
    }
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

static void escape_or_exit(void) { try_to_escape(); }

static void nothing_leads_out_where_openat2_is_missing(void **state) {
    (void)state;
    in_a_child(escape_or_exit, refuse_openat2);
}

static void a_link_on_the_way_is_refused_in_a_real_path(void **state) {
    Path dir = at("d"), link = at("link"), through = at("link/a");
    Err err;
    (void)state;
    mkdir(dir.text, 0755);
    put("d/a", "x");
    assert_int_equal(symlink("d", link.text), 0);
    assert_true(read_fails(real(&through), &err));
    assert_string_equal(err.code, "denied");
    assert_non_null(strstr(err.text, "symbolic link"));
}

static void links_are_followed_to_where_the_bytes_are(void **state) {
    Path dir = at("d"), link = at("link"), dangling = at("dangling"), a = at("circle-a"), b = at("circle-b");
    Path through = at("link/x/y"), want = at("d/x/y"), target = at("d/new");
    char out[PATH_SIZE];
    Err err;
    (void)state;
    mkdir(dir.text, 0755);
    assert_int_equal(symlink("d", link.text), 0);
    assert_int_equal(symlink("link/new", dangling.text), 0);
    assert_int_equal(symlink("circle-b", a.text), 0);
    assert_int_equal(symlink(a.text, b.text), 0);
    assert_true(place_real(through.text, out, &err));
    assert_string_equal(out, want.text);
    assert_true(place_real(dangling.text, out, &err));
    assert_string_equal(out, target.text);
    assert_true(place_real_parent(dangling.text, out, &err));
    assert_string_equal(out, dangling.text);
    assert_false(place_real(a.text, out, &err));
    assert_string_equal(err.code, "invalid");
    assert_true(place_real("/", out, &err));
    assert_string_equal(out, "/");
}

static void become_nobody(void) {
    if (geteuid() == 0 && setgid(65534) + setuid(65534) != 0) _exit(4);
}

static void check_no_permission(void) {
    Path closed = at("closed"), locked = at("locked/x");
    Err err;
    if (!read_fails(real(&closed), &err) || strcmp(err.code, "denied") != 0) _exit(1);
    if (file_write(real(&closed), slice_of("x"), DRAFT_MODE_KEEP, &err) || strcmp(err.code, "denied") != 0) _exit(2);
    if (file_append(real(&closed), slice_of("x"), &err) || strcmp(err.code, "denied") != 0) _exit(3);
    if (file_write(real(&locked), slice_of("x"), DRAFT_MODE_KEEP, &err) || strcmp(err.code, "denied") != 0) _exit(4);
    if (file_remove(real(&closed), &err)) _exit(5);
}

static void without_permission_it_is_denied(void **state) {
    Path closed = at("closed"), locked = at("locked");
    (void)state;
    put("closed", "x");
    chmod(closed.text, 0);
    mkdir(locked.text, 0555);
    chmod(top, 0555);
    in_a_child(check_no_permission, become_nobody);
    chmod(top, 0755);
    expect_text("closed", "x");
}

/* A reader in another process looks all the time; it must see one text or the other, whole. */
static void a_reader_never_sees_half_a_file(void **state) {
    enum { SIZE = 200000, ROUNDS = 60 };
    Path path = at("a");
    Err err;
    int status = -1;
    char *text = mem_new(SIZE + 1);
    (void)state;
    memset(text, 'a', SIZE);
    put("a", text);
    pid_t reader = fork();
    if (reader == 0) {
        for (bool last = false; !last; ) {
            Buf seen;
            buf_init(&seen);
            if (!file_read(real(&path), FILE_LIMIT, &seen, &err) || seen.len != SIZE) _exit(1);
            for (size_t i = 1; i < SIZE; i++) if (seen.ptr[i] != seen.ptr[0]) _exit(2);
            last = seen.ptr[0] == 'Z';
            buf_drop(&seen);
        }
        _exit(0);
    }
    for (int i = 0; i <= ROUNDS; i++) {
        memset(text, i == ROUNDS ? 'Z' : 'a' + i % 20, SIZE);
        assert_true(file_write(real(&path), slice_make(text, SIZE), DRAFT_MODE_KEEP, &err));
    }
    waitpid(reader, &status, 0);
    assert_int_equal(status, 0);
    free(text);
}

static void a_full_disk_leaves_the_old_file(void **state) {
    Path disk = at("disk"), path = at("disk/a"), log = at("disk/log");
    Err err;
    char *big = mem_new(400001);
    (void)state;
    mkdir(disk.text, 0755);
    if (mount("tmpfs", disk.text, "tmpfs", 0, "size=256k") != 0) { free(big); skip(); }
    memset(big, 'x', 400000);
    put("disk/a", "old");
    assert_true(file_append(real(&log), slice_of("line\n"), &err));
    assert_false(file_write(real(&path), slice_make(big, 400000), DRAFT_MODE_KEEP, &err));
    assert_string_equal(err.code, "full");
    expect_text("disk/a", "old");
    assert_false(file_append(real(&log), slice_make(big, 400000), &err));
    assert_string_equal(err.code, "full");
    expect_text("disk/log", "line\n");
    Path other = at("other");
    assert_true(file_write(real(&other), slice_make(big, 400000), DRAFT_MODE_KEEP, &err));
    assert_false(file_copy(real(&other), real(&path), &err));
    assert_string_equal(err.code, "full");
    expect_text("disk/a", "old");
    DIR *dir = opendir(disk.text);
    int n = 0;
    while (readdir(dir)) n++;
    closedir(dir);
    assert_int_equal(n, 4);                             /* . .. a log: no temporary file is left */
    umount(disk.text);
    free(big);
}

static void a_draft_that_is_dropped_leaves_nothing(void **state) {
    Path path = at("a");
    Draft draft;
    Err err;
    (void)state;
    put("a", "old");
    assert_true(draft_open(&draft, real(&path), DRAFT_MODE_KEEP, &err));
    assert_true(draft_write(&draft, slice_of("new"), &err));
    assert_int_equal(entries(), 2);
    draft_drop(&draft);
    assert_int_equal(entries(), 1);
    expect_text("a", "old");
}

static void copying_keeps_bytes_and_mode(void **state) {
    Path from = at("a"), to = at("b"), dir = at("d");
    Err err;
    (void)state;
    put("a", "text");
    chmod(from.text, 0640);
    mkdir(dir.text, 0755);
    assert_true(file_copy(real(&from), real(&to), &err));
    expect_text("b", "text");
    assert_int_equal(mode_of("b"), 0640);
    assert_true(file_copy(real(&from), real(&from), &err));
    expect_text("a", "text");
    assert_false(file_copy(real(&dir), real(&to), &err));
    assert_string_equal(err.code, "invalid");
    assert_false(file_copy(real(&from), real(&dir), &err));
    assert_string_equal(err.code, "invalid");
}

static void moving_renames_and_crosses_file_systems(void **state) {
    Path from = at("a"), to = at("b"), disk = at("disk"), far = at("disk/c"), dir = at("d"), missing = at("no");
    Err err;
    (void)state;
    put("a", "text");
    put("b", "old");
    mkdir(dir.text, 0755);
    assert_true(file_move(real(&from), real(&to), &err));
    expect_text("b", "text");
    assert_int_equal(access(from.text, F_OK), -1);
    assert_false(file_move(real(&to), real(&dir), &err));
    assert_string_equal(err.code, "exists");
    assert_false(file_move(real(&missing), real(&to), &err));
    assert_string_equal(err.code, "not_found");
    mkdir(disk.text, 0755);
    if (mount("tmpfs", disk.text, "tmpfs", 0, "size=64k") != 0) skip();
    assert_true(file_move(real(&to), real(&far), &err));
    expect_text("disk/c", "text");
    assert_int_equal(access(to.text, F_OK), -1);
    umount(disk.text);
}

static void removing_takes_the_link_and_not_its_target(void **state) {
    Path link = at("link"), dir = at("d");
    Err err;
    (void)state;
    put("a", "x");
    assert_int_equal(symlink("a", link.text), 0);
    assert_true(file_remove(real(&link), &err));
    expect_text("a", "x");
    mkdir(dir.text, 0755);
    assert_false(file_remove(real(&dir), &err));
    assert_string_equal(err.code, "invalid");
    assert_false(file_remove((Place){ PLACE_REAL, "/" }, &err));
    assert_string_equal(err.code, "invalid");
}

static void facts_are_true(void **state) {
    Path path = at("a");
    FileInfo info;
    Err err;
    int64_t used, free_bytes, total;
    (void)state;
    put("a", "12345");
    chmod(path.text, 0642);
    assert_true(file_stat(real(&path), &info, &err));
    assert_string_equal(info.type, "file");
    assert_int_equal(info.size, 5);
    assert_int_equal(info.mode, 0642);
    assert_int_equal(info.user, geteuid());
    assert_true(info.modified_ms > 1600000000000);
    assert_true(file_stat((Place){ PLACE_REAL, top }, &info, &err));
    assert_string_equal(info.type, "directory");
    assert_true(file_usage(real(&path), &used, &free_bytes, &total, &err));
    assert_true(total > 0 && used >= 0 && used <= total && free_bytes <= total);
}

static void a_hash_is_the_one_other_tools_print(void **state) {
    char hash[HASH_SHA256_TEXT];
    Path path = at("a");
    Err err;
    (void)state;
    put("a", "abc");
    assert_true(file_hash(real(&path), hash, &err));
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_false(file_hash((Place){ PLACE_REAL, top }, hash, &err));
}

static int set_up(void **state) {
    (void)state;
    strcpy(top, "/tmp/aios-file-XXXXXX");
    return mkdtemp(top) && chmod(top, 0755) == 0 ? 0 : -1;
}

static int tear_down(void **state) {
    char command[256];
    (void)state;
    snprintf(command, sizeof command, "umount %s/disk 2>/dev/null; rm -rf %s", top, top);
    return system(command);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read),
        TEST(a_new_file_heeds_the_umask_and_an_old_one_keeps_its_mode),
        TEST(appending_adds_and_makes),
        TEST(what_is_not_a_regular_file_is_refused_by_name),
        TEST(a_missing_file_is_not_found),
        TEST(a_file_over_the_limit_is_too_big_and_one_at_it_is_not),
        TEST(a_file_that_lies_about_its_size_is_read_to_its_end),
        TEST(nothing_leads_out_of_a_root),
        TEST(nothing_leads_out_where_openat2_is_missing),
        TEST(a_link_on_the_way_is_refused_in_a_real_path),
        TEST(links_are_followed_to_where_the_bytes_are),
        TEST(without_permission_it_is_denied),
        TEST(a_reader_never_sees_half_a_file),
        TEST(a_full_disk_leaves_the_old_file),
        TEST(a_draft_that_is_dropped_leaves_nothing),
        TEST(copying_keeps_bytes_and_mode),
        TEST(moving_renames_and_crosses_file_systems),
        TEST(removing_takes_the_link_and_not_its_target),
        TEST(facts_are_true),
        TEST(a_hash_is_the_one_other_tools_print),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
