/* run_cancel.c - a run is told to end. A row of its record, so that a replay tells it at the same moment. */
#include "base/quote.h"
#include "lua/leave.h"
#include "lua/run_place.h"
#include "store/bonds.h"

static const char PATH[] = "!";

static void deliver(Arrival *arrival, const JournalRow *row) {
    Run *run = arrival->run;
    run->watched -= row != NULL;
    run->cancelled = true;
    branch_cut(run->main, run->cancel_error);
}

static const ArrivalKind CANCEL = { .deliver = deliver };

static char *error_of(const char *reason) {
    Buf text = { 0 };
    buf_add_text(&text, "{\"code\":\"cancelled\",\"message\":");
    quote_add(&text, slice_of(reason));
    buf_add_byte(&text, '}');
    char *error = mem_copy(buf_slice(&text));
    buf_drop(&text);
    return error;
}

static void tell(Run *run) {
    JournalRow row = { .kind = ENTRY_CANCEL, .status = ENTRY_OK, .path = slice_of(PATH), .name = slice_of("cancel"), .out = slice_of(run->cancel_error) };
    run_record(run, &row, run_now(run));
    arrival_init(&run->cancel, run, &CANCEL);
    arrival_came(&run->cancel);
}

const char *run_end_reason(const Run *run) {
    bool left = false;
    Err ignored;
    if (ledger_is_open(&run->ledger) && bonds_is_left(store_reader(run->ledger.store), run->ledger.row.id, &left, &ignored) && left)
        return "the run that began it is over";
    return "somebody asked for its end";
}

void run_expect_cancel(Run *run) {
    const JournalRow *row = replay_first(&run->replay, ENTRY_CANCEL);
    if (row) {
        run->cancel_error = mem_copy(row->out);
        run->watched++;
        arrival_init(&run->cancel, run, &CANCEL);
        arrival_expect(&run->cancel, row);
    } else if (run->inspect) return;
    else if (run->cancel_error) tell(run);
    else if (run->ledger.row.cancel) {
        run->cancel_error = error_of(run_end_reason(run));
        tell(run);
    }
}

void run_cancel(Run *run, const char *reason) {
    if (run->cancel_error || run->over) return;
    run->cancel_error = error_of(reason);
    run->parked = false;                /* what has to be undone is done now */
    if (ledger_is_open(&run->ledger)) runs_ask_cancel(run->ledger.store, run->ledger.row.id);
    if (run->leaving) leave_stay(run);
    if (run->phase == RUN_LIVING) tell(run);
}
