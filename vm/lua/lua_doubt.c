#include "lua/lua_doubt.h"
#include "base/buf.h"
#include "lua/lua_err.h"
#include "lua/vm.h"
#include "store/audit.h"
#include "store/journal.h"
#include "store/owner.h"
#include "store/runs.h"
#include <stdlib.h>
#include <unistd.h>

typedef enum { SETTLE_DONE, SETTLE_FAIL, SETTLE_RETRY } Settle;

typedef struct {
    Slice   uid, value;                 /* JSON: of the result, or of the error */
    int64_t seq;                        /* of the intent that the person has looked at */
    Settle  verdict;
} Settling;

static const char *const WORDS[] = { "done", "fail", "retry", NULL };

/* The row at `seq`, when it is an intent that nothing came of. */
static const JournalRow *find_intent(const JournalLoad *past, int64_t seq) {
    const JournalRow *intent = NULL;
    for (size_t i = 0; i < past->count; i++) {
        const JournalRow *row = &past->rows[i];
        if (row->seq == seq && row->kind == ENTRY_INTENT) intent = row;
        else if (intent && slice_eq(row->path, intent->path)) return NULL;
    }
    return intent;
}

/* The decision, the row that replaces the guess and the state are one commit. */
static void write_all(Store *store, const RunRow *run, const JournalLoad *past, const JournalRow *intent, int64_t epoch, const Settling *s) {
    Buf reason = { 0 };
    JournalRow row = *intent;
    row.kind = s->verdict == SETTLE_RETRY ? ENTRY_RETRY : ENTRY_RESULT;
    row.status = s->verdict == SETTLE_DONE ? ENTRY_OK : s->verdict == SETTLE_FAIL ? ENTRY_ERROR : ENTRY_OPEN;
    row.seq = past->rows[past->count - 1].seq + 1;
    row.t = seam_wall_ms(store_seam(store));
    row.epoch = epoch;
    row.out = s->verdict == SETTLE_RETRY ? slice_make(NULL, 0) : s->value;
    buf_printf(&reason, "a person settled step %.*s: %s", (int)row.path.len, row.path.ptr, WORDS[s->verdict]);
    store_group_begin(store);
    audit_append(store, &(AuditRow){ .run = run->uid, .program = run->program, .path = row.path, .tool = row.name,
                                     .args = row.out, .decision = slice_of("settle"), .reason = buf_slice(&reason) });
    journal_append(store, &row);
    runs_set_state(store, run->id, &(RunChange){ .state = RUN_QUEUED, .reason = buf_slice(&reason) });
    store_group_end(store);
    buf_drop(&reason);
}

static bool settle_run(Store *store, const RunRow *run, const Settling *s, Err *err) {
    JournalLoad *past;
    int64_t epoch;
    if (run->state != RUN_IN_DOUBT)
        return err_set(err, "invalid", "run %.*s is not in doubt (any more)", (int)run->uid.len, run->uid.ptr);
    if (!journal_load(store_reader(store), run->id, &past, err)) return false;
    const JournalRow *intent = find_intent(past, s->seq);
    bool good = intent && store_next_epoch(store, &epoch, err);
    if (good) write_all(store, run, past, intent, epoch, s);
    else if (!intent) err_set(err, "invalid", "row %lld of run %.*s is not a call in doubt", (long long)s->seq, (int)run->uid.len, run->uid.ptr);
    journal_free(past);
    return good;
}

/* Nobody else may execute the program meanwhile: what is read here must still be true when it is written. */
static bool settle_in(Store *store, const Settling *s, Err *err) {
    RunRow *seen, *run;
    if (!runs_find(store_reader(store), s->uid, &seen, err)) return false;
    bool good = owner_take(store, seen->program, err) && runs_find(store_reader(store), s->uid, &run, err);
    free(seen);
    if (!good) return false;
    good = settle_run(store, run, s, err);
    free(run);
    return good;
}

/* settle(db_path, uid, seq, "done" | "fail" | "retry", json) -> true | nil, err: what became of the call whose intent is
 * row `seq` of the run. The run goes on when its program is run again. "taken" while it is. */
static int l_settle(lua_State *L) {
    Vm *vm = vm_of(L);
    const char *path = luaL_checkstring(L, 1);
    size_t uid_len, len;
    const char *uid = luaL_checklstring(L, 2, &uid_len);
    Settling s = { .uid = slice_make(uid, uid_len), .seq = luaL_checkinteger(L, 3), .verdict = (Settle)luaL_checkoption(L, 4, NULL, WORDS) };
    const char *value = luaL_optlstring(L, 5, "null", &len);
    s.value = slice_make(value, len);
    Store *store;
    Err err, closing;
    if (access(path, F_OK) != 0) err_set(&err, "not_found", "nothing has run yet; no database at %s", path);
    else if (store_open(&store, vm->loop, vm->seam, path, &(StoreHooks){ 0 }, &err)) {
        bool good = settle_in(store, &s, &err);
        if (!store_close(store, &closing) && good) {
            err = closing;
            good = false;
        }
        if (good) {
            lua_pushboolean(L, 1);
            return 1;
        }
    }
    return err_push(L, &err);
}

const luaL_Reg LUA_DOUBT[] = { { "settle", l_settle }, { NULL, NULL } };
