/* lua_net.c - aios.net, for the host alone: names to addresses, a first packet to an address, our interfaces.
 *
 * The need of the tool that calls (net.lua) has been asked for; nothing here asks again. */
#include "lua/lua_err.h"
#include "lua/net_probe.h"
#include "lua/value.h"
#include "os/uv_err.h"
#include <lauxlib.h>
#include <netdb.h>
#include <string.h>

/* -------------------------------------------------- lookup */
typedef struct {
    Await             base;
    uv_getaddrinfo_t  request;
    struct addrinfo  *found;
    char              name[256];
} Lookup;

static void on_lookup(uv_getaddrinfo_t *request, int status, struct addrinfo *found) {
    Lookup *op = request->data;
    op->found = found;
    if (status == UV_EAI_NONAME || status == UV_EAI_NODATA) {
        err_set(&op->base.err, "not_found", "%.200s: there is no such name", op->name);
        status = 0;
    } else if (status < 0 && status != UV_ECANCELED) {
        err_set(&op->base.err, "offline", "%.200s: the name cannot be looked up: %s", op->name, uv_strerror(status));
        status = 0;
    }
    await_wake(op, status);
}

/* [list] */
static int lookup_push(lua_State *L, Await *a) {
    char text[64];
    lua_newtable(L);
    value_mark_list(L, -1);
    for (const struct addrinfo *one = ((Lookup *)a)->found; one; one = one->ai_next) {
        int bad = one->ai_family == AF_INET6 ? uv_ip6_name((const struct sockaddr_in6 *)(const void *)one->ai_addr, text, sizeof text)
                                             : uv_ip4_name((const struct sockaddr_in *)(const void *)one->ai_addr, text, sizeof text);
        if (bad) continue;
        lua_pushstring(L, text);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

static void lookup_cancel(Await *a) { uv_cancel((uv_req_t *)&((Lookup *)a)->request); }

static void lookup_release(Await *a) {
    uv_freeaddrinfo(((Lookup *)a)->found);
    await_free(a);
}

static const AwaitKind LOOKUP = { .name = "net.lookup", .push = lookup_push, .cancel = lookup_cancel, .release = lookup_release };

/* lookup(name [, 4 | 6]) -> { address, ... } in the order to try them | nil, err */
static int l_net_lookup(lua_State *L) {
    size_t len;
    const char *name = luaL_checklstring(L, 1, &len);
    lua_Integer family = luaL_optinteger(L, 2, 0);
    /* longer names are cut by some versions of libuv, and then mean another host */
    luaL_argcheck(L, len > 0 && len < 254 && strlen(name) == len, 1, "no name of a host");
    Lookup *op = await_new(L, &LOOKUP, sizeof *op);
    memcpy(op->name, name, len + 1);
    op->request.data = op;
    struct addrinfo hints = { .ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    return await_yield(L, op, uv_getaddrinfo(op->base.vm->loop, &op->request, on_lookup, op->name, NULL, &hints));
}

/* -------------------------------------------------- interfaces */
static void set_string(lua_State *L, const char *key, const char *value) { lua_pushstring(L, value); lua_setfield(L, -2, key); }

static void push_interface(lua_State *L, const uv_interface_address_t *one) {
    char text[64] = "", mac[18];
    const unsigned char *m = (const unsigned char *)one->phys_addr;
    bool is_v6 = one->address.address4.sin_family == AF_INET6;
    lua_createtable(L, 0, 6);
    set_string(L, "name", one->name);
    if (is_v6) uv_ip6_name(&one->address.address6, text, sizeof text);
    else uv_ip4_name(&one->address.address4, text, sizeof text);
    set_string(L, "address", text);
    if (is_v6) uv_ip6_name(&one->netmask.netmask6, text, sizeof text);
    else uv_ip4_name(&one->netmask.netmask4, text, sizeof text);
    set_string(L, "netmask", text);
    snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
    set_string(L, "mac", mac);
    lua_pushinteger(L, is_v6 ? 6 : 4);
    lua_setfield(L, -2, "family");
    lua_pushboolean(L, one->is_internal);
    lua_setfield(L, -2, "internal");
}

/* interfaces() -> { {name, address, netmask, mac, family, internal} } | nil, err; those that are up and have an address */
static int l_net_interfaces(lua_State *L) {
    uv_interface_address_t *list = NULL;
    int count = 0;
    Err err;
    int status = uv_interface_addresses(&list, &count);
    if (status < 0) {
        err_uv(&err, status, "the network interfaces");
        return err_push(L, &err);
    }
    lua_newtable(L);
    value_mark_list(L, -1);
    for (int i = 0; i < count; i++) {
        push_interface(L, &list[i]);
        lua_rawseti(L, -2, i + 1);
    }
    uv_free_interface_addresses(list, count);
    return 1;
}

int luaopen_aios_net(lua_State *L) {
    static const luaL_Reg NET[] = {
        { "lookup", l_net_lookup }, { "interfaces", l_net_interfaces }, { "reach", l_net_reach }, { "echo", l_net_echo }, { NULL, NULL }
    };
    luaL_newlib(L, NET);
    return 1;
}
