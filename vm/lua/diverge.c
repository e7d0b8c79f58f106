/* diverge.c - how it is said that a program does something else than the record of its run. */
#include "lua/embed.h"
#include "lua/run_place.h"
#include "lua/value.h"
#include "store/audit.h"
#include <lauxlib.h>

enum { SHOWN = 70, BEFORE = 24 };

/* [] -> the arguments as the log would keep them, without secrets; false: they cannot be shown. Protected by the caller. */
static int l_redacted(lua_State *L) {
    Slice *args = lua_touserdata(L, 1);
    Err err;
    embed_require(L, "tool.redact");
    lua_getfield(L, -1, "value");
    if (!value_decode(L, *args, &err)) return 0;
    lua_call(L, 1, 1);
    return 1;
}

static bool redacted(lua_State *L, Slice args, Buf *out) {
    Err ignored;
    int top = lua_gettop(L);
    lua_pushcfunction(L, l_redacted);
    lua_pushlightuserdata(L, &args);
    bool good = lua_pcall(L, 1, 1, 0) == LUA_OK && !lua_isnil(L, -1) && value_encode(L, -1, out, &ignored);
    lua_settop(L, top);
    return good;
}

/* Where two texts begin to differ, a little before it, at the beginning of a character. */
static size_t differ_at(Slice a, Slice b) {
    size_t at = 0;
    while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at]) at++;
    at = at > BEFORE ? at - BEFORE : 0;
    while (at > 0 && (a.ptr[at] & 0xc0) == 0x80) at--;
    return at;
}

static void add_part(Buf *out, Slice text, size_t at) {
    size_t end = text.len - at > SHOWN ? at + SHOWN : text.len;
    while (end < text.len && end > at && (text.ptr[end] & 0xc0) == 0x80) end--;
    buf_printf(out, "%s%.*s%s", at ? "…" : "", (int)(end - at), text.ptr + at, end < text.len ? "…" : "");
}

/* "; recorded: …, now: …", as far as the log has the arguments. */
static void add_arguments(lua_State *L, Run *run, Slice path, Slice args, Buf *out) {
    Buf was = { 0 }, now = { 0 };
    Err ignored;
    Store *store = run_engine(run)->store;
    if (store && args.ptr && redacted(L, args, &now) && audit_args(store_reader(store), run->ledger.row.uid, path, &was, &ignored) && was.len
        && !slice_eq(buf_slice(&was), buf_slice(&now))) {
        size_t at = differ_at(buf_slice(&was), buf_slice(&now));
        buf_add_text(out, ". Recorded: ");
        add_part(out, buf_slice(&was), at < was.len ? at : was.len);
        buf_add_text(out, " Now: ");
        add_part(out, buf_slice(&now), at < now.len ? at : now.len);
    }
    buf_drop(&was);
    buf_drop(&now);
}

int run_diverged(lua_State *L, Run *run, const JournalRow *row, Slice name, Slice path, Slice args) {
    bool same_name = slice_eq(row->name, name);
    Buf more = { 0 };
    if (same_name) add_arguments(L, run, path, args, &more);
    run_note_stop(run, RUN_DIVERGED, "step %.*s: the record has %.*s (line %d)%s, the program now calls %.*s (line %d)%s%s. Nothing was done. "
                  "The program, its modules or what they read outside tools has changed since the run began",
                  (int)path.len, path.ptr, (int)row->name.len, row->name.ptr, row->line, same_name ? " with other arguments" : "",
                  (int)name.len, name.ptr, run_line(L), same_name ? " again" : "", more.len ? buf_text(&more) : "");
    buf_drop(&more);
    return fiber_stop(L);
}
