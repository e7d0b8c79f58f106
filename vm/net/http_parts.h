/* http_parts.h - the inside of the HTTP client, for http_client.c, http_request.c and http_reply.c alone.
 *
 * libcurl forbids calls into itself from its callbacks, so those only collect; what a request got is
 * handed out by http_drain, after libcurl has returned.
 *
 * Floor:  net.   Memory: see http_client.h.
 */
#pragma once
#include "base/buf.h"
#include "net/curl_api.h"
#include "net/http_client.h"

struct HttpClient {
    CurlApi      curl;
    uv_loop_t   *loop;
    CURLM       *multi;
    uv_timer_t   timer;
    int          handles;             /* of libuv, that hold this memory */
    bool         closing;
    HttpRequest *requests;            /* all that have not ended */
    HttpRequest *ready;               /* those that got something */
    char        *ca_file, *ca_path;   /* NULL: libcurl's own */
};

struct HttpRequest {
    HttpClient  *client;
    HttpRequest *next, **link, *next_ready;
    HttpCall     call;                /* its slices and pointers are the copies below */
    char        *method;
    char        *address;             /* what `url` and libcurl read */
    Url          url;
    HttpHeader  *headers;             /* texts owned */
    size_t       header_count;
    char        *body;
    size_t       body_len;
    struct curl_slist *lines;
    CURL        *easy;
    char         curl_text[CURL_ERROR_SIZE];
    uv_timer_t   watch;               /* first byte, then stall */
    uint64_t     started_ms;          /* uv_now */
    int          hops;
    bool         last_chance, is_ready, ended, failed;
    Err          err;                 /* when failed: stronger than libcurl's reason */
    /* the answer */
    Buf          head;                /* raw header lines */
    HttpHeader  *reply_headers;       /* slices of head */
    size_t       reply_count, got_bytes;
    int          status;
    bool         head_done, head_given, redirecting;
    Buf          text, chunk;
};

/* http_request.c */
bool http_request_make(HttpClient *client, const HttpCall *call, HttpRequest **out, Err *err);
bool http_request_aim(HttpRequest *request, Err *err);  /* (re)builds the easy handle for request->url */
void http_request_free(HttpRequest *request);
bool http_request_turn(HttpRequest *request, Err *err); /* takes the redirect it got as its new address */

/* http_reply.c */
size_t http_reply_take_head(char *bytes, size_t size, size_t count, void *request);
size_t http_reply_take_body(char *bytes, size_t size, size_t count, void *request);
void   http_reply_reset(HttpRequest *request);
Slice  http_reply_header(const HttpRequest *request, const char *name);
void   http_reply_view(HttpRequest *request, HttpReply *reply);
void   http_reply_error(const HttpRequest *request, CURLcode code, Err *err);

/* http_client.c */
void http_watch(HttpRequest *request);                  /* starts or restarts the first-byte or stall clock */
