#include "lua/declare.h"
#include "base/buf.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIST_MAX = 32 };

static Slice field_text(lua_State *L, int table, const char *key) {
    size_t len;
    lua_getfield(L, table, key);        /* stays on the stack: the slice borrows it */
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

/* Adds the texts of the list `key` to `out`; each stays on the stack. */
static size_t add_texts(lua_State *L, int table, const char *key, Slice *out, size_t count) {
    if (lua_getfield(L, table, key) != LUA_TTABLE) return count;
    int list = lua_gettop(L);
    for (lua_Integer i = 1; count < LIST_MAX && lua_rawgeti(L, list, i) != LUA_TNIL; i++) {
        size_t len;
        if (lua_type(L, -1) == LUA_TNUMBER) lua_pushfstring(L, "in %dms", (int)(lua_tonumber(L, -1) * 1000));
        const char *text = lua_tolstring(L, -1, &len);
        if (text) out[count++] = slice_make(text, len);
    }
    return count;
}

static int64_t milliseconds(lua_State *L, int index) { return (int64_t)(lua_tonumber(L, index) * 1000 + 0.5); }

/* A text of the list at `list`; it stays on the stack. */
static Slice item_text(lua_State *L, int list, int place) {
    size_t len;
    lua_rawgeti(L, list, place);
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

static int64_t item_ms(lua_State *L, int list, int place) {
    lua_rawgeti(L, list, place);
    int64_t ms = milliseconds(L, -1);
    lua_pop(L, 1);
    return ms;
}

/* on = { { "trigger", NAME } | { kind, subject [, lasting, checked, rearms] }, ... }; only of idle and when are there five */
static void read_on(lua_State *L, int table, JobSpec *spec, Slice *triggers, JobEvent *events) {
    if (lua_getfield(L, table, "on") != LUA_TTABLE) return;
    int list = lua_gettop(L);
    for (lua_Integer i = 1; i <= LIST_MAX && lua_rawgeti(L, list, i) == LUA_TTABLE; i++) {
        int   entry = lua_gettop(L);
        Slice kind = item_text(L, entry, 1), subject = item_text(L, entry, 2);
        if (slice_is(kind, "trigger")) triggers[spec->trigger_count++] = subject;
        else events[spec->event_count++] = (JobEvent){ .kind = kind, .subject = subject, .detail = item_text(L, entry, 3), .lasting_ms = item_ms(L, entry, 3),
                                                       .checked_ms = item_ms(L, entry, 4), .rearms = lua_rawgeti(L, entry, 5) == LUA_TBOOLEAN };
    }
}

static void read_missed(lua_State *L, int table, JobSpec *spec) {
    static const char *const NAMES[] = { "default", "once", "all", "skip" };
    if (lua_getfield(L, table, "missed") != LUA_TTABLE) return;
    int list = lua_gettop(L);
    lua_rawgeti(L, list, 1);
    for (int i = 1; i < 4; i++)
        if (lua_isstring(L, -1) && !strcmp(lua_tostring(L, -1), NAMES[i])) spec->missed = (Missed)i;
    lua_rawgeti(L, list, 2);
    spec->within_ms = (int64_t)(lua_tonumber(L, -1) * 1000);
}

static void read_overlap(JobSpec *spec, Slice word) {
    static const char *const NAMES[] = { "skip", "queue", "replace", "allow" };
    for (int i = 0; i < 4; i++)
        if (slice_is(word, NAMES[i])) {
            spec->overlap = (Overlap)i;
            spec->overlap_given = true;
        }
}

/* { { most, seconds }, ... } */
static size_t read_rates(lua_State *L, int table, const char *key, JobRate *rates) {
    int    top = lua_gettop(L);
    size_t count = 0;
    if (lua_getfield(L, table, key) == LUA_TTABLE)
        for (lua_Integer i = 1; i <= LIST_MAX && lua_rawgeti(L, top + 1, i) == LUA_TTABLE; i++) {
            lua_rawgeti(L, -1, 1);
            lua_rawgeti(L, -2, 2);
            rates[count++] = (JobRate){ (size_t)lua_tointeger(L, -2), milliseconds(L, -1) };
            lua_settop(L, top + 1);
        }
    lua_settop(L, top);
    return count;
}

static lua_Integer whole(lua_State *L, int table, const char *key) {
    lua_getfield(L, table, key);
    lua_Integer value = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return value;
}

/* jitter = { seconds, "fresh" | nil }, priority, at_once, per_key, start (seconds), settle (seconds), rates, throttles */
static void read_limits(lua_State *L, int table, JobSpec *spec, JobRate *rates, JobRate *throttles) {
    int top = lua_gettop(L);
    spec->priority = (int)whole(L, table, "priority");
    spec->at_once = (size_t)whole(L, table, "at_once");
    spec->per_key = (size_t)whole(L, table, "per_key");
    if (lua_getfield(L, table, "jitter") == LUA_TTABLE) {
        lua_rawgeti(L, -1, 1);
        spec->jitter_ms = milliseconds(L, -1);
        spec->jitter_fresh = lua_rawgeti(L, -2, 2) == LUA_TSTRING;
    }
    lua_getfield(L, table, "settle");
    spec->settle_ms = milliseconds(L, -1);
    lua_getfield(L, table, "start");
    spec->start_ms = milliseconds(L, -1);
    lua_settop(L, top);
    spec->rate_count = read_rates(L, table, "rates", rates);
    spec->throttle_count = read_rates(L, table, "throttles", throttles);
    spec->rates = rates;
    spec->throttles = throttles;
}

static bool add_job(lua_State *L, int table, Sched *sched, Err *err) {
    Slice schedules[LIST_MAX], triggers[LIST_MAX], tags[LIST_MAX];
    JobRate rates[LIST_MAX], throttles[LIST_MAX];
    JobEvent events[LIST_MAX];
    JobSpec spec = { .name = field_text(L, table, "name"), .title = field_text(L, table, "title"),
                     .schedules = schedules, .triggers = triggers, .events = events, .tags = tags };
    lua_getfield(L, table, "line");
    spec.line = (int)lua_tointeger(L, -1);
    lua_getfield(L, table, "always");
    spec.always = lua_toboolean(L, -1);
    lua_getfield(L, table, "restart");
    spec.restart_ms = (int64_t)(lua_tonumber(L, -1) * 1000);
    spec.schedule_count = add_texts(L, table, "every", schedules, 0);
    spec.schedule_count = add_texts(L, table, "at", schedules, spec.schedule_count);
    spec.schedule_count = add_texts(L, table, "after", schedules, spec.schedule_count);
    read_on(L, table, &spec, triggers, events);
    lua_getfield(L, table, "first_only");
    spec.first_only = lua_toboolean(L, -1);
    if (lua_getfield(L, table, "timeout") == LUA_TNUMBER) spec.reply_ms = milliseconds(L, -1);
    lua_getfield(L, table, "replies");
    spec.replies = lua_toboolean(L, -1);
    if (lua_getfield(L, table, "signed") == LUA_TTABLE) {
        int list = lua_gettop(L);
        spec.sign = item_text(L, list, 1);
        spec.sign_secret = item_text(L, list, 2);
    }
    spec.key = field_text(L, table, "key");
    spec.tag_count = add_texts(L, table, "tags", tags, 0);
    read_overlap(&spec, field_text(L, table, "overlap"));
    read_missed(L, table, &spec);
    read_limits(L, table, &spec, rates, throttles);
    return sched_add(sched, &spec, err);
}

bool declare_job(lua_State *L, const char *json, Sched *sched, Err *err) {
    int top = lua_gettop(L);
    if (!lua_checkstack(L, 8 * LIST_MAX + 40)) return err_set(err, "limit", "no memory");
    bool good = value_decode(L, slice_of(json), err) && add_job(L, top + 1, sched, err);
    lua_settop(L, top);
    return good;
}
