#include "net/http_parts.h"
#include <dirent.h>
#include <stdlib.h>

enum { MAX_HOST_CONNECTIONS = 16, MAX_TOTAL_CONNECTIONS = 256 };

typedef struct {
    uv_poll_t   handle;
    HttpClient *client;
    curl_socket_t fd;
} Poll;

static void release(HttpClient *client) {
    if (--client->handles > 0) return;
    free(client->ca_file);
    free(client->ca_path);
    client->curl.global_cleanup();
    free(client);
}

static void watch_closed(uv_handle_t *handle) {
    HttpRequest *r = handle->data;
    HttpClient *client = r->client;
    http_request_free(r);
    release(client);
}

/* Takes the request out of everything; its memory stays until the loop has closed its timer. */
static void stop(HttpRequest *r) {
    const CurlApi *curl = &r->client->curl;
    r->ended = true;
    if (r->next) r->next->link = r->link;
    *r->link = r->next;
    if (r->easy) {
        curl->multi_remove_handle(r->client->multi, r->easy);
        curl->easy_cleanup(r->easy);
    }
    curl->slist_free_all(r->lines);
    uv_close((uv_handle_t *)&r->watch, watch_closed);
}

void http_cancel(HttpRequest *r) { if (!r->ended) stop(r); }

static void finish(HttpRequest *r, const Err *err) {
    HttpReply reply;
    http_reply_view(r, &reply);
    stop(r);
    r->call.on_done(r->call.ctx, &reply, err);
}

/* Hands out what has come, unless it is a redirect on the way to something else. */
static void deliver(HttpRequest *r) {
    if (r->ended || !r->head_done || r->redirecting) return;
    if (!r->head_given) {
        HttpReply reply;
        r->head_given = true;
        http_reply_view(r, &reply);
        if (r->call.on_head) r->call.on_head(r->call.ctx, &reply);
    }
    if (r->ended || r->chunk.len == 0) return;
    Buf chunk = r->chunk;                               /* the callback may cancel the request */
    buf_init(&r->chunk);
    r->call.on_chunk(r->call.ctx, buf_slice(&chunk));
    buf_drop(&chunk);
}

static void end_transfer(HttpRequest *r, CURLcode code) {
    Err err;
    if (code == CURLE_OK && r->redirecting) {
        r->client->curl.multi_remove_handle(r->client->multi, r->easy);
        if (!http_request_turn(r, &err) || !http_request_aim(r, &err)) finish(r, &err);
        else if (r->client->curl.multi_add_handle(r->client->multi, r->easy) != CURLM_OK) {
            err_set(&err, "limit", "no room for another request");
            finish(r, &err);
        }
        return;
    }
    if (code != CURLE_OK) http_reply_error(r, code, &err);
    deliver(r);
    if (!r->ended) finish(r, code == CURLE_OK ? NULL : &err);
}

static void drain(HttpClient *client) {
    CURLMsg *message;
    int left;
    while (client->ready) {
        HttpRequest *r = client->ready;
        client->ready = r->next_ready;
        r->is_ready = false;
        deliver(r);
    }
    while (!client->closing && (message = client->curl.multi_info_read(client->multi, &left))) {
        void *r = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE) continue;
        client->curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&r);
        end_transfer(r, code);
    }
}

static void act(HttpClient *client, curl_socket_t fd, int flags) {
    int running;
    if (client->closing) return;
    client->curl.multi_socket_action(client->multi, fd, flags, &running);
    drain(client);
}

static void on_timer(uv_timer_t *timer) { act(timer->data, CURL_SOCKET_TIMEOUT, 0); }

/* 0 means "soon", not "in a millisecond": as a 1 ms timer it would cost 1.2 ms a request. It must not act here
 * and now either, because libcurl calls this from inside itself. */
static int on_timeout(CURLM *multi, long timeout_ms, void *ctx) {
    HttpClient *client = ctx;
    (void)multi;
    if (client->closing) return 0;
    if (timeout_ms < 0) uv_timer_stop(&client->timer);
    else uv_timer_start(&client->timer, on_timer, (uint64_t)timeout_ms, 0);
    return 0;
}

static void on_poll(uv_poll_t *handle, int status, int events) {
    Poll *poll = handle->data;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    if (events & UV_READABLE) flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE) flags |= CURL_CSELECT_OUT;
    act(poll->client, poll->fd, flags);
}

static void poll_closed(uv_handle_t *handle) {
    Poll *poll = handle->data;
    release(poll->client);
    free(poll);
}

