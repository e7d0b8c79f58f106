#include "net/http_parts.h"
#include <ctype.h>
#include <stdlib.h>

enum { HEAD_MAX = 256 * 1024 };

static void mark_ready(HttpRequest *r) {
    if (r->is_ready) return;
    r->is_ready = true;
    r->next_ready = r->client->ready;
    r->client->ready = r;
}

static bool same_name(Slice a, const char *lower) {
    if (a.len != strlen(lower)) return false;
    for (size_t i = 0; i < a.len; i++)
        if (tolower((unsigned char)a.ptr[i]) != lower[i]) return false;
    return true;
}

static Slice trim(Slice s) {
    while (s.len && isspace((unsigned char)s.ptr[0])) s = slice_make(s.ptr + 1, s.len - 1);
    while (s.len && isspace((unsigned char)s.ptr[s.len - 1])) s.len--;
    return s;
}

/* Cuts the raw lines into names and values, in place. */
static void read_headers(HttpRequest *r) {
    if (r->head.len == 0) return;
    char *at = r->head.ptr, *end = at + r->head.len;
    while (at < end) {
        char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        char *colon = memchr(at, ':', (size_t)(stop - at));
        if (colon && colon > at) {
            for (char *c = at; c < colon; c++) *c = (char)tolower((unsigned char)*c);
            r->reply_headers = mem_resize(r->reply_headers, (r->reply_count + 1) * sizeof *r->reply_headers);
            r->reply_headers[r->reply_count++] =
                (HttpHeader){ slice_make(at, (size_t)(colon - at)), trim(slice_make(colon + 1, (size_t)(stop - colon - 1))) };
        }
        at = stop + 1;
    }
}

Slice http_reply_header(const HttpRequest *r, const char *name) {
    for (size_t i = 0; i < r->reply_count; i++)
        if (same_name(r->reply_headers[i].name, name)) return r->reply_headers[i].value;
    return slice_make(NULL, 0);
}

static void end_head(HttpRequest *r) {
    int s = r->status;
    read_headers(r);
    r->head_done = true;
    r->redirecting = r->call.follow > 0 && (s == 301 || s == 302 || s == 303 || s == 307 || s == 308) && http_reply_header(r, "location").len;
    mark_ready(r);
}

void http_reply_reset(HttpRequest *r) {
    buf_clear(&r->head);
    free(r->reply_headers);
    r->reply_headers = NULL;
    r->reply_count = r->got_bytes = 0;
    r->status = 0;
    r->head_done = r->redirecting = false;
}

size_t http_reply_take_head(char *bytes, size_t size, size_t count, void *request) {
    HttpRequest *r = request;
    size_t len = size * count;
    if (r->head_done) return len;                       /* trailers after the body are of no use to us */
    if (len > 5 && memcmp(bytes, "HTTP/", 5) == 0) {    /* a new answer: after 100 Continue, say */
        http_reply_reset(r);
        const char *space = memchr(bytes, ' ', len);
        for (const char *p = space ? space + 1 : bytes + len; p < bytes + len && isdigit((unsigned char)*p) && r->status < 1000; p++)
            r->status = r->status * 10 + (*p - '0');
        return len;
    }
    if (len <= 2 && (bytes[0] == '\r' || bytes[0] == '\n')) {
        if (r->status >= 200) end_head(r);
        return len;
    }
    if (r->head.len + len > HEAD_MAX) {
        r->failed = true;
        err_set(&r->err, "too_big", "%s: the answer's headers have more than %d bytes", r->url.host, HEAD_MAX);
        return 0;
    }
    buf_add(&r->head, bytes, len);
    return len;
}

size_t http_reply_take_body(char *bytes, size_t size, size_t count, void *request) {
    HttpRequest *r = request;
    size_t len = size * count;
    if (len > r->call.max_bytes - r->got_bytes) {
        r->failed = true;
        err_set(&r->err, "too_big", "%s: the answer has more than %zu bytes; raise the option `max` if that is right", r->url.host, r->call.max_bytes);
        return len + 1;
    }
    r->got_bytes += len;
    if (r->redirecting) return len;
    buf_add(r->call.on_chunk ? &r->chunk : &r->text, bytes, len);
    http_watch(r);
    if (r->call.on_chunk) mark_ready(r);
    return len;
}

void http_reply_view(HttpRequest *r, HttpReply *reply) {
    bool seen = r->head_done;
    *reply = (HttpReply){ .status = seen ? r->status : 0, .headers = r->reply_headers, .header_count = seen ? r->reply_count : 0,
                          .body = buf_slice(&r->text), .time_ms = (int64_t)(uv_now(r->client->loop) - r->started_ms) };
}

static const char *code_word(const HttpRequest *r, CURLcode code) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: case CURLE_COULDNT_RESOLVE_PROXY: case CURLE_COULDNT_CONNECT: return "offline";
    case CURLE_PEER_FAILED_VERIFICATION: case CURLE_SSL_CACERT_BADFILE: return "auth";
    case CURLE_OUT_OF_MEMORY: return "limit";
    default: return r->head_done ? "truncated" : "io";
    }
}

void http_reply_error(const HttpRequest *r, CURLcode code, Err *err) {
    Buf host;
    if (r->failed) {
        *err = r->err;
        return;
    }
    buf_init(&host);
    url_write_host(&r->url, &host);
    const char *why = r->curl_text[0] ? r->curl_text : r->client->curl.easy_strerror(code);
    int64_t spent = (int64_t)(uv_now(r->client->loop) - r->started_ms);
    if (code == CURLE_OPERATION_TIMEDOUT && spent < r->call.timeout_ms - 1)
        err_set(err, "offline", "%s: no connection within %lld ms", buf_text(&host), (long long)r->call.connect_ms);
    else if (code == CURLE_OPERATION_TIMEDOUT)
        err_set(err, "timeout", "%s: not done within %lld ms", buf_text(&host), (long long)r->call.timeout_ms);
    else err_set(err, code_word(r, code), "%s: %s", buf_text(&host), why);
    buf_drop(&host);
}
