/* links: work store db net os time base */
#include "db/migrate.h"
#include "sched_expect.h"
#include "store/schema.h"

#define THROTTLES(...) .throttles = (const JobRate[]){ __VA_ARGS__ }, .throttle_count = COUNT(((const JobRate[]){ __VA_ARGS__ }))

/* Written by somebody else, as another process would. */
static void world_sql(World *w, const char *sql) {
    Db *db;
    Err err;
    DbOpen how = { .path = w->path, .mode = DB_WRITE, .application_id = 0x61696f73, .version = migrate_count(SCHEMA_STEPS) };
    if (!db_open(&DB_SQLITE, &db, &how, &err) || !db_exec(db, sql, &err)) fail_msg("%s", err.text);
    db_abandon(db);
}

static void rows_of_one_key_wait_for_each_other_and_others_pass(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    w->length_ms = HOLD;
    add(w, (JobSpec){ .name = S("mail"), TRIGGERS(S("mail")), .at_once = 3, .per_key = 1, .key = S("kwargs.to args.0") });
    begin(w);
    for (int i = 0; i < 3; i++) trigger(w, "mail", "[]", "{\"to\":\"ada\"}", 0);
    trigger(w, "mail", "[\"bob\"]", "{}", 0);
    trigger(w, "mail", "[7]", "{}", 0);
    trigger(w, "mail", "[8]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 3);
    expect_text(w, "\"ada\",\"bob\",7", "SELECT group_concat(qkey) FROM (SELECT qkey FROM run WHERE name = 'mail' ORDER BY id)");
    finish(w, 1, RUN_DONE);
    assert_int_equal(w->count, 4);
    expect_text(w, "8", "SELECT qkey FROM run WHERE name = 'mail' ORDER BY id DESC LIMIT 1");
    world_free(w);
}

static void a_key_that_is_busy_is_skipped_when_overlap_says_so(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    w->length_ms = HOLD;
    add(w, (JobSpec){ .name = S("mail"), TRIGGERS(S("mail")), .per_key = 1, .key = S("args.0"), .overlap = OVERLAP_SKIP, .overlap_given = true });
    begin(w);
    for (int i = 0; i < 2; i++) trigger(w, "mail", "[1]", "{}", 0);
    trigger(w, "mail", "[2]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 2);
    expect(w, 1, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'overlap'");
    world_free(w);
}

static void what_exceeds_a_throttle_waits(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    add(w, (JobSpec){ .name = S("mail"), TRIGGERS(S("mail")), .at_once = 9, THROTTLES({ 2, MINUTE }) });
    begin(w);
    for (int i = 0; i < 5; i++) trigger(w, "mail", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 2);
    advance(w, MINUTE);
    assert_int_equal(w->count, 4);
    advance(w, MINUTE);
    assert_int_equal(w->count, 5);
    expect(w, 0, "SELECT count(*) FROM run WHERE state = 11");
    world_free(w);
}

static void slots_beyond_a_throttle_wait_too(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    add(w, (JobSpec){ .name = S("tick"), SCHEDULES(S("every 1m")), THROTTLES({ 1, 3 * MINUTE }) });
    begin(w);
    advance(w, MINUTE);
    assert_int_equal(w->count, 1);
    advance(w, 2 * MINUTE);
    assert_int_equal(w->count, 1);
    advance(w, MINUTE);
    assert_int_equal(w->count, 2);
    assert_int_equal(w->runs[1].began, MONDAY_8 + 4 * MINUTE);
    world_free(w);
}

static void of_rows_that_come_shortly_after_each_other_the_last_counts(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    add(w, (JobSpec){ .name = S("mail"), TRIGGERS(S("mail")), .settle_ms = MINUTE });
    begin(w);
    trigger(w, "mail", "[1]", "{}", 0);
    look(w);
    advance(w, MINUTE / 2);
    trigger(w, "mail", "[2]", "{}", 0);
    look(w);
    advance(w, MINUTE / 2);
    assert_int_equal(w->count, 0);
    expect(w, 1, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'settled'");
    advance(w, MINUTE / 2);
    assert_int_equal(w->count, 1);
    world_free(w);
}

static void what_could_not_begin_in_time_is_skipped(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    w->length_ms = HOLD;
    add(w, (JobSpec){ .name = S("mail"), TRIGGERS(S("mail")), .start_ms = MINUTE });
    begin(w);
    for (int i = 0; i < 2; i++) trigger(w, "mail", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 1);
    advance(w, 2 * MINUTE);
    finish(w, 0, RUN_DONE);
    assert_int_equal(w->count, 1);
    expect(w, 1, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'expired'");
    world_free(w);
}

static void what_a_person_sets_holds_at_once_and_after_a_restart(void **state) {
    const JobSpec MAIL = { .name = S("mail"), TRIGGERS(S("mail")), .at_once = 1 };
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    w->length_ms = HOLD;
    add(w, MAIL);
    begin(w);
    for (int i = 0; i < 6; i++) trigger(w, "mail", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 1);
    world_sql(w, "INSERT INTO aios_limit(program, job, is_set, at_once, throttles) VALUES('/srv/a.aios', 'mail', 1, 9, '3/60000')");
    look(w);
    assert_int_equal(w->count, 3);
    world_sql(w, "DELETE FROM aios_limit WHERE is_set = 1");
    look(w);
    assert_int_equal(w->count, 3);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_one_key_wait_for_each_other_and_others_pass),
        cmocka_unit_test(a_key_that_is_busy_is_skipped_when_overlap_says_so),
        cmocka_unit_test(what_exceeds_a_throttle_waits),
        cmocka_unit_test(slots_beyond_a_throttle_wait_too),
        cmocka_unit_test(of_rows_that_come_shortly_after_each_other_the_last_counts),
        cmocka_unit_test(what_could_not_begin_in_time_is_skipped),
        cmocka_unit_test(what_a_person_sets_holds_at_once_and_after_a_restart),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
