#include "net/http_server.h"
#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_MOST = 1024, BACKLOG = 511, HEAD_MS = 10000, BODY_MS = 30000, REST_MS = 60000, READ_SIZE = 65536 };

typedef struct Connection Connection;

struct HttpExchange {
    Connection *connection;             /* NULL: it is gone */
    bool        keep_alive;
};

struct Connection {
    uv_tcp_t      tcp;
    uv_timer_t    timer;
    HttpServer   *server;
    Connection   *prev, *next;
    HttpExchange *exchange;             /* being answered */
    Buf           in;
    bool          closing, told_continue;
    int           handles;
};

struct HttpServer {
    uv_tcp_t    tcp;
    HttpHandle  handle;
    void       *context;
    Connection *connections;
    size_t      count;
    bool        closing, tcp_closed;
    char        read[READ_SIZE];
};

static const char *phrase(int status) {
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default:  return "Status";
    }
}

static void server_let_go(HttpServer *s) {
    if (s->closing && s->tcp_closed && !s->connections) free(s);
}

static void connection_closed(uv_handle_t *handle) {
    Connection *c = handle->data;
    HttpServer *s = c->server;
    if (--c->handles) return;
    if (c->prev) c->prev->next = c->next;
    else s->connections = c->next;
    if (c->next) c->next->prev = c->prev;
    s->count--;
    buf_drop(&c->in);
    free(c);
    server_let_go(s);
}

static void connection_close(Connection *c) {
    if (c->closing) return;
    c->closing = true;
    if (c->exchange) c->exchange->connection = NULL;
    uv_close((uv_handle_t *)&c->tcp, connection_closed);
    uv_close((uv_handle_t *)&c->timer, connection_closed);
}

static void on_late(uv_timer_t *timer) { connection_close(timer->data); }

static void limit(Connection *c, uint64_t ms) { uv_timer_start(&c->timer, on_late, ms, 0); }

/* ------------------------------------------------------------------ writing */
typedef struct {
    uv_write_t  write;
    Connection *connection;             /* NULL: an interim answer */
    bool        last;
    Buf         bytes;
} Sent;

static void advance(Connection *c);

static void on_sent(uv_write_t *write, int status) {
    Sent *sent = write->data;
    Connection *c = sent->connection;
    bool last = sent->last || status != 0;
    buf_drop(&sent->bytes);
    free(sent);
    if (!c || c->closing) return;
    if (last) connection_close(c);
    else advance(c);
}

static void send_bytes(Connection *c, Sent *sent) {
    uv_buf_t bytes = uv_buf_init((char *)(uintptr_t)buf_text(&sent->bytes), (unsigned)sent->bytes.len);
    sent->write.data = sent;
    if (uv_write(&sent->write, (uv_stream_t *)&c->tcp, &bytes, 1, on_sent) == 0) return;
    buf_drop(&sent->bytes);
    free(sent);
    connection_close(c);
}

static void answer(Connection *c, int status, const char *fields, Slice body, bool keep_alive) {
    Sent *sent = mem_new(sizeof *sent);
    *sent = (Sent){ .connection = c, .last = !keep_alive };
    buf_init(&sent->bytes);
    buf_printf(&sent->bytes, "HTTP/1.1 %d %s\r\n%s", status, phrase(status), fields ? fields : "");
    if (status != 204 && status >= 200) buf_printf(&sent->bytes, "Content-Length: %zu\r\n", body.len);
    buf_printf(&sent->bytes, "Connection: %s\r\n\r\n", keep_alive ? "keep-alive" : "close");
    if (status != 204) buf_add_slice(&sent->bytes, body);
    limit(c, BODY_MS);
    send_bytes(c, sent);
}

static void refuse(Connection *c, int status) {
    char text[80];
    snprintf(text, sizeof text, "{\"error\":\"%s\"}\n", phrase(status));
    uv_read_stop((uv_stream_t *)&c->tcp);
    answer(c, status, "Content-Type: application/json\r\n", slice_of(text), false);
}

void http_reply(HttpExchange *exchange, int status, const char *fields, Slice body) {
    Connection *c = exchange->connection;
    bool keep_alive = exchange->keep_alive;
    free(exchange);
    if (!c) return;
    c->exchange = NULL;
    answer(c, status, fields, body, keep_alive && !c->server->closing);
}

static void say_continue(Connection *c) {
    Sent *sent = mem_new(sizeof *sent);
    *sent = (Sent){ 0 };
    buf_init(&sent->bytes);
    buf_add_text(&sent->bytes, "HTTP/1.1 100 Continue\r\n\r\n");
    c->told_continue = true;
    send_bytes(c, sent);
}

/* ------------------------------------------------------------------ reading */
static void take_request(Connection *c, const HttpHead *head, size_t used, Slice body) {
    HttpExchange *exchange = mem_new(sizeof *exchange);
    *exchange = (HttpExchange){ c, head->keep_alive };
    c->exchange = exchange;
    c->told_continue = false;
    uv_timer_stop(&c->timer);
    Buf whole = c->in;                                  /* the head borrows it until the handler returns */
    buf_init(&c->in);
    buf_add(&c->in, whole.ptr + used, whole.len - used);
    c->server->handle(c->server->context, exchange, head, body);
    buf_drop(&whole);
}

