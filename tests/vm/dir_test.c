/* links: os base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "os/dir.h"
#include "os/search.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[64];                                    /* a fresh directory for each test */

typedef struct { char text[256]; } Path;

static Path at(const char *name) {
    Path path;
    snprintf(path.text, sizeof path.text, "%s/%s", top, name);
    return path;
}

static Place real(const Path *path) { return (Place){ PLACE_REAL, path->text }; }

static void make(const char *name) {
    Path path = at(name);
    assert_int_equal(mkdir(path.text, 0755), 0);
}

static void touch(const char *name) {
    Path path = at(name);
    int fd = open(path.text, O_CREAT | O_WRONLY, 0644);
    assert_true(fd >= 0);
    close(fd);
}

static bool is_there(const char *name) {
    struct stat st;
    Path path = at(name);
    return lstat(path.text, &st) == 0;
}

/* The listing as "path path path". */
static void expect_list(const DirQuery *query, const char *want) {
    DirList list = { 0 };
    Buf got;
    Err err;
    buf_init(&got);
    if (!dir_list((Place){ PLACE_REAL, top }, query, &list, &err)) fail_msg("%s", err.text);
    for (size_t i = 0; i < list.count; i++) buf_printf(&got, "%s%s", i ? " " : "", list.items[i].path);
    assert_string_equal(buf_text(&got), want);
    buf_drop(&got);
    dir_drop(&list);
}

static void a_listing_is_sorted_and_may_go_deep(void **state) {
    Path link = at("loop");
    (void)state;
    expect_list(&(DirQuery){ .deep = true }, "");
    make("b"), make("b/c"), touch("b/c/x.log"), touch("a.txt"), touch("b/y.log");
    assert_int_equal(symlink(".", link.text), 0);       /* a walk that followed it would never end */
    expect_list(&(DirQuery){ .deep = false }, "a.txt b loop");
    expect_list(&(DirQuery){ .deep = true }, "a.txt b b/c b/c/x.log b/y.log loop");
    expect_list(&(DirQuery){ .deep = true, .glob = "*.log" }, "b/c/x.log b/y.log");
    expect_list(&(DirQuery){ .deep = true, .glob = "b/*.log" }, "b/y.log");
    expect_list(&(DirQuery){ .deep = true, .glob = "b/**" }, "b b/c b/c/x.log b/y.log");
}

static void a_listing_says_what_each_entry_is(void **state) {
    Path link = at("link"), fifo = at("fifo");
    DirList list = { 0 };
    Err err;
    (void)state;
    make("dir"), touch("file");
    assert_int_equal(symlink("file", link.text), 0);
    mkfifo(fifo.text, 0644);
    assert_true(dir_list((Place){ PLACE_REAL, top }, &(DirQuery){ .deep = false }, &list, &err));
    static const char *const WANT[] = { "directory", "pipe", "file", "link" };
    assert_int_equal(list.count, 4);
    for (size_t i = 0; i < 4; i++) assert_string_equal(list.items[i].info.type, WANT[i]);
    dir_drop(&list);
}

static void only_a_directory_can_be_listed(void **state) {
    Path file = at("file"), missing = at("missing");
    DirList list = { 0 };
    Err err;
    (void)state;
    touch("file");
    assert_false(dir_list(real(&file), &(DirQuery){ .deep = false }, &list, &err));
    assert_string_equal(err.code, "invalid");
    assert_false(dir_list(real(&missing), &(DirQuery){ .deep = false }, &list, &err));
    assert_string_equal(err.code, "not_found");
}

static void directories_are_made_with_those_above(void **state) {
    Path deep = at("a/b/c"), under_file = at("file/x"), through = at("link/x"), link = at("link");
    Err err;
    (void)state;
    assert_true(dir_make(real(&deep), &err));
    assert_true(is_there("a/b/c"));
    assert_true(dir_make(real(&deep), &err));
    touch("file");
    assert_false(dir_make(real(&under_file), &err));
    assert_string_equal(err.code, "exists");
    assert_int_equal(symlink("a", link.text), 0);
    assert_false(dir_make(real(&through), &err));
    assert_false(is_there("a/x"));
    assert_true(dir_make((Place){ PLACE_OPEN, through.text }, &err));
    assert_true(is_there("a/x"));
}

static void directories_are_made_beneath_a_root_only(void **state) {
    Err err;
    (void)state;
    make("root");
    Path dir = at("root");
    int root = open(dir.text, O_PATH | O_DIRECTORY);
    assert_true(dir_make((Place){ root, "x/y" }, &err));
    assert_false(dir_make((Place){ root, "../out" }, &err));
    assert_string_equal(err.code, "denied");
    assert_true(is_there("root/x/y"));
    assert_false(is_there("out"));
    close(root);
}

