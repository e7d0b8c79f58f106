/* arrival.h - what a run waits for, and the order in which it comes to its branches.
 *
 * A run is resumed by one thing at a time, and the order is that of the journal: live, things are recorded as
 * they come and delivered in that order; on a replay they are delivered as recorded, and only when nothing
 * recorded is left is the world asked for more. Between two deliveries every branch that can run does so until it
 * waits again. So branches interleave on a replay as they did at first.
 *
 *     arrival_init(&op->arrival, run, &KIND);
 *     if (recorded) arrival_expect(&op->arrival, row);
 *     else arrival_ask(&op->arrival);                  // begin() now, or when the record is at its end
 *     arrival_came(&op->arrival);                      // from the world; its row has just been recorded
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: an Arrival lives in what waits; withdraw it before that goes.
 */
#pragma once
#include "store/journal.h"

typedef struct Run Run;
typedef struct Arrival Arrival;

typedef struct {
    void (*deliver)(Arrival *arrival, const JournalRow *row);       /* its turn; row: what the record says, NULL: it came from the world */
    void (*begin)(Arrival *arrival);                                /* asks the world */
    bool (*may_begin)(Arrival *arrival);    /* NULL: always. false: the run has been stopped (run_halt), nothing may begin */
} ArrivalKind;

typedef enum {
    ARRIVAL_NONE,
    ARRIVAL_RECORDED,                   /* the record has it: its turn comes */
    ARRIVAL_HELD,                       /* nothing is recorded: it begins when the record is at its end */
    ARRIVAL_LIVE,                       /* the world was asked */
    ARRIVAL_CAME                        /* and has answered: its turn comes */
} ArrivalState;

struct Arrival {
    Run *run;
    const ArrivalKind *kind;
    ArrivalState state;
    const JournalRow *row;              /* RECORDED: the result */
    Arrival *next, **link;              /* place in a queue */
};

typedef struct {
    Arrival *first, **last;
} ArrivalQueue;

void arrival_init(Arrival *arrival, Run *run, const ArrivalKind *kind);
void arrival_expect(Arrival *arrival, const JournalRow *result);
void arrival_ask(Arrival *arrival);
void arrival_came(Arrival *arrival);

/* It came while the branch that waits for it still runs, and is next: then it need not wait. Takes it. */
bool arrival_is_here(Arrival *arrival);

/* Nobody waits for it any more. */
void arrival_withdraw(Arrival *arrival);

/* Lets everything in the run happen that can: ends when each branch waits for the world, or when the run has ended
 * and is gone. Nothing while a branch runs. */
void run_turn(Run *run);

/* The running branch may go on with what it has just got: nothing else has its turn first. */
bool run_may_go_on(const Run *run);

/* Results are not taken when they are asked for, but in their turn. */
bool run_is_strict(const Run *run);
