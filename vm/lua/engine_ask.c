#include "lua/engine_ask.h"
#include "lua/engine_parts.h"
#include "lua/engine_watch.h"
#include "lua/session.h"
#include "store/approvals.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Question {
    char *id;
    struct Question *next;
} Question;

struct Asking {
    Engine   *engine;                   /* NULL: closed */
    uv_poll_t input;
    Question *first;                    /* the one that is shown, when `digest` is set */
    Buf       digest, line;
    int       writing;                  /* callbacks of the store that are to come */
    bool      gone, ended;              /* ended: nobody is at the terminal any more */
};

static void show(void *context, const Err *err);

static void let_go(struct Asking *asking) {
    if (!asking->gone || asking->writing) return;
    buf_drop(&asking->digest);
    buf_drop(&asking->line);
    free(asking);
}

static void input_gone(uv_handle_t *handle) {
    struct Asking *asking = handle->data;
    asking->gone = true;
    let_go(asking);
}

static void drop_first(struct Asking *asking) {
    Question *question = asking->first;
    asking->first = question->next;
    free(question->id);
    free(question);
    buf_clear(&asking->digest);
}

static void sync_then_show(struct Asking *asking) {
    asking->writing++;
    store_sync(asking->engine->store, show, asking);
}

static void go_on(struct Asking *asking) {
    drop_first(asking);
    if (asking->first) sync_then_show(asking);
    else {
        uv_poll_stop(&asking->input);
        engine_check_done(asking->engine);
    }
}

static void answered(void *context, const Err *err) {
    struct Asking *asking = context;
    Engine *engine = asking->engine;
    asking->writing--;
    if (!engine) {
        let_go(asking);
        return;
    }
    engine->hooks.replied(engine->hooks.context, asking->first->id, err);
    go_on(asking);
    engine_watch_look(engine);
}

static void hear(struct Asking *asking, Slice line) {
    Engine *engine = asking->engine;
    Buf by = { 0 };
    int yes = engine->hooks.reply(engine->hooks.context, asking->first->id, line, &by);
    if (yes >= 0) {
        ApprovalAnswer answer = { .id = slice_of(asking->first->id), .digest = buf_slice(&asking->digest), .yes = yes == 1, .by = buf_slice(&by) };
        asking->writing++;
        approvals_answer(engine->store, &answer, answered, asking);
        buf_clear(&asking->digest);     /* until it is told */
    }
    buf_drop(&by);
}

static void on_input(uv_poll_t *input, int status, int events) {
    struct Asking *asking = input->data;
    char bytes[512];
    (void)events;
    ssize_t count = status == 0 ? read(STDIN_FILENO, bytes, sizeof bytes) : 0;
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {                   /* the end of the input: others may still answer */
        uv_poll_stop(input);
        asking->ended = true;
        while (asking->first) drop_first(asking);
        engine_check_done(asking->engine);
        return;
    }
    buf_add(&asking->line, bytes, (size_t)count);
    char *end = memchr(buf_text(&asking->line), '\n', asking->line.len);
    if (!end) return;
    Slice line = slice_make(asking->line.ptr, (size_t)(end - asking->line.ptr));
    if (asking->first && asking->digest.len) hear(asking, line);
    buf_clear(&asking->line);
}

/* The question is in the database: it is shown as it stands there. */
static void show(void *context, const Err *err) {
    struct Asking *asking = context;
    Engine *engine = asking->engine;
    asking->writing--;
    if (!engine) {
        let_go(asking);
        return;
    }
    if (err || !asking->first || engine->stage == STAGE_STOPPED) return;
    if (!engine->hooks.question(engine->hooks.context, asking->first->id, &asking->digest)) {
        go_on(asking);
        return;
    }
    uv_poll_start(&asking->input, UV_READABLE, on_input);
}

static struct Asking *asking_of(Engine *engine) {
    if (engine->asking) return engine->asking;
    struct Asking *asking = mem_new(sizeof *asking);
    asking->engine = engine;
    if (uv_poll_init(engine->loop, &asking->input, STDIN_FILENO) != 0) {
        free(asking);
        return NULL;
    }
    asking->input.data = asking;
    return engine->asking = asking;
}

void engine_ask(Engine *engine, const char *id) {
    if (engine->session) session_question(engine->session, id);
    if (engine->job->silent || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) return;
    struct Asking *asking = asking_of(engine);
    if (!asking || asking->ended) return;
    Question **last = &asking->first;
    for (; *last; last = &(*last)->next)
        if (!strcmp((*last)->id, id)) return;
    bool alone = !asking->first;
    *last = mem_new(sizeof **last);
    **last = (Question){ .id = mem_copy(slice_of(id)) };
    if (alone) sync_then_show(asking);
}

bool engine_is_asking(const Engine *engine) { return engine->asking && engine->asking->first; }

void engine_ask_close(Engine *engine) {
    struct Asking *asking = engine->asking;
    if (!asking) return;
    engine->asking = NULL;
    while (asking->first) drop_first(asking);
    asking->engine = NULL;
    uv_close((uv_handle_t *)&asking->input, input_gone);
}
