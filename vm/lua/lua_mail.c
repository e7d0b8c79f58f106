#include "lua/lua_mail.h"
#include "lua/engine.h"
#include "lua/lua_err.h"
#include "store/events.h"

static Store *check_store(lua_State *L) {
    Err err;
    Store *store = engine_store(vm_of(L)->owner, &err);
    if (!store) err_raise(L, &err);
    return store;
}

static Slice opt_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_optlstring(L, index, NULL, &len);
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

/* event(name, payload_json, source, uid) */
static int l_event(lua_State *L) {
    events_add(check_store(L), &(EventRow){ .name = opt_slice(L, 1), .payload = opt_slice(L, 2), .source = opt_slice(L, 3), .uid = opt_slice(L, 4) });
    return 0;
}

const luaL_Reg LUA_MAIL[] = { { "event", l_event }, { NULL, NULL } };
