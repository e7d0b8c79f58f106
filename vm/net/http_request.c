#include "net/http_parts.h"
#include <ctype.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_token(Slice s) {                         /* RFC 9110 section 5.6.2 */
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (!isalnum(c) && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return s.len > 0;
}

/* libcurl writes framing itself; a second opinion would let a script smuggle requests. */
static bool is_ours(Slice name) {
    static const char *const names[] = { "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "expect" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.len == strlen(names[i]) && strncasecmp(name.ptr, names[i], name.len) == 0) return true;
    return false;
}

static bool check_header(const HttpHeader *h, Err *err) {
    int show = h->name.len < 60 ? (int)h->name.len : 60;
    if (!is_token(h->name)) return err_set(err, "invalid", "'%.*s' is not a header name", show, h->name.ptr ? h->name.ptr : "");
    if (is_ours(h->name)) return err_set(err, "invalid", "the header %.*s is written by the transport; leave it out", show, h->name.ptr);
    for (size_t i = 0; i < h->value.len; i++) {
        unsigned char c = (unsigned char)h->value.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return err_set(err, "invalid", "the value of the header %.*s has a control character", show, h->name.ptr);
    }
    return true;
}

static bool check_call(const HttpCall *call, Err *err) {
    if (!is_token(slice_of(call->method)) || strlen(call->method) > 20) return err_set(err, "invalid", "'%.40s' is not a method", call->method);
    if (strcmp(call->method, "CONNECT") == 0 || strcmp(call->method, "TRACE") == 0)
        return err_set(err, "invalid", "the method %s is not for programs", call->method);
    for (size_t i = 0; i < call->header_count; i++)
        if (!check_header(&call->headers[i], err)) return false;
    return true;
}

static void copy_headers(HttpRequest *r, const HttpCall *call) {
    r->headers = mem_new(call->header_count * sizeof *r->headers);
    r->header_count = call->header_count;
    for (size_t i = 0; i < call->header_count; i++) {
        const HttpHeader *h = &call->headers[i];
        r->headers[i] = (HttpHeader){ slice_make(mem_copy(h->name), h->name.len), slice_make(mem_copy(h->value), h->value.len) };
    }
}

/* What the gate judged and what libcurl reads are written from the same parts. */
static bool set_address(HttpRequest *r, Slice text, Err *err) {
    Url url;
    Buf written;
    if (!url_parse(&url, text, err)) return false;
    buf_init(&written);
    url_write(&url, &written);
    free(r->address);
    r->address = buf_take(&written);
    return url_parse(&r->url, slice_of(r->address), err);
}

bool http_request_make(HttpClient *client, const HttpCall *call, HttpRequest **out, Err *err) {
    if (!check_call(call, err)) return false;
    HttpRequest *r = mem_new(sizeof *r);
    r->client = client;
    r->call = *call;
    if (r->call.timeout_ms <= 0) r->call.timeout_ms = 60000;
    if (r->call.connect_ms <= 0 || r->call.connect_ms > r->call.timeout_ms) r->call.connect_ms = r->call.timeout_ms;
    r->method = mem_copy(slice_of(call->method));
    r->body = mem_copy(call->body);
    r->body_len = call->body.len;
    r->call.headers = NULL;
    r->call.body = r->call.url = slice_make(NULL, 0);
    r->call.method = r->method;
    copy_headers(r, call);
    buf_init(&r->head);
    buf_init(&r->text);
    buf_init(&r->chunk);
    if (set_address(r, call->url, err) && (!call->allow || call->allow(call->ctx, &r->url, err))) {
        *out = r;
        return true;
    }
    http_request_free(r);
    return false;
}

void http_request_free(HttpRequest *r) {
    for (size_t i = 0; i < r->header_count; i++) {
        free((char *)r->headers[i].name.ptr);
        free((char *)r->headers[i].value.ptr);
    }
    free(r->headers);
    free(r->method);
    free(r->address);
    free(r->body);
    free(r->reply_headers);
    buf_drop(&r->head);
    buf_drop(&r->text);
    buf_drop(&r->chunk);
    free(r);
}

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)ctx;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);    /* children must not inherit it */
}

static bool has_header(const HttpRequest *r, const char *name) {
    for (size_t i = 0; i < r->header_count; i++)
        if (r->headers[i].name.len == strlen(name) && strncasecmp(r->headers[i].name.ptr, name, strlen(name)) == 0) return true;
    return false;
}

static void set_lines(HttpRequest *r) {
    const CurlApi *curl = &r->client->curl;
    Buf line;
    buf_init(&line);
    curl->slist_free_all(r->lines);
    r->lines = curl->slist_append(NULL, "Expect:");     /* no second of waiting before a large body */
    if (!has_header(r, "content-type")) r->lines = curl->slist_append(r->lines, "Content-Type:");
    if (!has_header(r, "accept")) r->lines = curl->slist_append(r->lines, "Accept: */*");
    for (size_t i = 0; i < r->header_count; i++) {
        const HttpHeader *h = &r->headers[i];
        buf_clear(&line);
        buf_printf(&line, h->value.len ? "%s: " : "%s;", h->name.ptr);
        buf_add_slice(&line, h->value);
        r->lines = curl->slist_append(r->lines, buf_text(&line));
    }
    buf_drop(&line);
}

