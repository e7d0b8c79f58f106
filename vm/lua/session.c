#include "lua/session.h"
#include "base/id.h"
#include "lua/await.h"
#include "lua/engine_parts.h"
#include "lua/run.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_SIZE = 4096 };

static const char QUEUE[] = "aios.session.events";

/* ------------------------------------------------------------------ events */
void session_event(Session *session, const char *kind) {
    lua_State *L = session->engine->host->L;
    lua_createtable(L, 0, 6);
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "kind");
}

static void deliver(uv_idle_t *idle) {
    Session *session = idle->data;
    void *waiter = session->waiter;
    uv_idle_stop(idle);
    if (!waiter || !session->events) return;
    session->waiter = NULL;
    await_wake(waiter, 0);
}

void session_event_end(Session *session) {
    lua_State *L = session->engine->host->L;
    luaL_getsubtable(L, LUA_REGISTRYINDEX, QUEUE);
    lua_insert(L, -2);
    lua_rawseti(L, -2, ++session->events);
    lua_pop(L, 1);
    uv_idle_start(&session->deliver, deliver);
}

static void on_hidden(void *context) {
    session_event(context, "hidden");
    session_event_end(context);
}

/* ------------------------------------------------------------------ what is typed */
static void hear(Session *session, const char *bytes, ssize_t size) {
    lua_State *L = session->engine->host->L;
    session_event(session, size > 0 ? "bytes" : "end");
    if (size > 0) lua_pushlstring(L, bytes, (size_t)size);
    else lua_pushnil(L);
    lua_setfield(L, -2, "text");
    session_event_end(session);
    if (size > 0) return;
    session->at_end = true;
    session_mode(session, false);
}

static void on_keys(uv_poll_t *poll, int status, int events) {
    Session *session = poll->data;
    char bytes[READ_SIZE];
    (void)events;
    if (!session->reading) return;
    ssize_t size = status < 0 ? 0 : read(STDIN_FILENO, bytes, sizeof bytes);
    hear(session, bytes, size > 0 ? size : 0);
}

static void on_file(uv_idle_t *idle) {
    Session *session = idle->data;
    char bytes[READ_SIZE];
    ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
    hear(session, bytes, size > 0 ? size : 0);
}

static void on_resize(uv_signal_t *handle, int number) {
    (void)number;
    session_event(handle->data, "resize");
    session_event_end(handle->data);
}

static void on_hangup(uv_signal_t *handle, int number) {
    engine_stop(((Session *)handle->data)->engine, 128 + number);
}

/* What was typed ahead stays for the next line; a Ctrl-C among it was meant for the entry that begins now. */
static void keep_typed(Session *session) {
    enum { CTRL_C = 3 };
    char bytes[READ_SIZE];
    tty_signals(&session->tty);
    size_t size = tty_typed(STDIN_FILENO, bytes, sizeof bytes);
    const char *rest = bytes, *last = size ? memrchr(bytes, CTRL_C, size) : NULL;
    if (last) {
        session->hurry = true;
        rest = last + 1;
    }
    size -= (size_t)(rest - bytes);
    if (size > 0) hear(session, rest, (ssize_t)size);
}

void session_mode(Session *session, bool keys) {
    if (session->screen.out && session->reading && !keys) keep_typed(session);
    if (keys) session->hurry = false;
    session->reading = keys && !session->at_end;
    bool is_file = uv_guess_handle(STDIN_FILENO) == UV_FILE;
    if (session->screen.out && session->reading) tty_raw(&session->tty);
    else if (session->screen.out) tty_cooked(&session->tty);
    if (is_file && session->reading) uv_idle_start(&session->file, on_file);
    else if (is_file) uv_idle_stop(&session->file);
    else if (session->reading) uv_poll_start(&session->keys, UV_READABLE, on_keys);
    else uv_poll_stop(&session->keys);
}

/* ------------------------------------------------------------------ entries */
Run *session_run(const Session *session) {
    const Program *program = session->engine->main;
    for (Run *run = program && session->entry ? program->runs : NULL; run; run = run->next)
        if (slice_is(run->ledger.row.uid, session->entry)) return run;
    return NULL;
}

/* In the signal handler. */
static void interrupted(void *context) {
    Session *session = context;
    const Run *run = session->reading ? NULL : session_run(session);
    if (run && run->active && run->active->fiber) fiber_interrupt(session->engine->turn, run->active->fiber);
    uv_async_send(&session->interrupt);
}

static void on_interrupt(uv_async_t *async) {
    Session *session = async->data;
    session->hurry = !session->reading && !session_run(session);
    session_interrupt(session);
    session_event(session, "interrupt");
    session_event_end(session);
}

void session_interrupt(Session *session) {
    Run *run = session_run(session);
    if (!run) return;
    if (session->insists++) run_halt(run, RUN_CANCELLED, "interrupted");
    else if (run->active && run->active->fiber) fiber_interrupt(session->engine->turn, run->active->fiber);
    else run_cancel(run, "interrupted");
}

static void add_text(lua_State *L, const char *key, Slice text) {
    if (!text.ptr) return;
    lua_pushlstring(L, text.ptr, text.len);
    lua_setfield(L, -2, key);
}

