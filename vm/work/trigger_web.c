/* `on webhook.…`: a request becomes a row; it is answered when the row is durable, or with what its run gives back in time. */
#include "base/hash.h"
#include "net/http_server.h"
#include "store/triggers.h"
#include "work/sign.h"
#include "work/trigger.h"
#include "work/web_reply.h"
#include "work/web_request.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

static const char ADDRESS[] = "127.0.0.1:8484", JSON[] = "Content-Type: application/json\r\n";
enum { REPLY_MS = 10000, PENDING_MOST = 10000 };

/* A request that is not answered yet. */
typedef struct Waiting Waiting;
struct Waiting {
    Sched        *sched;
    Job          *job;
    HttpExchange *exchange;
    char         *uid, *digest;         /* of its run; of its body */
    int64_t       row, run;             /* 0: not known yet */
    Timer         late;
    Waiting      *next;
};

struct Webs {
    HttpServer *server;
    Waiting    *waiting;
};

static void say_json(HttpExchange *exchange, int status, const char *key, const char *text) {
    Buf body;
    buf_init(&body);
    buf_printf(&body, "{\"%s\":", key);
    row_text(slice_of(text), &body);
    buf_add_text(&body, "}\n");
    http_reply(exchange, status, status == 429 || status == 503 ? "Content-Type: application/json\r\nRetry-After: 5\r\n" : JSON, buf_slice(&body));
    buf_drop(&body);
}

static void unlist(Waiting *w) {
    for (Waiting **at = &w->sched->webs->waiting; *at; at = &(*at)->next)
        if (*at == w) {
            *at = w->next;
            break;
        }
    timer_stop(w->sched->timers, &w->late);
    free(w->uid);
    free(w->digest);
    free(w);
}

static void accept_run(Waiting *w) {
    say_json(w->exchange, 202, "run", w->uid);
    unlist(w);
}

static void refuse_run(Waiting *w, int status, const char *why) {
    say_json(w->exchange, status, "error", why);
    unlist(w);
}

static void on_late(Timer *timer) { accept_run(timer->context); }

/* With what the run gave back; its end is durable. */
static void reply_with(Waiting *w, const RunRow *row) {
    WebReply reply;
    if (row->state == RUN_FAILED || row->state == RUN_CANCELLED) {
        refuse_run(w, 500, "the run failed; its log says why");
        return;
    }
    if (row->state != RUN_DONE || !web_reply_of(store_reader(w->sched->store), row->output, &reply)) {
        accept_run(w);
        return;
    }
    http_reply(w->exchange, reply.status, buf_text(&reply.fields), buf_slice(&reply.body));
    web_reply_drop(&reply);
    unlist(w);
}

/* The same delivery again: the same answer, if it is the same body. */
static void reply_again(Waiting *w) {
    RunRow *row;
    Err ignored;
    Buf event;
    buf_init(&event);
    bool known = triggers_event(store_reader(w->sched->store), w->row, &event, &ignored);
    if (known && w->digest && !strstr(buf_text(&event), w->digest)) refuse_run(w, 409, "this delivery came before with another body");
    else if (runs_find(store_reader(w->sched->store), slice_of(w->uid), &row, &ignored)) {
        if (row->state >= RUN_DONE) reply_with(w, row);
        else accept_run(w);
        free(row);
    } else accept_run(w);
    buf_drop(&event);
}

static void fired(void *context, const char *job, int64_t row, bool fresh, const Err *err) {
    Waiting *w = context;
    Sched   *sched = w->sched;
    char     number[40];
    (void)job;
    if (err) {
        refuse_run(w, 503, "the request could not be written down");
        return;
    }
    w->row = row;
    snprintf(number, sizeof number, "trigger/%lld", (long long)row);
    if (!w->uid) w->uid = mem_copy(slice_of(number));
    if (!fresh) reply_again(w);
    else if (!w->job->replies) accept_run(w);
    else timer_start(sched->timers, &w->late, seam_wall_ms(sched->seam) + (w->job->reply_ms ? w->job->reply_ms : REPLY_MS));
}

/* ------------------------------------------------------------------ what becomes of the run */
void webs_begun(Sched *sched, int64_t row, int64_t run) {
    if (!sched->webs || !row) return;
    for (Waiting *w = sched->webs->waiting; w; w = w->next)
        if (w->row == row) w->run = run;
}

void webs_skipped(Sched *sched, int64_t row, const char *reason) {
    if (!sched->webs || !row) return;
    for (Waiting *w = sched->webs->waiting, *next; w; w = next) {
        next = w->next;
        if (w->row == row) refuse_run(w, reason && strcmp(reason, "limit") == 0 ? 429 : 503, reason ? reason : "skipped");
    }
}

typedef struct {
    Sched  *sched;
    int64_t run;
} Ended;

static void durable(void *context, const Err *err) {
    Ended  *ended = context;
    Sched  *sched = ended->sched;
    RunRow *row = NULL;
    Err     ignored;
    sched->pending--;
    if (!err && !sched->closing && sched->webs && runs_find_id(store_reader(sched->store), ended->run, &row, &ignored)) {
        for (Waiting *w = sched->webs->waiting, *next; w; w = next) {
            next = w->next;
            if (w->run == ended->run) reply_with(w, row);
        }
        free(row);
    }
    free(ended);
    if (!sched->closing) sched_tell(sched);
    sched_let_go(sched);
}

