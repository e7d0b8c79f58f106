#include "lua/inlet.h"
#include "lua/engine_ask.h"
#include "lua/engine_watch.h"
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include "store/approvals.h"
#include <lauxlib.h>
#include <stdlib.h>

static const char APPROVAL[] = "approval ", ENDED[] = "run ";

typedef struct Inlet Inlet;
typedef struct { Inlet *inlet; } Box;   /* outlives the operation when that goes first */

struct Inlet {
    RunWait wait;
    Ear     ear;
    Buf     step, name;                 /* of the call; of the letter */
    unsigned char ahash[HASH_SIZE];
    int64_t ms;                         /* -1: for good */
    Box    *box;                        /* of a question whose time is over, and that is being closed */
};

static Inlet *inlet_of(Arrival *arrival) { return (Inlet *)run_wait_of(arrival); }
static Run *run_in(const Inlet *inlet) { return inlet->wait.branch->run; }
static bool is_question(const Inlet *inlet) { return !strncmp(buf_text(&inlet->name), APPROVAL, sizeof APPROVAL - 1); }
/* The end of a run may be waited for several times: its letter stays. */
static bool is_kept(const Inlet *inlet) { return !strncmp(buf_text(&inlet->name), ENDED, sizeof ENDED - 1); }
static const char *question_id(const Inlet *inlet) { return buf_text(&inlet->name) + sizeof APPROVAL - 1; }

/* ------------------------------------------------------------------ the inbox */
static Letter *next_letter(Run *run, Slice name) {
    Letter *letter = NULL;
    Err err;
    if (!ledger_is_open(&run->ledger)) return NULL;
    if (!inbox_next(store_reader(run->ledger.store), run->ledger.row.id, name, run->taken, run->taken_count, &letter, &err))
        run_engine(run)->hooks.say(run_engine(run)->hooks.context, "error", "", err.text);
    return letter;
}

/* n 0: no letter is handed over. */
static void settle(Inlet *inlet, Slice body, int64_t n) {
    Run *run = run_in(inlet);
    RunWait *wait = &inlet->wait;
    engine_watch_deafen(&inlet->ear);
    run_wait_awake(wait);
    buf_add_slice(&wait->text, body.ptr ? body : slice_of("null"));
    JournalRow row = { .kind = ENTRY_RESULT, .status = ENTRY_OK, .path = buf_slice(&wait->path), .name = buf_slice(&inlet->step),
                       .out = buf_slice(&wait->text), .line = wait->line };
    memcpy(row.ahash, inlet->ahash, HASH_SIZE);
    if (n) store_group_begin(run->ledger.store);
    run_record(run, &row, run_now(run));
    if (n) {
        inbox_hand_over(run->ledger.store, run->ledger.row.id, n, run->ledger.seq);
        store_group_end(run->ledger.store);
    }
    arrival_came(&wait->arrival);
}

static bool take(Inlet *inlet) {
    Run *run = run_in(inlet);
    Letter *letter = run->leaving ? NULL : next_letter(run, buf_slice(&inlet->name));
    if (!letter) return false;
    if (is_kept(inlet)) settle(inlet, letter->body, 0);
    else {
        run->taken = mem_resize(run->taken, (run->taken_count + 1) * sizeof *run->taken);
        run->taken[run->taken_count++] = letter->n;
        settle(inlet, letter->body, letter->n);
    }
    free(letter);
    return true;
}

static void heard(Ear *ear) {
    Inlet *inlet = (Inlet *)((char *)ear - offsetof(Inlet, ear));
    if (!inlet->box) take(inlet);
}

void inlet_names(Run *run, Buf *out) {
    for (Branch *branch = run->branches; branch; branch = branch->next) {
        if (!branch->wait || !branch->wait->letter.ptr) continue;
        if (out->len) buf_add_text(out, ", ");
        buf_add_slice(out, branch->wait->letter);
    }
}

bool inlet_asks(const Run *run) {
    for (const Branch *branch = run->branches; branch; branch = branch->next)
        if (branch->wait && branch->wait->letter.ptr && is_question((const Inlet *)branch->wait)) return true;
    return false;
}

bool inlet_has_letter(Run *run) {
    Letter *letter = NULL;
    for (Branch *branch = run->branches; branch && !letter; branch = branch->next)
        if (branch->wait && branch->wait->letter.ptr) letter = next_letter(run, branch->wait->letter);
    bool has = letter != NULL;
    free(letter);
    return has;
}

/* ------------------------------------------------------------------ the end of the time */
/* Of a person's answer and the end of the time the database says which was first. */
static void question_closed(void *context, bool answered, const Err *err) {
    Box *box = context;
    Inlet *inlet = box->inlet;
    free(box);
    if (!inlet || err) return;          /* err: the store is broken; the process is stopping */
    inlet->box = NULL;
    run_in(inlet)->busy--;
    if (!answered || !take(inlet)) settle(inlet, slice_make(NULL, 0), 0);
}

