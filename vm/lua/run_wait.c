#include "lua/run_wait.h"
#include "lua/engine_replay.h"
#include "lua/run.h"
#include <lauxlib.h>

static const RunWaitKind *kind_of(const RunWait *wait) { return (const RunWaitKind *)(const void *)wait->base.kind; }

/* ------------------------------------------------------------------ the record */
ReplayAnswer run_ask(lua_State *L, Branch *branch, Slice path, Slice name, const unsigned char *ahash) {
    Run *run = branch->run;
    if (replaying_comes_to(run, L, path)) return (ReplayAnswer){ REPLAY_LIVE, NULL };
    if (!run_is_strict(run)) return replay_ask(&run->replay, path, name, ahash);
    ReplayAnswer past = replay_look(&run->replay, path, name, ahash);
    if (past.verdict == REPLAY_OPEN || past.verdict == REPLAY_AGAIN) replay_opened(&run->replay, past.row);
    return past;
}

bool run_takes_now(Branch *branch, const ReplayAnswer *past) {
    Run *run = branch->run;
    if (past->verdict != REPLAY_RECORDED) return false;
    if (run_is_strict(run)) {
        if (run->ready.first || !replay_is_next(&run->replay, past->row)) return false;
        replay_let_go(&run->replay, past->row);
    }
    branch_end_path(branch);
    return true;
}

/* ------------------------------------------------------------------ as an operation that is awaited */
int run_wait_push(lua_State *L, Await *await) {
    RunWait *wait = (RunWait *)await;
    lua_pushboolean(L, wait->ok);
    if (!wait->text.len) return 1;
    lua_pushlstring(L, wait->text.ptr, wait->text.len);
    return 2;
}

static void set_listening(RunWait *wait, bool on) {
    if (!wait->attentive || wait->listens == on) return;
    wait->branch->run->attentive += on ? 1 : -1;
    wait->listens = on;
}

static void stop(RunWait *wait) {
    bool live = wait->arrival.state == ARRIVAL_LIVE;
    arrival_withdraw(&wait->arrival);
    set_listening(wait, false);
    run_wait_awake(wait);
    if (live && kind_of(wait)->stop) kind_of(wait)->stop(wait);
}

void run_wait_cancel(Await *await) {
    RunWait *wait = (RunWait *)await;
    stop(wait);
    wait->branch->wait = NULL;
    await_wake(await, UV_ECANCELED);
}

void run_wait_release(Await *await) {
    RunWait *wait = (RunWait *)await;
    if (kind_of(wait)->release) kind_of(wait)->release(wait);
    buf_drop(&wait->path);
    buf_drop(&wait->text);
    await_free(await);
}

void *run_wait_new(lua_State *L, Branch *branch, const RunWaitKind *kind, size_t size, const ReplayAnswer *past) {
    RunWait *wait = await_new(L, &kind->await, size);
    wait->branch = branch;
    wait->ok = true;
    arrival_init(&wait->arrival, branch->run, &kind->arrival);
    buf_add_slice(&wait->path, branch_path(branch));
    branch_end_path(branch);
    if (past && past->verdict == REPLAY_RECORDED) wait->arrival.row = past->row;
    else if (past) wait->begun = past->row;
    return wait;
}

int run_wait_yield(lua_State *L, RunWait *wait) {
    Branch *branch = wait->branch;
    branch->wait = wait;
    set_listening(wait, true);
    if (wait->arrival.row) arrival_expect(&wait->arrival, wait->arrival.row);
    else if (wait->arrival.state == ARRIVAL_NONE) arrival_ask(&wait->arrival);
    if (arrival_is_here(&wait->arrival)) {
        branch->wait = NULL;
        set_listening(wait, false);
        await_wake(&wait->base, 0);
    }
    return await_yield(L, wait, 0);
}

/* ------------------------------------------------------------------ sleeping */
enum { SOON_MS = 1000, SLEEP_IN_MEMORY_MS = 30000, SLEEPERS_IN_MEMORY = 256 };

/* A test keeps its place in memory: what it set up (fakes, expectations) is not in a record. */
bool run_is_near(const Run *run, int64_t due_ms) {
    Engine *engine = run->program->engine;
    if (run->ledger.row.id && run->ledger.row.id == engine->test_run) {
        engine_let_time_pass(engine);
        return true;
    }
    int64_t left_ms = due_ms - seam_wall_ms(engine->seam);
    return left_ms <= 0 || (left_ms < SLEEP_IN_MEMORY_MS && timers_count(engine->timers) < SLEEPERS_IN_MEMORY);
}

void run_wait_sleep(RunWait *wait, int64_t due_ms, void (*due)(Timer *timer)) {
    Run *run = wait->branch->run;
    Engine *engine = run->program->engine;
    wait->near = due_ms && run_is_near(run, due_ms);
    wait->far = !wait->near;
    run->far += wait->far;
    run->near += wait->near;
    if (!due_ms) return;
    timer_init(&wait->timer, due, wait);
    timer_start(engine->timers, &wait->timer, due_ms);
}

void run_wait_awake(RunWait *wait) {
    Run *run = wait->branch->run;
    if (wait->timer.place) timer_stop(run->program->engine->timers, &wait->timer);
    run->far -= wait->far;
    run->near -= wait->near;
    wait->far = wait->near = false;
}

void run_wait_hasten(RunWait *wait) {
    const Engine *engine = wait->branch->run->program->engine;
    int64_t soon_ms = seam_wall_ms(engine->seam) + SOON_MS;
    if (!wait->timer.place || wait->timer.due_ms <= soon_ms) return;
    void (*due)(Timer *timer) = wait->timer.due;
    run_wait_awake(wait);
    run_wait_sleep(wait, soon_ms, due);
}

/* ------------------------------------------------------------------ its end */
void run_wait_delivered(Arrival *arrival, const JournalRow *row) {
    RunWait *wait = run_wait_of(arrival);
    if (row) {
        wait->ok = row->status == ENTRY_OK;
        buf_add_slice(&wait->text, row->out.ptr ? row->out : slice_of("null"));
    }
    set_listening(wait, false);
    branch_go(wait->branch);
}

void run_wait_over(RunWait *wait, bool ok, const char *text) {
    stop(wait);
    wait->ok = ok;
    wait->text.len = 0;
    if (text) buf_add_text(&wait->text, text);
    branch_ready(wait->branch);
}

void run_wait_cut(RunWait *wait, const char *error) {
    const RunWaitKind *kind = kind_of(wait);
    bool live = wait->arrival.state == ARRIVAL_LIVE;
    if (wait->branch->is_ready || (kind->outlasts && kind->outlasts(wait, error))) return;
    run_wait_over(wait, false, error);
    if (live && kind->cut) kind->cut(wait);
}

int run_push_cut(lua_State *L, const Branch *branch) {
    const char *error = branch_cut_by(branch);
    if (!error) return -1;
    lua_pushboolean(L, 0);
    lua_pushstring(L, error);
    return 2;
}
