/* doors.h - answers the requests of programs in this process: a host fiber per request runs the tool.
 *
 * A request is decided, audited and made durable before the tool acts, and its result is
 * recorded before the program sees it (stdlib/host/doors.lua has the order).
 *
 *     engine->port = doors_port(engine);
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: a Door lives from the request to its reply or its cancellation.
 */
#pragma once
#include "lua/engine.h"

typedef struct Door {
    Engine        *engine;
    Program       *program;
    const PortCall *call;               /* borrowed until the reply */
    PortReply      reply;
    void          *reply_context;
    int64_t        began_us;
    int64_t        cost;                /* micro-dollars */
    bool           trusted;             /* acting on the host's own account */
    bool           commits;             /* a function in the host's registry, by the address of the door, writes with the result */
    struct Fiber  *fiber;               /* in the host's state */
    struct Door   *next, **link;        /* place in engine->doors */
} Door;

Port doors_port(Engine *engine);

/* The request that the running host fiber answers; NULL outside one. */
Door *door_of(lua_State *L);

int luaopen_aios_door(lua_State *L);
