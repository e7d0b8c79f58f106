/* lua_zone.c - aios.zone, for programs and the host: what the clocks of a zone show. Pure but for the zone files.
 *
 * Zones are read once and kept in the table that is the functions' upvalue. Memory: each is a userdata that frees its Zone. */
#include "lua/lua_err.h"
#include "time/calendar.h"
#include "time/duration.h"
#include "time/zone.h"
#include <lauxlib.h>
#include <math.h>

#define ZONE_TYPE "aios.zone.kept"
static const double SECONDS_MOST = 253402300800.0;      /* the year 10000 */

static int zone_gc(lua_State *L) {
    Zone **kept = lua_touserdata(L, 1);
    zone_free(*kept);
    *kept = NULL;
    return 0;
}

/* The zone named at `index` ("local" when there is none). Raises an error value { code, message } for one that is unknown. */
static const Zone *zone_at(lua_State *L, int index) {
    const char *name = luaL_optstring(L, index, "local");
    if (lua_getfield(L, lua_upvalueindex(1), name) == LUA_TNIL) {
        lua_pop(L, 1);
        Zone **kept = lua_newuserdatauv(L, sizeof *kept, 0);
        Err err;
        *kept = NULL;
        luaL_setmetatable(L, ZONE_TYPE);
        if (!zone_open(name, kept, &err)) err_raise(L, &err);
        lua_pushvalue(L, -1);
        lua_setfield(L, lua_upvalueindex(1), name);
    }
    const Zone *zone = *(Zone **)lua_touserdata(L, -1);
    lua_pop(L, 1);                                      /* the table keeps it */
    return zone;
}

static double check_seconds(lua_State *L, int index) {
    double s = luaL_checknumber(L, index);
    luaL_argcheck(L, fabs(s) < SECONDS_MOST, index, "a time between the years -6000 and 9999, in seconds");
    return s;
}

static int64_t to_ms(double seconds) { return llround(seconds * 1000); }

/* offset(seconds [, zone]) -> seconds east of UTC */
static int l_zone_offset(lua_State *L) {
    double s = check_seconds(L, 1);
    lua_pushinteger(L, zone_offset(zone_at(L, 2), to_ms(s)));
    return 1;
}

/* name([zone]) -> its IANA name, "" when unknown */
static int l_zone_name(lua_State *L) {
    lua_pushstring(L, zone_name(zone_at(L, 1)));
    return 1;
}

static const char *const FITS[] = { [ZONE_UNIQUE] = "unique", [ZONE_GAP] = "gap", [ZONE_OVERLAP] = "overlap" };

/* instant(local_seconds [, zone]) -> seconds, fit, later: the instant at which the clocks show it; in a gap the one as
 * far behind its start as was meant; of an overlap the first, with the second as `later` */
static int l_zone_instant(lua_State *L) {
    double local = floor(check_seconds(L, 1));
    ZoneTime found = zone_instants(zone_at(L, 2), (int64_t)local);
    lua_pushinteger(L, found.first_s);
    lua_pushstring(L, FITS[found.fit]);
    lua_pushinteger(L, found.fit == ZONE_OVERLAP ? found.second_s : found.first_s);
    return 3;
}

/* civil(local_seconds) -> year, month, day, hour, minute, second, weekday (0 Sunday) */
static int l_zone_civil(lua_State *L) {
    int64_t local = (int64_t)floor(check_seconds(L, 1));
    Civil c = calendar_civil(local);
    const int fields[] = { c.year, c.month, c.day, c.hour, c.minute, c.second, calendar_weekday(calendar_floor(local, CALENDAR_DAY_S)) };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) lua_pushinteger(L, fields[i]);
    return sizeof fields / sizeof *fields;
}

/* days(year, month, day) -> days since 1970-01-01; the month may lie outside 1-12, the day outside the month */
static int l_zone_days(lua_State *L) {
    lua_Integer year = luaL_checkinteger(L, 1), month = luaL_checkinteger(L, 2) - 1, day = luaL_checkinteger(L, 3);
    luaL_argcheck(L, year > -1000000 && year < 1000000, 1, "a year");
    luaL_argcheck(L, month > -10000000 && month < 10000000, 2, "a month");
    luaL_argcheck(L, day > -1000000000 && day < 1000000000, 3, "a day");
    year += calendar_floor(month, 12);
    lua_pushinteger(L, calendar_days((int)year, (int)calendar_mod(month, 12) + 1, 1) + day - 1);
    return 1;
}

/* month_days(year, month) -> 28-31 */
static int l_zone_month_days(lua_State *L) {
    lua_Integer month = luaL_checkinteger(L, 2);
    luaL_argcheck(L, month >= 1 && month <= 12, 2, "a month from 1 to 12");
    lua_pushinteger(L, calendar_month_days((int)luaL_checkinteger(L, 1), (int)month));
    return 1;
}

/* iso(seconds [, zone]) -> "2026-03-02T08:00:00+01:00" */
static int l_zone_iso(lua_State *L) {
    char text[CALENDAR_TEXT];
    int64_t ms = to_ms(check_seconds(L, 1));
    calendar_format(ms, zone_offset(zone_at(L, 2), ms), text);
    lua_pushstring(L, text);
    return 1;
}

static Slice check_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_checklstring(L, index, &len);
    return slice_make(text, len);
}

/* parse(iso with an offset) -> seconds | nil, err */
static int l_zone_parse(lua_State *L) {
    int64_t ms;
    Err err;
    if (!calendar_parse(check_slice(L, 1), &ms, &err)) return err_push(L, &err);
    if (ms % 1000 == 0) lua_pushinteger(L, ms / 1000);
    else lua_pushnumber(L, (lua_Number)ms / 1000);
    return 1;
}

/* duration("1h30m") -> seconds | nil, err */
static int l_zone_duration(lua_State *L) {
    int64_t ms;
    Err err;
    if (!duration_parse(check_slice(L, 1), &ms, &err)) return err_push(L, &err);
    if (ms % 1000 == 0) lua_pushinteger(L, ms / 1000);
    else lua_pushnumber(L, (lua_Number)ms / 1000);
    return 1;
}

/* length(seconds) -> "1h30m" */
static int l_zone_length(lua_State *L) {
    char text[DURATION_TEXT];
    duration_format(to_ms(check_seconds(L, 1)), text);
    lua_pushstring(L, text);
    return 1;
}

int luaopen_aios_zone(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "offset", l_zone_offset }, { "name", l_zone_name }, { "instant", l_zone_instant }, { "civil", l_zone_civil },
        { "days", l_zone_days }, { "month_days", l_zone_month_days }, { "iso", l_zone_iso }, { "parse", l_zone_parse },
        { "duration", l_zone_duration }, { "length", l_zone_length }, { NULL, NULL }
    };
    if (luaL_newmetatable(L, ZONE_TYPE)) {
        lua_pushcfunction(L, zone_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_pop(L, 1);
    luaL_newlibtable(L, FUNCTIONS);
    lua_newtable(L);                                    /* zones by name */
    luaL_setfuncs(L, FUNCTIONS, 1);
    return 1;
}
