#include "lua/bound.h"
#include "lua/engine.h"
#include "lua/run_place.h"
#include <stdlib.h>

struct Bound {
    Arrival arrival;                    /* first member */
    Branch *branch;
    size_t  path_len;                   /* of its scope, in the branch's path */
    Timer   timer;
    char   *error;
    int     line;
    bool    watched, expired;
    bool    near;                       /* too near for the run to leave memory meanwhile */
};

static void unwatch(Bound *bound) {
    if (bound->watched) bound->branch->run->watched--;
    bound->watched = false;
}

static void pass(Bound *bound) {
    bound->branch->run->near -= bound->near;
    bound->near = false;
}

static void bound_passed(Arrival *arrival, const JournalRow *row) {
    Bound *bound = (Bound *)arrival;
    (void)row;
    unwatch(bound);
    pass(bound);
    bound->expired = true;
    bound->branch->expired++;
    branch_interrupt(bound->branch);
}

static const ArrivalKind BOUND = { .deliver = bound_passed };

static void bound_due(Timer *timer) {
    Bound *bound = timer->context;
    Run *run = bound->branch->run;
    JournalRow row = { .kind = ENTRY_RESULT, .status = ENTRY_ERROR, .path = slice_make(bound->branch->path.ptr, bound->path_len),
                       .name = slice_of("within"), .out = slice_of(bound->error), .line = bound->line };
    run_record(run, &row, run_now(run));
    arrival_came(&bound->arrival);
}

void bound_open(Branch *branch, int64_t due_ms, const char *error, int line, const JournalRow *passed) {
    Bound *bound = mem_new(sizeof *bound);
    *bound = (Bound){ .branch = branch, .path_len = branch->path.len, .error = mem_copy(slice_of(error)), .line = line };
    branch_scope(branch)->bound = bound;
    arrival_init(&bound->arrival, branch->run, &BOUND);
    timer_init(&bound->timer, bound_due, bound);
    if (passed) {
        bound->watched = true;
        branch->run->watched++;
        arrival_expect(&bound->arrival, passed);
    } else if (due_ms && !branch->run->inspect) {
        bound->near = run_is_near(branch->run, due_ms);
        branch->run->near += bound->near;
        timer_start(run_engine(branch->run)->timers, &bound->timer, due_ms);
    }
}

void bound_drop(Bound *bound) {
    bound_rest(bound);
    pass(bound);
    unwatch(bound);
    arrival_withdraw(&bound->arrival);
    if (bound->expired) bound->branch->expired--;
    free(bound->error);
    free(bound);
}

const char *bound_error(const Bound *bound) { return bound->expired ? bound->error : NULL; }

int64_t bound_rest(Bound *bound) {
    if (!bound->timer.place) return 0;
    timer_stop(run_engine(bound->branch->run)->timers, &bound->timer);
    return bound->timer.due_ms;
}

void bound_go_on(Bound *bound) {
    if (bound->timer.due_ms && !bound->expired && !bound->watched)
        timer_start(run_engine(bound->branch->run)->timers, &bound->timer, bound->timer.due_ms);
}