/* Looks at what has come: one request at a time. */
static void advance(Connection *c) {
    HttpHead head;
    if (c->closing || c->exchange) return;
    if (c->in.len == 0) {
        limit(c, REST_MS);
        return;
    }
    size_t end = http_head_end(buf_slice(&c->in));
    if (end == 0 || end > HTTP_HEAD_MOST) {
        if (end > HTTP_HEAD_MOST || c->in.len > HTTP_HEAD_MOST) refuse(c, 431);
        else limit(c, HEAD_MS);
        return;
    }
    int status = http_parse(slice_make(c->in.ptr, end), &head);
    if (status == 0 && head.length > HTTP_BODY_MOST) status = 413;
    if (status) refuse(c, status);
    else if (c->in.len - end >= (size_t)head.length) take_request(c, &head, end + (size_t)head.length, slice_make(c->in.ptr + end, (size_t)head.length));
    else {
        if (head.expects_continue && !c->told_continue) say_continue(c);
        limit(c, BODY_MS);
    }
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *out) {
    Connection *c = handle->data;
    (void)wanted;
    *out = uv_buf_init(c->server->read, READ_SIZE);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *bytes) {
    Connection *c = stream->data;
    if (count < 0) {
        connection_close(c);
        return;
    }
    buf_add(&c->in, bytes->base, (size_t)count);
    if (c->in.len > HTTP_HEAD_MOST + (size_t)HTTP_BODY_MOST + READ_SIZE) connection_close(c);       /* more than one may send ahead */
    else advance(c);
}

static void on_connection(uv_stream_t *listener, int status) {
    HttpServer *s = listener->data;
    if (status != 0) return;
    Connection *c = mem_new(sizeof *c);
    *c = (Connection){ .server = s, .handles = 2, .next = s->connections };
    buf_init(&c->in);
    if (c->next) c->next->prev = c;
    s->connections = c;
    s->count++;
    uv_tcp_init(listener->loop, &c->tcp);
    uv_timer_init(listener->loop, &c->timer);
    uv_unref((uv_handle_t *)&c->timer);
    c->tcp.data = c->timer.data = c;
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0 || s->count > CONNECTIONS_MOST) {
        connection_close(c);
        return;
    }
    uv_unref((uv_handle_t *)&c->tcp);
    uv_tcp_nodelay(&c->tcp, 1);
    limit(c, HEAD_MS);
    uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
}

/* ------------------------------------------------------------------ listening */
static void on_tcp_closed(uv_handle_t *handle) {
    HttpServer *s = handle->data;
    s->tcp_closed = true;
    server_let_go(s);
}

static int bind_to(HttpServer *s, const char *address) {
    char host[64];
    struct sockaddr_storage at;
    const char *colon = strrchr(address, ':');
    if (!colon || (size_t)(colon - address) >= sizeof host) return UV_EINVAL;
    bool six = address[0] == '[' && colon > address + 1 && colon[-1] == ']';
    int  port = atoi(colon + 1);
    if (port < 0 || port > 65535 || strspn(colon + 1, "0123456789") != strlen(colon + 1) || !colon[1]) return UV_EINVAL;
    if (six) snprintf(host, sizeof host, "%.*s", (int)(colon - address - 2), address + 1);
    else snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
    int rc = six ? uv_ip6_addr(host, port, (struct sockaddr_in6 *)&at) : uv_ip4_addr(host, port, (struct sockaddr_in *)&at);
    return rc ? rc : uv_tcp_bind(&s->tcp, (const struct sockaddr *)&at, 0);
}

HttpServer *http_server_new(uv_loop_t *loop, const char *address, HttpHandle handle, void *context, Err *err) {
    HttpServer *s = mem_new(sizeof *s);
    s->handle = handle;
    s->context = context;
    uv_tcp_init(loop, &s->tcp);
    s->tcp.data = s;
    int rc = bind_to(s, address);
    if (rc == 0) rc = uv_listen((uv_stream_t *)&s->tcp, BACKLOG, on_connection);
    if (rc == 0) return s;
    if (rc == UV_EADDRINUSE) err_set(err, "taken", "%s is in use by another process; give another address with --listen", address);
    else err_set(err, "invalid", "cannot listen on %s: %s; an address is 127.0.0.1:8484", address, uv_strerror(rc));
    http_server_free(s);
    return NULL;
}

int http_server_port(const HttpServer *s) {
    struct sockaddr_storage at;
    int len = sizeof at;
    if (uv_tcp_getsockname(&s->tcp, (struct sockaddr *)&at, &len) != 0) return 0;
    return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port : ((struct sockaddr_in *)&at)->sin_port);
}

void http_server_free(HttpServer *s) {
    if (!s || s->closing) return;
    s->closing = true;
    for (Connection *c = s->connections; c; c = c->next) connection_close(c);
    uv_close((uv_handle_t *)&s->tcp, on_tcp_closed);
}
