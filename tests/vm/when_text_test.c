/* links: time base */
#include "when_rows.h"

static void normal_forms(void **state) {
    static const struct { const char *text, *normal; } ROWS[] = {
        { "every 90s", "every 1m30s" }, { "20m to 40m", "every 20m to 40m" }, { "every day at 8am,17:30", "every day at 08:00 and 17:30" }, { "every weekday at 08:00 in 'Europe/London'", "every weekday at 08:00 in \"Europe/London\"" },
        { "every friday, monday and sunday", "every monday, friday and sunday at 00:00" }, { "every 2 week at 8pm", "every 2 weeks at 20:00" }, { "every 15 minutes between 9am and 5pm", "every 15 minutes between 09:00 and 17:00" },
        { "every month on last, 15, 1 at 06:00:05", "every month on 1, 15 and last at 06:00:05" }, { "every month on last weekday and first weekday, third tuesday and last friday", "every month on first weekday, third tuesday, last friday and last weekday at 00:00" },
        { "  0  9 * *   mon ", "every cron \"0 9 * * mon\"" }, { "every day between 22:00 and 02:00 at random", "every day at random between 22:00 and 02:00" }, { "every 13h from 2026-01-01 07:00", "every 13h from 2026-01-01 07:00" },
        { "every month from 2026-01-31", "every month at 00:00 from 2026-01-31" }, { "at 9pm", "at 21:00" }, { "at 2026-03-02 8:00", "at 2026-03-02 08:00" }, { "in 90m", "in 1h30m" }, { "once every day at 1am", "once every day at 01:00" },
        { "every monday and tuesday, wednesday, thursday, friday", "every weekday at 00:00" }, { "every 2 mondays", "every 2 mondays at 00:00" }, { "every minute", "every minute" }, { "every 2 days at random", "every 2 days at random" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        Buf  once, again;
        When w = when(ROWS[i].text), back;
        Err  err;
        buf_init(&once);
        buf_init(&again);
        when_describe(&w, &once);
        assert_string_equal(buf_text(&once), ROWS[i].normal);
        assert_true(when_parse(buf_slice(&once), &back, &err));
        when_describe(&back, &again);
        assert_string_equal(buf_text(&again), ROWS[i].normal);
        assert_int_equal(when_next(&w, 1772434800001, NULL, 1772000000000, 4), when_next(&back, 1772434800001, NULL, 1772000000000, 4));
        buf_drop(&once);
        buf_drop(&again);
    }
}

static void mistakes_are_named(void **state) {
    static const struct { const char *text, *says; int at; } ROWS[] = {
        { "", "ends too early", 0 }, { "every", "the schedule ends too early: expected a length of time, cron, or a period", 5 }, { "every fortnight", "'fortnight': expected a length of time, cron, or a period", 6 },
        { "every mondya at 08:00", "did you mean 'monday'?", 6 }, { "evry day", "'evry'", 0 }, { "every dya at 08:00", "did you mean 'day'?", 6 }, { "every day at 25:00", "'25:00' is not on the clock", 13 },
        { "every day at 8", "'8' is not a time of day like 08:00", 13 }, { "every day at noon", "'noon': expected a time of day", 13 }, { "every day at", "ends too early: expected a time of day", 12 }, { "every day at 08:00 and", "ends too early", 22 },
        { "every 5", "ends too early", 7 }, { "every 0 days", "a number from 1 to 1000", 6 }, { "every 5x", "the units are ms s m h d w", 6 }, { "every 0s", "between 1ms and 100 years", 6 }, { "every 40m to 20m", "a longer time after 'to'", 13 },
        { "every 5m at 08:00", "'at' does not go with a length of time", -1 }, { "every 5h between 09:00 and 10:00", "window is shorter", -1 }, { "every 7 minutes", "every 7 minutes does not fit the clock", -1 }, { "every 13 hours", "try: every 13h", -1 },
        { "every hour at 08:00", "'at' needs a day", -1 }, { "every hour at random", "every 20m to 40m", -1 }, { "every hour between 09:10 and 09:50", "no such time lies in this window", -1 }, { "every day between 09:00 and 17:00", "at random", -1 },
        { "every day at random between 09:00", "'and' and the end", -1 }, { "every day at random between 09:00 and 09:00", "same time", -1 }, { "every 2 weekdays", "number does not go with", -1 }, { "every year", "every 12 months", 6 }, { "every 30 seconds", "every 30s", 9 },
        { "every hour and minute", "days only", 15 }, { "every day and monday", "'day' is every day already", -1 }, { "every day on 1", "'on' goes with months only", -1 }, { "every month on 0", "1 to 31", 15 }, { "every month on 32", "1 to 31", 15 },
        { "every month on 1st", "'1st'", 15 }, { "every month on lst", "did you mean 'last'?", 15 }, { "every month on first", "name of a day", 20 }, { "every month on second weekday", "'weekday'", 22 }, { "every month on second mondya", "did you mean 'monday'?", 22 },
        { "every day at sunset", "times of the sun", 13 }, { "every day at 30m before sunset", "times of the sun", 13 }, { "every weekday at 08:00 except holidays", "holidays are not known", 23 }, { "every day at 08:00 shift to next weekday", "holidays", 19 },
        { "every day at 08:00 overlap skip", "'overlap': expected at, on, between, in or from", 19 }, { "every day in Berlin", "time zone in quotes", 13 }, { "every day in \"\"", "name of a time zone", 13 }, { "every day in \"Europe/Berlin", "in quotes", 13 },
        { "every day at 08:00 at 09:00", "'at' stands twice", -1 }, { "every day in \"UTC\" in \"UTC\"", "'in' stands twice", -1 }, { "every day from 2026-02-30", "does not exist", 15 }, { "every day from tomorrow", "expected a date", 15 },
        { "every cron 5", "pattern in quotes", 11 }, { "every cron \"0 9 * *\"", "found 4", 11 }, { "every cron \"0 0 30 2 *\"", "never", 11 }, { "every cron \"0 9 * * *\" at 08:00", "does not go with cron", -1 },
        { "every cron \"0 9 * * *\" between 10:00 and 11:00", "no time in this window", -1 }, { "* * * *", "found 4", 0 }, { "0 9 * * * extra words", "'extra'", 0 }, { "at", "ends too early", 2 }, { "at tomorrow", "'tomorrow'", 3 },
        { "at 2026-13-01", "does not exist", 3 }, { "at 2026-03-02 08:00 every day", "'every': expected the end", 20 }, { "in", "ends too early: expected a length of time", 2 }, { "in 5", "no unit", 3 }, { "in 5m 6m", "'6m'", 6 }, { "every day ; at", "';'", 10 },
        { "every day at 00:00,00:01,00:02,00:03,00:04,00:05,00:06,00:07,00:08,00:09,00:10,00:11,00:12,00:13,00:14,00:15,00:16,00:17,00:18,00:19,00:20,00:21,00:22,00:23,00:24,00:25,00:26,00:27,00:28,00:29,00:30,00:31,00:32", "32 times", -1 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        When w;
        Err  err = { 0 };
        if (when_parse(slice_of(ROWS[i].text), &w, &err)) fail_msg("'%s' was taken", ROWS[i].text);
        assert_string_equal(err.code, "invalid");
        if (!strstr(err.text, ROWS[i].says)) fail_msg("'%s': %s (expected %s)", ROWS[i].text, err.text, ROWS[i].says);
        if (ROWS[i].at >= 0 && w.error_at != (size_t)ROWS[i].at) fail_msg("'%s': at %zu, expected %d", ROWS[i].text, w.error_at, ROWS[i].at);
    }
}

static void any_cut_or_changed_text_is_safe(void **state) {
    static const char TEXT[] = "once every 2 mondays, friday at 08:00 and 9pm in \"Europe/Berlin\" from 2026-01-01 07:00 */5 L-2 fri#2 between 'x";
    uint32_t seed = 3;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char   text[64];
        size_t len = 0, words = 1 + (seed >> 16) % 6;
        for (size_t n = 0; n < words; n++) {
            seed = seed * 1664525u + 1013904223u;
            size_t from = (seed >> 16) % (sizeof TEXT - 9), count = 1 + (seed >> 8) % 8;
            memcpy(text + len, TEXT + from, count);
            len += count;
        }
        When  w;
        Err   err = { 0 };
        char *copy = mem_copy(slice_make(text, len));
        if (when_parse(slice_make(copy, len), &w, &err)) assert_true(when_next(&w, 0, NULL, 0, 1) > 0);
        else assert_string_equal(err.code, "invalid");
        free(copy);
    }
}

static void what_a_schedule_is(void **state) {
    static const struct { const char *text; bool interval, single, advice; } ROWS[] = {
        { "every 5m", true, false, false }, { "every 2d", false, false, false }, { "every 20m to 40m", true, false, false }, { "every hour", true, false, false }, { "every day at 08:00", false, false, false },
        { "*/5 * * * *", true, false, false }, { "0 8 * * *", false, false, false }, { "0 8 13 * fri", false, false, true }, { "0 8 13 * +fri", false, false, false }, { "at 08:00", false, true, false },
        { "in 5m", false, true, false }, { "at 2026-03-02", false, true, false }, { "once every day", false, true, false }, { "every month on 31", false, false, true }, { "every month on 28", false, false, false },
        { "every day at random", false, false, false }, { "every month on 29 and last", false, false, false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        When w = when(ROWS[i].text);
        if (when_is_interval(&w) != ROWS[i].interval || when_is_single(&w) != ROWS[i].single || (when_advice(&w) != NULL) != ROWS[i].advice) fail_msg("%s", ROWS[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        { "the normal form reads back to itself", normal_forms, NULL, NULL, NULL },
        { "a mistake is named with what was expected and where", mistakes_are_named, NULL, NULL, NULL },
        { "any text is taken or refused, never worse", any_cut_or_changed_text_is_safe, NULL, NULL, NULL },
        { "interval, single and advice tell schedules apart", what_a_schedule_is, NULL, NULL, NULL },
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("when_text", tests, NULL, NULL);
}
