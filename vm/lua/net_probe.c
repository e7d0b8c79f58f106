#include "lua/net_probe.h"
#include "lua/lua_err.h"
#include "os/uv_err.h"
#include <errno.h>
#include <lauxlib.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TOKEN = 16, HEAD = 8 };                          /* an echo: eight bytes of header, then what comes back */

typedef struct {
    Await      base;
    uv_poll_t  poll;
    uv_timer_t timer;
    int        fd, open_handles;
    bool       raw, v6;
    uint64_t   began_ns, ended_ns;
    char       what[80];
    unsigned char token[TOKEN];
} Probe;

/* -------------------------------------------------- waiting */
static void ended(Probe *op, int status) {
    uv_poll_stop(&op->poll);
    uv_timer_stop(&op->timer);
    op->ended_ns = uv_hrtime();
    await_wake(op, status);
}

static void failed(Probe *op, int number) {
    if (number == ECONNREFUSED) err_set(&op->base.err, "refused", "%s: nobody listens there", op->what);
    else err_set(&op->base.err, "offline", "%s: %s", op->what, strerror(number));
    ended(op, 0);
}

/* What the socket has to say; libuv tells any error of it as a bad descriptor. */
static int socket_error(const Probe *op, int status) {
    int number = 0;
    socklen_t size = sizeof number;
    getsockopt(op->fd, SOL_SOCKET, SO_ERROR, &number, &size);
    return number || status == 0 ? number : -status;
}

static void on_time(uv_timer_t *timer) {
    Probe *op = timer->data;
    err_set(&op->base.err, "timeout", "%s: no answer in %g seconds", op->what, (double)(uv_hrtime() - op->began_ns) / 1e9);
    ended(op, 0);
}

static void cancel(Await *a) { ended((Probe *)a, UV_ECANCELED); }

static void on_close(uv_handle_t *handle) {
    Probe *op = handle->data;
    if (--op->open_handles > 0) return;
    close(op->fd);
    await_free(op);
}

static void release(Await *a) {
    Probe *op = (Probe *)a;
    uv_close((uv_handle_t *)&op->poll, on_close);
    uv_close((uv_handle_t *)&op->timer, on_close);
}

static int push(lua_State *L, Await *a) {
    const Probe *op = (Probe *)a;
    lua_pushnumber(L, (lua_Number)(op->ended_ns - op->began_ns) / 1e9);
    return 1;
}

static const AwaitKind PROBE = { .name = "net.probe", .push = push, .cancel = cancel, .release = release };

/* Takes the socket: from here on it is closed with the operation. */
static int wait_for(lua_State *L, Probe *op, int events, uv_poll_cb on_event, double seconds) {
    uv_loop_t *loop = op->base.vm->loop;
    op->poll.data = op->timer.data = op;
    op->open_handles = 2;
    uv_timer_init(loop, &op->timer);
    uv_poll_init(loop, &op->poll, op->fd);              /* cannot fail for a socket of our own */
    uv_poll_start(&op->poll, events, on_event);
    uv_timer_start(&op->timer, on_time, (uint64_t)(seconds * 1000) + 1, 0);
    return await_yield(L, op, 0);
}

/* -------------------------------------------------- addresses */
typedef struct {
    struct sockaddr_storage at;
    socklen_t               size;
} Address;

static void read_address(lua_State *L, int index, int port, Address *out) {
    const char *text = luaL_checkstring(L, index);
    memset(out, 0, sizeof *out);
    if (uv_ip4_addr(text, port, (struct sockaddr_in *)(void *)&out->at) == 0) out->size = sizeof(struct sockaddr_in);
    else if (uv_ip6_addr(text, port, (struct sockaddr_in6 *)(void *)&out->at) == 0) out->size = sizeof(struct sockaddr_in6);
    else luaL_argerror(L, index, "not an address such as 192.0.2.7 or 2001:db8::7");
}

static double read_seconds(lua_State *L, int index) {
    double seconds = luaL_checknumber(L, index);
    luaL_argcheck(L, seconds > 0 && seconds <= 3600, index, "between 0 and 3600 seconds");
    return seconds;
}

/* -------------------------------------------------- reach */
static void on_connected(uv_poll_t *poll, int status, int events) {
    Probe *op = poll->data;
    int number = socket_error(op, status);
    (void)events;
    if (number) failed(op, number);
    else ended(op, 0);
}

