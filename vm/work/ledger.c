#include "work/ledger.h"
#include "store/code.h"
#include <stdlib.h>

void ledger_init(Ledger *ledger, const StoreSource *source, const RunRow *row, Slice source_text) {
    *ledger = (Ledger){ .source = source };
    ledger->text = mem_new(runs_size(row));
    runs_copy(row, &ledger->row, ledger->text);
    buf_add_slice(&ledger->source_text, source_text);
}

void ledger_adopt(Ledger *ledger, Store *store, const RunRow *row, const JournalLoad *past) {
    *ledger = (Ledger){ .store = store, .seq = past->count ? past->rows[past->count - 1].seq : 0, .bytes = past->bytes };
    ledger->text = mem_new(runs_size(row));
    runs_copy(row, &ledger->row, ledger->text);
}

static void drop_held(Ledger *ledger) {
    for (size_t i = 0; i < ledger->held_count; i++) free((char *)ledger->held[i].path.ptr);
    free(ledger->held);
    ledger->held = NULL;
    ledger->held_count = ledger->held_cap = 0;
}

void ledger_drop(Ledger *ledger) {
    drop_held(ledger);
    buf_drop(&ledger->source_text);
    free(ledger->text);
    free(ledger->bar);
    *ledger = (Ledger){ 0 };
}

void ledger_bar(Ledger *ledger, Slice why) {
    if (!ledger->bar && !ledger->store) ledger->bar = mem_copy(why);
}

bool ledger_is_open(const Ledger *ledger) { return ledger->store != NULL; }

bool ledger_open(Ledger *ledger, Err *err) {
    if (ledger->store) return true;
    if (ledger->fleeting) return err_set(err, "invalid", "the condition behind `when` only reads; this would be recorded");
    if (ledger->bar) return err_set(err, "invalid", "%s", ledger->bar);
    Store *store = ledger->source->open(ledger->source->context, err);
    if (!store) return false;
    ledger->row.epoch = ledger->source->epoch;
    if (!ledger->row.id) ledger->row.id = runs_new_id(store);
    store_group_begin(store);           /* a source that no run names may be removed (prune.h) */
    code_put(store, ledger->row.code, ledger->row.program, buf_slice(&ledger->source_text));
    buf_drop(&ledger->source_text);
    runs_create(store, &ledger->row, NULL, NULL);
    store_group_end(store);
    ledger->store = store;
    for (size_t i = 0; i < ledger->held_count; i++) {
        ledger->held[i].run = ledger->row.id;
        journal_append(store, &ledger->held[i]);
    }
    drop_held(ledger);
    return true;
}

/* path, name and out in one block, found again through path.ptr. */
static void hold(Ledger *ledger, const JournalRow *row) {
    if (ledger->held_count == ledger->held_cap) {
        ledger->held_cap = ledger->held_cap ? ledger->held_cap * 2 : 16;
        ledger->held = mem_resize(ledger->held, ledger->held_cap * sizeof *ledger->held);
    }
    JournalRow *copy = &ledger->held[ledger->held_count++];
    *copy = *row;
    char *at = mem_new(row->path.len + row->name.len + row->out.len + 1);
    memcpy(at, row->path.ptr, row->path.len);
    memcpy(at + row->path.len, row->name.ptr, row->name.len);
    if (row->out.len) memcpy(at + row->path.len + row->name.len, row->out.ptr, row->out.len);
    copy->path.ptr = at;
    copy->name.ptr = at + row->path.len;
    if (row->out.ptr) copy->out.ptr = at + row->path.len + row->name.len;
}

static void count(Ledger *ledger, size_t bytes) {
    size_t before = ledger->bytes;
    ledger->bytes += bytes;
    if (!ledger->grew) return;
    if (ledger->seq == LEDGER_MANY_ROWS) ledger->grew(ledger->grew_context, "10,000 rows");
    if (before < LEDGER_MANY_BYTES && ledger->bytes >= LEDGER_MANY_BYTES) ledger->grew(ledger->grew_context, "16 MiB");
}

void ledger_append(Ledger *ledger, JournalRow *row, int64_t now_ms) {
    row->run = ledger->row.id;
    row->seq = ++ledger->seq;
    row->epoch = ledger->row.epoch;
    if (!row->t) row->t = now_ms;
    if (ledger->store) journal_append(ledger->store, row);
    else hold(ledger, row);
    count(ledger, row->out.len);
}

void ledger_wait(Ledger *ledger, RunState state, int64_t wake_ms, Slice wait_on, Slice reason) {
    ledger->row.state = state;
    if (!ledger->store) return;
    runs_set_state(ledger->store, ledger->row.id, &(RunChange){ .state = state, .wake = wake_ms, .wait_on = wait_on, .reason = reason });
}

void ledger_running(Ledger *ledger, int64_t now_ms) {
    int64_t started = ledger->row.started ? 0 : now_ms;
    ledger->row.state = RUN_RUNNING;
    if (!ledger->row.started) ledger->row.started = now_ms;
    if (!ledger->store) return;
    runs_set_state(ledger->store, ledger->row.id, &(RunChange){ .state = RUN_RUNNING, .started = started });
}

void ledger_end(Ledger *ledger, RunState state, Slice output, Slice error, Slice reason, int64_t now_ms) {
    ledger->ended = true;
    ledger->row.state = state;
    if (!ledger->store) return;
    runs_set_state(ledger->store, ledger->row.id,
                   &(RunChange){ .state = state, .output = output, .error = error, .reason = reason, .finished = now_ms });
}
