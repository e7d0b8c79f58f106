/* ledger.h - the durable side of one run: its row, its journal, and when they are written.
 *
 * A run that does nothing durable never opens the database: its rows are held in memory
 * until the first effect needs them on disk, then the run's row and everything held are
 * written in order.
 *
 *     ledger_append(ledger, &row);                     // seq and run are filled in
 *     if (!ledger_open(ledger, err)) ...               // from here on rows go to the store
 *     ledger_end(ledger, RUN_DONE, output, none, none);
 *
 * Floor:  work.   Thread: loop thread only.
 * Memory: owns copies of held rows and of the run's texts; borrows the source of the store.
 */
#pragma once
#include "store/journal.h"
#include "store/runs.h"

/* Opens the store when first needed; NULL and *err when it cannot. */
typedef struct {
    void   *context;
    Store *(*open)(void *context, Err *err);
    int64_t epoch;                      /* of this process, set when it is open */
} StoreSource;

/* How much a run has recorded: said once, when it goes beyond what is usual. */
enum { LEDGER_MANY_ROWS = 10000, LEDGER_MANY_BYTES = 16 * 1024 * 1024 };
typedef void (*LedgerGrew)(void *context, const char *what);

typedef struct Ledger {
    const StoreSource *source;
    Store   *store;                     /* NULL: nothing is durable yet */
    RunRow   row;                       /* as it was or will be created; slices point into `text` */
    Buf      source_text;               /* of the program, stored by hash with the row */
    char    *text;
    int64_t  seq;                       /* last used */
    size_t   bytes;                     /* of all values recorded */
    LedgerGrew grew;                    /* NULL: nobody asks */
    void    *grew_context;
    JournalRow *held;
    size_t   held_count, held_cap;
    bool     ended;
    bool     fleeting;                  /* of a look at a condition or at a run: it is never written; ledger_open fails */
    char    *bar;                       /* why it must not be opened; NULL: it may */
} Ledger;

/* `row` describes a run that is not yet in the database. */
void ledger_init(Ledger *ledger, const StoreSource *source, const RunRow *row, Slice source_text);

/* The run is in the database already, with this record. */
void ledger_adopt(Ledger *ledger, Store *store, const RunRow *row, const JournalLoad *past);
void ledger_drop(Ledger *ledger);

bool ledger_open(Ledger *ledger, Err *err);
/* The run has seen what no replay could repeat: if it is not open, ledger_open fails with this sentence ("invalid"). The first counts. */
void ledger_bar(Ledger *ledger, Slice why);
bool ledger_is_open(const Ledger *ledger);

/* Fills in run, seq, epoch (and t, now, when 0). */
void ledger_append(Ledger *ledger, JournalRow *row, int64_t now_ms);

/* The run stays but waits: state, when it wakes (0: it does not wait for a time), the names of the letters it waits for
 * (inbox.h; ptr NULL: none). */
void ledger_wait(Ledger *ledger, RunState state, int64_t wake_ms, Slice wait_on, Slice reason);
void ledger_running(Ledger *ledger, int64_t now_ms);

/* Ends the run; without a database this only marks it. */
void ledger_end(Ledger *ledger, RunState state, Slice output, Slice error, Slice reason, int64_t now_ms);