int l_net_reach(lua_State *L) {
    Address to;
    Err err;
    lua_Integer port = luaL_checkinteger(L, 2);
    luaL_argcheck(L, port >= 1 && port <= 65535, 2, "a port from 1 to 65535");
    read_address(L, 1, (int)port, &to);
    double seconds = read_seconds(L, 3);
    Probe *op = await_new(L, &PROBE, sizeof *op);
    snprintf(op->what, sizeof op->what, "%.60s port %d", lua_tostring(L, 1), (int)port);
    op->fd = socket(to.at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (op->fd < 0) { err_errno(&err, errno, "%s", op->what); return err_push(L, &err); }
    op->began_ns = uv_hrtime();
    if (connect(op->fd, (struct sockaddr *)&to.at, to.size) != 0 && errno != EINPROGRESS) {
        if (errno == ECONNREFUSED) err_set(&err, "refused", "%s: nobody listens there", op->what);
        else err_set(&err, "offline", "%s: %s", op->what, strerror(errno));
        close(op->fd);
        return err_push(L, &err);
    }
    return wait_for(L, op, UV_WRITABLE, on_connected, seconds);
}

/* -------------------------------------------------- echo */
static uint16_t checksum(const unsigned char *bytes, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2) sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static bool is_answer(const Probe *op, const unsigned char *bytes, ssize_t size) {
    ssize_t skip = op->raw && !op->v6 && size > 0 ? (bytes[0] & 15) * 4 : 0;     /* a raw socket shows the IP header */
    if (size < skip + HEAD + TOKEN) return false;
    return bytes[skip] == (op->v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) && memcmp(bytes + skip + HEAD, op->token, TOKEN) == 0;
}

static void on_packet(uv_poll_t *poll, int status, int events) {
    Probe *op = poll->data;
    unsigned char bytes[1500];
    (void)events;
    if (status < 0) { failed(op, socket_error(op, status)); return; }
    ssize_t size = recv(op->fd, bytes, sizeof bytes, 0);
    if (size < 0 && errno != EAGAIN && errno != EINTR) failed(op, errno);
    else if (is_answer(op, bytes, size)) ended(op, 0);
}

static int echo_socket(Probe *op, int family) {
    int protocol = op->v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP, flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(family, SOCK_DGRAM | flags, protocol);
    if (fd >= 0) return fd;
    op->raw = true;
    return socket(family, SOCK_RAW | flags, protocol);
}

/* The packet carries the sum of a raw IPv4 socket; the kernel makes the others. */
static ssize_t echo_send(const Probe *op, int number) {
    unsigned char packet[HEAD + TOKEN] = { op->v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO };
    packet[4] = op->token[0];
    packet[5] = op->token[1];
    packet[6] = (unsigned char)(number >> 8);
    packet[7] = (unsigned char)number;
    memcpy(packet + HEAD, op->token, TOKEN);
    uint16_t sum = op->v6 ? 0 : checksum(packet, sizeof packet);
    packet[2] = (unsigned char)(sum >> 8);
    packet[3] = (unsigned char)sum;
    return send(op->fd, packet, sizeof packet, 0);
}

int l_net_echo(lua_State *L) {
    Address to;
    Err err;
    read_address(L, 1, 0, &to);
    lua_Integer number = luaL_checkinteger(L, 2);
    double seconds = read_seconds(L, 3);
    Probe *op = await_new(L, &PROBE, sizeof *op);
    snprintf(op->what, sizeof op->what, "%.60s", lua_tostring(L, 1));
    op->v6 = to.at.ss_family == AF_INET6;
    uv_random(NULL, NULL, op->token, TOKEN, 0, NULL);
    op->fd = echo_socket(op, to.at.ss_family);
    if (op->fd < 0) {
        err_set(&err, "denied", "this system lets nobody but root send pings (net.ipv4.ping_group_range says who may)");
        return err_push(L, &err);
    }
    op->began_ns = uv_hrtime();
    if (connect(op->fd, (struct sockaddr *)&to.at, to.size) != 0 || echo_send(op, (int)number) < 0) {
        err_set(&err, "offline", "%s: %s", op->what, strerror(errno));
        close(op->fd);
        return err_push(L, &err);
    }
    return wait_for(L, op, UV_READABLE, on_packet, seconds);
}