static void time_over(Timer *timer) {
    Inlet *inlet = (Inlet *)timer->context;
    Run *run = run_in(inlet);
    if (!is_question(inlet)) {
        if (!take(inlet)) settle(inlet, slice_make(NULL, 0), 0);
        return;
    }
    run_wait_awake(&inlet->wait);
    run->busy++;
    inlet->box = mem_new(sizeof *inlet->box);
    inlet->box->inlet = inlet;
    approvals_close(run->ledger.store, slice_of(question_id(inlet)), question_closed, inlet->box);
}

/* ------------------------------------------------------------------ as a wait of the run */
static int64_t begin_time(Inlet *inlet) {
    RunWait *wait = &inlet->wait;
    Run *run = run_in(inlet);
    int64_t now = run_now(run);
    bool for_good = inlet->ms < 0;
    if (wait->begun) return for_good ? 0 : wait->begun->t;
    JournalRow row = { .kind = for_good ? ENTRY_LETTER : ENTRY_TIMER, .status = ENTRY_OPEN, .path = buf_slice(&wait->path),
                       .name = buf_slice(&inlet->step), .t = for_good ? now : now + inlet->ms, .line = wait->line };
    memcpy(row.ahash, inlet->ahash, HASH_SIZE);
    run_record(run, &row, now);
    return for_good ? 0 : row.t;
}

static void begin(Arrival *arrival) {
    Inlet *inlet = inlet_of(arrival);
    Run *run = arrival->run;
    Err err;
    bool top = run->phase == RUN_ACTIVATING;
    if (top || !ledger_open(&run->ledger, &err)) {
        inlet->wait.ok = false;
        if (top) run_new_at_top(&inlet->wait.text, buf_slice(&inlet->step));
        else buf_printf(&inlet->wait.text, "{\"code\":\"%s\",\"message\":\"%s\"}", err.code,
                        run->ledger.bar ? run->ledger.bar : "the database cannot be opened");
        arrival_came(arrival);
        return;
    }
    int64_t due = begin_time(inlet);
    if (take(inlet)) return;
    engine_watch_listen(&inlet->ear, run_engine(run), heard);
    run_wait_sleep(&inlet->wait, due, time_over);
    if (is_question(inlet)) engine_ask(run_engine(run), question_id(inlet));
}

static void stop(RunWait *wait) {
    Inlet *inlet = (Inlet *)wait;
    engine_watch_deafen(&inlet->ear);
    if (!inlet->box) return;
    inlet->box->inlet = NULL;
    inlet->box = NULL;
    run_in(inlet)->busy--;
}

static void release(RunWait *wait) {
    Inlet *inlet = (Inlet *)wait;
    engine_watch_deafen(&inlet->ear);
    buf_drop(&inlet->step);
    buf_drop(&inlet->name);
}

static const RunWaitKind RECEIVE = { .await = RUN_WAIT_AWAIT("receive"), .arrival = { .deliver = run_wait_delivered, .begin = begin },
                                     .stop = stop, .release = release };

int run_l_receive(lua_State *L) {
    Branch *branch = branch_of(L);
    Slice step = run_check_slice(L, 1), name = run_check_slice(L, 2);
    lua_Number seconds = luaL_optnumber(L, 3, -1);
    luaL_argcheck(L, lua_isnoneornil(L, 3) || (seconds >= 0 && seconds < 1e10), 3, "a duration from 0 to 300 years");
    unsigned char ahash[HASH_SIZE];
    int cut = run_push_cut(L, branch);
    if (cut >= 0) return cut;
    hash_bytes(name, ahash);
    Slice path = branch_next_path(branch);
    ReplayAnswer past = run_ask(L, branch, path, step, ahash);
    if (run_takes_now(branch, &past)) return run_push_recorded(L, past.row);
    if (past.verdict == REPLAY_DIVERGED) return run_diverged(L, branch->run, past.row, step, path, slice_make(NULL, 0));
    Inlet *inlet = run_wait_new(L, branch, &RECEIVE, sizeof *inlet, &past);
    buf_add_slice(&inlet->step, step);
    buf_add_slice(&inlet->name, name);
    memcpy(inlet->ahash, ahash, HASH_SIZE);
    inlet->ms = seconds < 0 ? -1 : (int64_t)(seconds * 1000 + 0.5);
    inlet->wait.letter = buf_slice(&inlet->name);
    inlet->wait.line = run_line(L);
    return run_wait_yield(L, &inlet->wait);
}