void webs_ended(Sched *sched, int64_t run) {
    Waiting *w = sched->webs ? sched->webs->waiting : NULL;
    while (w && w->run != run) w = w->next;
    if (!w) return;
    Ended *ended = mem_new(sizeof *ended);
    *ended = (Ended){ sched, run };
    sched->pending++;
    store_sync(sched->store, durable, ended);
}

/* ------------------------------------------------------------------ requests */
static Slice field_of(const void *head, const char *name) { return http_field(head, name); }

/* A page that somebody looks at can send requests to this machine too: without a signature they count for nothing. */
static bool is_of_a_page(const HttpHead *head) {
    Slice site = http_field(head, "Sec-Fetch-Site");
    return http_field(head, "Origin").ptr || (site.ptr && !slice_is(site, "none"));
}

static Event *find(Sched *sched, const char *kind, const char *path, bool *other_method) {
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count && !job->elsewhere; i++) {
            Event *event = &job->events[i];
            if (event_matches(slice_of(event->kind), event->subject, slice_of(kind), path)) return event;
            if (event->source == SOURCE_WEBHOOK && strcmp(event->subject, path) == 0) *other_method = true;
        }
    return NULL;
}

/* Empty `key`: every request is another one. */
static bool check(const Job *job, const HttpHead *head, Slice body, Buf *key, int *status, Err *err) {
    SignRequest request = { field_of, head, body, seam_wall_ms(job->sched->seam) / 1000 };
    SignPreset  preset = (SignPreset)job->sign;
    Slice own = http_field(head, "Idempotency-Key");
    *status = 401;
    if (preset != SIGN_NONE) {
        const char *secret = getenv(job->sign_secret);
        *status = secret && *secret ? 401 : 503;
        if (*status == 503) return err_set(err, "denied", "the secret %s is not set", job->sign_secret);
        return sign_check(preset, slice_of(secret), &request, key, err);
    }
    *status = 403;
    if (is_of_a_page(head)) return err_set(err, "denied", "a page in a browser may not call this; let the sender sign its requests");
    if (own.ptr) buf_add_slice(key, own);
    return true;
}

static Waiting *await_run(Event *event, HttpExchange *exchange, Slice key, Slice body) {
    unsigned char hash[HASH_SIZE];
    char digest[HASH_TEXT];
    Job     *job = event->job;
    Waiting *w = mem_new(sizeof *w);
    *w = (Waiting){ .sched = job->sched, .job = job, .exchange = exchange, .next = job->sched->webs->waiting };
    timer_init(&w->late, on_late, w);
    job->sched->webs->waiting = w;
    if (!key.ptr) return w;
    Buf uid;
    buf_init(&uid);
    event_uid(event, key, &uid);
    w->uid = buf_take(&uid);
    hash_bytes(body, hash);
    hash_text(hash, digest);
    w->digest = mem_copy(slice_of(digest));
    return w;
}

static void take(Sched *sched, HttpExchange *exchange, const HttpHead *head, Slice body, const char *kind, const char *path) {
    Buf  key, payload;
    Err  err;
    int  status = 401;
    bool other = false;
    Event *event = find(sched, kind, path, &other);
    if (!event) {
        say_json(exchange, other ? 405 : 404, "error", other ? "nobody waits for this method here" : "nobody waits for this path");
        return;
    }
    if (sched->pending > PENDING_MOST) {
        say_json(exchange, 503, "error", "too many requests are being written; try again in a moment");
        return;
    }
    buf_init(&key);
    buf_init(&payload);
    if (!check(event->job, head, body, &key, &status, &err)) {
        sched_say(sched, "warn", event->job, "a request to %s was refused: %s", path, err.text);
        say_json(exchange, status, "error", status == 503 ? "not ready" : err.text);
    } else {
        Slice name = key.len ? buf_slice(&key) : slice_make(NULL, 0);
        web_payload(head, body, slice_of(path), &payload);
        event_fire(event, buf_slice(&payload), name, fired, await_run(event, exchange, name, body));
    }
    buf_drop(&key);
    buf_drop(&payload);
}

static void handle(void *context, HttpExchange *exchange, const HttpHead *head, Slice body) {
    char kind[24] = "webhook.";
    size_t at = strlen(kind);
    Buf  path;
    buf_init(&path);
    for (size_t i = 0; i < head->method.len && at < sizeof kind - 1; i++) kind[at++] = (char)(head->method.ptr[i] | 32);
    if (!web_path(head->target, &path)) say_json(exchange, 400, "error", "the path is not written as paths are");
    else take(context, exchange, head, body, kind, buf_text(&path));
    buf_drop(&path);
}

bool webs_begin(Sched *sched, Err *err) {
    const char *address = sched->listen ? sched->listen : getenv("AIOS_WEBHOOK_LISTEN");
    if (!address || !*address) address = ADDRESS;
    sched->webs = mem_new(sizeof *sched->webs);
    *sched->webs = (Webs){ 0 };
    sched->webs->server = http_server_new(timers_loop(sched->timers), address, handle, sched, err);
    if (!sched->webs->server) {
        free(sched->webs);
        sched->webs = NULL;
        return false;
    }
    sched_say(sched, "info", NULL, "webhooks are taken at http://%.*s:%d", (int)(strrchr(address, ':') - address), address, http_server_port(sched->webs->server));
    return true;
}

void webs_end(Sched *sched) {
    Webs *webs = sched->webs;
    if (!webs) return;
    for (Waiting *w = webs->waiting, *next; w; w = next) {
        next = w->next;
        refuse_run(w, 503, "the program is stopping");
    }
    http_server_free(webs->server);
    free(webs);
    sched->webs = NULL;
}