static void a_plain_removal_wants_an_empty_directory(void **state) {
    Path dir = at("a");
    Err err;
    (void)state;
    make("a"), touch("a/x");
    assert_false(dir_remove(real(&dir), &err));
    assert_string_equal(err.code, "exists");
    assert_true(is_there("a/x"));
}

static void a_deep_removal_never_follows_a_link(void **state) {
    Path dir = at("a"), link = at("a/link"), up = at("a/up");
    Err err;
    (void)state;
    make("a"), make("a/b"), touch("a/b/x"), make("keep"), touch("keep/me");
    Path keep = at("keep");
    assert_int_equal(symlink(keep.text, link.text), 0);
    assert_int_equal(symlink("..", up.text), 0);
    assert_true(dir_remove_deep(real(&dir), &err));
    assert_false(is_there("a"));
    assert_true(is_there("keep/me"));
    assert_false(dir_remove_deep(real(&dir), &err));
    assert_string_equal(err.code, "not_found");
}

static void a_deep_removal_stops_at_another_file_system(void **state) {
    Path dir = at("a"), disk = at("a/disk");
    Err err;
    (void)state;
    make("a"), make("a/disk");
    if (mount("tmpfs", disk.text, "tmpfs", 0, "size=64k") != 0) skip();
    touch("a/disk/x");
    assert_false(dir_remove_deep(real(&dir), &err));
    assert_string_equal(err.code, "busy");
    assert_true(is_there("a/disk/x"));
    assert_false(dir_remove_deep(real(&disk), &err));
    assert_true(is_there("a/disk/x"));
    umount(disk.text);
}

static void a_walk_has_a_depth_limit(void **state) {
    Buf path;
    Err err;
    DirList list = { 0 };
    (void)state;
    buf_init(&path);
    buf_add_text(&path, top);
    for (int i = 0; i <= DIR_DEPTH_MAX; i++) buf_add_text(&path, "/d");
    assert_true(dir_make((Place){ PLACE_REAL, path.ptr }, &err));
    assert_false(dir_list((Place){ PLACE_REAL, top }, &(DirQuery){ .deep = true }, &list, &err));
    assert_string_equal(err.code, "limit");
    dir_drop(&list);
    buf_drop(&path);
}

static void put(const char *name, const char *text) {
    Path path = at(name);
    Err err;
    assert_true(file_write(real(&path), slice_of(text), -1, &err));
}

static void expect_hits(const SearchQuery *query, const char *want) {
    SearchHits hits = { 0 };
    Buf got;
    Err err;
    buf_init(&got);
    if (!search_text((Place){ PLACE_REAL, top }, query, &hits, &err)) fail_msg("%s", err.text);
    for (size_t i = 0; i < hits.count; i++)
        buf_printf(&got, "%s:%lld:%s\n", hits.items[i].path, (long long)hits.items[i].line, hits.items[i].text);
    assert_string_equal(buf_text(&got), want);
    buf_drop(&got);
    search_drop(&hits);
}

static void a_search_finds_lines_in_text_files(void **state) {
    Path binary = at("b/bin");
    (void)state;
    make("b");
    put("a.txt", "one needle\ntwo\nneedle needle");
    put("b/c.log", "\n\n.*needle.*\n");
    FILE *f = fopen(binary.text, "w");
    fwrite("\0needle", 1, 7, f);
    fclose(f);
    expect_hits(&(SearchQuery){ .needle = slice_of("needle") }, "a.txt:1:one needle\na.txt:3:needle needle\nb/c.log:3:.*needle.*\n");
    expect_hits(&(SearchQuery){ .needle = slice_of("needle"), .glob = "*.log" }, "b/c.log:3:.*needle.*\n");
    expect_hits(&(SearchQuery){ .needle = slice_of("needle"), .limit = 1 }, "a.txt:1:one needle\n");
    expect_hits(&(SearchQuery){ .needle = slice_of(".*n") }, "b/c.log:3:.*needle.*\n");
    expect_hits(&(SearchQuery){ .needle = slice_of("nothing") }, "");
}

static int set_up(void **state) {
    (void)state;
    strcpy(top, "/tmp/aios-dir-XXXXXX");
    return mkdtemp(top) ? 0 : -1;
}

static int tear_down(void **state) {
    char command[256];
    (void)state;
    snprintf(command, sizeof command, "umount %s/a/disk 2>/dev/null; rm -rf %s", top, top);
    return system(command);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_listing_is_sorted_and_may_go_deep),
        TEST(a_listing_says_what_each_entry_is),
        TEST(only_a_directory_can_be_listed),
        TEST(directories_are_made_with_those_above),
        TEST(directories_are_made_beneath_a_root_only),
        TEST(a_plain_removal_wants_an_empty_directory),
        TEST(a_deep_removal_never_follows_a_link),
        TEST(a_deep_removal_stops_at_another_file_system),
        TEST(a_walk_has_a_depth_limit),
        TEST(a_search_finds_lines_in_text_files),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
