/* net_probe.h - one packet to an address and its answer: the part of aios.net that waits on a socket.   Floor: lua. */
#pragma once
#include "lua/await.h"
#include <lua.h>

/* reach(address, port, seconds) -> seconds it took to connect | nil, err; "refused" when nobody listens there */
int l_net_reach(lua_State *L);

/* echo(address, number, seconds) -> seconds until the ICMP answer | nil, err; "denied" when the system lets us send none */
int l_net_echo(lua_State *L);