static void set_method(HttpRequest *r) {
    const CurlApi *curl = &r->client->curl;
    bool has_body = r->body_len > 0 || strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0 || strcmp(r->method, "PATCH") == 0;
    if (has_body) {
        curl->easy_setopt(r->easy, CURLOPT_POST, 1L);
        curl->easy_setopt(r->easy, CURLOPT_POSTFIELDS, r->body);
        curl->easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
    } else if (strcmp(r->method, "HEAD") == 0) curl->easy_setopt(r->easy, CURLOPT_NOBODY, 1L);
    curl->easy_setopt(r->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void set_limits(HttpRequest *r) {
    const CurlApi *curl = &r->client->curl;
    int64_t left = r->call.timeout_ms - (int64_t)(uv_now(r->client->loop) - r->started_ms);
    curl->easy_setopt(r->easy, CURLOPT_TIMEOUT_MS, (long)(left < 1 ? 1 : left));
    curl->easy_setopt(r->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)r->call.connect_ms);
    curl->easy_setopt(r->easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(r->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(r->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (url_is_loopback(&r->url)) curl->easy_setopt(r->easy, CURLOPT_PROXY, "");
    if (r->client->ca_file || r->client->ca_path) {
        curl->easy_setopt(r->easy, CURLOPT_CAINFO, r->client->ca_file);
        curl->easy_setopt(r->easy, CURLOPT_CAPATH, r->client->ca_path);
    }
}

bool http_request_aim(HttpRequest *r, Err *err) {
    const CurlApi *curl = &r->client->curl;
    if (r->easy) curl->easy_cleanup(r->easy);
    r->curl_text[0] = 0;
    r->easy = curl->easy_init();
    if (!r->easy) return err_set(err, "limit", "no memory for a request");
    curl->easy_setopt(r->easy, CURLOPT_URL, r->address);
    curl->easy_setopt(r->easy, CURLOPT_PRIVATE, r);
    curl->easy_setopt(r->easy, CURLOPT_ERRORBUFFER, r->curl_text);
    curl->easy_setopt(r->easy, CURLOPT_PATH_AS_IS, 1L);
    curl->easy_setopt(r->easy, CURLOPT_USERAGENT, "aios");
    curl->easy_setopt(r->easy, CURLOPT_ACCEPT_ENCODING, "");
    curl->easy_setopt(r->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl->easy_setopt(r->easy, CURLOPT_PIPEWAIT, 1L);
    curl->easy_setopt(r->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl->easy_setopt(r->easy, CURLOPT_HEADERFUNCTION, http_reply_take_head);
    curl->easy_setopt(r->easy, CURLOPT_HEADERDATA, r);
    curl->easy_setopt(r->easy, CURLOPT_WRITEFUNCTION, http_reply_take_body);
    curl->easy_setopt(r->easy, CURLOPT_WRITEDATA, r);
    set_method(r);
    set_lines(r);
    curl->easy_setopt(r->easy, CURLOPT_HTTPHEADER, r->lines);
    set_limits(r);
    return true;
}

static void drop_headers(HttpRequest *r, const char *const names[]) {
    size_t kept = 0;
    for (size_t i = 0; i < r->header_count; i++) {
        bool drop = false;
        for (size_t n = 0; names[n]; n++) drop = drop || strcasecmp(r->headers[i].name.ptr, names[n]) == 0;
        if (!drop) r->headers[kept++] = r->headers[i];
        else {
            free((char *)r->headers[i].name.ptr);
            free((char *)r->headers[i].value.ptr);
        }
    }
    r->header_count = kept;
}

/* 303 asks for a GET; 301 and 302 after a POST have meant the same for thirty years (RFC 9110 section 15.4). */
static void turn_method(HttpRequest *r) {
    static const char *const about_body[] = { "content-type", "content-encoding", "content-language", "content-location", NULL };
    bool post = strcmp(r->method, "POST") == 0, head = strcmp(r->method, "HEAD") == 0;
    if (!((r->status == 303 && !head) || ((r->status == 301 || r->status == 302) && post))) return;
    free(r->method);
    r->call.method = r->method = mem_copy(slice_of("GET"));
    r->body_len = 0;
    drop_headers(r, about_body);
}

bool http_request_turn(HttpRequest *r, Err *err) {
    static const char *const secrets[] = { "authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", NULL };
    char *old_address = r->address;
    Url old = r->url;
    Buf target;
    if (++r->hops > r->call.follow) return err_set(err, "limit", "%s: redirected more than %d times", r->url.host, r->call.follow);
    buf_init(&target);
    r->address = NULL;
    bool good = url_resolve(&old, http_reply_header(r, "location"), &target, err) && set_address(r, buf_slice(&target), err);
    buf_drop(&target);
    if (!good) {
        char why[sizeof err->text];
        memcpy(why, err->text, sizeof why);
        free(r->address);
        r->address = old_address;
        r->url = old;
        return err_set(err, "invalid", "%s redirects to a bad address: %.300s", old.host, why);
    }
    if (old.tls && !r->url.tls) err_set(err, "invalid", "%s redirects from https to http, which would show the request to everyone", old.host), good = false;
    if (!url_same_origin(&old, &r->url)) drop_headers(r, secrets);
    free(old_address);
    if (!good || (r->call.allow && !r->call.allow(r->call.ctx, &r->url, err))) return false;
    turn_method(r);
    http_reply_reset(r);
    return true;
}