static void on_report(void *context, const RunRow *row, bool is_load, RunState state, const char *error, const char *reason) {
    Session *session = context;
    lua_State *L = session->engine->host->L;
    bool is_entry = session->entry && slice_is(row->uid, session->entry);
    if (!is_entry && (state == RUN_DONE || is_load) && !error && !reason) return;
    if (is_entry) engine_plan_session(session->engine, state != RUN_CANCELLED);
    session_event(session, is_entry ? "ended" : "report");
    add_text(L, "id", row->uid);
    add_text(L, "name", row->name);
    add_text(L, "error", error ? slice_of(error) : (Slice){ 0 });
    add_text(L, "reason", reason ? slice_of(reason) : (Slice){ 0 });
    lua_pushinteger(L, state);
    lua_setfield(L, -2, "state");
    lua_pushinteger(L, seam_mono_us(session->engine->seam) - session->began_us);
    lua_setfield(L, -2, "us");
    session_event_end(session);
    if (!is_entry) return;
    free(session->entry);
    session->entry = NULL;
}

bool session_enter(Session *session, Slice args, Err *err) {
    Engine *engine = session->engine;
    char uid[ID_SIZE];
    uint64_t seed;
    if (!engine->main) return err_set(err, "closed", "the session is ending");
    id_new(engine->seam, uid);
    seam_random(engine->seam, &seed, sizeof seed);
    RunRow row = { .uid = slice_of(uid), .program = slice_of(engine->job->path), .name = slice_of(engine->main->name), .engine = 1,
                   .state = RUN_RUNNING, .seed = (int64_t)(seed >> 1), .cause = slice_of("typed at the prompt"), .input = args,
                   .created = seam_wall_ms(engine->seam) };
    memcpy(row.code, engine->main->hash, HASH_SIZE);
    free(session->entry);
    session->entry = mem_copy(slice_of(uid));
    session->insists = 0;
    session->began_us = seam_mono_us(engine->seam);
    if (session->hurry) {
        on_report(session, &row, true, RUN_CANCELLED, NULL, "interrupted");
        return true;
    }
    return run_start(engine->main, &row, err);
}

static void on_say(void *context, const char *level, const char *job, const char *text) {
    Session *session = context;
    lua_State *L = session->engine->host->L;
    session_event(session, "say");
    add_text(L, "level", slice_of(level));
    add_text(L, "job", slice_of(job));
    add_text(L, "text", slice_of(text));
    session_event_end(session);
}

typedef struct {
    Session *session;
    char    *id;
} Question;

/* Its row can be read. */
static void question_is_open(void *context, const Err *failed) {
    Question question = *(Question *)context;
    free(context);
    if (!failed && question.session->engine->stage != STAGE_STOPPED) {
        session_event(question.session, "question");
        add_text(question.session->engine->host->L, "id", slice_of(question.id));
        session_event_end(question.session);
    }
    free(question.id);
}

void session_question(Session *session, const char *id) {
    Question *question = mem_new(sizeof *question);
    *question = (Question){ session, mem_copy(slice_of(id)) };
    store_sync(session->engine->store, question_is_open, question);
}

static bool on_version(void *context, const char *path, Slice source, Buf *lua, Buf *modules, Err *err) {
    Session *session = context;
    return session->before.version(session->before.context, path, source, lua, modules, err);
}

/* ------------------------------------------------------------------ beginning and end */
static bool open_terminal(Session *session, Err *err) {
    const char *term = getenv("TERM");
    session->on_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!session->on_terminal) return true;
    if (!tty_open(&session->tty, STDIN_FILENO, interrupted, session, err)) return false;
    if (!term || !*term || !strcmp(term, "dumb")) return true;
    return screen_open(&session->screen, on_hidden, session) || err_set(err, "io", "no memory for the screen");
}

Session *session_open(Vm *host, Err *err) {
    Engine *engine = host->owner;
    Session *session = mem_new(sizeof *session);
    session->engine = engine;
    if (!open_terminal(session, err)) {
        free(session);
        return NULL;
    }
    session->keys.data = session->file.data = session->deliver.data = session->interrupt.data = session;
    session->resize.data = session->hangup.data = session;
    if (uv_guess_handle(STDIN_FILENO) == UV_FILE) session->keys.data = NULL;
    else uv_poll_init(engine->loop, &session->keys, STDIN_FILENO);
    tty_block(STDIN_FILENO);                            /* programs read from it too, and others after us */
    uv_idle_init(engine->loop, &session->file);
    uv_idle_init(engine->loop, &session->deliver);
    uv_async_init(engine->loop, &session->interrupt, on_interrupt);
    uv_signal_init(engine->loop, &session->resize);
    uv_signal_init(engine->loop, &session->hangup);
    uv_signal_start(&session->hangup, on_hangup, SIGHUP);
    if (session->screen.out) uv_signal_start(&session->resize, on_resize, SIGWINCH);
    session->before = engine->hooks;
    engine->hooks = (EngineHooks){ session, on_report, on_version, on_say, NULL, NULL, NULL };      /* questions: session_question */
    engine->session = session;
    return session;
}

/* The memory stays: streams that a Lua state still holds lead here. */
void session_close(Session *session) {
    session_mode(session, false);
    if (session->on_terminal) tty_close(&session->tty);
    screen_close(&session->screen);
    if (session->keys.data) uv_close((uv_handle_t *)&session->keys, NULL);
    uv_handle_t *const handles[] = { (uv_handle_t *)&session->file, (uv_handle_t *)&session->deliver, (uv_handle_t *)&session->interrupt,
                                     (uv_handle_t *)&session->resize, (uv_handle_t *)&session->hangup };
    for (size_t i = 0; i < sizeof handles / sizeof *handles; i++) uv_close(handles[i], NULL);
    free(session->entry);
    session->entry = NULL;
    session->engine->hooks = session->before;
}
