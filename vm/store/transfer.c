#include "store/transfer.h"
#include "base/buf.h"

#define OF_RUN(expression) "WHERE " expression
static const TransferTable TABLES[] = {
    { "code", { { "hash", "h" }, { "name", "t" }, { "source", "b" }, { "created", "i" } },
      OF_RUN("hash = (SELECT r.code FROM run r WHERE r.id = $1)") },
    { "blob", { { "hash", "h" }, { "data", "b" } },
      OF_RUN("hash IN (SELECT j.big FROM journal j WHERE j.run = $1 UNION SELECT i.big FROM inbox i WHERE i.run = $1 UNION"
             " SELECT r.input_big FROM run r WHERE r.id = $1 UNION SELECT r.output_big FROM run r WHERE r.id = $1 UNION"
             " SELECT r.error_big FROM run r WHERE r.id = $1)") },
    { "run", { { "id", "n" }, { "uid", "t" }, { "program", "t" }, { "name", "t" }, { "code", "h" }, { "engine", "i" }, { "state", "i" },
               { "seed", "i" }, { "cause", "t" }, { "reason", "t" }, { "input", "t" }, { "output", "t" }, { "error", "t" }, { "input_big", "h" },
               { "output_big", "h" }, { "error_big", "h" }, { "queue", "t" }, { "qkey", "t" }, { "prio", "i" }, { "wake", "i" }, { "deadline", "i" },
               { "wait_on", "t" }, { "parent", "n" }, { "parent_path", "t" }, { "prev", "n" }, { "forked_from", "n" }, { "forked_seq", "i" },
               { "schedule", "t" }, { "nominal", "i" }, { "attempt", "i" }, { "cost", "i" }, { "epoch", "i" }, { "created", "i" },
               { "started", "i" }, { "finished", "i" }, { "keep_until", "i" }, { "undo", "i" }, { "undone", "i" } },
      OF_RUN("id = $1") },
    { "journal", { { "run", "n" }, { "seq", "i" }, { "kind", "i" }, { "path", "t" }, { "name", "t" }, { "ver", "i" }, { "ahash", "h" },
                   { "line", "i" }, { "status", "i" }, { "attempt", "i" }, { "t", "i" }, { "dur", "i" }, { "epoch", "i" }, { "out", "t" },
                   { "big", "h" }, { "cost", "i" } },
      OF_RUN("run = $1 ORDER BY seq") },
    { "inbox", { { "run", "n" }, { "mid", "t" }, { "name", "t" }, { "body", "t" }, { "big", "h" }, { "t", "i" }, { "seq", "i" }, { "n", "i" } },
      OF_RUN("run = $1 ORDER BY n") },
    { "approvals", { { "id", "t" }, { "run", "n" }, { "path", "t" }, { "question", "t" }, { "detail", "t" }, { "who", "t" }, { "digest", "t" },
                     { "state", "i" }, { "created", "i" }, { "until", "i" }, { "answered", "i" }, { "answered_by", "t" }, { "why", "t" } },
      OF_RUN("run = $1 ORDER BY created, id") },
    { "spend", { { "t", "i" }, { "run", "t" }, { "path", "t" }, { "tier", "t" }, { "provider", "t" }, { "model", "t" }, { "tokens_in", "i" },
                 { "tokens_out", "i" }, { "tokens_cached", "i" }, { "cost", "i" }, { "ms", "i" }, { "outcome", "t" }, { "class", "t" },
                 { "why", "t" }, { "detail", "t" } },
      OF_RUN("run = (SELECT r.uid FROM run r WHERE r.id = $1) ORDER BY id") },
    { "decision", { { "t", "i" }, { "run", "t" }, { "path", "t" }, { "program", "t" }, { "name", "t" }, { "line", "i" }, { "tier", "t" },
                    { "model", "t" }, { "chosen", "t" }, { "why", "t" }, { "attempts", "t" }, { "cost", "i" }, { "ms", "i" },
                    { "outcome", "t" }, { "outcome_t", "i" } },
      OF_RUN("run = (SELECT r.uid FROM run r WHERE r.id = $1) ORDER BY id") },
    { "triggers", { { "id", "i" }, { "job_name", "t" }, { "args", "t" }, { "kwargs", "t" }, { "created", "r" }, { "processed", "r" }, { "run", "t" },
                    { "error", "t" }, { "event", "t" }, { "source", "t" }, { "program", "t" } },
      OF_RUN("processed IS NOT NULL AND run = (SELECT r.uid FROM run r WHERE r.id = $1) ORDER BY id") },
    { "audit", { { "t", "i" }, { "run", "t" }, { "program", "t" }, { "path", "t" }, { "tool", "t" }, { "args", "t" }, { "need", "t" },
                 { "decision", "t" }, { "reason", "t" }, { "status", "t" }, { "dur", "i" } },
      OF_RUN("run = (SELECT r.uid FROM run r WHERE r.id = $1) ORDER BY id") },
    { 0 },
};

const TransferTable *transfer_table(const char *name) {
    for (const TransferTable *table = TABLES; table->name; table++)
        if (!strcmp(table->name, name)) return table;
    return NULL;
}

static bool read_table(Db *db, const TransferTable *table, int64_t run, TransferEach each, void *ctx, Err *err) {
    Buf sql = { 0 };
    DbStmt *s;
    bool row, ok;
    for (const TransferColumn *column = table->columns; column->name; column++)
        buf_printf(&sql, "%s%s", column == table->columns ? "SELECT " : ", ", column->name);
    buf_printf(&sql, " FROM %s %s", table->name, table->from);
    ok = db_prepare(db, buf_text(&sql), &s, err);
    buf_drop(&sql);
    if (!ok) return false;
    db_bind_int(s, 1, run);
    while ((ok = db_step(s, &row, err)) && row)
        if (!(ok = each(ctx, table, s, err))) break;
    db_release(s);
    return ok;
}

bool transfer_read(Db *db, int64_t run, TransferEach each, void *ctx, Err *err) {
    for (const TransferTable *table = TABLES; table->name; table++)
        if (!read_table(db, table, run, each, ctx, err)) return false;
    return true;
}