static Poll *poll_new(HttpClient *client, curl_socket_t fd) {
    Poll *poll = mem_new(sizeof *poll);
    poll->client = client;
    poll->fd = fd;
    poll->handle.data = poll;
    if (uv_poll_init_socket(client->loop, &poll->handle, fd) < 0) {
        free(poll);
        return NULL;
    }
    client->handles++;
    client->curl.multi_assign(client->multi, fd, poll);
    return poll;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket) {
    HttpClient *client = ctx;
    Poll *poll = socket;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (poll) uv_close((uv_handle_t *)&poll->handle, poll_closed);
        client->curl.multi_assign(client->multi, fd, NULL);
        return 0;
    }
    if (!poll) poll = poll_new(client, fd);
    if (!poll) return -1;
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    return uv_poll_start(&poll->handle, events, on_poll) < 0 ? -1 : 0;
}

/* The clock says too late. If the loop was held up, bytes may lie in the socket: look once more first. */
static void on_watch(uv_timer_t *watch) {
    HttpRequest *r = watch->data;
    Err err;
    if (!r->last_chance) {
        r->last_chance = true;
        uv_timer_start(watch, on_watch, 0, 0);
        return;
    }
    if (r->got_bytes) err_set(&err, "timeout", "%s: no byte for %lld ms in the middle of the answer", r->url.host, (long long)r->call.stall_ms);
    else err_set(&err, "timeout", "%s: no first byte within %lld ms", r->url.host, (long long)r->call.first_byte_ms);
    finish(r, &err);
}

void http_watch(HttpRequest *r) {
    int64_t limit = r->got_bytes ? r->call.stall_ms : r->call.first_byte_ms;
    r->last_chance = false;
    if (limit > 0) uv_timer_start(&r->watch, on_watch, (uint64_t)limit, 0);
    else uv_timer_stop(&r->watch);
}

/* A directory of hashed certificates costs 2 ms a connection; the one big file is parsed anew each time, 40 ms. */
static bool is_hashed_directory(const char *path) {
    DIR *dir = opendir(path);
    struct dirent *entry;
    bool hashed = false;
    while (dir && !hashed && (entry = readdir(dir)))
        hashed = strlen(entry->d_name) == 10 && strspn(entry->d_name, "0123456789abcdef") == 8 && entry->d_name[8] == '.';
    if (dir) closedir(dir);
    return hashed;
}

static void find_certificates(HttpClient *client) {
    static const char system_path[] = "/etc/ssl/certs";
    const char *file = getenv("CURL_CA_BUNDLE");
    if (!file || !*file) file = getenv("SSL_CERT_FILE");
    if (file && *file) client->ca_file = mem_copy(slice_of(file));
    else if (is_hashed_directory(system_path)) client->ca_path = mem_copy(slice_of(system_path));
}

bool http_client_open(HttpClient **out, uv_loop_t *loop, Err *err) {
    HttpClient *client = mem_new(sizeof *client);
    CurlApi *curl = &client->curl;
    if (!curl_api_load(curl, CURL_LIBRARY, err)) {
        free(client);
        return false;
    }
    if (curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(client->multi = curl->multi_init())) {
        free(client);
        return err_set(err, "limit", "libcurl could not start");
    }
    client->loop = loop;
    client->handles = 1;
    uv_timer_init(loop, &client->timer);
    client->timer.data = client;
    find_certificates(client);
    curl->multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl->multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl->multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl->multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    curl->multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)MAX_HOST_CONNECTIONS);
    curl->multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)MAX_TOTAL_CONNECTIONS);
    *out = client;
    return true;
}

static void timer_closed(uv_handle_t *handle) { release(handle->data); }

void http_client_close(HttpClient *client) {
    Err err;
    err_set(&err, "cancelled", "the program is ending");
    client->closing = true;                             /* nothing new may start from an on_done */
    while (client->requests) finish(client->requests, &err);
    client->curl.multi_cleanup(client->multi);
    uv_close((uv_handle_t *)&client->timer, timer_closed);
}

bool http_send(HttpClient *client, const HttpCall *call, HttpRequest **out, Err *err) {
    HttpRequest *r;
    if (client->closing) return err_set(err, "cancelled", "the program is ending");
    if (!http_request_make(client, call, &r, err)) return false;
    uv_update_time(client->loop);                       /* else a busy caller's own time counts as the server's */
    r->started_ms = uv_now(client->loop);
    if (!http_request_aim(r, err)) {
        http_request_free(r);
        return false;
    }
    client->handles++;
    uv_timer_init(client->loop, &r->watch);
    r->watch.data = r;
    r->next = client->requests;
    r->link = &client->requests;
    if (r->next) r->next->link = &r->next;
    client->requests = r;
    http_watch(r);
    if (client->curl.multi_add_handle(client->multi, r->easy) != CURLM_OK) {
        http_cancel(r);
        return err_set(err, "limit", "no room for another request");
    }
    *out = r;
    return true;
}
