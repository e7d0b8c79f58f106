/* run_turn.c - the order in which the branches of a run go on. */
#include "lua/arrival.h"
#include "lua/branch.h"
#include "lua/engine_replay.h"
#include "lua/leave.h"
#include "lua/run_place.h"

static void append(ArrivalQueue *queue, Arrival *arrival) {
    if (!queue->last) queue->last = &queue->first;
    arrival->next = NULL;
    arrival->link = queue->last;
    *queue->last = arrival;
    queue->last = &arrival->next;
}

static void take_off(ArrivalQueue *queue, Arrival *arrival) {
    *arrival->link = arrival->next;
    if (arrival->next) arrival->next->link = arrival->link;
    else queue->last = arrival->link;
    arrival->link = NULL;
    arrival->next = NULL;
}

/* The world is not asked for more. At the top a call that is new fails by itself. */
static bool run_only_replays(const Run *run) { return run->phase == RUN_LIVING && run_engine((Run *)run)->replaying; }

static void run_halt_replay(Run *run) {
    for (Branch *branch = run->branches; branch; branch = branch->next)
        if (branch->fiber && branch->wait == run_wait_of(run->held.first)) replaying_look(run, branch->fiber->co);
    run_halt(run, RUN_WAITING, RECORD_ENDS);
}

void arrival_init(Arrival *arrival, Run *run, const ArrivalKind *kind) { *arrival = (Arrival){ .run = run, .kind = kind }; }

void arrival_expect(Arrival *arrival, const JournalRow *result) {
    arrival->state = ARRIVAL_RECORDED;
    arrival->row = result;
    arrival->run->expected++;
    replay_hold(&arrival->run->replay, result, arrival);
}

static void begin(Arrival *arrival) {
    arrival->state = ARRIVAL_LIVE;
    arrival->kind->begin(arrival);
}

/* Nothing begins while something has its turn first: what is recorded is then delivered before anything else happens. */
void arrival_ask(Arrival *arrival) {
    Run *run = arrival->run;
    if (run_may_go_on(run) && !run->held.first && !run->inspect && !run_only_replays(run)) {
        begin(arrival);
        return;
    }
    arrival->state = ARRIVAL_HELD;
    append(&run->held, arrival);
}

void arrival_came(Arrival *arrival) {
    arrival->state = ARRIVAL_CAME;
    append(&arrival->run->came, arrival);
    run_turn(arrival->run);
}

bool arrival_is_here(Arrival *arrival) {
    Run *run = arrival->run;
    if (arrival->state != ARRIVAL_CAME || run->came.first != arrival || run->ready.first) return false;
    take_off(&run->came, arrival);
    arrival->state = ARRIVAL_NONE;
    return true;
}

void arrival_withdraw(Arrival *arrival) {
    Run *run = arrival->run;
    if (arrival->state == ARRIVAL_RECORDED) {
        run->expected--;
        replay_let_go(&run->replay, arrival->row);
    }
    if (arrival->state == ARRIVAL_HELD) take_off(&run->held, arrival);
    if (arrival->state == ARRIVAL_CAME) take_off(&run->came, arrival);
    arrival->state = ARRIVAL_NONE;
}

bool run_is_strict(const Run *run) { return run->branch_count > 1 || run->watched > 0; }

/* What is recorded is followed all the same. */
static bool is_parked(const Run *run) { return run->parked && run->phase == RUN_LIVING && replay_is_over(&run->replay); }

bool run_may_go_on(const Run *run) {
    return !is_parked(run) && !run->ready.first && !run->came.first && (!run_is_strict(run) || replay_is_over(&run->replay));
}

/* ------------------------------------------------------------------ one thing after the other */
static void deliver(Arrival *arrival, const JournalRow *row) {
    if (arrival->state == ARRIVAL_RECORDED) arrival->run->expected--;
    arrival->state = ARRIVAL_NONE;
    arrival->kind->deliver(arrival, row);
}

/* What the record says next. false: it is at its end. */
static bool follow(Run *run) {
    const JournalRow *row;
    void *holder;
    switch (replay_next(&run->replay, &row, &holder)) {
    case REPLAY_OVER: return false;
    case REPLAY_TURN: deliver(holder, row); return true;
    default: break;
    }
    run_halt(run, RUN_DIVERGED, "the record has %.*s (line %d) at step %.*s, which the program does not call any more. Nothing was done. "
             "The program, its modules or what they read outside tools has changed since the run began",
             (int)row->name.len, row->name.ptr, row->line, (int)row->path.len, row->path.ptr);
    return true;
}

/* The record is at its end. Nothing begins unless all may: what is in doubt stops the run before it does more. */
static bool all_may_begin(Run *run) {
    if (run->checked) return true;
    run->checked = true;
    for (Arrival *arrival = run->held.first; arrival; arrival = arrival->next)
        if (arrival->kind->may_begin && !arrival->kind->may_begin(arrival)) return false;
    return true;
}

static void begin_next(Run *run) {
    Arrival *arrival = run->held.first;
    if (!all_may_begin(run)) return;
    take_off(&run->held, arrival);
    begin(arrival);
}

static bool step(Run *run) {
    if (run_is_there(run)) {
        run_halt(run, RUN_WAITING, "there");
        return true;
    }
    if (run->ready.first) {
        branch_go(branch_take_ready(run));
        return true;
    }
    if (!replay_is_over(&run->replay) && (run_is_strict(run) || run->held.first || run->expected) && follow(run)) return true;
    if (is_parked(run)) return false;
    Arrival *arrival = run->came.first;
    if (arrival) {
        take_off(&run->came, arrival);
        deliver(arrival, NULL);
    } else if (run->held.first && !run->inspect && run_only_replays(run)) run_halt_replay(run);
    else if (run->held.first && !run->inspect) begin_next(run);
    else return false;
    return true;
}

void run_turn(Run *run) {
    if (run->turning || run->active || run->leaving) return;
    run->turning = true;
    while (!run->over && !run->active && step(run)) {}
    run->turning = false;
    if (run->inspect) return;
    if (run->over) run_free(run);
    else if (!run->active) {
        if (run->moved) branch_hasten_attentive(run);
        run_settle(run);
    }
}
